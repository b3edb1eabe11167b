#include "platform/crypto/password.hpp"

#include <gtest/gtest.h>

namespace gatehouse::crypto {
namespace {

constexpr PasswordCost kCheap{.memory_bytes = 64 * 1024, .passes = 1};

TEST(Password, IsVerifiedAgainstItsOwnHashOnly) {
  const std::string encoded = hash_password("correct horse", kCheap);
  EXPECT_TRUE(verify_password(encoded, "correct horse"));
  EXPECT_FALSE(verify_password(encoded, "correct horsf"));
  EXPECT_FALSE(verify_password(encoded, "correct hors"));
  EXPECT_FALSE(verify_password(encoded, ""));
  EXPECT_FALSE(verify_password(encoded, std::string_view("correct horse\0", 14)));
}

TEST(Password, IsHashedWithTheCostInTheEncodedForm) {
  EXPECT_TRUE(hash_password("x").starts_with("$argon2id$v=19$m=19456,t=2,p=1$"));
  EXPECT_NE(hash_password("x", kCheap), hash_password("x", kCheap)) << "each hash has its own salt";
}

// Made with the reference implementation: argon2 somesalt -id -t 2 -m 16 -p 1, password "password" (its test suite).
TEST(Password, OfTheReferenceImplementationIsVerified) {
  constexpr std::string_view kEncoded =
      "$argon2id$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc";
  EXPECT_TRUE(verify_password(kEncoded, "password"));
  EXPECT_FALSE(verify_password(kEncoded, "Password"));
}

TEST(Password, IsRefusedForEncodingsThatAreNone) {
  const std::string encoded = hash_password("x", kCheap);
  EXPECT_FALSE(verify_password("", "x"));
  EXPECT_FALSE(verify_password("x", "x"));
  EXPECT_FALSE(verify_password(encoded.substr(0, encoded.size() - 1), "x"));
  EXPECT_FALSE(verify_password(encoded + "A", "x"));
  EXPECT_FALSE(verify_password(encoded + std::string(200, 'A'), "x"));
  EXPECT_FALSE(verify_password(std::string_view("$argon2id$\0", 11), "x"));
  EXPECT_FALSE(verify_password("$argon2i" + encoded.substr(9), "x"));
}

TEST(Password, NeedsARehashAfterTheCostChanged) {
  const std::string encoded = hash_password("x", kCheap);
  EXPECT_FALSE(needs_rehash(encoded, kCheap));
  EXPECT_TRUE(needs_rehash(encoded));
  EXPECT_TRUE(needs_rehash("plain", kCheap));
}

}  // namespace
}  // namespace gatehouse::crypto
