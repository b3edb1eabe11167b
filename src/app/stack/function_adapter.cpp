#include "app/stack/function_adapter.hpp"

#include "base/encoding.hpp"
#include "base/json.hpp"

namespace gatehouse::app {
namespace {

template <typename Fields>
void copy_views(const gateway::NamedViews& from, Fields& to) {
  to.reserve(from.size());
  for (const gateway::NamedView& field : from) to.add(std::string(field.name), std::string(field.value));
}

gateway::ProxyResponse to_proxy_response(sdk::ApiResponse&& answer) {
  gateway::ProxyResponse response;
  // A status that no HTTP answer can have becomes one that the gateway refuses as malformed.
  response.status = answer.status < 0 ? 0 : static_cast<unsigned>(answer.status);
  response.multi_value_headers.reserve(answer.headers.size());
  for (auto& [name, value] : answer.headers) response.multi_value_headers.add(std::move(name), std::move(value));
  response.is_base64_encoded = answer.is_binary;
  response.body = answer.is_binary ? base64_encode(answer.body) : std::move(answer.body);
  return response;
}

}  // namespace

sdk::ApiRequest to_api_request(const gateway::ProxyEvent& event) {
  sdk::ApiRequest request;
  request.method = event.http_method;
  request.path = event.path;
  request.resource = event.resource;
  copy_views(event.headers, request.headers);
  copy_views(event.query, request.query);
  copy_views(event.path_parameters, request.path_parameters);
  if (event.stage_variables != nullptr) {
    for (const auto& [name, value] : *event.stage_variables) request.stage_variables.add(name, value);
  }
  const gateway::ProxyRequestContext& context = event.context;
  if (context.claims != nullptr) {
    request.claims.reserve(context.claims->values.size());
    for (const auto& [name, value] : context.claims->values) request.claims.add(name, value);
  }
  request.body = event.body;
  request.request_id = context.request_id;
  request.stage = context.stage;
  request.api_id = context.api_id;
  request.account_id = context.account_id;
  request.domain_name = context.domain_name;
  request.context_path = context.path;
  request.protocol = context.protocol;
  request.source_ip = context.source_ip;
  request.user_agent = context.user_agent;
  return request;
}

Error to_gateway_error(Error error) {
  if (error.detail.empty()) error.detail = error.message;
  switch (error.kind) {
    case Error::Kind::kThrottled:
      error.code = "TooManyRequests";
      break;
    case Error::Kind::kTooLarge:
      error.code = "RequestTooLarge";
      break;
    case Error::Kind::kNotFound:
      error.code = "NotFound";
      break;
    default:
      error.code = "FunctionError";
  }
  return error;
}

Error function_failure(std::string_view payload) {
  Error error{Error::Kind::kUnavailable, "FunctionError", "Internal server error", "the function failed", {}};
  const Result<json::value> parsed = parse_json(payload);
  const json::object* object = parsed ? parsed->if_object() : nullptr;
  if (object == nullptr) return error;
  const std::string_view type = string_member(*object, "errorType").value_or("");
  const std::string_view message = string_member(*object, "errorMessage").value_or("");
  if (type == "Sandbox.Timedout") error.code = "Timeout";
  if (type == "Function.ResponseSizeTooLarge") error.code = "ResponseTooLarge";
  error.detail = type.empty() ? std::string(message) : fmt::format("{}: {}", type, message);
  return error;
}

Task<Result<gateway::ProxyResult>> FunctionAdapter::invoke(const gateway::ProxyEvent& event) {
  functions::ApiEvent api_event;
  api_event.request = [&event] { return to_api_request(event); };
  api_event.json = [&event] { return event.to_json(); };
  // One id for the request and the invocation: a line of the function's log leads to the request's journey.
  functions::InvokeContext context{std::string(event.context.request_id), std::string(event.trace_id), event.journey};
  Task<Result<functions::ApiResult>> running =
      functions_.invoke_api(std::string(event.function_arn), std::move(api_event), std::move(context));
  Result<functions::ApiResult> result = co_await std::move(running);
  if (!result) co_return std::unexpected(to_gateway_error(std::move(result.error())));
  if (result->response) co_return to_proxy_response(std::move(*result->response));
  if (result->raw.function_error) co_return std::unexpected(function_failure(result->raw.payload));
  co_return gateway::RawProxyResponse{std::move(result->raw.payload)};
}

}  // namespace gatehouse::app
