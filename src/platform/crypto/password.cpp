#include "platform/crypto/password.hpp"

#include <sodium.h>

#include <array>
#include <new>

#include "platform/crypto/sodium.hpp"

namespace gatehouse::crypto {
namespace {

using Encoded = std::array<char, crypto_pwhash_STRBYTES>;

// libsodium takes the encoding as a C string within a fixed buffer. False when it does not fit, so when it is none.
bool fits(std::string_view encoded, Encoded& out) {
  if (encoded.size() >= out.size() || encoded.find('\0') != std::string_view::npos) return false;
  if (!encoded.starts_with(crypto_pwhash_argon2id_STRPREFIX)) return false;
  out.fill('\0');
  std::ranges::copy(encoded, out.begin());
  return true;
}

}  // namespace

std::string hash_password(std::string_view password, PasswordCost cost) {
  initialize_sodium();
  Encoded out{};
  if (crypto_pwhash_str_alg(out.data(), password.data(), password.size(), cost.passes, cost.memory_bytes,
                            crypto_pwhash_ALG_ARGON2ID13) != 0) {
    throw std::bad_alloc();  // its only failure at costs within libsodium's bounds
  }
  return out.data();
}

bool verify_password(std::string_view encoded, std::string_view password) {
  initialize_sodium();
  Encoded text;
  return fits(encoded, text) && crypto_pwhash_str_verify(text.data(), password.data(), password.size()) == 0;
}

bool needs_rehash(std::string_view encoded, PasswordCost cost) {
  initialize_sodium();
  Encoded text;
  return !fits(encoded, text) || crypto_pwhash_str_needs_rehash(text.data(), cost.passes, cost.memory_bytes) != 0;
}

}  // namespace gatehouse::crypto
