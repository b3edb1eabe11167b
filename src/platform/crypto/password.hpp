// Password hashing with Argon2id (RFC 9106) through libsodium.
#pragma once

#include <string>
#include <string_view>

namespace gatehouse::crypto {

struct PasswordCost {
  std::size_t memory_bytes = 19 * 1024 * 1024;  // OWASP's minimum for t=2
  unsigned passes = 2;
};

// The encoded form "$argon2id$v=19$m=...". Takes tens of milliseconds: run it on the worker pool.
std::string hash_password(std::string_view password, PasswordCost cost = {});
bool verify_password(std::string_view encoded, std::string_view password);

}  // namespace gatehouse::crypto
