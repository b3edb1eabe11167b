#include <arpa/inet.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <signal.h>
#include <sys/socket.h>
#include <unistd.h>

#include <boost/asio/use_future.hpp>
#include <fstream>
#include <iterator>

#include "base/text.hpp"
#include "services/functions/testing/bench.hpp"

namespace gatehouse::functions {
namespace {

using namespace std::chrono_literals;
using testing::Bench;
using ::testing::ContainsRegex;
using ::testing::HasSubstr;
using ::testing::Not;

FunctionConfig with_mode(std::string mode) {
  FunctionConfig config = Bench::config("raw");
  config.environment = {{"MODE", std::move(mode)}};
  return config;
}

bool is_alive(pid_t pid) {
  std::ifstream file("/proc/" + std::to_string(pid) + "/stat");
  const std::string stat{std::istreambuf_iterator<char>(file), {}};
  const std::size_t name_end = stat.rfind(')');
  return name_end != std::string::npos && stat.size() > name_end + 2 && stat[name_end + 2] != 'Z';
}

bool ends_soon(pid_t pid) {
  for (int i = 0; i < 400 && is_alive(pid); ++i) ::usleep(5'000);
  return !is_alive(pid);
}

TEST(ProcessHost, HandsTheEventOverAndTheAnswerBack) {
  Bench bench;
  ASSERT_TRUE(bench.functions.deploy({Bench::config("misbehave")}));

  const auto result = bench.invoke(R"({"a":1})");

  ASSERT_TRUE(result);
  EXPECT_FALSE(result->function_error);
  EXPECT_EQ(result->payload,
            fmt::format(R"({{"event":{{"a":1}},"request_id":"{}","trace":"Root=1-00000001-000000000000000000000001"}})",
                        Bench::kRequestId));
}

TEST(ProcessHost, WritesStartEndAndReportInLambdasFormat) {
  Bench bench;
  ASSERT_TRUE(bench.functions.deploy({Bench::config("misbehave")}));

  const auto cold = bench.invoke(R"({"do":"log","text":"hello"})");
  const auto warm = bench.invoke("{}");

  const std::vector<std::string> lines = bench.logs.lines();
  ASSERT_EQ(lines.size(), 7U);
  const std::string id = Bench::kRequestId;
  EXPECT_EQ(lines[0], "START RequestId: " + id + " Version: $LATEST");
  EXPECT_EQ(lines[1], "hello");
  EXPECT_EQ(lines[2], "END RequestId: " + id);
  EXPECT_THAT(lines[3],
              ContainsRegex("^REPORT RequestId: " + id +
                            "\tDuration: [0-9]+\\.[0-9][0-9] ms\tBilled Duration: [0-9]+ ms\tMemory Size: 128 MB"
                            "\tMax Memory Used: [1-9][0-9]* MB\tInit Duration: [0-9]+\\.[0-9][0-9] ms\t$"));
  EXPECT_THAT(lines[6], ContainsRegex("\tMax Memory Used: [1-9][0-9]* MB\t$"));
  EXPECT_THAT(bench.logs.streams()[0], ContainsRegex("^20[0-9][0-9]/[01][0-9]/[0-3][0-9]/\\[\\$LATEST\\][0-9a-f]+$"));
  EXPECT_EQ(bench.logs.groups()[0], "/aws/lambda/fn");
  EXPECT_THAT(cold->log_tail, HasSubstr("hello\nEND RequestId"));
}

TEST(ProcessHost, ReusesAWarmProcess) {
  Bench bench;
  ASSERT_TRUE(bench.functions.deploy({Bench::config("misbehave")}));

  const std::string first = bench.invoke(R"({"do":"pid"})")->payload;

  for (int i = 0; i < 20; ++i) EXPECT_EQ(bench.invoke(R"({"do":"pid"})")->payload, first);
}

TEST(ProcessHost, RunsInvocationsSideBySideUpToItsLimit) {
  Bench bench({.max_processes_per_function = 2});
  FunctionConfig config = Bench::config("misbehave");
  config.timeout_s = 1;
  ASSERT_TRUE(bench.functions.deploy({config}));

  auto first = bench.begin_invoke(R"({"do":"spin"})");
  auto second = bench.begin_invoke(R"({"do":"spin"})");
  const auto third = bench.invoke("{}");

  ASSERT_FALSE(third);
  EXPECT_EQ(third.error().kind, Error::Kind::kThrottled);
  EXPECT_EQ(third.error().code, "TooManyRequestsException");
  EXPECT_EQ(first.get()->function_error, "Unhandled");
  EXPECT_EQ(second.get()->function_error, "Unhandled");
  EXPECT_TRUE(bench.invoke("{}"));
}

TEST(ProcessHost, RefusesEverythingWithAReservedConcurrencyOfZero) {
  Bench bench;
  FunctionConfig config = Bench::config("misbehave");
  config.reserved_concurrency = 0;
  ASSERT_TRUE(bench.functions.deploy({config}));

  EXPECT_EQ(bench.invoke("{}").error().kind, Error::Kind::kThrottled);
}

TEST(ProcessHost, KillsWhatTakesTooLongAndSaysSo) {
  Bench bench;
  FunctionConfig config = Bench::config("misbehave");
  config.timeout_s = 1;
  ASSERT_TRUE(bench.functions.deploy({config}));
  const pid_t pid = std::stoi(bench.invoke(R"({"do":"pid"})")->payload);

  const auto result = bench.invoke(R"({"do":"spin"})");

  ASSERT_TRUE(result);
  EXPECT_EQ(result->function_error, "Unhandled");
  EXPECT_THAT(result->payload, HasSubstr(std::string(Bench::kRequestId) + " Task timed out after 1.00 seconds"));
  EXPECT_THAT(bench.logs.text(),
              ContainsRegex("\n20[^ ]+Z " + std::string(Bench::kRequestId) + " Task timed out after 1.00 seconds\n"));
  EXPECT_THAT(bench.logs.lines().back(), HasSubstr("Status: timeout"));
  EXPECT_TRUE(ends_soon(pid));
  EXPECT_NE(bench.invoke(R"({"do":"pid"})")->payload, std::to_string(pid));
}

TEST(ProcessHost, KnowsItsDeadline) {
  Bench bench;
  FunctionConfig config = Bench::config("misbehave");
  config.timeout_s = 7;
  ASSERT_TRUE(bench.functions.deploy({config}));

  const int remaining = std::stoi(bench.invoke(R"({"do":"remaining"})")->payload);

  EXPECT_GT(remaining, 5'000);
  EXPECT_LE(remaining, 7'000);
}

struct Death {
  const char* event;
  const char* reason;
};
class ProcessHostDeath : public ::testing::TestWithParam<Death> {};

TEST_P(ProcessHostDeath, IsAnExitErrorAndTheNextInvocationWorks) {
  Bench bench;
  ASSERT_TRUE(bench.functions.deploy({Bench::config("misbehave")}));

  const auto result = bench.invoke(GetParam().event);

  ASSERT_TRUE(result);
  EXPECT_EQ(result->function_error, "Unhandled");
  EXPECT_THAT(result->payload, HasSubstr(R"("errorType":"Runtime.ExitError")"));
  EXPECT_THAT(result->payload, HasSubstr(GetParam().reason));
  EXPECT_THAT(bench.logs.text(), HasSubstr("Status: error\tError Type: Runtime.ExitError"));
  EXPECT_FALSE(bench.invoke("{}")->function_error);
}
INSTANTIATE_TEST_SUITE_P(All, ProcessHostDeath,
                         ::testing::Values(Death{R"({"do":"exit"})", "Runtime exited with error: exit status 3"},
                                           Death{R"({"do":"exit_zero"})",
                                                 "Runtime exited without providing a reason"}));

TEST(ProcessHost, ReportsACrash) {
  Bench bench;
  ASSERT_TRUE(bench.functions.deploy({Bench::config("misbehave")}));

  const auto result = bench.invoke(R"({"do":"crash"})");

  // A sanitizer turns the signal into an exit status.
  EXPECT_THAT(result->payload, HasSubstr("Runtime exited with error: "));
}

TEST(ProcessHost, KillsAFunctionThatPassesItsMemory) {
  Bench bench;
  FunctionConfig config = Bench::config("misbehave");
  config.timeout_s = 20;
  ASSERT_TRUE(bench.functions.deploy({config}));

  const auto result = bench.invoke(R"({"do":"allocate","bytes":1000000000})");

  ASSERT_TRUE(result);
  EXPECT_THAT(result->payload, HasSubstr(R"("errorType":"Runtime.OutOfMemory")"));
  EXPECT_THAT(result->payload, HasSubstr("signal: killed"));
  EXPECT_THAT(bench.logs.text(), HasSubstr("Max Memory Used: 128 MB\t"));
  EXPECT_FALSE(bench.invoke("{}")->function_error);
}

TEST(ProcessHost, PassesAnExceptionOfTheHandlerOn) {
  Bench bench;
  ASSERT_TRUE(bench.functions.deploy({Bench::config("misbehave")}));
  const std::string pid = bench.invoke(R"({"do":"pid"})")->payload;

  const auto result = bench.invoke(R"({"do":"throw"})");

  EXPECT_EQ(result->function_error, "Unhandled");
  EXPECT_THAT(result->payload, HasSubstr(R"("errorMessage":"thrown on purpose","errorType":"Runtime.HandlerError")"));
  EXPECT_EQ(bench.invoke(R"({"do":"pid"})")->payload, pid);
}

TEST(ProcessHost, RefusesAnAnswerOver6MbAndAnEventOver6Mb) {
  Bench bench;
  ASSERT_TRUE(bench.functions.deploy({Bench::config("misbehave")}));

  const auto large = bench.invoke(R"({"do":"large","bytes":6291600})");
  const auto fits = bench.invoke(R"({"do":"large","bytes":6291000})");
  const auto refused = bench.invoke("\"" + std::string(6'291'600, 'x') + "\"");

  EXPECT_EQ(large->function_error, "Unhandled");
  EXPECT_THAT(large->payload, HasSubstr("Function.ResponseSizeTooLarge"));
  EXPECT_EQ(fits->payload.size(), 6'291'002U);
  EXPECT_EQ(refused.error().code, "RequestTooLargeException");
}

TEST(ProcessHost, TakesALineOf1MbInPieces) {
  Bench bench;
  ASSERT_TRUE(bench.functions.deploy({Bench::config("misbehave")}));

  const auto result = bench.invoke(R"({"do":"print","bytes":1048576})");

  EXPECT_FALSE(result->function_error);
  EXPECT_EQ(bench.logs.lines().size(), 7U);
  EXPECT_EQ(bench.logs.lines()[1].size(), 256U * 1024);
  EXPECT_LE(result->log_tail.size(), 4096U);
}

TEST(ProcessHost, TakesChildrenOfAFunctionAlongWhenItKillsIt) {
  Bench bench;
  FunctionConfig config = Bench::config("misbehave");
  config.timeout_s = 1;
  ASSERT_TRUE(bench.functions.deploy({config}));
  ASSERT_FALSE(bench.invoke(R"({"do":"fork"})")->function_error);
  const std::string line = bench.logs.lines()[1];
  ASSERT_TRUE(line.starts_with("child ")) << line;
  const pid_t child = std::stoi(line.substr(6));
  ASSERT_TRUE(is_alive(child));

  bench.invoke(R"({"do":"spin"})");

  EXPECT_TRUE(ends_soon(child));
}

TEST(ProcessHost, GivesTheFunctionItsEnvironmentAndNothingOfOurs) {
  ::setenv("GATEHOUSE_ROOT_SECRET_ACCESS_KEY", "ours", 1);
  Bench bench({.region = "eu-west-1", .endpoint_url = "http://localhost:4566"});
  FunctionConfig config = Bench::config("misbehave");
  config.environment = {{"TABLE", "products"}};
  ASSERT_TRUE(bench.functions.deploy({config}));
  const auto env = [&](const std::string& name) {
    return bench.invoke(R"({"do":"env","name":")" + name + "\"}")->payload;
  };

  EXPECT_EQ(env("TABLE"), R"("products")");
  EXPECT_EQ(env("AWS_REGION"), R"("eu-west-1")");
  EXPECT_EQ(env("AWS_ENDPOINT_URL"), R"("http://localhost:4566")");
  EXPECT_EQ(env("AWS_LAMBDA_FUNCTION_NAME"), R"("fn")");
  EXPECT_EQ(env("AWS_LAMBDA_LOG_GROUP_NAME"), R"("/aws/lambda/fn")");
  EXPECT_EQ(env("AWS_ACCESS_KEY_ID"), R"("AKID")");
  EXPECT_EQ(env("AWS_SECRET_ACCESS_KEY"), R"("SECRET")");
  EXPECT_EQ(env("AWS_SESSION_TOKEN"), R"("TOKEN")");
  EXPECT_EQ(env("LAMBDA_TASK_ROOT"), "\"" + config.code_folder.string() + "\"");
  EXPECT_EQ(env("TZ"), R"(":UTC")");
  EXPECT_EQ(env("GATEHOUSE_ROOT_SECRET_ACCESS_KEY"), R"("")");
  EXPECT_EQ(env("HOME"), R"("")");
}

// Asks the Runtime API at "host:port" for the next event, as a process that is not the function's; what comes back.
std::string ask_as_a_stranger(const std::string& address) {
  const int descriptor = ::socket(AF_INET, SOCK_STREAM, 0);
  sockaddr_in to{};
  to.sin_family = AF_INET;
  to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  to.sin_port = htons(static_cast<std::uint16_t>(std::stoi(address.substr(address.find(':') + 1))));
  if (::connect(descriptor, reinterpret_cast<sockaddr*>(&to), sizeof to) != 0) return "no connection";
  const std::string question = "GET /2018-06-01/runtime/invocation/next HTTP/1.1\r\nHost: x\r\n\r\n";
  ::send(descriptor, question.data(), question.size(), MSG_NOSIGNAL);
  char buffer[256];
  const ssize_t count = ::recv(descriptor, buffer, sizeof buffer, 0);
  ::close(descriptor);
  return count <= 0 ? "closed" : std::string(buffer, static_cast<std::size_t>(count));
}

TEST(ProcessHost, LetsNoOtherProcessUseItsRuntimeApi) {
  Bench bench;
  FunctionConfig other = Bench::config("misbehave");
  other.name = "other";
  ASSERT_TRUE(bench.functions.deploy({Bench::config("misbehave"), other}));
  const std::string quoted = bench.invoke(R"({"do":"env","name":"AWS_LAMBDA_RUNTIME_API"})")->payload;
  const std::string address = quoted.substr(1, quoted.size() - 2);

  EXPECT_EQ(ask_as_a_stranger(address), "closed");
  const auto from_other = bench.run(bench.functions.invoke(
      "other",
      fmt::format(R"({{"do":"fetch","timeout_ms":2000,"url":"http://{}/2018-06-01/runtime/invocation/next"}})",
                  address),
      {}));
  EXPECT_EQ(from_other->payload, R"({"error":"Unreachable"})");
  EXPECT_FALSE(bench.invoke("{}")->function_error);
}

TEST(ProcessHost, EndsIdleProcesses) {
  Bench bench({.idle_timeout = 30ms});
  ASSERT_TRUE(bench.functions.deploy({Bench::config("misbehave")}));
  const pid_t pid = std::stoi(bench.invoke(R"({"do":"pid"})")->payload);

  EXPECT_TRUE(ends_soon(pid));
  EXPECT_FALSE(bench.invoke("{}")->function_error);
}

TEST(ProcessHost, EndsItsProcessesWhenItIsStopped) {
  pid_t pid = 0;
  {
    Bench bench;
    ASSERT_TRUE(bench.functions.deploy({Bench::config("misbehave")}));
    pid = std::stoi(bench.invoke(R"({"do":"pid"})")->payload);
    bench.run(bench.functions.stop());
    EXPECT_TRUE(ends_soon(pid));
    EXPECT_EQ(bench.invoke("{}").error().kind, Error::Kind::kThrottled);
  }
}

TEST(ProcessHost, ReplacesItsFunctionsAndLetsRunningInvocationsFinish) {
  Bench bench;
  ASSERT_TRUE(bench.functions.deploy({Bench::config("misbehave")}));
  const pid_t old = std::stoi(bench.invoke(R"({"do":"pid"})")->payload);
  FunctionConfig changed = Bench::config("misbehave");
  changed.environment = {{"TABLE", "new"}};

  ASSERT_TRUE(bench.functions.deploy({changed}));

  EXPECT_EQ(bench.invoke(R"({"do":"env","name":"TABLE"})")->payload, R"("new")");
  EXPECT_TRUE(ends_soon(old));
}

TEST(RuntimeApi, PassesWhateverTheFunctionAnswers) {
  Bench bench;
  ASSERT_TRUE(bench.functions.deploy({with_mode("garbage")}));

  const auto result = bench.invoke("{}");

  EXPECT_FALSE(result->function_error);
  EXPECT_EQ(result->payload, "\x01\x02 not json");
}

TEST(RuntimeApi, RefusesAnAnswerToAnotherInvocation) {
  Bench bench;
  ASSERT_TRUE(bench.functions.deploy({with_mode("wrong_id")}));
  EXPECT_EQ(bench.invoke("{}")->payload, "400");
}

TEST(RuntimeApi, RefusesASecondAnswer) {
  Bench bench;
  ASSERT_TRUE(bench.functions.deploy({with_mode("twice")}));

  EXPECT_EQ(bench.invoke("{}")->payload, "1");
  EXPECT_EQ(bench.invoke("{}")->payload, "1");
  EXPECT_THAT(bench.logs.text(), HasSubstr("second answer: 403"));
}

TEST(RuntimeApi, RefusesUnknownPaths) {
  Bench bench;
  ASSERT_TRUE(bench.functions.deploy({with_mode("unknown_path")}));
  EXPECT_EQ(bench.invoke("{}")->payload, "404");
}

TEST(RuntimeApi, MakesAReportOfAnErrorWithoutDetails) {
  Bench bench;
  ASSERT_TRUE(bench.functions.deploy({with_mode("empty_error")}));

  const auto result = bench.invoke("{}");

  EXPECT_EQ(result->function_error, "Unhandled");
  EXPECT_THAT(result->payload, HasSubstr(R"("errorType":"Own.Kind")"));
}

TEST(RuntimeApi, PassesAnInitErrorOn) {
  Bench bench;
  ASSERT_TRUE(bench.functions.deploy({with_mode("init_error")}));

  for (int i = 0; i < 2; ++i) {
    const auto result = bench.invoke("{}");
    EXPECT_EQ(result->function_error, "Unhandled");
    EXPECT_EQ(result->payload, R"({"errorMessage":"no database","errorType":"Init.NoDatabase"})");
  }
}

TEST(RuntimeApi, ReportsAnExitDuringInit) {
  Bench bench;
  ASSERT_TRUE(bench.functions.deploy({with_mode("exits_before_next")}));

  const auto result = bench.invoke("{}");

  EXPECT_THAT(result->payload, HasSubstr("Runtime exited with error: exit status 4"));
  EXPECT_THAT(bench.logs.text(), HasSubstr("starts"));
}

TEST(RuntimeApi, EndsAnInitThatTakesTooLong) {
  Bench bench({.init_timeout = 100ms});
  ASSERT_TRUE(bench.functions.deploy({with_mode("never_asks")}));

  const auto result = bench.invoke("{}");

  EXPECT_THAT(result->payload, HasSubstr("Runtime.InitTimeout"));
  EXPECT_THAT(bench.logs.text(), HasSubstr("Phase: init\tStatus: timeout"));
}

TEST(RuntimeApi, TakesAnAnswerFromAProcessThatThenEnds) {
  Bench bench;
  ASSERT_TRUE(bench.functions.deploy({with_mode("answer_and_exit")}));

  for (int i = 0; i < 3; ++i) EXPECT_EQ(bench.invoke("{}")->payload, R"("bye")");
}

}  // namespace
}  // namespace gatehouse::functions
