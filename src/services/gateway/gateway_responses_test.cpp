#include "services/gateway/gateway_responses.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "services/gateway/testing/fixture.hpp"

namespace gatehouse::gateway {
namespace {

using namespace testing;

const StringMap kCors = {{"gatewayresponse.header.Access-Control-Allow-Origin", "'http://localhost:8080'"},
                         {"gatewayresponse.header.Vary", "'Origin'"}};

TEST(GatewayResponses, AreTwentyOne) {
  EXPECT_EQ(kResponseTypes.size(), 21u);
  for (std::size_t i = 0; i < kResponseTypes.size(); ++i)
    EXPECT_EQ(static_cast<std::size_t>(kResponseTypes[i].type), i) << kResponseTypes[i].name;
}

TEST(GatewayResponses, FallBackToTheDefaultOfTheirClass) {
  World world;
  world.add_protected("POST", "/a");
  world.add("GET", "/b");
  world.api.gateway_responses = {{.type = "DEFAULT_4XX", .status = {}, .parameters = kCors, .templates = {}},
                                 {.type = "DEFAULT_5XX", .status = {}, .parameters = kCors, .templates = {}}};
  ASSERT_TRUE(world.deploy());
  world.functions.always(ProxyResult{RawProxyResponse{"null"}});

  http::Request too_large = request_to("POST", "/a");
  too_large.body_too_large = true;
  const std::vector<std::tuple<http::Response, unsigned, const char*>> cases = {
      {world.send("POST", "/a"), 401, R"({"message":"Unauthorized"})"},
      {world.send("GET", "/none"), 403, R"({"message":"Missing Authentication Token"})"},
      {world.send(std::move(too_large)), 413, R"({"message":"Request Too Long"})"},
      {world.send("GET", "/b"), 502, R"({"message": "Internal server error"})"},
      {world.send(request_to("GET", "/b"), "nostage"), 403, R"({"message":"Forbidden"})"},
  };
  for (const auto& [response, status, body] : cases) {
    EXPECT_EQ(response.status, status);
    EXPECT_EQ(response.body, body);
    EXPECT_EQ(response.headers.get("Access-Control-Allow-Origin"), "http://localhost:8080");
    EXPECT_EQ(response.headers.get("Vary"), "Origin");
    EXPECT_EQ(response.headers.count("x-amzn-RequestId"), 1u);
  }
}

TEST(GatewayResponses, PreferTheExactTypeAndTakeItsStatus) {
  World world;
  world.add_protected("GET", "/a");
  world.api.gateway_responses = {
      {.type = "DEFAULT_4XX", .status = 418, .parameters = kCors, .templates = {}},
      {.type = "UNAUTHORIZED",
       .status = {},
       .parameters = {},
       .templates = {{"application/json", R"({"m":$context.error.messageString,"t":"$context.error.responseType"})"}}}};
  ASSERT_TRUE(world.deploy());
  const http::Response exact = world.send("GET", "/a");
  EXPECT_EQ(exact.status, 401u);
  EXPECT_EQ(exact.body, R"({"m":"Unauthorized","t":"UNAUTHORIZED"})");
  EXPECT_FALSE(exact.headers.contains("Access-Control-Allow-Origin"));
  EXPECT_EQ(world.send("GET", "/x").status, 418u);
}

TEST(GatewayResponses, RenderVariablesAndEscapeThem) {
  World world;
  world.api.stages[0].variables = {{"team", "blue"}};
  world.add_protected("GET", "/a/{id}");
  world.api.gateway_responses = {
      {.type = "UNAUTHORIZED",
       .status = 400,
       .parameters = {{"gatewayresponse.header.X-Origin", "method.request.header.Origin"},
                      {"gatewayresponse.header.X-Query", "method.request.querystring.q"},
                      {"gatewayresponse.header.X-Id", "method.request.path.id"},
                      {"gatewayresponse.header.X-Stage", "context.stage"},
                      {"gatewayresponse.header.X-Team", "stageVariables.team"},
                      {"gatewayresponse.header.X-None", "method.request.header.None"},
                      {"gatewayresponse.header.X-Empty", "''"}},
       .templates = {
           {"application/json",
            R"({"a":"$context.identity.userAgent","p":"${context.path}","v":"$stageVariables.team","d":"$5 $"})"},
           {"text/html", "<p>$context.identity.userAgent $context.requestId.</p>"}}}};
  ASSERT_TRUE(world.deploy());

  const http::Headers headers = {{"User-Agent", "\"<b>"}, {"Origin", "http://o"}};
  const http::Response json = world.send("GET", "/a/1%202?q=x%0d%0aSet-Cookie:%20a", headers);
  EXPECT_EQ(json.status, 400u);
  EXPECT_EQ(json.body, R"({"a":"\"<b>","p":"/prod/a/1%202","v":"blue","d":"$5 $"})");
  EXPECT_EQ(json.headers.get("X-Origin"), "http://o");
  EXPECT_EQ(json.headers.get("X-Id"), "1 2");
  EXPECT_EQ(json.headers.get("X-Stage"), "prod");
  EXPECT_EQ(json.headers.get("X-Team"), "blue");
  EXPECT_FALSE(json.headers.contains("X-Query"));
  EXPECT_FALSE(json.headers.contains("X-None"));
  EXPECT_FALSE(json.headers.contains("Set-Cookie"));

  const http::Response html = world.send("GET", "/a/1", {{"User-Agent", "\"<b>"}, {"Accept", "text/html,*/*"}});
  EXPECT_EQ(html.body, "<p>&quot;&lt;b&gt; 11111111-2222-4333-8444-555555555555.</p>");
  EXPECT_EQ(html.headers.get("Content-Type"), "text/html");
}

TEST(GatewayResponses, RefuseWhatIsNotImplementedAtDeploy) {
  const auto problem = [](GatewayResponseConfig config) {
    const auto compiled = GatewayResponses::compile({std::move(config)});
    return compiled ? std::string() : compiled.error().message;
  };
  EXPECT_THAT(problem({.type = "DEFAULT_4xx"}), ::testing::HasSubstr("did you mean DEFAULT_4XX"));
  EXPECT_THAT(problem({.type = "THROTTLED", .status = 200}), ::testing::HasSubstr("400 to 599"));
  for (const char* source : {"*", "'a", "method.request.body.x", "context.nothing", "integration.response.header.x",
                             "'a\r\nb'", "stageVariables.", ""})
    EXPECT_NE(problem({.type = "THROTTLED", .parameters = {{"gatewayresponse.header.X", source}}}), "") << source;
  for (const char* target : {"X", "gatewayresponse.header.", "gatewayresponse.header.a b", "method.response.header.X"})
    EXPECT_NE(problem({.type = "THROTTLED", .parameters = {{target, "'x'"}}}), "") << target;
  for (const char* text : {"$input.body", "$util.escapeJavaScript('x')", "$context.nope", "${context.stage", "$foo"})
    EXPECT_NE(problem({.type = "THROTTLED", .templates = {{"application/json", text}}}), "") << text;
}

}  // namespace
}  // namespace gatehouse::gateway
