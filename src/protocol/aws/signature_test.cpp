#include "protocol/aws/signature.hpp"

#include <gtest/gtest.h>

#include "base/encoding.hpp"
#include "base/text.hpp"
#include "base/time_format.hpp"
#include "platform/crypto/hash.hpp"

namespace gatehouse::aws {
namespace {

http::Request make_request(std::string method, std::string target, http::Headers headers = {}) {
  http::Request request;
  request.method = std::move(method);
  request.target = std::move(target);
  request.headers = std::move(headers);
  return request;
}

Timestamp at(std::string_view text) { return parse_basic_iso8601(text).value(); }

class Signature : public testing::Test {
 protected:
  Signature() {
    // AWS's published test suite and documents use these two keys.
    add("AKIDEXAMPLE", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY");
    add("AKIAIOSFODNN7EXAMPLE", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY");
    add("ASIASESSION", "secret", "the session token");
  }
  void add(std::string id, std::string secret, std::string token = {}) {
    auto caller =
        std::make_shared<const Caller>(Caller{"arn:aws:iam::000000000000:user/" + id, "000000000000", false, {}});
    book_.add({std::move(id), std::move(secret), std::move(token), std::move(caller)});
  }
  Result<std::shared_ptr<const Credential>> verify(const http::Request& request) const {
    return verify_signature(request, book_, options_, now_);
  }
  std::string code(const http::Request& request) const {
    const auto verified = verify(request);
    return verified ? "verified" : verified.error().code;
  }
  std::string message(const http::Request& request) const {
    const auto verified = verify(request);
    return verified ? "verified" : verified.error().message;
  }
  http::Request signed_call(std::string_view id = "AKIDEXAMPLE") const {
    http::Request request = make_request("POST", "/",
                                         {{"Host", "example.amazonaws.com"},
                                          {"Content-Type", "application/x-amz-json-1.0"},
                                          {"X-Amz-Target", "Service.Operation"}});
    request.body = "{}";
    sign_request(request, *book_.find(id), {"us-east-1", "service"}, now_);
    return request;
  }

  CredentialBook book_;
  VerifyOptions options_{.service = "service", .region = "us-east-1"};
  Timestamp now_ = at("20150830T123600Z");
};

http::Request suite_request(std::string method, std::string target, std::string_view signed_headers,
                            std::string_view signature) {
  http::Request request = make_request(std::move(method), std::move(target));
  request.headers = {{"Host", "example.amazonaws.com"}, {"X-Amz-Date", "20150830T123600Z"}};
  request.headers.add("Authorization",
                      fmt::format("AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/service/aws4_request, "
                                  "SignedHeaders={}, Signature={}",
                                  signed_headers, signature));
  return request;
}

// AWS's Signature Version 4 test suite.
TEST_F(Signature, OfAwssTestSuiteHolds) {
  struct Case {
    std::string_view name, method, target, signature;
  };
  const Case cases[] = {
      {"get-vanilla", "GET", "/", "5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31"},
      {"post-vanilla", "POST", "/", "5da7c1a2acd57cee7505fc6676e4e544621c30862966e37dddb68e92efbe5d6b"},
      {"get-vanilla-query-order-key-case", "GET", "/?Param2=value2&Param1=value1",
       "b97d918cfa904a5beff61c982a1b6f458b799221646efd99d3219ec94cdf2500"},
      {"get-vanilla-utf8-query", "GET", "/?\xE1\x88\xB4=bar",
       "2cdec8eed098649ff3a119c94853b13c643bcf08f8b0a1d91e12c9027818dd04"},
      {"get-slash", "GET", "//", "5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31"},
      {"get-relative", "GET", "/example/..", "5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31"},
      {"get-slash-dot-slash", "GET", "/./", "5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31"},
      {"post-vanilla-query", "POST", "/?Param1=value1",
       "28038455d6de14eafc1f9222cf5aa6f1a96197d7deb8263271d420d138af7f11"},
  };
  for (const Case& c : cases) {
    const http::Request request =
        suite_request(std::string(c.method), std::string(c.target), "host;x-amz-date", c.signature);
    EXPECT_EQ(message(request), "verified") << c.name;
  }
}

TEST_F(Signature, OfTheTestSuitesHeaderCasesHolds) {
  http::Request request = suite_request("GET", "/", "host;my-header1;my-header2;x-amz-date",
                                        "acc3ed3afb60bb290fc8d2dd0098b9911fcaa05412b367055dee359757a9c736");
  request.headers.add("My-Header1", " value1");
  request.headers.add("My-Header2", " \"a   b   c\"");
  EXPECT_EQ(message(request), "verified");
}

// IAM User Guide: "Create a signed AWS API request", the ListUsers example.
TEST_F(Signature, OfTheIamUserGuideHolds) {
  options_.service = "iam";
  http::Request request = make_request("GET", "/?Action=ListUsers&Version=2010-05-08");
  request.headers = {{"Host", "iam.amazonaws.com"},
                     {"Content-Type", "application/x-www-form-urlencoded; charset=utf-8"},
                     {"X-Amz-Date", "20150830T123600Z"},
                     {"Authorization",
                      "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/iam/aws4_request, "
                      "SignedHeaders=content-type;host;x-amz-date, "
                      "Signature=5d672d79c15b13162d9279b0855cfba6789a8edb4c82c400e06b5924a6f2b5d7"}};
  EXPECT_EQ(message(request), "verified");
}

// Amazon S3 API reference: "Signature Calculations for the Authorization Header" and "... Query Parameters".
class S3Signature : public Signature {
 protected:
  S3Signature() {
    options_ = {.service = "s3",
                .region = "us-east-1",
                .max_skew = std::chrono::minutes{15},
                .double_encode_path = false,
                .uses_content_hash_header = true};
    now_ = at("20130524T000000Z");
  }
  static http::Request put() {
    http::Request request = make_request("PUT", "/test$file.text");
    request.headers = {{"Host", "examplebucket.s3.amazonaws.com"},
                       {"Date", "Fri, 24 May 2013 00:00:00 GMT"},
                       {"x-amz-date", "20130524T000000Z"},
                       {"x-amz-storage-class", "REDUCED_REDUNDANCY"},
                       {"x-amz-content-sha256", "44ce7dd67c959e0d3524ffac1771dfbba87d2b6b4b4e99e42034a8b803f8b072"},
                       {"Authorization",
                        "AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/20130524/us-east-1/s3/aws4_request,"
                        "SignedHeaders=date;host;x-amz-content-sha256;x-amz-date;x-amz-storage-class,"
                        "Signature=98ad721746da40c64f1a55b78f14c238d841ea1380cd77a1b5971af0ece108bd"}};
    request.body = "Welcome to Amazon S3.";
    return request;
  }
  static http::Request presigned() {
    http::Request request = make_request(
        "GET",
        "/test.txt?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=AKIAIOSFODNN7EXAMPLE%2F20130524%2F"
        "us-east-1%2Fs3%2Faws4_request&X-Amz-Date=20130524T000000Z&X-Amz-Expires=86400&X-Amz-SignedHeaders=host"
        "&X-Amz-Signature=aeeed9bbccd4d02ee5c0109b86d86835f995330da4c265957d157751f604d404");
    request.headers = {{"Host", "examplebucket.s3.amazonaws.com"}};
    return request;
  }
};

TEST_F(S3Signature, OfTheApiReferenceHolds) {
  EXPECT_EQ(message(put()), "verified");
  EXPECT_EQ(message(presigned()), "verified");
}

TEST_F(S3Signature, CoversTheBodyThroughItsHashHeader) {
  http::Request request = put();
  request.body += "!";
  EXPECT_EQ(code(request), "XAmzContentSHA256Mismatch");
  request.headers.remove("x-amz-content-sha256");
  EXPECT_EQ(code(request), "InvalidRequest");
  request.headers.add("x-amz-content-sha256", "STREAMING-AWS4-HMAC-SHA256-PAYLOAD");
  EXPECT_EQ(code(request), "NotImplemented");
  request.headers.set("x-amz-content-sha256", "UNSIGNED-PAYLOAD");
  EXPECT_EQ(code(request), "InvalidSignatureException") << "the signature covers which of them it is";
}

TEST_F(S3Signature, InAQueryEndsWhenItsExpiryHasPassed) {
  now_ = at("20130525T000000Z");
  EXPECT_EQ(message(presigned()), "verified");
  now_ = at("20130525T000001Z");
  EXPECT_NE(message(presigned()).find("Signature expired: 20130524T000000Z"), std::string::npos);
  now_ = at("20130523T234459Z");
  EXPECT_NE(message(presigned()).find("not yet current"), std::string::npos);
}

TEST_F(Signature, IsRefusedWithAwssCodeAndText) {
  struct Case {
    std::string_view name;
    std::function<void(http::Request&)> change;
    std::string_view code, text;
  };
  const auto replace = [](std::string from, std::string to) {
    return [from, to](http::Request& request) {
      std::string value(request.headers.get("authorization"));
      const std::size_t where = value.find(from);
      ASSERT_NE(where, std::string::npos) << from;
      request.headers.set("Authorization", value.replace(where, from.size(), to));
    };
  };
  const auto set = [](std::string name, std::string value) {
    return [name, value](http::Request& request) { request.headers.set(name, value); };
  };
  const Case cases[] = {
      {"nothing", [](auto& r) { r.headers.remove("authorization"); }, "MissingAuthenticationTokenException",
       "Missing Authentication Token"},
      {"another scheme", set("Authorization", "Bearer abc"), "MissingAuthenticationTokenException", ""},
      {"empty", set("Authorization", ""), "MissingAuthenticationTokenException", ""},
      {"version 2", set("Authorization", "AWS AKID:signature"), "MissingAuthenticationTokenException", ""},
      {"algorithm only", set("Authorization", "AWS4-HMAC-SHA256"), "IncompleteSignatureException",
       "Authorization header requires 'Credential' parameter. Authorization header requires 'Signature' parameter. "
       "Authorization header requires 'SignedHeaders' parameter. (Hashed"},
      {"no date", [](auto& r) { r.headers.remove("x-amz-date"); }, "IncompleteSignatureException",
       "Authorization header requires existence of either a 'X-Amz-Date' or a 'Date' header. (Hashed"},
      {"a pair without =", replace("SignedHeaders=", "SignedHeaders"), "IncompleteSignatureException",
       "missing equal-sign"},
      {"a blank in the key", replace("AKIDEXAMPLE", "AKIDEXAMPLE "), "IncompleteSignatureException",
       "missing equal-sign"},
      {"twice", replace(", Signature=", ", Signature=00, Signature="), "IncompleteSignatureException", "twice"},
      {"another algorithm", replace("AWS4-HMAC-SHA256", "AWS4-HMAC-SHA1"), "IncompleteSignatureException",
       "Unsupported AWS 'algorithm': 'AWS4-HMAC-SHA1'"},
      {"four parts", replace("/aws4_request", ""), "IncompleteSignatureException",
       "Credential must have exactly 5 slash-delimited elements, e.g. keyid/date/region/service/term, got "
       "'AKIDEXAMPLE/20150830/us-east-1/service'"},
      {"an empty part", replace("us-east-1", ""), "IncompleteSignatureException", "exactly 5"},
      {"a bad date", set("X-Amz-Date", "2015-08-30"), "IncompleteSignatureException",
       "Date must be in ISO-8601 'basic format'. Got '2015-08-30'. See http://en.wikipedia.org/wiki/ISO_8601"},
      {"an impossible date", set("X-Amz-Date", "20150832T123600Z"), "IncompleteSignatureException", "Date must be"},
      {"too old", set("X-Amz-Date", "20150830T123059Z"), "InvalidSignatureException",
       "Signature expired: 20150830T123059Z is now earlier than 20150830T123100Z (20150830T123600Z - 5 min.)"},
      {"too new", set("X-Amz-Date", "20150830T124101Z"), "InvalidSignatureException",
       "Signature not yet current: 20150830T124101Z is still later than 20150830T124100Z (20150830T123600Z + 5 min.)"},
      {"another date within the skew", set("X-Amz-Date", "20150830T123601Z"), "InvalidSignatureException",
       "The request signature we calculated does not match"},
      {"host unsigned", replace(";host", ""), "InvalidSignatureException",
       "'Host' or ':authority' must be a 'SignedHeader' in the AWS Authorization."},
      {"target unsigned", replace(";x-amz-target", ""), "InvalidSignatureException",
       "'X-Amz-Target' must be a 'SignedHeader' in the AWS Authorization."},
      {"an x-amz- header added", set("x-amz-acl", "public-read"), "InvalidSignatureException", "'x-amz-acl' must be"},
      {"another region", replace("us-east-1", "eu-west-1"), "InvalidSignatureException",
       "Credential should be scoped to a valid region, not 'eu-west-1'. "},
      {"another service", replace("/service/", "/dynamodb/"), "InvalidSignatureException",
       "Credential should be scoped to correct service: 'service'. "},
      {"another terminator", replace("aws4_request", "aws5_request"), "InvalidSignatureException",
       "Credential should be scoped with a valid terminator: 'aws4_request', not 'aws5_request'. "},
      {"another day", replace("/20150830/", "/20150829/"), "InvalidSignatureException",
       "Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from HTTP: '20150829' != "
       "'20150830', from '20150830T123600Z'."},
      {"an unknown key", replace("AKIDEXAMPLE", "AKIDUNKNOWN"), "UnrecognizedClientException",
       "The security token included in the request is invalid."},
      {"another's key", replace("AKIDEXAMPLE", "AKIAIOSFODNN7EXAMPLE"), "InvalidSignatureException",
       "The request signature we calculated does not match"},
      {"the body changed", [](auto& r) { r.body = "{ }"; }, "InvalidSignatureException", "does not match"},
      {"the method changed", [](auto& r) { r.method = "PUT"; }, "InvalidSignatureException", "does not match"},
      {"the path changed", [](auto& r) { r.target = "/x"; }, "InvalidSignatureException", "does not match"},
      {"a query added", [](auto& r) { r.target = "/?a"; }, "InvalidSignatureException", "does not match"},
      {"a broken query", [](auto& r) { r.target = "/?a=%4"; }, "MalformedQueryStringException", ""},
      {"the host changed", set("Host", "evil.example"), "InvalidSignatureException", "does not match"},
      {"the target changed", set("X-Amz-Target", "Service.Delete"), "InvalidSignatureException", "does not match"},
      {"a second target", [](auto& r) { r.headers.add("X-Amz-Target", "Service.Delete"); }, "InvalidSignatureException",
       "does not match"},
      {"a second host", [](auto& r) { r.headers.add("Host", "evil.example"); }, "InvalidSignatureException", "once"},
      {"a second signature", [](auto& r) { r.headers.add("Authorization", "AWS4-HMAC-SHA256 x=y"); },
       "IncompleteSignatureException", "twice"},
      {"a token for a key without one", [](auto& r) { r.target = "/?X-Amz-Security-Token=x"; },
       "InvalidSignatureException", "does not match"},
      {"a query signature as well", [](auto& r) { r.target = "/?X-Amz-Algorithm=AWS4-HMAC-SHA256"; },
       "InvalidSignatureException",
       "Found both 'X-Amz-Algorithm' as a query-string param and 'Authorization' as HTTP header."},
  };
  for (const Case& c : cases) {
    http::Request request = signed_call();
    c.change(request);
    EXPECT_EQ(code(request), c.code) << c.name;
    EXPECT_NE(message(request).find(c.text), std::string::npos) << c.name << ": " << message(request);
    EXPECT_EQ(message(request).find("wJalr"), std::string::npos);
  }
}

TEST_F(Signature, NamesWhatAQuerySignatureLacks) {
  http::Request request = make_request("GET", "/?X-Amz-Algorithm");
  EXPECT_EQ(code(request), "IncompleteSignatureException");
  EXPECT_EQ(
      message(request),
      "AWS query-string parameters must include 'X-Amz-Algorithm'. AWS query-string parameters must include "
      "'X-Amz-Credential'. AWS query-string parameters must include 'X-Amz-Signature'. AWS query-string parameters "
      "must include 'X-Amz-SignedHeaders'. AWS query-string parameters must include 'X-Amz-Date'. Re-examine the "
      "query-string parameters.");
  request.target = "/?X-Amz-Algorithm=a&X-Amz-Algorithm=b";
  EXPECT_NE(message(request).find("given twice"), std::string::npos);
  for (const std::string_view expires : {"0", "604801", "-1", "1.5", "x"}) {
    request.target = fmt::format(
        "/?X-Amz-Algorithm=a&X-Amz-Credential=b&X-Amz-Signature=c&X-Amz-SignedHeaders=d&X-Amz-Date=e&X-Amz-Expires={}",
        expires);
    EXPECT_EQ(code(request), "AuthorizationQueryParametersError") << expires;
  }
}

TEST_F(Signature, EchoesNothingLongOrUnprintable) {
  http::Request request = signed_call();
  request.headers.set("X-Amz-Date", "\xff\x01" + std::string(10'000, 'x'));
  EXPECT_LT(message(request).size(), 300u);
  EXPECT_NE(message(request).find("Got '\?\?xxx"), std::string::npos) << message(request);
}

TEST_F(Signature, HoldsWithinTheSkewOnBothSides) {
  const http::Request request = signed_call();
  for (const std::string_view time : {"20150830T123100Z", "20150830T124100Z"}) {
    now_ = at(time);
    EXPECT_EQ(message(request), "verified") << time;
  }
}

TEST_F(Signature, OfAChangedCharacterIsRefused) {
  const http::Request original = signed_call();
  const std::string value(original.headers.get("authorization"));
  for (std::size_t i = value.size() - 64; i < value.size(); ++i) {
    std::string changed = value;
    changed[i] = changed[i] == '0' ? '1' : '0';
    http::Request request = original;
    request.headers.set("Authorization", changed);
    EXPECT_EQ(code(request), "InvalidSignatureException") << i;
  }
  for (const std::size_t length : {0u, 1u, 63u}) {
    http::Request request = original;
    request.headers.set("Authorization", value.substr(0, value.size() - 64 + length));
    EXPECT_NE(code(request), "verified") << length;
  }
  http::Request request = original;
  request.headers.set("Authorization", value + "0");
  EXPECT_EQ(code(request), "InvalidSignatureException");
}

TEST_F(Signature, OfATemporaryKeyNeedsItsOwnToken) {
  const http::Request request = signed_call("ASIASESSION");
  EXPECT_EQ(message(request), "verified");
  for (const std::string_view token : {"", "the session toke", "the session tokeN", "the session token2"}) {
    http::Request changed = request;
    changed.headers.set("X-Amz-Security-Token", std::string(token));
    EXPECT_EQ(code(changed), "UnrecognizedClientException") << token;
  }
  http::Request without = request;
  without.headers.remove("x-amz-security-token");
  EXPECT_EQ(code(without), "UnrecognizedClientException");
}

TEST_F(Signature, OfAnExchangedOrRemovedKeyNoLongerHolds) {
  const http::Request request = signed_call();
  ASSERT_EQ(message(request), "verified");
  add("AKIDEXAMPLE", "another secret");
  EXPECT_EQ(code(request), "InvalidSignatureException") << "a key derived from the old secret must not serve on";
  book_.remove("AKIDEXAMPLE");
  EXPECT_EQ(code(request), "UnrecognizedClientException");
}

TEST_F(Signature, IsMadeAsItIsChecked) {
  for (const std::string_view target :
       {"/", "/a%20b/c", "/a//b/../c/", "/?b=2&a=1&a=0", "/?x=a%2Bb&y=%C3%BC&z", "/~x_y-z."}) {
    http::Request request = make_request("GET", std::string(target), {{"host", "h:4566"}});
    sign_request(request, *book_.find("AKIDEXAMPLE"), {"us-east-1", "service"}, now_);
    EXPECT_EQ(message(request), "verified") << target;
  }
}

TEST(ClaimedScope, IsReadFromHeaderOrQuery) {
  http::Request request = make_request("POST", "/");
  EXPECT_FALSE(claimed_scope(request));
  request.headers.set("Authorization", "AWS4-HMAC-SHA256 Credential=A/20150830/eu-west-1/logs/aws4_request, Sig=1");
  ASSERT_TRUE(claimed_scope(request));
  EXPECT_EQ(claimed_scope(request)->service, "logs");
  EXPECT_EQ(claimed_scope(request)->region, "eu-west-1");
  for (const std::string_view value :
       {"Bearer x", "AWS4-HMAC-SHA256 Credential=A/B/C", "AWS4-HMAC-SHA256 Credential="}) {
    request.headers.set("Authorization", std::string(value));
    EXPECT_FALSE(claimed_scope(request)) << value;
  }
  request.headers.remove("authorization");
  request.target = "/?X-Amz-Credential=A%2F20150830%2Feu-west-1%2Fs3%2Faws4_request";
  ASSERT_TRUE(claimed_scope(request));
  EXPECT_EQ(claimed_scope(request)->service, "s3");
}

}  // namespace
}  // namespace gatehouse::aws
