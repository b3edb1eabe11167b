#include "services/gateway/cognito_authorizer.hpp"

#include <gtest/gtest.h>

#include "base/encoding.hpp"
#include "platform/crypto/hash.hpp"
#include "services/gateway/testing/fixture.hpp"

namespace gatehouse::gateway {
namespace {

using namespace std::chrono_literals;
using namespace testing;

struct Authorizer : ::testing::Test {
  World world;
  Authorizer() {
    world.add_protected("GET", "/id");
    world.add_protected("GET", "/access", {"products/read", "email"});
    EXPECT_TRUE(world.deploy());
  }
  http::Response get(std::string path, const std::string& token) {
    return world.send("GET", std::move(path), bearer(token));
  }

  static std::string unsigned_token(std::string_view header, const json::object& claims) {
    return base64url_encode(header) + "." + base64url_encode(json::serialize(claims)) + ".";
  }
};

TEST_F(Authorizer, TakesIdTokensWithoutScopesAndAccessTokensWithThem) {
  const std::string id = World::sign(world.id_claims());
  const std::string access = World::sign(world.access_claims("openid email"));
  EXPECT_EQ(get("/id", id).status, 200u);
  EXPECT_EQ(get("/id", access).status, 401u);
  EXPECT_EQ(get("/access", access).status, 200u);
  EXPECT_EQ(get("/access", id).status, 401u);
  EXPECT_EQ(get("/access", World::sign(world.access_claims("openid"))).status, 401u);
  EXPECT_EQ(get("/access", World::sign(world.access_claims("emails"))).status, 401u);
  EXPECT_EQ(get("/access", World::sign(world.access_claims(""))).status, 401u);
}

TEST_F(Authorizer, TakesTheTokenRawOrAfterBearerInAnyCase) {
  const std::string id = World::sign(world.id_claims());
  for (const std::string& value : {id, "Bearer " + id, "bearer " + id, "BEARER  " + id})
    EXPECT_EQ(world.send("GET", "/id", {{"authorization", value}}).status, 200u) << value.substr(0, 8);
  for (const std::string& value :
       {"Basic " + id, std::string("Bearer"), std::string("Bearer "), std::string(), id + " " + id})
    EXPECT_EQ(world.send("GET", "/id", {{"authorization", value}}).status, 401u) << value.substr(0, 8);
}

TEST_F(Authorizer, AnswersMissingTokensAsAwsDoes) {
  const http::Response response = world.send("GET", "/id");
  EXPECT_EQ(response.status, 401u);
  EXPECT_EQ(response.body, R"({"message":"Unauthorized"})");
  EXPECT_EQ(response.headers.get("x-amzn-ErrorType"), "UnauthorizedException");
  EXPECT_EQ(response.headers.get("Content-Type"), "application/json");
  EXPECT_EQ(response.headers.get("x-amzn-RequestId"), "11111111-2222-4333-8444-555555555555");
  EXPECT_EQ(response.headers.get("x-amz-apigw-id").size(), 16u);
  EXPECT_TRUE(world.functions.events.empty());
}

TEST_F(Authorizer, RefusesTwoAuthorizationHeadersEvenIfBothAreGood) {
  const std::string id = World::sign(world.id_claims());
  EXPECT_EQ(world.send("GET", "/id", {{"Authorization", id}, {"authorization", id}}).status, 401u);
}

TEST_F(Authorizer, SaysThatATokenHasExpiredAlsoWhenItWasCached) {
  const std::string id = World::sign(world.id_claims());
  EXPECT_EQ(get("/id", id).status, 200u);
  world.clock.advance(3599s);
  EXPECT_EQ(get("/id", id).status, 200u);
  world.clock.advance(1s);
  for (int i = 0; i < 2; ++i) {
    const http::Response response = get("/id", id);
    EXPECT_EQ(response.status, 401u);
    EXPECT_EQ(response.body, R"({"message":"The incoming token has expired"})");
    EXPECT_EQ(response.headers.get("x-amzn-ErrorType"), "UnauthorizedException");
  }
}

TEST_F(Authorizer, RefusesForgedTokens) {
  const json::object claims = world.id_claims();
  const std::string good = World::sign(claims);
  const std::string modulus = test_key(0).public_key().modulus();

  const std::string hs_input =
      base64url_encode(R"({"kid":"kid-a","alg":"HS256"})") + "." + base64url_encode(json::serialize(claims));
  const std::size_t payload_at = good.find('.') + 1;
  const std::size_t signature_at = good.rfind('.');
  json::object admin = claims;
  admin["cognito:groups"] = json::array{"Root"};
  const std::string other_payload = base64url_encode(json::serialize(admin));

  const std::vector<std::pair<const char*, std::string>> forged = {
      {"alg none", unsigned_token(R"({"alg":"none","kid":"kid-a"})", claims)},
      {"alg None", unsigned_token(R"({"alg":"None"})", claims)},
      {"HS256 with the public key", hs_input + "." + base64url_encode(crypto::hmac_sha256(modulus, hs_input))},
      {"unknown kid", World::sign(claims, 0, "kid-x")},
      {"another key under the kid", World::sign(claims, 1, "kid-a")},
      {"changed payload", good.substr(0, payload_at) + other_payload + good.substr(signature_at)},
      {"no signature", good.substr(0, signature_at + 1)},
      {"cut signature", good.substr(0, good.size() - 4)},
      {"two parts", good.substr(0, signature_at)},
      {"four parts", good + ".x"},
      {"not a token", "x"},
      {"oversize", good + std::string(20'000, 'A')},
      {"key of another pool", World::sign(claims, 1, "kid-b")},
  };
  for (const auto& [name, token] : forged) {
    SCOPED_TRACE(name);
    const http::Response response = get("/id", token);
    EXPECT_EQ(response.status, 401u);
    EXPECT_EQ(response.body, R"({"message":"Unauthorized"})");
  }
  EXPECT_TRUE(world.functions.events.empty());
}

TEST_F(Authorizer, RefusesTokensWhoseClaimsDoNotFit) {
  const auto with = [&](std::string_view name, json::value value) {
    json::object claims = world.id_claims();
    claims[name] = std::move(value);
    return World::sign(claims);
  };
  const auto without = [&](std::string_view name) {
    json::object claims = world.id_claims();
    claims.erase(name);
    return World::sign(claims);
  };
  EXPECT_EQ(get("/id", with("iss", "http://localhost:4566/us-east-1_B")).status, 401u);
  EXPECT_EQ(get("/id", with("iss", "http://localhost:4566/us-east-1_A/")).status, 401u);
  EXPECT_EQ(get("/id", with("aud", "client-2")).status, 401u);
  EXPECT_EQ(get("/id", with("aud", json::array{"client-1"})).status, 401u);
  EXPECT_EQ(get("/id", with("token_use", "refresh")).status, 401u);
  EXPECT_EQ(get("/id", with("exp", "9999999999")).status, 401u);
  for (const char* name : {"iss", "aud", "token_use", "exp"}) EXPECT_EQ(get("/id", without(name)).status, 401u) << name;
  EXPECT_EQ(get("/id", with("token_use", "access")).status, 401u);
}

TEST_F(Authorizer, ForgetsCachedTokensWhenThePoolChanges) {
  const std::string id = World::sign(world.id_claims());
  EXPECT_EQ(get("/id", id).status, 200u);
  auto changed = std::make_shared<PoolSnapshot>(*world.pools.pools[std::string(kPool)]);
  changed->client_ids = {"client-9"};
  world.pools.pools[std::string(kPool)] = changed;
  EXPECT_EQ(get("/id", id).status, 401u);
}

TEST_F(Authorizer, IsAConfigurationErrorWithoutItsPool) {
  world.pools.pools.clear();
  const http::Response response = get("/id", World::sign(world.id_claims()));
  EXPECT_EQ(response.status, 500u);
  EXPECT_EQ(response.headers.get("x-amzn-ErrorType"), "AuthorizerConfigurationException");
}

TEST(CognitoAuthorizer, DoesNotGiveOnePoolsCachedTokenToAnothersAuthorizer) {
  World world;
  world.api.authorizers.push_back({.name = "Other", .pool_arns = {std::string(kOtherPool)}});
  world.add_protected("GET", "/a");
  world.add_protected("GET", "/b").authorizer = "Other";
  ASSERT_TRUE(world.deploy());
  const std::string id = World::sign(world.id_claims());
  EXPECT_EQ(world.send("GET", "/a", bearer(id)).status, 200u);
  EXPECT_EQ(world.send("GET", "/b", bearer(id)).status, 401u);
}

TEST(CognitoAuthorizer, ReadsTheTokenFromItsIdentitySource) {
  World world;
  world.api.authorizers[0].identity_header = "X-Token";
  world.add_protected("GET", "/a");
  ASSERT_TRUE(world.deploy());
  const std::string id = World::sign(world.id_claims());
  EXPECT_EQ(world.send("GET", "/a", {{"x-token", id}}).status, 200u);
  EXPECT_EQ(world.send("GET", "/a", bearer(id)).status, 401u);
}

TEST(TokenCache, IsBoundedAndDropsTheLeastRecentlyUsed) {
  TokenCache cache(160);
  const auto token = std::make_shared<const VerifiedToken>();
  for (int i = 0; i < 5000; ++i) cache.put("token-" + std::to_string(i), token);
  EXPECT_LE(cache.size(), 160u);
  EXPECT_EQ(cache.find("token-0"), nullptr);
  EXPECT_NE(cache.find("token-4999"), nullptr);
  cache.erase("token-4999");
  EXPECT_EQ(cache.find("token-4999"), nullptr);
}

TEST_F(Authorizer, GivesTheFunctionEveryClaimAsAString) {
  get("/id", World::sign(world.id_claims()));
  const json::object event = world.functions.last_event();
  const json::object& claims =
      event.at("requestContext").as_object().at("authorizer").as_object().at("claims").as_object();
  EXPECT_EQ(claims.at("cognito:groups"), "Admin,Users");
  EXPECT_EQ(claims.at("email_verified"), "true");
  EXPECT_EQ(claims.at("auth_time"), "1700000000");
  EXPECT_EQ(claims.at("iat"), "Tue Nov 14 22:13:20 UTC 2023");
  EXPECT_EQ(claims.at("exp"), "Tue Nov 14 23:13:20 UTC 2023");
}

}  // namespace
}  // namespace gatehouse::gateway
