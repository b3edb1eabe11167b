#include "services/identity/signing_key.hpp"

#include "base/encoding.hpp"
#include "platform/crypto/hash.hpp"

namespace gatehouse::identity {

std::string key_context(std::string_view pool_id, std::string_view use) {
  return fmt::format("identity/key/{}/{}", pool_id, use);
}

namespace {

// Cognito's key ids look like this: 32 bytes in base64. Here: the JWK's thumbprint (RFC 7638).
std::string key_id_of(const crypto::RsaPublicKey& key) {
  const std::string jwk = fmt::format(R"({{"e":"{}","kty":"RSA","n":"{}"}})", base64url_encode(key.exponent()),
                                      base64url_encode(key.modulus()));
  return base64_encode(crypto::sha256(jwk));
}

}  // namespace

std::shared_ptr<const SigningKey> make_signing_key(crypto::RsaPrivateKey key) {
  crypto::RsaPublicKey public_key = key.public_key();
  std::string key_id = key_id_of(public_key);
  return std::make_shared<const SigningKey>(SigningKey{std::move(key_id), std::move(key), std::move(public_key)});
}

}  // namespace gatehouse::identity
