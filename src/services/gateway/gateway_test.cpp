#include "services/gateway/gateway.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <thread>

#include "base/journey.hpp"
#include "platform/store/records.hpp"
#include "services/gateway/testing/fixture.hpp"

namespace gatehouse::gateway {
namespace {

using namespace std::chrono_literals;
using namespace testing;
using ::testing::HasSubstr;

// One API with a method that needs a key, one key, one plan.
struct Keys : ::testing::Test {
  World world;
  UsagePlanConfig plan{.id = "plan1", .name = "Plan", .stages = {{.api_id = "api1", .stage = "prod", .throttles = {}}}};
  Keys() {
    world.add("GET", "/k").api_key_required = true;
    world.add("GET", "/k/{id}").api_key_required = true;
    world.add("GET", "/free");
  }
  void start() {
    ASSERT_TRUE(world.deploy());
    ASSERT_TRUE(world.gateway->put_key({.id = "key1", .name = "Key", .value = std::string(kKeyValue)}));
    ASSERT_TRUE(world.gateway->put_plan(plan));
    ASSERT_TRUE(world.gateway->put_plan_key({"plan1", "key1"}));
  }
  http::Response get(std::string path, std::string key = std::string(kKeyValue)) {
    return world.send("GET", std::move(path), {{"X-API-Key", std::move(key)}});
  }
  int passes(const std::string& path, int attempts = 100) {
    int passed = 0;
    for (int i = 0; i < attempts; ++i) passed += get(path).status == 200 ? 1 : 0;
    return passed;
  }
};

void expect_error(const http::Response& response, unsigned status, std::string_view message, std::string_view type) {
  EXPECT_EQ(response.status, status);
  EXPECT_EQ(response.body, "{\"message\":\"" + std::string(message) + "\"}");
  EXPECT_EQ(response.headers.get("x-amzn-ErrorType"), type);
}

TEST_F(Keys, AreRequiredWhereTheMethodSaysSo) {
  start();
  EXPECT_EQ(get("/k").status, 200u);
  EXPECT_EQ(world.functions.last_event().at("requestContext").as_object().at("identity").as_object().at("apiKeyId"),
            "key1");
  EXPECT_EQ(world.send("GET", "/free").status, 200u);
  EXPECT_FALSE(
      world.functions.last_event().at("requestContext").as_object().at("identity").as_object().contains("apiKey"));

  expect_error(world.send("GET", "/k"), 403, "Forbidden", "ForbiddenException");
  expect_error(get("/k", "abcdefghijklmnopqrstuvwxyz012346"), 403, "Forbidden", "ForbiddenException");
  expect_error(get("/k", ""), 403, "Forbidden", "ForbiddenException");
  expect_error(get("/k", std::string(kKeyValue) + " "), 403, "Forbidden", "ForbiddenException");
  expect_error(world.send("GET", "/k?x-api-key=" + std::string(kKeyValue)), 403, "Forbidden", "ForbiddenException");
  const std::string value(kKeyValue);
  expect_error(world.send("GET", "/k", {{"x-api-key", value}, {"X-Api-Key", value}}), 403, "Forbidden",
               "ForbiddenException");
}

TEST_F(Keys, CountOnlyEnabledAndInAPlanOfThisStage) {
  world.api.stages.push_back({.name = "dev", .variables = {}, .method_settings = {}});
  start();
  http::Request elsewhere = request_to("GET", "/k", {{"x-api-key", std::string(kKeyValue)}});
  expect_error(world.send(std::move(elsewhere), "dev"), 403, "Forbidden", "ForbiddenException");

  world.gateway->remove_plan_key({"plan1", "key1"});
  expect_error(get("/k"), 403, "Forbidden", "ForbiddenException");
  ASSERT_TRUE(world.gateway->put_plan_key({"plan1", "key1"}));
  EXPECT_EQ(get("/k").status, 200u);
  ASSERT_TRUE(world.gateway->put_key({.id = "key1", .value = std::string(kKeyValue), .enabled = false}));
  expect_error(get("/k"), 403, "Forbidden", "ForbiddenException");
}

TEST_F(Keys, AreThrottledByTheirPlan) {
  plan.throttle = ThrottleConfig{.rate_limit = 2, .burst_limit = 3};
  start();
  EXPECT_EQ(passes("/k"), 3);
  expect_error(get("/k"), 429, "Too Many Requests", "TooManyRequestsException");
  EXPECT_EQ(world.send("GET", "/free").status, 200u);
  world.clock.advance(500ms);
  EXPECT_EQ(passes("/k"), 1);

  ASSERT_TRUE(world.gateway->put_key({.id = "key2", .value = "another-value-of-a-key-0123"}));
  ASSERT_TRUE(world.gateway->put_plan_key({"plan1", "key2"}));
  EXPECT_EQ(get("/k", "another-value-of-a-key-0123").status, 200u);  // each key has its own bucket
  EXPECT_EQ(get("/k").status, 429u);                                 // and the first one's was kept
}

TEST_F(Keys, AreThrottledByMethodInTheirPlan) {
  plan.throttle = ThrottleConfig{.rate_limit = 1, .burst_limit = 10};
  plan.stages[0].throttles = {{"/k/GET", {.rate_limit = 1, .burst_limit = 2}},
                              {"/k/{id}/GET", {.rate_limit = 1, .burst_limit = 4}}};
  start();
  EXPECT_EQ(passes("/k"), 2);
  EXPECT_EQ(passes("/k/7"), 4);
}

TEST_F(Keys, HaveAQuota) {
  plan.quota = QuotaConfig{.limit = 3, .period = QuotaPeriod::kDay};
  start();
  EXPECT_EQ(passes("/k"), 3);
  expect_error(get("/k"), 429, "Limit Exceeded", "LimitExceededException");
  plan.quota->limit = 4;
  ASSERT_TRUE(world.gateway->put_plan(plan));
  EXPECT_EQ(passes("/k"), 1);  // a new limit does not forget what was used
  world.clock.advance(24h);
  EXPECT_EQ(passes("/k"), 4);
}

TEST_F(Keys, DoNotPayForWhatTheStageThrottles) {
  plan.quota = QuotaConfig{.limit = 10, .period = QuotaPeriod::kDay};
  world.api.stages[0].method_settings = {{.throttling_rate_limit = 1, .throttling_burst_limit = 2}};
  start();
  EXPECT_EQ(passes("/k"), 2);
  world.clock.advance(1h);
  EXPECT_EQ(passes("/k"), 2);
  for (int i = 0; i < 6; ++i) {
    world.clock.advance(1s);
    EXPECT_EQ(passes("/k", 1), 1);
  }
  world.clock.advance(1s);
  expect_error(get("/k"), 429, "Limit Exceeded", "LimitExceededException");
}

TEST_F(Keys, KeepTheirQuotaOverARestart) {
  const auto folder = std::filesystem::temp_directory_path() / ("gateway_test_" + std::to_string(::getpid()));
  std::filesystem::remove_all(folder);
  plan.quota = QuotaConfig{.limit = 3, .period = QuotaPeriod::kMonth};
  {
    auto store = store::open_embedded_store({.directory = folder});
    ASSERT_TRUE(store);
    auto records = gatehouse::testing::run_task(store::Records::open(**store, "gateway/quotas"));
    ASSERT_TRUE(records);
    ASSERT_TRUE(gatehouse::testing::run_task(world.gateway->open_quotas(*records)));
    start();
    EXPECT_EQ(passes("/k", 2), 2);
    ASSERT_TRUE(gatehouse::testing::run_task(world.gateway->flush_quotas()));
  }
  {
    auto store = store::open_embedded_store({.directory = folder});
    ASSERT_TRUE(store);
    auto records = gatehouse::testing::run_task(store::Records::open(**store, "gateway/quotas"));
    world.gateway = std::make_unique<Gateway>(GatewayConfig{}, world.functions, world.pools, world.clock, world.random);
    ASSERT_TRUE(gatehouse::testing::run_task(world.gateway->open_quotas(*records)));
    start();
    EXPECT_EQ(passes("/k"), 1);
  }
  std::filesystem::remove_all(folder);
}

TEST_F(Keys, AndPlansAreCheckedWhenPut) {
  start();
  Gateway& gateway = *world.gateway;
  EXPECT_FALSE(gateway.put_key({.id = "k", .value = "short"}));
  EXPECT_FALSE(gateway.put_key({.id = "k", .value = std::string(129, 'a')}));
  EXPECT_FALSE(gateway.put_key({.id = "k", .value = std::string(kKeyValue)}));
  EXPECT_FALSE(gateway.put_plan({.id = "p", .throttle = ThrottleConfig{-1, 1}}));
  EXPECT_FALSE(
      gateway.put_plan({.id = "p", .quota = QuotaConfig{.limit = 1, .period = QuotaPeriod::kDay, .offset = 1}}));
  EXPECT_FALSE(
      gateway.put_plan({.id = "p", .quota = QuotaConfig{.limit = 1, .period = QuotaPeriod::kWeek, .offset = 7}}));
  EXPECT_FALSE(gateway.put_plan({.id = "p", .stages = {{"api1", "prod", {{"GET", {1, 1}}}}}}));
  EXPECT_FALSE(gateway.put_plan_key({"nope", "key1"}));
  EXPECT_FALSE(gateway.put_plan_key({"plan1", "nope"}));
  EXPECT_FALSE(gateway.put_plan({.id = "p", .stages = {{"nope", "prod", {}}}}));
  EXPECT_FALSE(gateway.put_plan({.id = "p", .stages = {{"api1", "nope", {}}}}));
  EXPECT_FALSE(gateway.put_plan({.id = "p", .stages = {{"api1", "prod", {{"/nope/GET", {1, 1}}}}}}));
  ASSERT_TRUE(gateway.put_plan({.id = "plan2", .stages = {{"api1", "prod", {}}}}));
  EXPECT_FALSE(gateway.put_plan_key({"plan2", "key1"}));  // two plans for one stage
}

TEST(Stages, ThrottleEachMethodOnItsOwn) {
  World world;
  world.add("GET", "/a");
  world.add("GET", "/b");
  world.add("POST", "/a");
  world.api.stages[0].method_settings = {
      {.throttling_rate_limit = 1, .throttling_burst_limit = 2},
      {.path = "/b", .http_method = "GET", .throttling_rate_limit = 1, .throttling_burst_limit = 5}};
  ASSERT_TRUE(world.deploy());
  const auto passes = [&](const char* method, const char* path) {
    int passed = 0;
    for (int i = 0; i < 20; ++i) passed += world.send(method, path).status == 200 ? 1 : 0;
    return passed;
  };
  EXPECT_EQ(passes("GET", "/a"), 2);
  EXPECT_EQ(passes("POST", "/a"), 2);
  EXPECT_EQ(passes("GET", "/b"), 5);
  ASSERT_TRUE(world.deploy());  // deploying the same again refills nothing
  EXPECT_EQ(passes("GET", "/a"), 0);
  world.api.stages[0].method_settings[0].throttling_burst_limit = 3;
  ASSERT_TRUE(world.deploy());
  EXPECT_EQ(passes("GET", "/a"), 3);
}

TEST(Account, HasALimitOverAll) {
  World world(GatewayConfig{.account_throttle = {.rate_limit = 1, .burst_limit = 2}});
  world.add("GET", "/a");
  ASSERT_TRUE(world.deploy());
  EXPECT_EQ(world.send("GET", "/a").status, 200u);
  EXPECT_EQ(world.send("GET", "/a").status, 200u);
  expect_error(world.send("GET", "/a"), 429, "Too Many Requests", "TooManyRequestsException");
}

TEST(Order, IsRouteSizeAuthorizerKeyThrottle) {
  World world;
  MethodConfig& method = world.add_protected("POST", "/a");
  method.api_key_required = true;
  world.api.stages[0].method_settings = {{.throttling_rate_limit = 0, .throttling_burst_limit = 0}};
  ASSERT_TRUE(world.deploy());
  ASSERT_TRUE(world.gateway->put_key({.id = "key1", .value = std::string(kKeyValue)}));
  ASSERT_TRUE(world.gateway->put_plan({.id = "plan1", .stages = {{"api1", "prod", {}}}}));
  ASSERT_TRUE(world.gateway->put_plan_key({"plan1", "key1"}));

  http::Request request = request_to("POST", "/nowhere");
  request.body_too_large = true;
  EXPECT_EQ(world.send(request).status, 403u);
  request.target = "/a";
  EXPECT_EQ(world.send(request).status, 413u);
  request.body_too_large = false;
  EXPECT_EQ(world.send(request).status, 401u);
  request.headers = bearer(World::sign(world.id_claims()));
  EXPECT_EQ(world.send(request).status, 403u);
  request.headers.add("x-api-key", std::string(kKeyValue));
  EXPECT_EQ(world.send(request).status, 429u);
  EXPECT_TRUE(world.functions.events.empty());
}

TEST(Routes, UnknownOnesDoNotLookAtTheToken) {
  World world;
  world.add_protected("GET", "/a");
  ASSERT_TRUE(world.deploy());
  for (const auto& [method, target] : std::vector<std::pair<const char*, const char*>>{
           {"GET", "/b"}, {"POST", "/a"}, {"GET", "/"}, {"TRACE", "/a"}, {"GET", "/a/b"}, {"OPTIONS", "/a"}})
    expect_error(world.send(method, target, bearer("nonsense")), 403, "Missing Authentication Token",
                 "MissingAuthenticationTokenException");
}

TEST(Routes, UnknownApisAndStagesAreForbidden) {
  World world;
  world.add("GET", "/a");
  ASSERT_TRUE(world.deploy());
  expect_error(world.send(request_to("GET", "/a"), "nope"), 403, "Forbidden", "ForbiddenException");
  world.gateway->remove_api("api1");
  EXPECT_FALSE(world.gateway->has_api("api1"));
  expect_error(world.send("GET", "/a"), 403, "Forbidden", "ForbiddenException");
}

TEST(Preflight, IsAnsweredAsSamMakesIt) {
  World world;
  world.add_protected("GET", "/a");
  MethodConfig preflight{.path = "/a", .http_method = "OPTIONS"};
  preflight.integration.type = IntegrationType::kMock;
  preflight.integration.mock = MockResponseConfig{
      .status = 200,
      .parameters = {{"method.response.header.Access-Control-Allow-Origin", "'http://localhost:8080'"},
                     {"method.response.header.Access-Control-Allow-Methods", "'GET,OPTIONS'"},
                     {"method.response.header.Access-Control-Allow-Headers", "'Authorization,Content-Type'"},
                     {"method.response.header.Access-Control-Max-Age", "'600'"}},
      .templates = {{"application/json", "{}\n"}}};
  world.api.methods.push_back(preflight);
  ASSERT_TRUE(world.deploy());
  const http::Response response =
      world.send("OPTIONS", "/a", {{"Origin", "http://evil.example"}, {"Access-Control-Request-Method", "GET"}});
  EXPECT_EQ(response.status, 200u);
  EXPECT_EQ(response.body, "{}\n");
  EXPECT_EQ(response.headers.get("Access-Control-Allow-Origin"), "http://localhost:8080");
  EXPECT_EQ(response.headers.get("Access-Control-Allow-Methods"), "GET,OPTIONS");
  EXPECT_EQ(response.headers.get("Access-Control-Max-Age"), "600");
  EXPECT_EQ(response.headers.get("Content-Type"), "application/json");
  EXPECT_TRUE(response.headers.contains("x-amz-apigw-id"));
}

TEST(Deploy, RefusesWhatIsNotImplementedAndKeepsWhatRuns) {
  World world;
  world.add("GET", "/a");
  ASSERT_TRUE(world.deploy());
  const auto problem = [&](const std::function<void(RestApiConfig&)>& change) {
    RestApiConfig api = world.api;
    change(api);
    const auto deployed = world.gateway->deploy(api);
    return deployed ? std::string() : deployed.error().message;
  };
  EXPECT_THAT(problem([](auto& api) { api.methods[0].authorization = AuthorizationType::kAwsIam; }),
              HasSubstr("AWS_IAM"));
  EXPECT_THAT(problem([](auto& api) { api.methods[0].integration.type = IntegrationType::kHttpProxy; }),
              HasSubstr("AWS_PROXY"));
  EXPECT_THAT(problem([](auto& api) { api.methods[0].integration.timeout = std::chrono::seconds(30); }),
              HasSubstr("29000"));
  EXPECT_THAT(problem([](auto& api) { api.methods[0].integration.function_arn.clear(); }), HasSubstr("GET /a"));
  EXPECT_THAT(problem([](auto& api) { api.methods[0].scopes = {"x"}; }), HasSubstr("NONE"));
  EXPECT_THAT(problem([](auto& api) {
                api.methods[0].authorization = AuthorizationType::kCognitoUserPools;
                api.methods[0].authorizer = "Nobody";
              }),
              HasSubstr("Nobody"));
  EXPECT_THAT(problem([](auto& api) { api.authorizers[0].pool_arns.clear(); }), HasSubstr("no user pool"));
  EXPECT_THAT(problem([](auto& api) { api.stages.clear(); }), HasSubstr("no stage"));
  EXPECT_THAT(problem([](auto& api) { api.stages[0].name = "a b"; }), HasSubstr("stage name"));
  EXPECT_THAT(problem([](auto& api) { api.stages[0].method_settings = {{.path = "/x", .http_method = "GET"}}; }),
              HasSubstr("match no method"));
  EXPECT_THAT(problem([](auto& api) { api.methods.push_back(api.methods[0]); }), HasSubstr("twice"));
  EXPECT_THAT(problem([](auto& api) { api.gateway_responses = {{.type = "X"}}; }), HasSubstr("no such response type"));
  EXPECT_EQ(world.send("GET", "/a").status, 200u);
}

TEST(Deploy, DoesNotDisturbARunningRequest) {
  World world;
  world.add("GET", "/a/{id}");
  ASSERT_TRUE(world.deploy());
  world.functions.answer = [&](const ProxyEvent& event) -> Task<Result<ProxyResult>> {
    world.gateway->remove_api("api1");
    world.api.methods[0].path = "/changed";
    (void)world.deploy();
    const Executor executor = co_await net::this_coro::executor;
    co_await net::post(executor, kUseTask);
    ProxyResponse answer;
    answer.body = event.resource;
    co_return ProxyResult{std::move(answer)};
  };
  EXPECT_EQ(world.send("GET", "/a/1").body, "/a/{id}");
  EXPECT_EQ(world.send("GET", "/changed").status, 200u);
}

// For the thread sanitizer, too.
TEST(Deploy, IsSafeWhileOtherThreadsAreServed) {
  struct Constant final : FunctionInvoker {
    Task<Result<ProxyResult>> invoke(const ProxyEvent&) override { co_return ProxyResult{ProxyResponse{}}; }
  } functions;
  World world;
  world.add_protected("GET", "/a").api_key_required = true;
  Gateway gateway(GatewayConfig{.account_throttle = {.rate_limit = 1e9, .burst_limit = 1'000'000}}, functions,
                  world.pools, world.clock, world.random);
  ASSERT_TRUE(gateway.deploy(world.api));
  ASSERT_TRUE(gateway.put_key({.id = "key1", .value = std::string(kKeyValue)}));
  ASSERT_TRUE(gateway.put_plan({.id = "plan1", .stages = {{"api1", "prod", {}}}}));
  ASSERT_TRUE(gateway.put_plan_key({"plan1", "key1"}));
  const std::string token = World::sign(world.id_claims());

  std::atomic<int> passed{0};
  {
    std::vector<std::jthread> threads;
    for (int t = 0; t < 3; ++t)
      threads.emplace_back([&] {
        for (int i = 0; i < 300; ++i) {
          http::Request request = request_to("GET", "/a", bearer(token));
          request.headers.add("x-api-key", std::string(kKeyValue));
          passed += gatehouse::testing::run_task(gateway.handle("api1", "prod", "/a", request)).status == 200 ? 1 : 0;
        }
      });
    for (int i = 0; i < 100; ++i) {
      ASSERT_TRUE(gateway.deploy(world.api));
      ASSERT_TRUE(gateway.put_key({.id = "other", .value = "another-value-of-a-key-0123"}));
    }
  }
  EXPECT_EQ(passed, 900);
}

TEST(Journeys, SayWhyAndHoldNoSecret) {
  World world;
  world.add_protected("GET", "/a", {"email"}).api_key_required = true;
  ASSERT_TRUE(world.deploy());
  Journey journey("id", world.clock.now());
  http::Request request = request_to("GET", "/a");
  request.headers = bearer(World::sign(world.access_claims()));
  request.headers.add("x-api-key", std::string(kKeyValue));
  request.journey = &journey;
  const std::string token(request.headers.get("Authorization"));
  EXPECT_EQ(world.send(std::move(request)).status, 403u);
  ASSERT_EQ(journey.spans().size(), 1u);
  const SpanRecord& span = journey.spans()[0];
  EXPECT_EQ(span.name, "GET /a");
  EXPECT_THAT(span.cause, HasSubstr("No API key has this value"));
  EXPECT_NE(span.cure, "");
  for (const Note& note : span.notes) {
    EXPECT_THAT(note.value, Not(HasSubstr(std::string(kKeyValue))));
    EXPECT_THAT(note.value, Not(HasSubstr(token.substr(7, 40))));
  }
}

}  // namespace
}  // namespace gatehouse::gateway
