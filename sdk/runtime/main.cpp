// `bootstrap`: takes events from the Lambda Runtime API (2018-06-01), one at a time, and hands them to the handler.
// AWS Lambda Developer Guide: "Using the Lambda runtime API for custom runtimes".
#include <unistd.h>

#include <charconv>
#include <cstdlib>
#include <exception>
#include <iostream>
#include <memory>

#include "gatehouse/sdk/function.hpp"
#include "process_host.hpp"

extern "C" const gatehouse::sdk::FunctionExport* gatehouse_function_v1();

namespace gatehouse::sdk::runtime {
namespace {

// What the Runtime API is told about a failure.
struct Failure {
  std::string type;
  std::string message;
};

class RuntimeApi {
 public:
  explicit RuntimeApi(const std::string& address) : base_("http://" + address + "/2018-06-01/runtime/") {}

  Result<HttpResponse> next() {
    return client_.send({.method = "GET", .url = base_ + "invocation/next"}, Deadline::max());
  }
  Result<HttpResponse> respond(const std::string& request_id, std::string payload) {
    return post("invocation/" + request_id + "/response", std::move(payload), "application/json");
  }
  Result<HttpResponse> fail(const std::string& request_id, const Failure& failure) {
    return post("invocation/" + request_id + "/error", failure);
  }
  Result<HttpResponse> fail_init(const Failure& failure) { return post("init/error", failure); }

 private:
  Result<HttpResponse> post(const std::string& path, std::string body, const std::string& type) {
    return client_.send({"POST", base_ + path, {{"Content-Type", type}}, std::move(body)}, Deadline::max());
  }
  Result<HttpResponse> post(const std::string& path, const Failure& failure) {
    const json::object body{
        {"errorMessage", failure.message}, {"errorType", failure.type}, {"stackTrace", json::array()}};
    const Headers headers{{"Content-Type", "application/vnd.aws.lambda.error+json"},
                          {"Lambda-Runtime-Function-Error-Type", failure.type}};
    return client_.send({"POST", base_ + path, headers, json::serialize(body)}, Deadline::max());
  }

  const std::string base_;
  HttpClient client_;
};

Invocation read_invocation(const HttpResponse& event, ProcessHost& host) {
  const auto variable = [&](std::string_view name) {
    const std::string* value = host.environment(name);
    return value == nullptr ? std::string() : *value;
  };
  Invocation invocation;
  invocation.request_id = event.headers.get("Lambda-Runtime-Aws-Request-Id");
  invocation.function_arn = event.headers.get("Lambda-Runtime-Invoked-Function-Arn");
  invocation.trace_id = event.headers.get("Lambda-Runtime-Trace-Id");
  invocation.function_name = variable("AWS_LAMBDA_FUNCTION_NAME");
  invocation.function_version = variable("AWS_LAMBDA_FUNCTION_VERSION");
  invocation.memory_mb =
      static_cast<std::uint32_t>(std::strtoul(variable("AWS_LAMBDA_FUNCTION_MEMORY_SIZE").c_str(), nullptr, 10));
  const std::string deadline(event.headers.get("Lambda-Runtime-Deadline-Ms"));
  invocation.deadline =
      std::chrono::system_clock::time_point{std::chrono::milliseconds{std::strtoll(deadline.c_str(), nullptr, 10)}};
  return invocation;
}

std::expected<std::string, Failure> run(Function& function, Host& host, const Invocation& invocation,
                                        std::string payload) {
  try {
    Context context(host, invocation);
    Task<std::string> task = function.invoke(std::move(payload), context);
    task.start();
    // Every operation of this host is complete when it returns, so a handler that still waits will wait forever.
    if (!task.is_done())
      return std::unexpected(Failure{"Runtime.Stuck", "the handler waits for something that is not of the sdk"});
    return task.take();
  } catch (const std::exception& thrown) {
    return std::unexpected(Failure{"Runtime.HandlerError", thrown.what()});
  } catch (...) {
    return std::unexpected(Failure{"Runtime.HandlerError", "the handler threw something that is not an exception"});
  }
}

std::unique_ptr<Function> make(RuntimeApi& api) {
  try {
    return std::unique_ptr<Function>(gatehouse_function_v1()->make());
  } catch (const std::exception& thrown) {
    std::cerr << "The function could not be initialized: " << thrown.what() << std::endl;
    (void)api.fail_init({"Runtime.InitError", thrown.what()});
    return nullptr;
  }
}

int serve(const std::string& address) {
  RuntimeApi api(address);
  ProcessHost host(environ);
  const std::unique_ptr<Function> function = make(api);
  if (!function) return 1;
  for (;;) {
    const Result<HttpResponse> event = api.next();
    if (!event || event->status != 200) {
      std::cerr << "The Runtime API does not answer: "
                << (event ? "status " + std::to_string(event->status) : event.error().message) << std::endl;
      return 1;
    }
    const Invocation invocation = read_invocation(*event, host);
    ::setenv("_X_AMZN_TRACE_ID", invocation.trace_id.c_str(), 1);
    host.begin(invocation);
    const std::expected<std::string, Failure> answer = run(*function, host, invocation, event->body);
    const Result<HttpResponse> told =
        answer ? api.respond(invocation.request_id, *answer) : api.fail(invocation.request_id, answer.error());
    if (told && told->status == 413) std::cerr << "The answer is larger than Lambda takes (6 MB)" << std::endl;
    if (!told) {
      std::cerr << "The Runtime API did not take the answer: " << told.error().message << std::endl;
      return 1;
    }
  }
}

}  // namespace
}  // namespace gatehouse::sdk::runtime

int main() {
  const char* address = std::getenv("AWS_LAMBDA_RUNTIME_API");
  if (address == nullptr) {
    std::cerr << "This is the bootstrap of a Lambda function. A Lambda host starts it and sets AWS_LAMBDA_RUNTIME_API."
              << std::endl;
    return 2;
  }
  return gatehouse::sdk::runtime::serve(address);
}
