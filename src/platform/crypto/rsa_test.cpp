#include "platform/crypto/rsa.hpp"

#include <gtest/gtest.h>

#include <thread>

#include "base/encoding.hpp"

namespace gatehouse::crypto {
namespace {

// RFC 7515 appendix A.2: key, signing input and signature.
constexpr std::string_view kModulus =
    "ofgWCuLjybRlzo0tZWJjNiuSfb4p4fAkd_wWJcyQoTbji9k0l8W26mPddxHmfHQp-Vaw-4qPCJrcS2mJPMEzP1Pt0Bm4d4QlL-yRT-SFd2lZS-"
    "pCgNM"
    "sD1W_YpRPEwOWvG6b32690r2jZ47soMZo9wGzjb_7OMg0LOL-bSf63kpaSHSXndS5z5rexMdbBYUsLA9e-KXBdQOS-"
    "UTo7WTBEMa2R2CapHg665xsmtdV"
    "MTBQY4uDZlxvb3qCo5ZwKh9kG4LT6_I5IhlJH7aGhyxXFvUK-DWNmoudF8NAco9_h9iaGNj8q2ethFkMLs91kzk2PAcDTW9gb54h4FRWyuXpoQ";
constexpr std::string_view kInput =
    "eyJhbGciOiJSUzI1NiJ9."
    "eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ";
constexpr std::string_view kSignature =
    "cC4hiUPoj9Eetdgtv3hF80EGrhuB__dzERat0XF9g2VtQgr9PJbu3XOiZj5RZmh7AAuHIm4Bh-0Qc_lF5YKt_"
    "O8W2Fp5jujGbds9uJdbF9CUAr7t1dn"
    "ZcAcQjbKBYNX4BAynRFdiuB--f_nZLgrnbyTyWzO75vRK5h6xBArLIARNPvkSjtQBMHlb1L07Qe7K0GarZRmB_eSN9383LcOLn6_dO--"
    "xi12jzDwusC-e"
    "OkHWEsqtFZESc6BfI7noOPqvhJ1phCnvWh6IeYI2w9QOYEUipUTI8np6LbgGY9Fs98rqVt5AXLIhWkWywlVmtVrBp0igcN_IoypGlUPQGe77Rw";

std::string decoded(std::string_view text) { return base64url_decode(text).value(); }

class Rfc7515 : public testing::Test {
 protected:
  Result<RsaPublicKey> key_ = RsaPublicKey::from_components(decoded(kModulus), decoded("AQAB"));
};

TEST_F(Rfc7515, SignatureOfAppendixA2Holds) {
  ASSERT_TRUE(key_);
  EXPECT_TRUE(key_->verify(kInput, decoded(kSignature)));
  EXPECT_EQ(base64url_encode(key_->modulus()), kModulus);
  EXPECT_EQ(base64url_encode(key_->exponent()), "AQAB");
}

TEST_F(Rfc7515, AChangeOfAnyByteOfTheSignatureIsRefused) {
  ASSERT_TRUE(key_);
  const std::string signature = decoded(kSignature);
  for (std::size_t i = 0; i < signature.size(); ++i) {
    std::string changed = signature;
    changed[i] = static_cast<char>(changed[i] ^ 1);
    EXPECT_FALSE(key_->verify(kInput, changed)) << "byte " << i;
  }
  EXPECT_TRUE(key_->verify(kInput, signature)) << "a refused signature spoils nothing for the next";
}

TEST_F(Rfc7515, SignaturesOfAnotherLengthAreRefused) {
  ASSERT_TRUE(key_);
  const std::string signature = decoded(kSignature);
  for (const std::size_t size : {0u, 1u, 128u, 255u}) EXPECT_FALSE(key_->verify(kInput, signature.substr(0, size)));
  EXPECT_FALSE(key_->verify(kInput, signature + '\0'));
  EXPECT_FALSE(key_->verify(kInput, '\0' + signature));
}

TEST_F(Rfc7515, AnotherMessageIsRefused) {
  ASSERT_TRUE(key_);
  EXPECT_FALSE(key_->verify(std::string(kInput) + "A", decoded(kSignature)));
  EXPECT_FALSE(key_->verify("", decoded(kSignature)));
}

TEST(RsaPublicKey, RefusesWeakAndAbsurdKeys) {
  const std::string modulus = decoded(kModulus);
  const std::string exponent = decoded("AQAB");
  EXPECT_FALSE(RsaPublicKey::from_components("", exponent));
  EXPECT_FALSE(RsaPublicKey::from_components(modulus, ""));
  EXPECT_FALSE(RsaPublicKey::from_components(modulus.substr(0, 128) + "\x01", exponent));  // 1032 bits
  EXPECT_FALSE(RsaPublicKey::from_components(std::string(2048, '\xff'), exponent));
  EXPECT_FALSE(RsaPublicKey::from_components(modulus.substr(0, 255) + "\x02", exponent));
  EXPECT_FALSE(RsaPublicKey::from_components(modulus, "\x01"));
  EXPECT_FALSE(RsaPublicKey::from_components(modulus, "\x02"));
  EXPECT_FALSE(RsaPublicKey::from_components(modulus, std::string(9, '\x01')));
}

TEST(RsaPrivateKey, SignsWhatItsPublicHalfVerifies) {
  const RsaPrivateKey key = RsaPrivateKey::generate();
  const std::string signature = key.sign("message");
  EXPECT_EQ(signature.size(), 256u);
  EXPECT_TRUE(key.public_key().verify("message", signature));
  EXPECT_FALSE(RsaPrivateKey::generate().public_key().verify("message", signature));

  const Result<RsaPublicKey> rebuilt =
      RsaPublicKey::from_components(key.public_key().modulus(), key.public_key().exponent());
  ASSERT_TRUE(rebuilt);
  EXPECT_TRUE(rebuilt->verify("message", signature));
}

TEST(RsaPrivateKey, SurvivesItsPemForm) {
  const RsaPrivateKey key = RsaPrivateKey::generate();
  const std::string pem = key.to_pem();
  EXPECT_TRUE(pem.starts_with("-----BEGIN PRIVATE KEY-----"));
  const Result<RsaPrivateKey> again = RsaPrivateKey::from_pem(pem);
  ASSERT_TRUE(again);
  EXPECT_TRUE(key.public_key().verify("message", again->sign("message")));
}

TEST(RsaPrivateKey, IsNotReadFromOtherText) {
  const std::string pem = RsaPrivateKey::generate().to_pem();
  EXPECT_FALSE(RsaPrivateKey::from_pem(""));
  EXPECT_FALSE(RsaPrivateKey::from_pem("hello"));
  EXPECT_FALSE(RsaPrivateKey::from_pem(pem.substr(0, pem.size() / 2)));
  // A P-256 key: another algorithm.
  EXPECT_FALSE(
      RsaPrivateKey::from_pem("-----BEGIN PRIVATE KEY-----\n"
                              "MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgevZzL1gdAFr88hb2\n"
                              "OF/2NxApJCzGCEDdfSp6VQO30hyhRANCAAQRWz+jn65BtOMvdyHKcvjBeBSDZH2r\n"
                              "1RTwjmYSi9R/zpBnuQ4EiMnCqfMPWiZqB4QdbAd0E7oH50VpuZ1P087G\n"
                              "-----END PRIVATE KEY-----\n"));
}

TEST(RsaKeys, ServeManyThreadsAtOnce) {
  const RsaPrivateKey key = RsaPrivateKey::generate();
  const RsaPublicKey public_key = key.public_key();
  std::vector<std::jthread> threads;
  for (int t = 0; t < 12; ++t) {
    threads.emplace_back([&, t] {
      const std::string message = fmt::format("message {}", t);
      for (int i = 0; i < 20; ++i) {
        const std::string signature = key.sign(message);
        EXPECT_TRUE(public_key.verify(message, signature));
        EXPECT_FALSE(public_key.verify("other", signature));
      }
    });
  }
}

}  // namespace
}  // namespace gatehouse::crypto
