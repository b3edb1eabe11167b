#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/asio/use_future.hpp>
#include <fstream>

#include "services/functions/module.hpp"
#include "services/functions/testing/bench.hpp"

namespace gatehouse::functions {
namespace {

using namespace std::chrono_literals;
using testing::Bench;
using ::testing::HasSubstr;

TEST(InProcessHost, RunsTheHandlerAndLogsLikeLambda) {
  Bench bench;
  ASSERT_TRUE(bench.functions.deploy({Bench::config("misbehave", true)}));

  const auto result = bench.invoke(R"({"do":"log","text":"two\nlines"})");

  ASSERT_TRUE(result);
  EXPECT_FALSE(result->function_error);
  EXPECT_THAT(result->payload, HasSubstr(Bench::kRequestId));
  const std::vector<std::string> lines = bench.logs.lines();
  ASSERT_EQ(lines.size(), 5U);
  EXPECT_EQ(lines[0], std::string("START RequestId: ") + Bench::kRequestId + " Version: $LATEST");
  EXPECT_EQ(lines[2], "lines");
  EXPECT_THAT(lines[4], HasSubstr("\tMemory Size: 128 MB\tMax Memory Used: "));
}

TEST(InProcessHost, TurnsAnExceptionIntoAFunctionError) {
  Bench bench;
  ASSERT_TRUE(bench.functions.deploy({Bench::config("misbehave", true)}));

  const auto result = bench.invoke(R"({"do":"throw"})");

  EXPECT_EQ(result->function_error, "Unhandled");
  EXPECT_EQ(result->payload, R"({"errorType":"Runtime.HandlerError","errorMessage":"thrown on purpose"})");
}

TEST(InProcessHost, FetchesWithTheTraceAndTheJourney) {
  Bench bench;
  ASSERT_TRUE(bench.functions.deploy({Bench::config("misbehave", true)}));
  Journey journey("outer", bench.clock.now());
  bench.fetcher.delay = 5ms;

  const auto result = bench.invoke(R"({"do":"fetch","url":"http://x/","timeout_ms":1000})", &journey);

  EXPECT_EQ(result->payload, R"({"status":200,"body":"fetched"})");
  EXPECT_EQ(bench.fetcher.seen_trace, "Root=1-00000001-000000000000000000000001");
  ASSERT_EQ(journey.spans().size(), 2U);
  EXPECT_EQ(journey.spans()[0].layer, "function");
  EXPECT_EQ(journey.spans()[1].layer, "nested");
  EXPECT_EQ(journey.spans()[1].parent, 0);
}

TEST(InProcessHost, EndsAFetchThatTakesTooLong) {
  Bench bench;
  ASSERT_TRUE(bench.functions.deploy({Bench::config("misbehave", true)}));
  bench.fetcher.delay = 300ms;

  const auto result = bench.invoke(R"({"do":"fetch","url":"http://x/","timeout_ms":20})");

  EXPECT_EQ(result->payload, R"({"error":"Timeout"})");
}

TEST(InProcessHost, AbandonsAHandlerAtItsTimeoutAndWhatItWaitsForEndsUnheard) {
  Bench bench;
  FunctionConfig config = Bench::config("misbehave", true);
  config.timeout_s = 1;
  ASSERT_TRUE(bench.functions.deploy({config}));
  bench.fetcher.delay = 1300ms;
  std::optional<Journey> journey(std::in_place, "outer", bench.clock.now());

  // AWS calls have no time-out of their own, so the deadline meets the handler while it waits.
  auto aws_never = bench.invoke(R"({"do":"fetch","url":"http://x/","timeout_ms":900000})", &*journey);
  journey.reset();

  ASSERT_TRUE(aws_never);
  // The sdk ends the fetch shortly before the deadline, so that a handler can still answer.
  EXPECT_EQ(aws_never->payload, R"({"error":"Timeout"})");
  for (int i = 0; i < 400 && bench.fetcher.completed == 0; ++i) ::usleep(5'000);
  EXPECT_EQ(bench.fetcher.completed, 1);
}

// Never answers until it is told to.
class SlowAws final : public AwsCalls {
 public:
  Task<Result<json::object>> call(std::string_view, std::string_view, const json::object&, const aws::Caller&,
                                  Journey* journey, std::string_view) override {
    Span span(journey, "slow", "call");
    Timer timer(co_await net::this_coro::executor, 1500ms);
    co_await timer.async_wait(kUseTask);
    span.note("end", "reached");
    is_done = true;
    co_return json::object();
  }
  std::atomic<bool> is_done{false};
};

TEST(InProcessHost, EnforcesItsTimeoutWhileTheHandlerWaits) {
  net::io_context loop;
  SystemClock clock;
  SystemRandom random;
  testing::RecordingLog logs;
  testing::FakeFetcher fetcher;
  SlowAws aws;
  Functions functions({}, {clock, random, logs, fetcher, aws}, {loop.get_executor()});
  FunctionConfig config = Bench::config("misbehave", true);
  config.timeout_s = 1;
  ASSERT_TRUE(functions.deploy({config}));
  std::optional<Journey> journey(std::in_place, "outer", clock.now());

  auto future = net::co_spawn(
      loop.get_executor(),
      functions.invoke("fn", R"({"do":"aws","service":"s","operation":"o","input":{}})", {"id", "", &*journey}),
      net::use_future);
  while (future.wait_for(0s) != std::future_status::ready) loop.run_one();
  const auto result = future.get();
  journey.reset();  // the call that goes on must not need it
  EXPECT_FALSE(aws.is_done);
  auto stopped = net::co_spawn(loop.get_executor(), functions.stop(), net::use_future);
  while (stopped.wait_for(0s) != std::future_status::ready) loop.run_one();

  ASSERT_TRUE(result);
  EXPECT_EQ(result->function_error, "Unhandled");
  EXPECT_THAT(result->payload, HasSubstr("Task timed out after 1.00 seconds"));
  EXPECT_THAT(logs.lines().back(), HasSubstr("Status: timeout"));
  EXPECT_TRUE(aws.is_done) << "stop() waits for what an abandoned handler has begun";
}

TEST(InProcessHost, CallsAwsAsItsRole) {
  Bench bench;
  ASSERT_TRUE(bench.functions.deploy({Bench::config("misbehave", true)}));

  const auto allowed = bench.invoke(R"({"do":"aws","service":"dynamodb","operation":"GetItem","input":{"a":1}})");
  const auto refused = bench.invoke(R"({"do":"aws","service":"dynamodb","operation":"Refused","input":{}})");

  EXPECT_EQ(allowed->payload, R"({"service":"dynamodb","operation":"GetItem","input":{"a":1},)"
                              R"("caller":"arn:aws:sts::0:assumed-role/role/fn"})");
  EXPECT_EQ(refused->payload, R"({"error":"AccessDeniedException","message":"not you"})");
}

TEST(InProcessHost, SeesItsVariablesAndNoneOfThisProcess) {
  ::setenv("GATEHOUSE_ROOT_SECRET_ACCESS_KEY", "ours", 1);
  Bench bench;
  FunctionConfig config = Bench::config("misbehave", true);
  config.environment = {{"TABLE", "products"}};
  ASSERT_TRUE(bench.functions.deploy({config}));

  EXPECT_EQ(bench.invoke(R"({"do":"env","name":"TABLE"})")->payload, R"("products")");
  EXPECT_EQ(bench.invoke(R"({"do":"env","name":"GATEHOUSE_ROOT_SECRET_ACCESS_KEY"})")->payload, R"("")");
  EXPECT_EQ(bench.invoke(R"({"do":"env","name":"AWS_LAMBDA_FUNCTION_NAME"})")->payload, R"("fn")");
}

TEST(InProcessHost, BoundsItsConcurrency) {
  Bench bench;
  FunctionConfig config = Bench::config("misbehave", true);
  config.reserved_concurrency = 1;
  ASSERT_TRUE(bench.functions.deploy({config}));
  bench.fetcher.delay = 200ms;

  auto first = bench.begin_invoke(R"({"do":"fetch","url":"http://x/","timeout_ms":1000})");
  const auto second = bench.invoke("{}");

  EXPECT_EQ(second.error().code, "TooManyRequestsException");
  EXPECT_FALSE(first.get()->function_error);
  EXPECT_TRUE(bench.invoke("{}"));
}

TEST(InProcessHost, RefusesAnAnswerOver6Mb) {
  Bench bench;
  ASSERT_TRUE(bench.functions.deploy({Bench::config("misbehave", true)}));
  EXPECT_THAT(bench.invoke(R"({"do":"large","bytes":6291600})")->payload, HasSubstr("Function.ResponseSizeTooLarge"));
}

sdk::ApiRequest api_request() {
  sdk::ApiRequest request;
  request.method = "GET";
  request.path = "/p";
  return request;
}

TEST(ApiEvent, ReachesAnInProcessFunctionWithoutJson) {
  Bench bench;
  ASSERT_TRUE(bench.functions.deploy({Bench::config("echo", true)}));

  const auto result = bench.run(bench.functions.invoke_api(
      "fn", {.request = api_request, .json = []() -> std::string { throw std::logic_error("json"); }}, {}));

  ASSERT_TRUE(result && result->response);
  EXPECT_EQ(result->response->status, 200);
  EXPECT_EQ(result->response->body, R"({"method":"GET","path":"/p","function":"fn"})");
}

TEST(ApiEvent, ReachesAProcessAsJson) {
  Bench bench;
  ASSERT_TRUE(bench.functions.deploy({Bench::config("echo")}));

  const auto result = bench.run(
      bench.functions.invoke_api("fn", {.request = nullptr, .json = [] { return api_request().to_json(); }}, {}));

  ASSERT_TRUE(result);
  EXPECT_FALSE(result->response);
  const auto response = sdk::ApiResponse::from_json(result->raw.payload);
  ASSERT_TRUE(response);
  EXPECT_EQ(response->body, R"({"method":"GET","path":"/p","function":"fn"})");
  EXPECT_EQ(response->headers.get("x-two"), "2");
}

TEST(ApiEvent, IsJsonForAHandlerThatTakesJson) {
  Bench bench;
  ASSERT_TRUE(bench.functions.deploy({Bench::config("misbehave", true)}));

  const auto result =
      bench.run(bench.functions.invoke_api("fn", {.request = nullptr, .json = [] { return "{}"; }}, {}));

  ASSERT_TRUE(result);
  EXPECT_FALSE(result->response);
  EXPECT_THAT(result->raw.payload, HasSubstr(R"("event":{})"));
}

TEST(Functions, KnowsNamesAndArns) {
  Bench bench;
  ASSERT_TRUE(bench.functions.deploy({Bench::config("misbehave", true)}));

  for (const char* name : {"fn", "fn:$LATEST", "arn:aws:lambda:us-east-1:000000000000:function:fn",
                           "arn:aws:lambda:us-east-1:000000000000:function:fn:$LATEST"}) {
    EXPECT_TRUE(bench.functions.knows(name)) << name;
  }
  for (const char* name : {"", "f", "fn:1", "arn:aws:lambda:us-east-1:111111111111:function:fn"}) {
    EXPECT_EQ(bench.run(bench.functions.invoke(name, "{}", {})).error().code, "ResourceNotFoundException") << name;
  }
}

TEST(Functions, RefuseAPayloadThatIsNotJson) {
  Bench bench;
  ASSERT_TRUE(bench.functions.deploy({Bench::config("misbehave", true)}));
  EXPECT_EQ(bench.invoke("{").error().code, "InvalidRequestContentException");
  EXPECT_FALSE(bench.invoke("")->function_error);
}

struct BadConfig {
  const char* what;
  void (*change)(FunctionConfig&);
  const char* message;
};

TEST(Functions, RefuseAConfigThatCannotWork) {
  const BadConfig cases[] = {
      {"runtime", [](FunctionConfig& c) { c.runtime = "python3.12"; }, "provided.al2023"},
      {"memory", [](FunctionConfig& c) { c.memory_mb = 64; }, "MemorySize"},
      {"timeout", [](FunctionConfig& c) { c.timeout_s = 901; }, "Timeout"},
      {"folder", [](FunctionConfig& c) { c.code_folder = "/nowhere"; }, "build the function first"},
      {"reserved", [](FunctionConfig& c) { c.environment = {{"AWS_REGION", "x"}}; }, "reserved keys"},
      {"name", [](FunctionConfig& c) { c.environment = {{"1A", "x"}}; }, "does not match"},
      {"size", [](FunctionConfig& c) { c.environment = {{"AA", std::string(5000, 'x')}}; }, "4096"},
      {"object", [](FunctionConfig& c) { c.in_process = "/etc/hostname"; }, "/etc/hostname"},
      {"no symbol", [](FunctionConfig& c) { c.in_process = "libz.so.1"; }, "GATEHOUSE_FUNCTION"},
  };
  Bench bench;
  ASSERT_TRUE(bench.functions.deploy({Bench::config("misbehave", true)}));
  for (const BadConfig& bad : cases) {
    FunctionConfig config = Bench::config("misbehave");
    bad.change(config);
    const Result<void> deployed = bench.functions.deploy({config});
    ASSERT_FALSE(deployed) << bad.what;
    EXPECT_THAT(deployed.error().message, HasSubstr(bad.message)) << bad.what;
  }
  EXPECT_TRUE(bench.functions.knows("fn"));
}

}  // namespace
}  // namespace gatehouse::functions
