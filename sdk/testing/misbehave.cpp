// A function that does what its event says, good or bad: for the tests of hosts.
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <cstdlib>
#include <stdexcept>

#include "gatehouse/sdk/function.hpp"

namespace sdk = gatehouse::sdk;

namespace {

using Event = sdk::json::object;

std::string text(const Event& event, std::string_view name) {
  return std::string(sdk::string_member(event, name).value_or(std::string_view()));
}

std::int64_t number(const Event& event, std::string_view name) {
  const sdk::json::value* value = event.if_contains(name);
  return value == nullptr ? 0 : value->to_number<std::int64_t>();
}

void allocate(std::size_t bytes) {
  for (std::size_t done = 0; done < bytes; done += 1 << 20U) {
    auto* block = static_cast<volatile char*>(std::malloc(1 << 20U));
    for (std::size_t i = 0; i < 1 << 20U; i += 4096) block[i] = 1;  // volatile: the compiler must not see through it
    ::usleep(200);
  }
}

sdk::Task<sdk::json::value> fetch(const Event& event, sdk::Context& context) {
  sdk::HttpRequest request;
  request.url = text(event, "url");
  request.method = "GET";
  sdk::Task<sdk::Result<sdk::HttpResponse>> sending =
      context.http().send(request, std::chrono::milliseconds{number(event, "timeout_ms")});
  const sdk::Result<sdk::HttpResponse> response = co_await sending;
  if (!response) co_return sdk::json::object{{"error", response.error().code}};
  co_return sdk::json::object{{"status", response->status}, {"body", response->body}};
}

sdk::Task<sdk::json::value> call_aws(const Event& event, sdk::Context& context) {
  sdk::Task<sdk::Result<sdk::json::object>> calling =
      context.aws(text(event, "service"), text(event, "operation"), event.at("input").as_object());
  const sdk::Result<sdk::json::object> output = co_await calling;
  if (!output) co_return sdk::json::object{{"error", output.error().code}, {"message", output.error().message}};
  co_return *output;
}

void fork_sleeper(sdk::Context& context) {
  const pid_t child = ::fork();
  if (child == 0) {
    ::setsid();
    ::sleep(600);
    ::_exit(0);
  }
  context.log("child " + std::to_string(child));
}

// Deliberate misdeeds that end the process or never end.
void misbehave(const std::string& what) {
  if (what == "exit") std::exit(3);
  if (what == "exit_zero") std::exit(0);
  if (what == "crash") std::raise(SIGSEGV);
  while (what == "spin") ::usleep(1000);
}

sdk::Task<sdk::json::value> handle(sdk::json::value input, sdk::Context& context) {
  const Event event = input.is_object() ? input.get_object() : Event();
  const std::string what = text(event, "do");
  if (what == "throw") throw std::runtime_error("thrown on purpose");
  if (what == "fetch") {
    sdk::Task<sdk::json::value> fetching = fetch(event, context);
    sdk::json::value answer = co_await fetching;
    co_return answer;
  }
  if (what == "aws") {
    sdk::Task<sdk::json::value> calling = call_aws(event, context);
    sdk::json::value answer = co_await calling;
    co_return answer;
  }
  if (what == "env") co_return sdk::json::string(context.env(text(event, "name")));
  if (what == "pid") co_return ::getpid();
  if (what == "large") co_return sdk::json::string(static_cast<std::size_t>(number(event, "bytes")), 'x');
  if (what == "allocate") allocate(static_cast<std::size_t>(number(event, "bytes")));
  if (what == "print") context.log(std::string(static_cast<std::size_t>(number(event, "bytes")), 'x'));
  if (what == "log") context.log(text(event, "text"));
  if (what == "fork") fork_sleeper(context);
  if (what == "remaining") co_return context.remaining().count();
  misbehave(what);
  co_return sdk::json::object{{"event", input}, {"request_id", context.request_id()}, {"trace", context.trace_id()}};
}

}  // namespace

GATEHOUSE_FUNCTION(handle)
