// JSON Web Tokens, RS256 only, by the rules of RFC 7519 and RFC 8725.
#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "base/json.hpp"
#include "platform/crypto/rsa.hpp"

namespace gatehouse::crypto {

// header.payload.signature with {"kid":...,"alg":"RS256"}.
std::string sign_jwt(const json::object& claims, const RsaPrivateKey& key, std::string_view key_id);

inline constexpr std::size_t kMaxJwtBytes = 16 * 1024;

struct ParsedJwt {
  std::string key_id;
  json::object claims;
};

// Finds the key for a kid; null when there is none.
using KeyLookup = std::function<const RsaPublicKey*(std::string_view key_id)>;

// Checks form (three parts, at most 16 KiB, alg exactly RS256, typ absent or of a JWT, a kid, no "crit", no member
// twice) and signature, the signature before the payload is parsed. Claims are not judged: expiry, issuer and use are
// the caller's business. Errors are kUnauthenticated and say what is wrong in `detail`.
Result<ParsedJwt> verify_jwt(std::string_view token, const KeyLookup& key_of);

}  // namespace gatehouse::crypto
