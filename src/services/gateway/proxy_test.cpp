#include <gtest/gtest.h>

#include "base/journey.hpp"
#include "services/gateway/proxy_response.hpp"
#include "services/gateway/testing/fixture.hpp"

namespace gatehouse::gateway {
namespace {

using namespace testing;

// What stays the same from run to run: random ids are replaced.
json::object stable(json::object event) {
  event.at("headers").as_object()["X-Amzn-Trace-Id"] = "x";
  event.at("multiValueHeaders").as_object()["X-Amzn-Trace-Id"] = json::array{"x"};
  event.at("requestContext").as_object()["extendedRequestId"] = "x";
  return event;
}

TEST(ProxyEvent, IsExactlyLambdasEvent) {
  World world;
  world.api.stages[0].variables = {{"color", "blue"}};
  world.add("PUT", "/products/{productId}");
  ASSERT_TRUE(world.deploy());

  world.send("PUT", "/products/a%2Fb%20c?q=1&q=2&empty&t=a%26b+c",
             {{"Host", "evil.example"},
              {"User-Agent", "curl/8"},
              {"Accept", "a"},
              {"accept", "b"},
              {"Content-Length", "7"},
              {"Connection", "keep-alive"},
              {"X-Forwarded-Port", "1"},
              {"X-Forwarded-Proto", "gopher"},
              {"X-Forwarded-For", "198.51.100.1"},
              {"Content-Type", "application/json"}},
             R"({"a":1})");

  const json::value expected = json::parse(R"({
    "resource":"/products/{productId}","path":"/products/a%2Fb%20c","httpMethod":"PUT",
    "headers":{"User-Agent":"curl/8","Accept":"b","Content-Type":"application/json",
      "Host":"api1.execute-api.localhost:4566","X-Amzn-Trace-Id":"x","X-Forwarded-For":"198.51.100.1, 192.0.2.7","X-Forwarded-Port":"443",
      "X-Forwarded-Proto":"http"},
    "multiValueHeaders":{"User-Agent":["curl/8"],"Accept":["a","b"],"Content-Type":["application/json"],
      "Host":["api1.execute-api.localhost:4566"],"X-Amzn-Trace-Id":["x"],"X-Forwarded-For":["198.51.100.1, 192.0.2.7"],
      "X-Forwarded-Port":["443"],"X-Forwarded-Proto":["http"]},
    "queryStringParameters":{"q":"2","empty":"","t":"a&b c"},
    "multiValueQueryStringParameters":{"q":["1","2"],"empty":[""],"t":["a&b c"]},
    "pathParameters":{"productId":"a/b c"},
    "stageVariables":{"color":"blue"},
    "requestContext":{"resourceId":"abc123","resourcePath":"/products/{productId}","httpMethod":"PUT",
      "extendedRequestId":"x","path":"/prod/products/a%2Fb%20c","accountId":"000000000000","protocol":"HTTP/1.1",
      "stage":"prod","domainPrefix":"api1","requestTime":"14/Nov/2023:22:13:20 +0000","requestTimeEpoch":1700000000000,
      "requestId":"11111111-2222-4333-8444-555555555555",
      "identity":{"cognitoIdentityPoolId":null,"accountId":null,"cognitoIdentityId":null,"caller":null,
        "sourceIp":"192.0.2.7","principalOrgId":null,"accessKey":null,"cognitoAuthenticationType":null,
        "cognitoAuthenticationProvider":null,"userArn":null,"userAgent":"curl/8","user":null},
      "domainName":"api1.execute-api.localhost:4566","apiId":"api1"},
    "body":"{\"a\":1}","isBase64Encoded":false})");
  EXPECT_EQ(json::serialize(stable(world.functions.last_event())), json::serialize(expected));
}

TEST(ProxyEvent, HasNullForWhatIsAbsent) {
  World world;
  world.add("GET", "/");
  ASSERT_TRUE(world.deploy());
  world.send("GET", "/");
  const json::object event = world.functions.last_event();
  for (const char* name :
       {"queryStringParameters", "multiValueQueryStringParameters", "pathParameters", "stageVariables", "body"})
    EXPECT_TRUE(event.at(name).is_null()) << name;
  EXPECT_FALSE(event.contains("version"));
  EXPECT_FALSE(event.at("requestContext").as_object().contains("authorizer"));
}

TEST(ProxyEvent, CarriesBinaryBodiesAsBase64) {
  World world;
  world.api.binary_media_types = {"image/*"};
  world.add("POST", "/");
  ASSERT_TRUE(world.deploy());
  world.send("POST", "/", {{"Content-Type", "image/png; q=1"}}, "abc");
  EXPECT_EQ(world.functions.last_event().at("body"), "YWJj");
  EXPECT_EQ(world.functions.last_event().at("isBase64Encoded"), true);
  world.send("POST", "/", {{"Content-Type", "text/plain"}}, "abc");
  EXPECT_EQ(world.functions.last_event().at("body"), "abc");
  world.send("POST", "/", {{"Content-Type", "text/plain"}}, "\xFF\xFE");
  EXPECT_EQ(world.functions.last_event().at("body"), "//4=");
}

TEST(ProxyEvent, SurvivesHostileRequests) {
  World world;
  world.add("GET", "/p/{id}");
  ASSERT_TRUE(world.deploy());
  EXPECT_EQ(world.send("GET", "/p/%FF").status, 400u);
  EXPECT_EQ(world.send("GET", "/p/%2").status, 400u);
  EXPECT_EQ(world.send("GET", "/p/1?a=%zz").status, 400u);
  EXPECT_EQ(world.send("GET", "/p/1?%C0%80=1").status, 400u);
  EXPECT_TRUE(world.functions.events.empty());

  EXPECT_EQ(world.send("GET", "/p/..%2F..%2Fetc", {{"X-Latin", "caf\xE9"}}).status, 200u);
  const json::object event = world.functions.last_event();
  EXPECT_EQ(event.at("headers").as_object().at("X-Latin"), "café");
  EXPECT_EQ(event.at("pathParameters").as_object().at("id"), "../../etc");

  http::Headers many;
  for (int i = 0; i < 3000; ++i) many.add("h" + std::to_string(i % 1500), std::to_string(i));
  EXPECT_EQ(world.send("GET", "/p/1", many).status, 200u);
  EXPECT_EQ(world.functions.last_event().at("headers").as_object().at("h7"), "1507");
}

std::string event_text(const ProxyEvent& event) {
  return event.event_body() + std::string(event.headers[0].name) + "=" + std::string(event.headers[0].value);
}

http::Response answered(std::string text, std::vector<std::string> binary = {}, http::Headers headers = {}) {
  World world;
  world.api.binary_media_types = std::move(binary);
  world.add("GET", "/");
  EXPECT_TRUE(world.deploy());
  world.functions.always(ProxyResult{RawProxyResponse{std::move(text)}});
  return world.send("GET", "/", std::move(headers));
}

TEST(ProxyResponse, FollowsTheRulesOfProxyIntegrations) {
  const http::Response response = answered(
      R"({"statusCode":201,"headers":{"Location":"/x","X-Multi":"single","X-Flag":true,"Server":"fn","www-authenticate":"Basic"},
          "multiValueHeaders":{"x-multi":["1","2"],"Set-Cookie":["a=1","b=2"]},"body":"hi"})");
  EXPECT_EQ(response.status, 201u);
  EXPECT_EQ(response.body, "hi");
  EXPECT_EQ(response.headers.get("Location"), "/x");
  EXPECT_EQ(response.headers.count("x-multi"), 2u);
  EXPECT_EQ(response.headers.count("Set-Cookie"), 2u);
  EXPECT_EQ(response.headers.get("X-Flag"), "true");
  EXPECT_EQ(response.headers.get("x-amzn-Remapped-Server"), "fn");
  EXPECT_EQ(response.headers.get("x-amzn-Remapped-www-authenticate"), "Basic");
  EXPECT_FALSE(response.headers.contains("Server"));
  EXPECT_EQ(response.headers.get("Content-Type"), "application/json");
  EXPECT_TRUE(response.headers.get("X-Amzn-Trace-Id").starts_with("Root=1-6553f100-"));
  EXPECT_TRUE(response.headers.contains("x-amzn-RequestId"));
  EXPECT_FALSE(response.headers.contains("x-amzn-ErrorType"));
  EXPECT_FALSE(response.headers.contains("Vary"));
}

TEST(ProxyResponse, TakesWhatAwsTakes) {
  EXPECT_EQ(answered("{}").status, 200u);
  EXPECT_EQ(answered(R"({"statusCode":"404"})").status, 404u);
  EXPECT_EQ(answered(R"({"statusCode":204,"headers":null,"multiValueHeaders":null,"body":null})").status, 204u);
}

TEST(ProxyResponse, IsA502WhenMalformed) {
  for (const char* text : {"",
                           "null",
                           "[]",
                           "\"x\"",
                           "{",
                           R"({"statusCode":200,"extra":1})",
                           R"({"statusCode":"abc"})",
                           R"({"statusCode":200.5})",
                           R"({"statusCode":null})",
                           R"({"statusCode":99})",
                           R"({"statusCode":1000})",
                           R"({"statusCode":101})",
                           R"({"body":{}})",
                           R"({"body":1})",
                           R"({"headers":[]})",
                           R"({"headers":{"a":1}})",
                           R"({"headers":{"a":null}})",
                           R"({"headers":{"a":"1\r\nSet-Cookie: x"}})",
                           R"({"headers":{"a b":"1"}})",
                           R"({"headers":{"":"1"}})",
                           R"({"headers":{"a\r\nb":"1"}})",
                           R"({"multiValueHeaders":{"a":"1"}})",
                           R"({"multiValueHeaders":{"a":[1]}})",
                           R"({"isBase64Encoded":"true"})",
                           R"({"body":"a","body":"b"})"}) {
    SCOPED_TRACE(text);
    const http::Response response = answered(text);
    EXPECT_EQ(response.status, 502u);
    EXPECT_EQ(response.body, R"({"message": "Internal server error"})");
    EXPECT_EQ(response.headers.get("x-amzn-ErrorType"), "InternalServerErrorException");
    EXPECT_FALSE(response.headers.contains("Set-Cookie"));
  }
}

TEST(ProxyResponse, DecodesBase64OnlyForBinaryMediaTypes) {
  const char* text = R"({"headers":{"Content-Type":"image/png"},"body":"YWJj","isBase64Encoded":true})";
  EXPECT_EQ(answered(text).body, "YWJj");
  EXPECT_EQ(answered(text, {"image/png"}).body, "abc");
  EXPECT_EQ(answered(text, {"image/png"}, {{"Accept", "image/png, */*"}}).body, "abc");
  EXPECT_EQ(answered(text, {"image/png"}, {{"Accept", "text/html"}}).body, "YWJj");
  EXPECT_EQ(answered(text, {"*/*"}, {{"Accept", "text/html"}}).body, "abc");
  EXPECT_EQ(answered(R"({"body":"!","isBase64Encoded":true})", {"*/*"}).status, 502u);
}

TEST(Integration, TranslatesFailuresAsAwsDoes) {
  struct Case {
    const char* code;
    unsigned status;
    const char* body;
  };
  for (const Case& c : std::vector<Case>{{"FunctionError", 502, R"({"message": "Internal server error"})"},
                                         {"Timeout", 502, R"({"message": "Internal server error"})"},
                                         {"ResponseTooLarge", 502, R"({"message": "Internal server error"})"},
                                         {"TooManyRequests", 500, R"({"message": "Internal server error"})"},
                                         {"NotFound", 500, R"({"message": "Internal server error"})"},
                                         {"RequestTooLarge", 413, R"({"message":"Request Too Long"})"}}) {
    World world;
    world.add("GET", "/");
    ASSERT_TRUE(world.deploy());
    world.functions.always(
        std::unexpected(Error{Error::Kind::kInternal, c.code, "secret message", "secret detail", {}}));
    const http::Response response = world.send("GET", "/");
    SCOPED_TRACE(c.code);
    EXPECT_EQ(response.status, c.status);
    EXPECT_EQ(response.body, c.body);
  }
}

TEST(Integration, WalksAwayFromAFunctionThatTakesTooLong) {
  World world;
  MethodConfig& method = world.add("GET", "/slow");
  method.integration.timeout = std::chrono::milliseconds(50);
  method.integration.function_timeout = std::nullopt;
  ASSERT_TRUE(world.deploy());
  world.functions.answer = [](const ProxyEvent&) -> Task<Result<ProxyResult>> {
    const Executor executor = co_await net::this_coro::executor;
    Timer never(executor, std::chrono::hours(1));
    co_await never.async_wait(kUseTask);
    co_return ProxyResult{ProxyResponse{}};
  };
  const http::Response response = world.send("GET", "/slow");
  EXPECT_EQ(response.status, 504u);
  EXPECT_EQ(response.body, R"({"message": "Endpoint request timed out"})");
  EXPECT_EQ(response.headers.get("x-amzn-ErrorType"), "InternalServerErrorException");
}

TEST(Integration, KeepsTheRequestAliveForAFunctionThatMayOutliveIt) {
  World world;
  MethodConfig& method = world.add("POST", "/p/{id}");
  method.integration.function_timeout = std::chrono::seconds(900);
  ASSERT_TRUE(world.deploy());
  Journey journey("11111111-2222-4333-8444-555555555555", world.clock.now());
  world.functions.answer = [](const ProxyEvent& event) -> Task<Result<ProxyResult>> {
    Span span(event.journey, "function", "f");
    const Executor executor = co_await net::this_coro::executor;
    co_await net::post(executor, kUseTask);
    ProxyResponse answer;
    answer.body = std::string(event.path_parameters[0].value) + event_text(event);
    co_return ProxyResult{std::move(answer)};
  };
  http::Request request = request_to("POST", "/p/7", {{"A", "b"}});
  request.body = "hi";
  request.journey = &journey;
  EXPECT_EQ(world.send(std::move(request)).body, "7hiA=b");
  ASSERT_EQ(journey.spans().size(), 3u);
  EXPECT_EQ(journey.spans()[2].layer, "function");
  EXPECT_EQ(journey.spans()[2].parent, 1);
}

TEST(Integration, IsA500WhenTheInvokerThrows) {
  World world;
  world.add("GET", "/").integration.function_timeout = std::nullopt;
  ASSERT_TRUE(world.deploy());
  world.functions.answer = [](const ProxyEvent&) -> Task<Result<ProxyResult>> {
    throw std::runtime_error("bug");
    co_return ProxyResult{ProxyResponse{}};
  };
  EXPECT_EQ(world.send("GET", "/").status, 500u);
}

TEST(Integration, RefusesPayloadsOverSixMegabytes) {
  World world;
  world.add("POST", "/");
  ASSERT_TRUE(world.deploy());
  const std::size_t limit = std::size_t{6} * 1024 * 1024;
  EXPECT_EQ(world.send("POST", "/", {}, std::string(limit, 'a')).status, 200u);
  EXPECT_EQ(world.send("POST", "/", {}, std::string(limit + 1, 'a')).status, 413u);
  world.functions.always(ProxyResult{ProxyResponse{.body = std::string(limit + 1, 'a')}});
  EXPECT_EQ(world.send("POST", "/").status, 502u);
}

}  // namespace
}  // namespace gatehouse::gateway
