// Password hashing with Argon2id (RFC 9106) through libsodium.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace gatehouse::crypto {

struct PasswordCost {
  std::size_t memory_bytes = 19 * 1024 * 1024;  // OWASP's minimum for t=2
  unsigned passes = 2;
};

// The encoded form "$argon2id$v=19$m=...". Takes tens of milliseconds: run it on the worker pool.
std::string hash_password(std::string_view password, PasswordCost cost = {});
// False for a wrong password and for an encoding that is not Argon2id's. As slow as hashing.
bool verify_password(std::string_view encoded, std::string_view password);
// True when `encoded` was made at another cost: hash again at the next successful sign-in.
bool needs_rehash(std::string_view encoded, PasswordCost cost = {});

}  // namespace gatehouse::crypto
