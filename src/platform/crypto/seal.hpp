// Encryption at rest: what the store keeps of secrets and private keys.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>

#include "base/random.hpp"
#include "base/result.hpp"

namespace gatehouse::crypto {

// Authenticated encryption under one 32-byte key (XChaCha20-Poly1305, random 24-byte nonce). Thread-safe.
class Sealer {
 public:
  // Requires: a key of 32 bytes.
  Sealer(std::string key, Random& random);
  // Reads the key file (64 hexadecimal digits), or makes it with mode 0600, fsynced. Refuses a file that others can read.
  static Result<Sealer> open(const std::filesystem::path& key_file, Random& random);

  // `context` is bound to the ciphertext ("secret:NAME"): sealed bytes cannot be moved to another place.
  std::string seal(std::string_view plain, std::string_view context) const;
  Result<std::string> unseal(std::string_view sealed, std::string_view context) const;

 private:
  std::string key_;
  Random* random_;
};

}  // namespace gatehouse::crypto
