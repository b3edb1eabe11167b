// Everything that a function includes.
//
//   sdk::Task<sdk::ApiResponse> handle(sdk::ApiRequest request, sdk::Context& context) {
//     co_return sdk::ApiResponse::text(200, "Hello from " + context.function_name());
//   }
//   GATEHOUSE_FUNCTION(handle)
//
// A handler takes (ApiRequest, Context&) and answers with ApiResponse, or takes (json::value, Context&) and answers
// with json::value. The same source becomes an executable `bootstrap` for AWS Lambda's provided.al2023 runtime (and any
// host that speaks the Runtime API), and `function.so` for a host that runs it as a coroutine in its own process: there
// several invocations may run at a time on different threads, so what lives longer than one invocation must be
// thread-safe, and a handler must never block.
#pragma once

#include <concepts>
#include <stdexcept>

#include "gatehouse/sdk/api.hpp"
#include "gatehouse/sdk/context.hpp"
#include "gatehouse/sdk/host.hpp"
#include "gatehouse/sdk/task.hpp"
#include "gatehouse/sdk/text.hpp"

namespace gatehouse::sdk {

// Exactly these: an event taken by reference would not outlive the handler's first suspension.
using ApiHandler = Task<ApiResponse> (*)(ApiRequest, Context&);
using JsonHandler = Task<json::value> (*)(json::value, Context&);

template <typename Handler>
concept HandlesApiRequests = std::same_as<Handler, ApiHandler>;
template <typename Handler>
concept HandlesJson = std::same_as<Handler, JsonHandler>;

namespace detail {

Task<std::string> invoke_api_as_json(Function& function, std::string payload, Context& context);
json::value parse_event(const std::string& payload);  // throws std::invalid_argument

template <typename Handler>
class HandlerFunction final : public Function {
 public:
  explicit HandlerFunction(Handler handler) : handler_(handler) {}
  bool takes_api_requests() const override { return HandlesApiRequests<Handler>; }

  Task<std::string> invoke(std::string payload, Context& context) override {
    if constexpr (HandlesApiRequests<Handler>) {
      return invoke_api_as_json(*this, std::move(payload), context);
    } else {
      return invoke_json(std::move(payload), context);
    }
  }
  Task<ApiResponse> invoke_api(ApiRequest request, Context& context) override {
    if constexpr (HandlesApiRequests<Handler>) {
      return handler_(std::move(request), context);
    } else {
      (void)request, (void)context;
      throw std::logic_error("this function does not take API requests");
    }
  }

 private:
  Task<std::string> invoke_json(std::string payload, Context& context) {
    json::value event = parse_event(payload);
    Task<json::value> running = handler_(std::move(event), context);
    const json::value answer = co_await running;
    co_return to_text(answer);
  }

  Handler handler_;
};

template <typename Handler>
Function* make_function(Handler handler) {
  static_assert(HandlesApiRequests<Handler> || HandlesJson<Handler>,
                "a handler is Task<ApiResponse>(ApiRequest, Context&) or Task<json::value>(json::value, Context&)");
  return new HandlerFunction<Handler>(handler);
}

}  // namespace detail
}  // namespace gatehouse::sdk

// Names the handler of this function. Exactly one per function, at namespace scope.
#define GATEHOUSE_FUNCTION(handler)                                                                                 \
  extern "C" __attribute__((visibility("default"))) const gatehouse::sdk::FunctionExport* gatehouse_function_v1() { \
    static const gatehouse::sdk::FunctionExport exported{                                                           \
        {}, +[]() -> gatehouse::sdk::Function* { return gatehouse::sdk::detail::make_function(&(handler)); }};      \
    return &exported;                                                                                               \
  }
