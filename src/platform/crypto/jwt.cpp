#include "platform/crypto/jwt.hpp"

#include "base/encoding.hpp"
#include "base/text.hpp"

namespace gatehouse::crypto {
namespace {

constexpr std::size_t kMaxHeaderDepth = 4;
constexpr std::size_t kMaxClaimDepth = 32;
constexpr std::size_t kMaxKeyIdBytes = 256;

std::unexpected<Error> refuse(std::string detail) {
  return fail(Error::Kind::kUnauthenticated, "", "The token is not valid", std::move(detail));
}

struct Parts {
  std::string_view header, payload, signature;
  std::string_view signed_text;  // header.payload as it was received
};

std::optional<Parts> split_token(std::string_view token) {
  const std::size_t first = token.find('.');
  if (first == std::string_view::npos) return std::nullopt;
  const std::size_t second = token.find('.', first + 1);
  if (second == std::string_view::npos || token.find('.', second + 1) != std::string_view::npos) return std::nullopt;
  return Parts{token.substr(0, first), token.substr(first + 1, second - first - 1), token.substr(second + 1),
               token.substr(0, second)};
}

Result<json::object> decode_object(std::string_view part, std::string_view name, std::size_t max_depth) {
  const std::optional<std::string> text = base64url_decode(part);
  if (!text) return refuse(fmt::format("the {} is not base64url", name));
  Result<json::value> value = parse_json(*text, max_depth);
  if (!value) return refuse(fmt::format("the {} is {}", name, value.error().message));
  if (!value->is_object()) return refuse(fmt::format("the {} is not an object", name));
  return std::move(value->get_object());
}

// RFC 8725 section 3.11; RFC 7515 section 4.1.9 lets "application/" go unsaid and compares as media types do.
bool is_jwt_type(std::string_view type) {
  constexpr std::string_view kPrefix = "application/";
  if (type.size() > kPrefix.size() && equals_ignoring_case(type.substr(0, kPrefix.size()), kPrefix)) {
    type.remove_prefix(kPrefix.size());
  }
  return equals_ignoring_case(type, "JWT") || equals_ignoring_case(type, "at+jwt");
}

// The kid of a header that this house takes. One algorithm, decided here and never by the token (RFC 8725 section 3.1).
// Key material or addresses in the header (jwk, jku, x5c, x5u) are never looked at (section 3.10).
Result<std::string> accepted_key_id(const json::object& header) {
  if (string_member(header, "alg") != "RS256") return refuse("alg is not RS256");
  if (header.contains("crit")) return refuse("crit names extensions that are not understood");
  if (header.contains("typ")) {
    const auto type = string_member(header, "typ");
    if (!type || !is_jwt_type(*type)) return refuse("typ is not that of a JWT");
  }
  const auto key_id = string_member(header, "kid");
  if (!key_id || key_id->empty() || key_id->size() > kMaxKeyIdBytes) return refuse("kid is missing or malformed");
  return std::string(*key_id);
}

}  // namespace

std::string sign_jwt(const json::object& claims, const RsaPrivateKey& key, std::string_view key_id) {
  std::string header = R"({"kid":)";
  append_json_string(header, key_id);
  header += R"(,"alg":"RS256"})";
  std::string token = base64url_encode(header);
  token += '.';
  token += base64url_encode(json::serialize(claims));
  const std::string signature = key.sign(token);
  token += '.';
  token += base64url_encode(signature);
  return token;
}

Result<ParsedJwt> verify_jwt(std::string_view token, const KeyLookup& key_of) {
  if (token.size() > kMaxJwtBytes) return refuse("the token is larger than 16 KiB");
  const std::optional<Parts> parts = split_token(token);
  if (!parts) return refuse("the token does not have three parts");

  Result<json::object> header = decode_object(parts->header, "header", kMaxHeaderDepth);
  if (!header) return std::unexpected(std::move(header.error()));
  Result<std::string> key_id = accepted_key_id(*header);
  if (!key_id) return std::unexpected(std::move(key_id.error()));

  const RsaPublicKey* key = key_of(*key_id);
  if (key == nullptr) return refuse("kid names no known key");
  const std::optional<std::string> signature = base64url_decode(parts->signature);
  if (!signature) return refuse("the signature is not base64url");
  if (!key->verify(parts->signed_text, *signature)) return refuse("the signature does not match");

  Result<json::object> claims = decode_object(parts->payload, "payload", kMaxClaimDepth);
  if (!claims) return std::unexpected(std::move(claims.error()));
  return ParsedJwt{std::move(*key_id), std::move(*claims)};
}

}  // namespace gatehouse::crypto
