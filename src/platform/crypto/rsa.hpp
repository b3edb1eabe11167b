// RSA-2048 with SHA-256, PKCS #1 v1.5 (RS256 of RFC 7518 section 3.3).
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include "base/result.hpp"

namespace gatehouse::crypto {

// A public key, ready to verify. Immutable, thread-safe, cheap to copy.
class RsaPublicKey {
 public:
  // From the big-endian modulus and exponent of a JWK. Refuses moduli under 2048 or over 8192 bits.
  // Exponents must be odd and at least 3.
  static Result<RsaPublicKey> from_components(std::string_view modulus, std::string_view exponent);
  bool verify(std::string_view message, std::string_view signature) const;
  std::string modulus() const;   // big-endian, without leading zeros: a JWK's "n" before base64url
  std::string exponent() const;  // a JWK's "e"

 private:
  explicit RsaPublicKey(std::shared_ptr<void> key) : key_(std::move(key)) {}
  friend class RsaPrivateKey;
  std::shared_ptr<void> key_;
};

// A private key. Signing takes about 0.2 ms: run it on the worker pool. Immutable, thread-safe.
class RsaPrivateKey {
 public:
  static RsaPrivateKey generate();  // about 100 ms
  static Result<RsaPrivateKey> from_pem(std::string_view pem);
  std::string to_pem() const;  // PKCS #8; a secret: seal it
  std::string sign(std::string_view message) const;
  RsaPublicKey public_key() const;

 private:
  explicit RsaPrivateKey(std::shared_ptr<void> key) : key_(std::move(key)) {}
  std::shared_ptr<void> key_;
};

}  // namespace gatehouse::crypto
