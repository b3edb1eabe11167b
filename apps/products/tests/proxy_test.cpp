#include "proxy/proxy.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "fake_host.hpp"

namespace products {
namespace {

namespace json = sdk::json;
using sdk::ApiRequest;
using sdk::ApiResponse;
using testing::FakeHost;
using ::testing::HasSubstr;
using ::testing::Not;

sdk::HttpResponse answer(int status, std::string body, sdk::Headers headers = {{"Content-Type", "application/json"}}) {
  return {status, std::move(headers), std::move(body)};
}

class Proxy : public ::testing::Test {
 protected:
  Proxy() {
    host.variables = {
        {"SITE_URL", "http://site"}, {"CRUD_API_URL", "http://crud/prod"},   {"SIGN_IN_URL", "http://pool"},
        {"APP_CLIENT_ID", "client"}, {"APP_CLIENT_SECRET_ID", "arn:client"}, {"API_KEY_SECRET_ID", "arn:key"}};
    host.on_aws = [this](const sdk::AwsRequest& request) -> sdk::Result<std::string> {
      const std::string id(json::parse(request.input).at("SecretId").as_string());
      if (!secrets.contains(id)) return std::unexpected(sdk::Error{"ResourceNotFoundException", "no such secret"});
      return json::serialize(json::object{{"SecretString", secrets[id]}});
    };
    host.on_fetch = [](const sdk::HttpRequest&) { return answer(200, "{}"); };
  }

  ApiResponse run(ApiRequest request) {
    sdk::Context context(host, testing::invocation());
    ApiResponse response = testing::finish(proxy_with(cache, std::move(request), context));
    EXPECT_EQ(response.headers.get("Access-Control-Allow-Origin"), "http://site");
    EXPECT_EQ(response.headers.get("Vary"), "Origin");
    EXPECT_THAT(response.body + host.logged, Not(HasSubstr("top-secret")));
    for (const auto& [name, value] : response.headers) EXPECT_THAT(value, Not(HasSubstr("top-secret")));
    return response;
  }
  ApiResponse auth(const std::string& name, std::string body) {
    ApiRequest request;
    request.method = "POST";
    request.resource = request.path = "/auth/" + name;
    request.body = std::move(body);
    return run(std::move(request));
  }
  static ApiRequest products_request(std::string method, std::optional<std::string> id, std::string groups) {
    ApiRequest request;
    request.method = std::move(method);
    request.resource = id ? "/products/{productId}" : "/products";
    if (id) request.path_parameters.add("productId", *id);
    request.claims = {{"client_id", "client"}, {"username", "u"}};
    if (!groups.empty()) request.claims.add("cognito:groups", groups);
    return request;
  }
  ApiResponse products(std::string method, std::optional<std::string> id, std::string groups) {
    return run(products_request(std::move(method), std::move(id), std::move(groups)));
  }

  FakeHost host;
  sdk::SecretCache cache;
  std::map<std::string, std::string> secrets{{"arn:client", "top-secret-client"}, {"arn:key", "top-secret-key"}};
};

constexpr const char* kExchange = R"({"code":"c&1","redirect_uri":"http://site/callback.html","code_verifier":"v"})";
constexpr const char* kRefresh = R"({"refresh_token":"r"})";

TEST_F(Proxy, ExchangesACodeWithTheClientsSecretAndPassesOnlyTokensOn) {
  host.on_fetch = [](const sdk::HttpRequest&) {
    return answer(
        200,
        R"({"id_token":"i","access_token":"a","refresh_token":"r","token_type":"Bearer","expires_in":3600,"x":"y"})");
  };

  const ApiResponse response = auth("exchange", kExchange);

  EXPECT_EQ(response.status, 200);
  EXPECT_EQ(response.body,
            R"({"id_token":"i","access_token":"a","refresh_token":"r","token_type":"Bearer","expires_in":3600})");
  EXPECT_EQ(response.headers.get("Cache-Control"), "no-store");
  const sdk::HttpRequest& sent = host.fetched.at(0);
  EXPECT_EQ(sent.url, "http://pool/oauth2/token");
  EXPECT_EQ(sent.body,
            "grant_type=authorization_code&client_id=client&code=c%261&"
            "redirect_uri=http%3A%2F%2Fsite%2Fcallback.html&code_verifier=v");
  EXPECT_EQ(sent.headers.get("Authorization"), "Basic " + sdk::base64_encode("client:top-secret-client"));
}

TEST_F(Proxy, ReadsASecretOnce) {
  auth("refresh", kRefresh);
  auth("refresh", kRefresh);
  EXPECT_EQ(host.called.size(), 1U);
}

TEST_F(Proxy, RefusesABadBodyWithoutAskingAnybody) {
  const std::vector<std::string> bodies{"",
                                        "x",
                                        "[]",
                                        "{}",
                                        R"({"refresh_token":1})",
                                        R"({"refresh_token":""})",
                                        R"({"refresh_token":"a","more":"b"})",
                                        R"({"refresh_token":"a","refresh_token":"a"})",
                                        R"({"refresh_token":")" + std::string(5000, 'x') + "\"}"};
  for (const std::string& body : bodies) {
    for (const char* name : {"exchange", "refresh", "logout"}) {
      const ApiResponse response = auth(name, body);
      EXPECT_EQ(response.status, 400) << name << body;
      const json::value parsed = json::parse(response.body);
      EXPECT_EQ(parsed.at("error").as_string(), "invalid_request");
      EXPECT_FALSE(parsed.at("error_description").as_string().empty());
    }
  }
  EXPECT_TRUE(host.fetched.empty());
}

TEST_F(Proxy, PassesAnOAuthErrorOnWithADescription) {
  host.on_fetch = [](const sdk::HttpRequest&) { return answer(400, R"({"error":"invalid_grant"})"); };
  const ApiResponse plain = auth("refresh", kRefresh);
  EXPECT_EQ(plain.status, 400);
  EXPECT_EQ(json::parse(plain.body).at("error").as_string(), "invalid_grant");
  EXPECT_FALSE(json::parse(plain.body).at("error_description").as_string().empty());

  host.on_fetch = [](const sdk::HttpRequest&) {
    return answer(400, R"({"error":"invalid_grant","error_description":"Refresh token has been revoked"})");
  };
  EXPECT_THAT(auth("refresh", kRefresh).body, HasSubstr("Refresh token has been revoked"));
}

TEST_F(Proxy, SaysInTheLogWhenTheRedirectIsNotTheSites) {
  host.on_fetch = [](const sdk::HttpRequest&) { return answer(400, R"({"error":"invalid_grant"})"); };
  auth("exchange", R"({"code":"c","redirect_uri":"http://evil/","code_verifier":"v"})");
  EXPECT_THAT(host.logged, HasSubstr("redirect mismatch"));
}

TEST_F(Proxy, IsABadGatewayWhenTheTokenEndpointIsOfNoUseAndTheLogSaysWhy) {
  struct Case {
    sdk::Result<sdk::HttpResponse> response;
    const char* why;
  };
  const Case cases[] = {
      {std::unexpected(sdk::Error{"Unreachable", "connection refused"}), "connection refused"},
      {std::unexpected(sdk::Error{"Timeout", "no answer in time"}), "Timeout"},
      {answer(500, "oops"), "500"},
      {answer(404, "<html>"), "SIGN_IN_URL"},
      {answer(302, ""), "302"},
      {answer(200, R"({"x":1})"), "no access_token"},
      {answer(400, R"({"error":"invalid_client"})"), "does not hold this client's secret"},
      {answer(400, R"({"error":"unauthorized_client"})"), "unauthorized_client"},
  };
  for (const Case& bad : cases) {
    host.logged.clear();
    host.on_fetch = [&](const sdk::HttpRequest&) { return bad.response; };
    const ApiResponse response = auth("refresh", kRefresh);
    EXPECT_EQ(response.status, 502) << bad.why;
    EXPECT_EQ(response.body, R"({"message":"The sign-in service could not be used"})");
    EXPECT_THAT(host.logged, HasSubstr(bad.why));
  }
  secrets.erase("arn:client");
  sdk::Context context(host, testing::invocation());
  sdk::SecretCache empty;
  ApiRequest request;
  request.method = "POST";
  request.resource = "/auth/refresh";
  request.body = kRefresh;
  EXPECT_EQ(testing::finish(proxy_with(empty, request, context)).status, 502);
  EXPECT_THAT(host.logged, HasSubstr("arn:client cannot be read"));
}

TEST_F(Proxy, ReadsARotatedClientSecretAgain) {
  host.on_fetch = [&](const sdk::HttpRequest& request) {
    const bool is_right =
        request.headers.get("Authorization") == "Basic " + sdk::base64_encode("client:" + secrets["arn:client"]);
    return is_right ? answer(200, R"({"access_token":"a"})") : answer(401, R"({"error":"invalid_client"})");
  };
  EXPECT_EQ(auth("refresh", kRefresh).status, 200);

  secrets["arn:client"] = "top-secret-rotated";

  EXPECT_EQ(auth("refresh", kRefresh).status, 200);
  EXPECT_EQ(host.fetched.size(), 3U);
}

TEST_F(Proxy, LogsOutWithAnUnknownTokenToo) {
  host.on_fetch = [](const sdk::HttpRequest&) { return answer(200, ""); };
  EXPECT_EQ(auth("logout", kRefresh).body, "{}");
  EXPECT_EQ(host.fetched.at(0).url, "http://pool/oauth2/revoke");
  EXPECT_EQ(host.fetched.at(0).body, "token=r&client_id=client");
  host.on_fetch = [](const sdk::HttpRequest&) { return answer(400, R"({"error":"invalid_request"})"); };
  EXPECT_EQ(auth("logout", kRefresh).status, 200);
  host.on_fetch = [](const sdk::HttpRequest&) { return answer(500, ""); };
  EXPECT_EQ(auth("logout", kRefresh).status, 502);
}

TEST_F(Proxy, LetsOnlyAnAdminListCreateChangeAndDelete) {
  struct Case {
    const char* method;
    std::optional<std::string> id;
    const char* refusal;
  };
  const Case cases[] = {{"GET", std::nullopt, "Only an Admin may list products"},
                        {"POST", std::nullopt, "Only an Admin may create products"},
                        {"PUT", "a", "Only an Admin may change products"},
                        {"DELETE", "a", "Only an Admin may delete products"}};
  for (const Case& deed : cases) {
    for (const char* groups : {"", "Users", "admin", "Admins", "NotAdmin", "Users,Admins", "[Admin]", " Admin"}) {
      const ApiResponse response = products(deed.method, deed.id, groups);
      EXPECT_EQ(response.status, 403) << deed.method << groups;
      EXPECT_EQ(json::parse(response.body).at("message").as_string(), deed.refusal);
    }
    EXPECT_TRUE(host.fetched.empty());
    for (const char* groups : {"Admin", "Users,Admin", "Admin,Users", "A,Admin,B"}) {
      EXPECT_EQ(products(deed.method, deed.id, groups).status, 200) << deed.method << groups;
    }
    host.fetched.clear();
  }
  EXPECT_EQ(products("GET", "a", "").status, 200);
}

TEST_F(Proxy, LetsNothingButTheVerifiedClaimRaiseARole) {
  ApiRequest request = products_request("POST", std::nullopt, "");
  request.headers = {{"cognito:groups", "Admin"}, {"X-Groups", "Admin"}};
  request.query = {{"cognito:groups", "Admin"}};
  request.stage_variables = {{"cognito:groups", "Admin"}};
  request.body = R"({"cognito:groups":"Admin"})";
  EXPECT_EQ(run(std::move(request)).status, 403);
}

TEST_F(Proxy, RefusesATokenOfAnotherClientAndARequestWithoutClaims) {
  ApiRequest foreign = products_request("GET", "a", "Admin");
  foreign.claims.set("client_id", "another");
  EXPECT_EQ(run(std::move(foreign)).status, 403);
  ApiRequest anonymous = products_request("GET", "a", "Admin");
  anonymous.claims = {};
  EXPECT_EQ(run(std::move(anonymous)).status, 403);
  host.variables["APP_CLIENT_ID"] = "";
  ApiRequest unset = products_request("GET", "a", "Admin");
  unset.claims.set("client_id", "");
  EXPECT_EQ(run(std::move(unset)).status, 403);
  EXPECT_TRUE(host.fetched.empty());
}

TEST_F(Proxy, SendsItsOwnKeyAndFewOfTheClientsHeaders) {
  ApiRequest request = products_request("POST", std::nullopt, "Admin");
  request.body = "{}";
  request.headers = {{"X-API-KEY", "mine"},
                     {"Host", "evil"},
                     {"X-Forwarded-For", "1.1.1.1"},
                     {"X-Forwarded-Host", "e"},
                     {"Authorization", "t"},
                     {"Connection", "x"},
                     {"Transfer-Encoding", "chunked"},
                     {"Cookie", "c"},
                     {"content-type", "application/json"},
                     {"Forwarded", "for=e"}};
  run(std::move(request));

  sdk::Headers expected{{"Content-Type", "application/json"}, {"x-api-key", "top-secret-key"}};
  ASSERT_EQ(host.fetched.size(), 1U);
  EXPECT_EQ(std::vector(host.fetched[0].headers.begin(), host.fetched[0].headers.end()),
            std::vector(expected.begin(), expected.end()));
  EXPECT_EQ(host.fetched[0].body, "{}");
}

TEST_F(Proxy, EncodesWhatItPutsIntoTheCrudApisAddress) {
  products("GET", "a b/../c?x#y%", "");
  EXPECT_EQ(host.fetched.at(0).url, "http://crud/prod/products/a%20b%2F..%2Fc%3Fx%23y%25");
  ApiRequest list = products_request("GET", std::nullopt, "Admin");
  list.query = {{"limit", "1&x=2"}, {"cursor", "a+b/="}};
  run(std::move(list));
  EXPECT_EQ(host.fetched.at(1).url, "http://crud/prod/products?limit=1%26x%3D2&cursor=a%2Bb%2F%3D");
  EXPECT_EQ(products("GET", "..", "").status, 404);
  EXPECT_EQ(host.fetched.size(), 2U);
}

TEST_F(Proxy, PassesTheAnswerOnAndOnlyARelativeLocation) {
  host.on_fetch = [](const sdk::HttpRequest&) {
    return answer(201, "{\"a\":1}",
                  {{"Content-Type", "application/json"},
                   {"Location", "./products/a"},
                   {"x-amzn-RequestId", "r"},
                   {"Set-Cookie", "c"},
                   {"Access-Control-Allow-Origin", "*"}});
  };
  const ApiResponse made = products("POST", std::nullopt, "Admin");
  EXPECT_EQ(made.status, 201);
  EXPECT_EQ(made.body, "{\"a\":1}");
  EXPECT_EQ(made.headers.get("Location"), "./products/a");
  EXPECT_FALSE(made.headers.contains("Set-Cookie"));
  EXPECT_FALSE(made.headers.contains("x-amzn-RequestId"));

  host.on_fetch = [](const sdk::HttpRequest&) {
    return answer(201, "", {{"Location", "http://crud/prod/products/a"}});
  };
  EXPECT_FALSE(products("POST", std::nullopt, "Admin").headers.contains("Location"));
  for (const int status : {400, 404, 409, 415, 429}) {
    host.on_fetch = [&](const sdk::HttpRequest&) { return answer(status, R"({"message":"m"})"); };
    EXPECT_EQ(products("GET", "a", "").status, status);
  }
}

TEST_F(Proxy, ReadsARotatedApiKeyAgain) {
  host.on_fetch = [&](const sdk::HttpRequest& request) {
    return request.headers.get("x-api-key") == secrets["arn:key"] ? answer(200, "{}")
                                                                  : answer(403, R"({"message":"Forbidden"})");
  };
  EXPECT_EQ(products("GET", "a", "").status, 200);
  secrets["arn:key"] = "top-secret-key-2";
  EXPECT_EQ(products("GET", "a", "").status, 200);
}

TEST_F(Proxy, IsABadGatewayWhenTheCrudApiIsOfNoUse) {
  host.on_fetch = [](const sdk::HttpRequest&) { return answer(403, R"({"message":"Forbidden"})"); };
  EXPECT_EQ(products("GET", "a", "").status, 502);
  EXPECT_THAT(host.logged, HasSubstr("does not hold a key of its usage plan"));
  host.on_fetch = [](const sdk::HttpRequest&) { return answer(500, "internal details"); };
  const ApiResponse failed = products("GET", "a", "");
  EXPECT_EQ(failed.status, 502);
  EXPECT_THAT(failed.body, Not(HasSubstr("internal details")));
  host.on_fetch = nullptr;
  EXPECT_EQ(products("GET", "a", "").status, 502);
  host.on_fetch = [](const sdk::HttpRequest&) -> sdk::Result<sdk::HttpResponse> {
    return std::unexpected(sdk::Error{"Timeout", "no answer in time"});
  };
  EXPECT_EQ(products("GET", "a", "").status, 504);
}

}  // namespace
}  // namespace products
