#include "platform/crypto/jwt.hpp"

#include <gtest/gtest.h>

#include "base/encoding.hpp"

namespace gatehouse::crypto {
namespace {

class Jwt : public testing::Test {
 protected:
  static void SetUpTestSuite() {
    key_ = new RsaPrivateKey(RsaPrivateKey::generate());
    public_key_ = new RsaPublicKey(key_->public_key());
  }
  static void TearDownTestSuite() {
    delete public_key_;
    delete key_;
  }

  static Result<ParsedJwt> verify(std::string_view token) {
    return verify_jwt(token, [](std::string_view kid) { return kid == "key-1" ? public_key_ : nullptr; });
  }
  // A token with a right signature over whatever header and payload.
  static std::string signed_token(std::string_view header, std::string_view payload) {
    std::string token = base64url_encode(header) + "." + base64url_encode(payload);
    const std::string signature = key_->sign(token);
    return token + "." + base64url_encode(signature);
  }
  static std::string refusal(std::string_view token) {
    const Result<ParsedJwt> parsed = verify(token);
    if (parsed) return "accepted";
    EXPECT_EQ(parsed.error().kind, Error::Kind::kUnauthenticated);
    return parsed.error().detail;
  }

  static inline RsaPrivateKey* key_ = nullptr;
  static inline RsaPublicKey* public_key_ = nullptr;
};

constexpr std::string_view kHeader = R"({"kid":"key-1","alg":"RS256"})";

TEST_F(Jwt, IsReadBackAsItWasSigned) {
  const std::string token = sign_jwt({{"sub", "jane"}, {"exp", 5}}, *key_, "key-1");
  EXPECT_TRUE(token.starts_with(base64url_encode(kHeader) + "."));
  const Result<ParsedJwt> parsed = verify(token);
  ASSERT_TRUE(parsed) << parsed.error().detail;
  EXPECT_EQ(parsed->key_id, "key-1");
  EXPECT_EQ(parsed->claims, (json::object{{"sub", "jane"}, {"exp", 5}}));
}

TEST_F(Jwt, IsRefusedForItsHeader) {
  struct Case {
    std::string_view header, reason;
  };
  const Case cases[] = {
      {R"({"kid":"key-1","alg":"none"})", "alg"},
      {R"({"kid":"key-1","alg":"rs256"})", "alg"},
      {R"({"kid":"key-1","alg":"HS256"})", "alg"},
      {R"({"kid":"key-1","alg":"RS384"})", "alg"},
      {R"({"kid":"key-1","alg":["RS256"]})", "alg"},
      {R"({"kid":"key-1"})", "alg"},
      {R"({"kid":"key-1","alg":"RS256","crit":["exp"]})", "crit"},
      {R"({"kid":"key-1","alg":"RS256","crit":null})", "crit"},
      {R"({"kid":"key-1","alg":"RS256","typ":"logout+jwt"})", "typ"},
      {R"({"kid":"key-1","alg":"RS256","typ":"application/"})", "typ"},
      {R"({"kid":"key-1","alg":"RS256","typ":1})", "typ"},
      {R"({"alg":"RS256"})", "kid"},
      {R"({"kid":"","alg":"RS256"})", "kid"},
      {R"({"kid":7,"alg":"RS256"})", "kid"},
      {R"({"kid":"key-2","alg":"RS256"})", "kid names no known key"},
      {R"({"kid":"key-1","alg":"none","alg":"RS256"})", "twice"},
      {R"(["RS256"])", "not an object"},
      {R"({"kid":"key-1","alg":"RS256")", "not valid JSON"},
      {R"({"kid":"key-1","alg":"RS256"}{})", "not valid JSON"},
      {R"({"kid":"key-1","alg":"RS256","x":[[[[[[1]]]]]]})", "not valid JSON"},
      {"", "not valid JSON"},
  };
  for (const Case& c : cases) {
    EXPECT_NE(refusal(signed_token(c.header, "{}")).find(c.reason), std::string::npos) << c.header;
  }
  const std::string long_kid = fmt::format(R"({{"kid":"{}","alg":"RS256"}})", std::string(257, 'k'));
  EXPECT_NE(refusal(signed_token(long_kid, "{}")).find("kid"), std::string::npos);
}

TEST_F(Jwt, IsTakenWithTheTypesOfAJwt) {
  for (const std::string_view type : {"JWT", "jwt", "at+jwt", "application/at+jwt"}) {
    EXPECT_EQ(refusal(signed_token(fmt::format(R"({{"typ":"{}","kid":"key-1","alg":"RS256"}})", type), "{}")),
              "accepted");
  }
}

TEST_F(Jwt, IsRefusedForItsPayload) {
  for (const std::string_view payload : {"[]", "\"text\"", "", "{", R"({"sub":"a","sub":"b"})", "{\"a\":\"\xff\"}"}) {
    EXPECT_NE(refusal(signed_token(kHeader, payload)).find("payload"), std::string::npos) << payload;
  }
}

TEST_F(Jwt, IsRefusedForItsForm) {
  const std::string token = sign_jwt({{"sub", "jane"}}, *key_, "key-1");
  const std::size_t first = token.find('.');
  const std::size_t second = token.rfind('.');
  const std::string cases[] = {
      "",
      "..",
      token.substr(0, second),
      token.substr(0, second + 1),
      token + ".",
      token + ".AAAA",
      " " + token,
      token + " ",
      token + "=",
      token + "==",
      token.substr(0, first) + "=" + token.substr(first),
      token.substr(0, first + 1) + "+" + token.substr(first + 1),
      token.substr(0, second) + "\n" + token.substr(second),
      std::string(16 * 1024 + 1, 'A'),
      token + std::string(16 * 1024, 'A'),
  };
  for (const std::string& text : cases) EXPECT_NE(refusal(text), "accepted") << text.substr(0, 80);
}

TEST_F(Jwt, IsRefusedAfterAChangeOfAnyCharacter) {
  const std::string token = sign_jwt({{"sub", "jane"}, {"cognito:groups", json::array{"Admin"}}}, *key_, "key-1");
  for (std::size_t i = 0; i < token.size(); ++i) {
    std::string changed = token;
    changed[i] = changed[i] == 'A' ? 'B' : 'A';
    EXPECT_NE(refusal(changed), "accepted") << "character " << i;
  }
}

TEST_F(Jwt, IsRefusedWithTheSignatureOfAnother) {
  const std::string one = sign_jwt({{"sub", "jane"}}, *key_, "key-1");
  const std::string two = sign_jwt({{"sub", "root"}}, *key_, "key-1");
  EXPECT_NE(refusal(two.substr(0, two.rfind('.')) + one.substr(one.rfind('.'))), "accepted");
}

TEST_F(Jwt, ErrorsTellTheClientNothingButThatItIsInvalid) {
  const Result<ParsedJwt> parsed = verify("a.b.c");
  ASSERT_FALSE(parsed);
  EXPECT_EQ(parsed.error().message, "The token is not valid");
}

}  // namespace
}  // namespace gatehouse::crypto
