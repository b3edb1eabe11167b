#include "gatehouse/sdk/context.hpp"

#include <algorithm>

#include "aws.hpp"
#include "gatehouse/sdk/function.hpp"
#include "operation.hpp"

namespace gatehouse::sdk {
namespace {

Error not_an_object(const std::string& operation) {
  return Error{"InvalidResponse", "the answer of " + operation + " is not a JSON object"};
}

Task<Result<HttpResponse>> fetch(Host& host, HttpRequest request, std::chrono::milliseconds limit) {
  auto sending = operation<Result<HttpResponse>>(
      [&](Completion<Result<HttpResponse>>& done) { host.fetch(std::move(request), limit, done); });
  Result<HttpResponse> response = co_await sending;
  co_return response;
}

Task<Result<std::string>> get_secret(Host& host, std::string id) {
  const json::object input{{"SecretId", id}};
  Task<Result<json::object>> calling = call_aws(host, AwsRequest{"secretsmanager", "GetSecretValue", to_text(input)});
  const Result<json::object> output = co_await calling;
  if (!output) co_return std::unexpected(output.error());
  const std::optional<std::string_view> value = string_member(*output, "SecretString");
  if (!value) co_return std::unexpected(Error{"InvalidResponse", "the secret has no SecretString"});
  co_return std::string(*value);
}

}  // namespace

Task<Result<json::object>> call_aws(Host& host, AwsRequest request) {
  const std::string name = request.operation;
  auto calling = operation<Result<std::string>>(
      [&](Completion<Result<std::string>>& done) { host.call_aws(std::move(request), done); });
  const Result<std::string> output = co_await calling;
  if (!output) co_return std::unexpected(output.error());
  boost::system::error_code error;
  json::value value = json::parse(*output, error);
  if (error || !value.is_object()) co_return std::unexpected(not_an_object(name));
  co_return std::move(value.get_object());
}

std::chrono::milliseconds Context::remaining() const {
  const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(deadline() - now());
  return std::max(left, std::chrono::milliseconds{0});
}

std::string_view Context::env(std::string_view name) const {
  const std::string* value = host_->environment(name);
  return value == nullptr ? std::string_view() : std::string_view(*value);
}

std::string Context::random_bytes(std::size_t count) const {
  std::string out(count, '\0');
  host_->fill_random({reinterpret_cast<std::uint8_t*>(out.data()), out.size()});
  return out;
}

Task<Result<json::object>> Context::aws(std::string service, std::string operation, json::object input) {
  return call_aws(*host_, AwsRequest{std::move(service), std::move(operation), to_text(input)});
}

Task<Result<HttpResponse>> Http::send(HttpRequest request, std::chrono::milliseconds timeout) {
  // A little of the invocation is kept for the handler's answer about a peer that does not.
  const auto own = context_->remaining() - std::chrono::milliseconds{100};
  const auto limit = std::max(std::min(timeout, own), std::chrono::milliseconds{1});
  if (!context_->trace_id().empty()) request.headers.set("X-Amzn-Trace-Id", context_->trace_id());
  return fetch(*host_, std::move(request), limit);
}

Task<Result<std::string>> Secrets::get(std::string id) { return get_secret(*host_, std::move(id)); }

Task<Result<std::string>> SecretCache::read(Context& context, std::string id) {
  Task<Result<std::string>> reading = context.secrets().get(id);
  Result<std::string> value = co_await reading;
  if (value) {
    const std::scoped_lock lock(mutex_);
    values_[id] = *value;
  }
  co_return value;
}

Task<Result<std::string>> SecretCache::get(Context& context, std::string id) {
  {
    const std::scoped_lock lock(mutex_);
    if (const auto known = values_.find(id); known != values_.end()) co_return known->second;
  }
  Task<Result<std::string>> reading = read(context, std::move(id));
  Result<std::string> value = co_await reading;
  co_return value;
}

Task<Result<bool>> SecretCache::changed(Context& context, std::string id, std::string refused) {
  Task<Result<std::string>> reading = read(context, std::move(id));
  const Result<std::string> value = co_await reading;
  if (!value) co_return std::unexpected(value.error());
  co_return *value != refused;
}

namespace detail {

Task<std::string> invoke_api_as_json(Function& function, std::string payload, Context& context) {
  Result<ApiRequest> request = ApiRequest::from_json(payload);
  if (!request) throw std::invalid_argument(request.error().message);
  Task<ApiResponse> running = function.invoke_api(std::move(*request), context);
  const ApiResponse response = co_await running;
  co_return response.to_json();
}

json::value parse_event(const std::string& payload) {
  Result<json::value> event = parse_json(payload, 64);
  if (!event) throw std::invalid_argument("the event is " + event.error().message);
  return std::move(*event);
}

}  // namespace detail
}  // namespace gatehouse::sdk
