// Encryption at rest: what the store keeps of secrets and private keys.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>

#include "base/random.hpp"
#include "base/result.hpp"

namespace gatehouse::crypto {

// Authenticated encryption under one 32-byte key (XChaCha20-Poly1305, random 24-byte nonce). Thread-safe, copyable.
//
// Sealed bytes: one byte of format version (1), the nonce (24), the ciphertext, its tag (16).
class Sealer {
 public:
  static constexpr std::size_t kKeyBytes = 32;
  static constexpr std::size_t kOverheadBytes = 1 + 24 + 16;

  // Requires: a key of 32 bytes. The source of randomness must outlive the sealer.
  Sealer(std::string key, Random& random);
  ~Sealer();
  Sealer(const Sealer&) = default;
  Sealer(Sealer&&) = default;
  Sealer& operator=(const Sealer&) = delete;

  // Reads the key file (64 hexadecimal digits), or makes it with mode 0600, fsynced. Refuses a file that others can
  // read or that belongs to another user. Of processes that make it at the same time one wins and the others read its
  // key.
  static Result<Sealer> open(const std::filesystem::path& key_file, Random& random);

  // `context` is bound to the ciphertext ("secret:NAME"): sealed bytes cannot be moved to another place.
  // Errors of unseal are kInternal: the bytes were changed, belong to another context, or another key sealed them.
  std::string seal(std::string_view plain, std::string_view context) const;
  Result<std::string> unseal(std::string_view sealed, std::string_view context) const;

 private:
  std::string key_;
  Random* random_;
};

}  // namespace gatehouse::crypto
