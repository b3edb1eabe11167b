#include "services/gateway/integration.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/redirect_error.hpp>

#include "services/gateway/deployment.hpp"
#include "services/gateway/proxy_response.hpp"

namespace gatehouse::gateway {
namespace {

// An invocation that the gateway can walk away from: it owns everything that the event views.
struct Flight {
  http::Request request;
  Exchange exchange;
  Journey journey;  // the client's may end before the function does
  std::optional<Result<ProxyResult>> result;
  Timer deadline;

  Flight(const Executor& executor, Exchange&& from, http::Request&& taken)
      : request(std::move(taken)),
        exchange(std::move(from)),
        journey(exchange.request_id, exchange.now),
        deadline(executor) {}
};

Task<void> fly(std::shared_ptr<Flight> flight, FunctionInvoker& functions) {
  flight->result = co_await functions.invoke(flight->exchange.event);
}

// Moving the request moves its short strings: what viewed into them is found again.
std::shared_ptr<Flight> board(const Executor& executor, Exchange& exchange, http::Request& request) {
  std::string rest_path(exchange.rest_path);
  Journey* journey = request.journey;
  auto flight = std::make_shared<Flight>(executor, std::move(exchange), std::move(request));
  request.journey = journey;
  Exchange& own = flight->exchange;
  own.request = &flight->request;
  own.rest_path = own.keep(std::move(rest_path));
  own.api->routes.match(own.rest_path, flight->request.method, own.match);
  if (journey == nullptr) {
    flight->request.journey = nullptr;
  } else {
    flight->journey.set_trace_root(journey->trace_root());
    flight->request.journey = &flight->journey;
  }
  return flight;
}

Refusal refusal_of(const Error& error) {
  if (error.code == "FunctionError" || error.code == "Timeout" || error.code == "ResponseTooLarge" ||
      error.code == "MalformedProxyResponse")
    return refusals::kBadGateway;
  if (error.code == "RequestTooLarge") return refusals::kTooLarge;
  return refusals::kInvocationFailed;
}

std::string cure_of(const Error& error) {
  if (error.code == "MalformedProxyResponse")
    return "Return only statusCode, headers, multiValueHeaders, body (a string) and isBase64Encoded";
  if (error.code == "ResponseTooLarge") return "Answer with less than 6 MB; page large lists";
  if (error.code == "RequestTooLarge") return "Send less than 6 MB";
  if (error.code == "Timeout") return "Raise the function's Timeout, or make it faster";
  if (error.code == "TooManyRequests") return "Raise the function's concurrency, or throttle the stage lower";
  return "See the function's log group";
}

http::Response refuse(Span& span, const Exchange& exchange, const Error& error) {
  const Refusal refusal = refusal_of(error);
  span.note("failure", error.code);
  span.explain("The function gave no usable answer: " + (error.detail.empty() ? error.message : error.detail),
               cure_of(error));
  return exchange.api->responses.render(refusal, exchange);
}

Result<http::Response> read_answer(ProxyResult&& result, const Exchange& exchange) {
  const std::size_t limit = exchange.gateway->max_function_payload_bytes;
  const auto too_large = [] {
    return fail(Error::Kind::kTooLarge, "ResponseTooLarge", "Internal server error",
                "the answer is over the payload limit of 6 MB");
  };
  if (auto* raw = std::get_if<RawProxyResponse>(&result)) {
    if (raw->json.size() > limit) return too_large();
    auto parsed = parse_proxy_response(raw->json);
    if (!parsed) return std::unexpected(parsed.error());
    return finish_proxy_response(std::move(*parsed), exchange);
  }
  auto& answer = std::get<ProxyResponse>(result);
  if (answer.body.size() > limit) return too_large();
  return finish_proxy_response(std::move(answer), exchange);
}

http::Response answer(Span& span, Result<ProxyResult>&& result, const Exchange& exchange) {
  if (!result) return refuse(span, exchange, result.error());
  auto response = read_answer(std::move(*result), exchange);
  if (!response) return refuse(span, exchange, response.error());
  return std::move(*response);
}

// Before the function is called: the request must be an event, and fit.
std::optional<http::Response> prepare(Span& span, Exchange& exchange) {
  if (!build_event(exchange)) {
    span.explain("The path or the query is not percent-encoded UTF-8", "Encode it as RFC 3986 says");
    return exchange.api->responses.render(refusals::kBadRequest, exchange);
  }
  const std::size_t body =
      exchange.event.is_base64_encoded ? exchange.event.body.size() / 3 * 4 : exchange.event.body.size();
  if (body <= exchange.gateway->max_function_payload_bytes) return std::nullopt;
  return refuse(
      span, exchange,
      Error{Error::Kind::kTooLarge, "RequestTooLarge", "", "the body is over a function's payload limit of 6 MB", {}});
}

// The function may run longer than the gateway waits: it runs on its own, and goes on when nobody waits any more.
Task<http::Response> call_with_deadline(FunctionInvoker& functions, Exchange& exchange, http::Request& request,
                                        Span& span) {
  const Executor executor = co_await net::this_coro::executor;
  Journey* journey = request.journey;
  const std::shared_ptr<Flight> flight = board(executor, exchange, request);
  if (auto refused = prepare(span, flight->exchange)) co_return std::move(*refused);

  const auto timeout = flight->exchange.method->config.integration.timeout;
  flight->deadline.expires_after(timeout);
  net::co_spawn(executor, fly(flight, functions), [flight](std::exception_ptr thrown) {
    if (thrown && !flight->result)
      flight->result = fail(Error::Kind::kInternal, "Internal", "Internal server error", "the invocation threw");
    flight->deadline.cancel();
  });
  if (!flight->result) {
    boost::system::error_code ignored;
    co_await flight->deadline.async_wait(net::redirect_error(kUseTask, ignored));
  }
  if (!flight->result) {
    span.explain(
        "The function did not answer within " + std::to_string(timeout.count()) + " ms; it may still be running",
        "Make the function faster, or answer early and work on in another function");
    co_return flight->exchange.api->responses.render(refusals::kTimedOut, flight->exchange);
  }
  if (journey != nullptr) journey->absorb(flight->journey);
  co_return answer(span, std::move(*flight->result), flight->exchange);
}

}  // namespace

Task<http::Response> call_function(FunctionInvoker& functions, Exchange& exchange, http::Request& request) {
  const IntegrationConfig& integration = exchange.method->config.integration;
  Span span(request.journey, "integration", request.journey == nullptr ? std::string() : integration.function_arn);
  if (exchange.method->may_outlive_timeout) {
    http::Response response = co_await call_with_deadline(functions, exchange, request, span);
    co_return response;
  }
  if (auto refused = prepare(span, exchange)) co_return std::move(*refused);
  Result<ProxyResult> result = co_await functions.invoke(exchange.event);
  co_return answer(span, std::move(result), exchange);
}

}  // namespace gatehouse::gateway
