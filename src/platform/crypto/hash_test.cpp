#include "platform/crypto/hash.hpp"

#include <gtest/gtest.h>

#include <thread>

#include "base/encoding.hpp"

namespace gatehouse::crypto {
namespace {

// FIPS 180-4's example messages and the empty one.
TEST(Digest, MatchesNistsExamples) {
  EXPECT_EQ(hex_encode(sha256("")), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  EXPECT_EQ(hex_encode(sha256("abc")), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  EXPECT_EQ(hex_encode(sha256("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq")),
            "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
  EXPECT_EQ(hex_encode(sha256(std::string(1'000'000, 'a'))),
            "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
  EXPECT_EQ(hex_encode(sha1("abc")), "a9993e364706816aba3e25717850c26c9cd0d89d");
  EXPECT_EQ(hex_encode(md5("message digest")), "f96b697d7cb7938d525a2f31aaf161d0");  // RFC 1321 A.5
}

// RFC 4231 section 4.
TEST(Hmac, MatchesRfc4231) {
  struct Case {
    std::string key, data;
    std::string_view mac;
  };
  const Case cases[] = {
      {std::string(20, '\x0b'), "Hi There", "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7"},
      {"Jefe", "what do ya want for nothing?", "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"},
      {std::string(20, '\xaa'), std::string(50, '\xdd'),
       "773ea91e36800e46854db8ebd09181a72959098b3ef8c122d9635514ced565fe"},
      {std::string(131, '\xaa'), "Test Using Larger Than Block-Size Key - Hash Key First",
       "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54"},
  };
  for (const Case& c : cases) EXPECT_EQ(hex_encode(hmac_sha256(c.key, c.data)), c.mac);
}

TEST(Hmac, TakesAnEmptyKeyAsAKeyOfItsOwn) {
  static_cast<void>(hmac_sha256("another key", "data"));
  EXPECT_EQ(hex_encode(hmac_sha256({}, "")), "b613679a0814d9ec772f95d778c35fc5ff1697c493715653c6c712144292c5ad");
}

TEST(Hash, GivesEveryThreadItsOwnState) {
  std::vector<std::jthread> threads;
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([t] {
      const std::string text(static_cast<std::size_t>(t) * 100, 'x');
      const std::string expected = sha256(text);
      for (int i = 0; i < 500; ++i) {
        EXPECT_EQ(sha256(text), expected);
        EXPECT_EQ(hmac_sha256(text, "d"), hmac_sha256(text, "d"));
      }
    });
  }
}

TEST(EqualInConstantTime, ComparesContentAndLength) {
  EXPECT_TRUE(equal_in_constant_time("", ""));
  EXPECT_TRUE(equal_in_constant_time("abc", "abc"));
  EXPECT_FALSE(equal_in_constant_time("abc", "abd"));
  EXPECT_FALSE(equal_in_constant_time("abc", "abcd"));
}

TEST(Wipe, OverwritesTheBytes) {
  std::string secret = "a secret that is long enough for the heap";
  const char* const where = secret.data();
  wipe(secret);
  EXPECT_TRUE(secret.empty());
  EXPECT_EQ(where[5], '\0');  // still allocated: clear() keeps the capacity
}

}  // namespace
}  // namespace gatehouse::crypto
