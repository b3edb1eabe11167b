// Lambda: runs functions, as child processes over the Runtime API or as coroutines in this process.
//
//   Functions functions(config, {clock, random, log_sink, fetcher, aws_calls}, loops);
//   functions.deploy(configs);                      // at start, and again when the template changed
//   co_await functions.invoke("name", payload, ...);
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.hpp"
#include "base/random.hpp"
#include "base/result.hpp"
#include "base/task.hpp"
#include "gatehouse/sdk/api.hpp"
#include "services/functions/config.hpp"
#include "services/functions/ports.hpp"

namespace gatehouse::http {
class Fetcher;
}

namespace gatehouse::functions {

struct InvokeContext {
  std::string request_id;  // a UUID; the function sees it as its AWS request id. Empty: one is made
  std::string trace;       // X-Amzn-Trace-Id for the function; empty: one is made
  Journey* journey = nullptr;
};

// How a function failed, when it did. Lambda answers both kinds with HTTP 200 and X-Amz-Function-Error.
struct InvokeResult {
  std::string payload;                        // the function's answer, or {"errorMessage", "errorType", ...}
  std::optional<std::string> function_error;  // "Unhandled": the function threw, crashed or timed out
  std::string executed_version = "$LATEST";
  std::string log_tail;  // the last 4 KiB of this invocation's log
};

// An API event in the form that is cheap for the caller to make: the struct for functions in this process, the JSON
// text only when a process needs it. Both are called at most once, before invoke_api() suspends for the first time.
struct ApiEvent {
  std::function<sdk::ApiRequest()> request;
  std::function<std::string()> json;
};

// The answer in the form that it came in: a struct from an in-process function, else the payload.
struct ApiResult {
  std::optional<sdk::ApiResponse> response;
  InvokeResult raw;  // payload empty when `response` is set
};

struct FunctionsPorts {
  const Clock& clock;
  Random& random;
  LogSink& logs;
  http::Fetcher& fetcher;  // HTTP calls of in-process functions
  AwsCalls& aws;
};

// Thread-safe. The ports and the loops must outlive it; call stop() before the loops end.
class Functions {
 public:
  // `loops`: processes are spread over them; an invocation may come from any of them.
  Functions(FunctionsConfig config, FunctionsPorts ports, std::vector<Executor> loops);
  ~Functions();

  // Makes these functions the only ones. Refuses all of them, changing nothing, when one cannot be run (no executable
  // bootstrap, wrong runtime, limits out of range, a shared object of another ABI). Running invocations finish.
  Result<void> deploy(std::vector<FunctionConfig> configs);

  // RequestResponse. `name_or_arn`: name, ARN, or either with ":$LATEST". Errors: kNotFound ResourceNotFoundException,
  // kThrottled TooManyRequestsException, kTooLarge RequestTooLargeException (6 MB), kInvalid
  // InvalidRequestContentException.
  Task<Result<InvokeResult>> invoke(std::string name_or_arn, std::string payload, InvokeContext context);
  Task<Result<ApiResult>> invoke_api(std::string name_or_arn, ApiEvent event, InvokeContext context);

  bool knows(std::string_view name_or_arn) const;

  // Refuses new invocations, waits for running ones (bounded by their own time-outs), ends the processes.
  Task<void> stop();

 private:
  struct Impl;
  std::shared_ptr<Impl> impl_;
};

}  // namespace gatehouse::functions
