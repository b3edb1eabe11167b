// The steps of a request, in their order.
#include "base/id.hpp"
#include "services/gateway/gateway_impl.hpp"
#include "services/gateway/integration.hpp"

namespace gatehouse::gateway {

const CompiledMethod* Gateway::Impl::find_method(Exchange& exchange, std::string_view api_id, std::string_view stage,
                                                 std::string_view method) const {
  const auto& known = static_cast<const Snapshot*>(exchange.snapshot.get())->apis;
  const auto api = known.find(api_id);
  if (api == known.end()) return nullptr;
  exchange.api = api->second.get();
  exchange.stage = exchange.api->find_stage(stage);
  if (exchange.stage == nullptr) return nullptr;
  if (!exchange.api->routes.match(exchange.rest_path, method, exchange.match)) return nullptr;
  return &exchange.api->methods[exchange.match.method_index];
}

std::optional<Refusal> Gateway::Impl::authorize(Exchange& exchange, const http::Request& request, Span& span) {
  const CompiledMethod& method = *exchange.method;
  if (method.authorizer == nullptr) return std::nullopt;
  Verdict verdict = authorizer.judge(*method.authorizer, method.config.scopes, request.headers);
  if (auto* denial = std::get_if<Denial>(&verdict)) {
    span.note("authorizer", method.authorizer->name);
    span.explain(std::move(denial->cause), std::move(denial->cure));
    return denial->refusal;
  }
  const auto& token = std::get<std::shared_ptr<const VerifiedToken>>(verdict);
  if (request.journey != nullptr) {
    span.note("authorizer", method.authorizer->name);
    span.note("token_use", token->is_access_token ? "access" : "id");
    span.note("client", token->client_id);
    if (const std::string* subject = token->claims->find("sub")) span.note("sub", *subject);
  }
  exchange.claims = token->claims;
  return std::nullopt;
}

std::optional<Refusal> Gateway::Impl::check_key(Exchange& exchange, const http::Request& request, Span& span) {
  constexpr std::string_view kHeader = "x-api-key";
  const auto forbid = [&](std::string cause, std::string cure) {
    span.explain(std::move(cause), std::move(cure));
    return refusals::kForbiddenKey;
  };
  const std::size_t count = request.headers.count(kHeader);
  if (count != 1)
    return forbid(count == 0 ? "The method requires an API key and the request has no x-api-key header"
                             : "The request has more than one x-api-key header",
                  "Send the key once, in the header x-api-key");
  const auto& usage_now = *static_cast<const Snapshot*>(exchange.snapshot.get())->usage;
  const std::string_view value = request.headers.get(kHeader);
  if (request.journey != nullptr) span.note("api_key", mask_secret(value));
  const CompiledKey* key = usage_now.find(value);
  if (key == nullptr) return forbid("No API key has this value", "Send the value of a key of the stage's usage plan");
  if (!key->config.enabled)
    return forbid("The API key " + key->config.id + " is disabled", "Enable it, or send another");
  for (const Subscription& subscription : key->subscriptions) {
    if (subscription.find_stage(exchange.api->config.id, exchange.stage->config.name) == nullptr) continue;
    exchange.api_key = key->config.value;
    exchange.api_key_id = key->config.id;
    exchange.subscription = &subscription;
    return std::nullopt;
  }
  return forbid("The API key " + key->config.id + " is in no usage plan of this stage",
                "Add the key to a usage plan that has the stage " + exchange.stage->config.name);
}

// API Gateway: request throttling. Per client and method, per client, per method of the stage, account.
std::optional<Refusal> Gateway::Impl::check_plan(const Exchange& exchange, Span& span) {
  const Subscription& subscription = *exchange.subscription;
  const Subscription::Stage* stage = subscription.find_stage(exchange.api->config.id, exchange.stage->config.name);
  const MethodConfig& method = exchange.method->config;
  TokenBucket* per_method = stage->throttles.empty() ? nullptr : stage->bucket_of(method.path, method.http_method);
  if (per_method != nullptr && !per_method->take(exchange.now)) {
    span.explain("The usage plan " + subscription.plan_name + " throttles this key on " + exchange.method->name,
                 "Send slower, or raise the plan's throttle for the method");
    return refusals::kThrottled;
  }
  if (subscription.throttle && !subscription.throttle->take(exchange.now)) {
    span.explain("The usage plan " + subscription.plan_name + " throttles this key",
                 "Send slower, or raise the plan's rate and burst");
    return refusals::kThrottled;
  }
  if (subscription.quota && !subscription.counter->take(*subscription.quota, exchange.now)) {
    span.explain("The key has used up the quota of the usage plan " + subscription.plan_name + " (" +
                     std::to_string(subscription.quota->limit) + " requests)",
                 "Wait for the next period, or raise the plan's quota");
    return refusals::kQuotaExceeded;
  }
  return std::nullopt;
}

std::optional<Refusal> Gateway::Impl::check_limits(Exchange& exchange, Span& span) {
  if (exchange.subscription != nullptr)
    if (auto refusal = check_plan(exchange, span)) return refusal;

  const auto& stage_bucket = exchange.stage->throttles[exchange.match.method_index];
  const bool is_stage_full = stage_bucket && !stage_bucket->take(exchange.now);
  if (!is_stage_full && account_bucket.take(exchange.now)) return std::nullopt;
  if (exchange.subscription != nullptr && exchange.subscription->quota) exchange.subscription->counter->give_back();
  if (is_stage_full) {
    span.explain("The stage throttles " + exchange.method->name, "Send slower, or raise the stage's method settings");
  } else {
    span.explain("The account's limit on requests a second is reached", "Send slower");
  }
  return refusals::kThrottled;
}

// The order of checks; each says in the span why it refuses.
std::optional<Refusal> Gateway::Impl::check(Exchange& exchange, const http::Request& request, Span& span) {
  if (request.body_too_large || request.body.size() > config.max_request_bytes) {
    span.explain("The request's body is over 10 MB", "Send less, or upload to a bucket");
    return refusals::kTooLarge;
  }
  if (auto refusal = authorize(exchange, request, span)) return refusal;
  if (exchange.method->config.api_key_required)
    if (auto refusal = check_key(exchange, request, span)) return refusal;
  return check_limits(exchange, span);
}

Task<http::Response> Gateway::Impl::serve(Exchange& exchange, http::Request& request) {
  const CompiledMethod& method = *exchange.method;
  Span span(request.journey, "gateway", request.journey == nullptr ? std::string() : method.name);
  if (request.journey != nullptr) {
    span.note("api", exchange.api->config.id);
    span.note("stage", exchange.stage->config.name);
  }
  if (const auto refusal = check(exchange, request, span)) {
    span.note("refused", info(refusal->type).name);
    co_return exchange.api->responses.render(*refusal, exchange);
  }
  if (exchange.subscription != nullptr && exchange.subscription->quota) {
    const Executor executor = co_await net::this_coro::executor;
    quotas->touch(executor);
  }
  if (method.config.integration.type == IntegrationType::kMock) {
    span.note("integration", "MOCK");
    co_return method.mock_response;
  }
  exchange.trace_id = make_trace_id(request, exchange.now, random);
  http::Response response = co_await call_function(functions, exchange, request);
  co_return response;
}

http::Response Gateway::Impl::refuse_unrouted(const Exchange& exchange, const http::Request& request) const {
  static const GatewayResponses defaults;
  Span span(request.journey, "gateway", request.journey == nullptr ? std::string() : request.method + " (no route)");
  if (exchange.stage == nullptr) {
    span.explain(exchange.api == nullptr ? "There is no API with this id" : "The API has no stage of this name",
                 "Use the API's address from the stack's outputs");
    const auto& responses = exchange.api == nullptr ? defaults : exchange.api->responses;
    return responses.render(refusals::kUnknownStage, exchange);
  }
  span.explain("The API has no method " + request.method + " for this path",
               "Call a path and method that the template defines");
  return exchange.api->responses.render(refusals::kUnknownRoute, exchange);
}

Task<http::Response> Gateway::handle(std::string_view api_id, std::string_view stage, std::string_view rest_path,
                                     http::Request& request) {
  Exchange exchange;
  exchange.gateway = &impl_->config;
  exchange.snapshot = impl_->snapshot();
  exchange.request = &request;
  exchange.rest_path = rest_path.empty() ? std::string_view("/") : rest_path;
  exchange.now = impl_->clock.now();
  exchange.request_id = request.request_id.empty() ? make_uuid(impl_->random) : request.request_id;
  exchange.extended_request_id = make_extended_request_id(impl_->random);
  exchange.method = impl_->find_method(exchange, api_id, stage, request.method);

  http::Response response;
  const std::string request_id = exchange.request_id;
  const std::string extended_request_id = exchange.extended_request_id;
  if (exchange.method != nullptr) {
    response = co_await impl_->serve(exchange, request);
  } else {
    response = impl_->refuse_unrouted(exchange, request);
  }
  response.headers.set("x-amzn-RequestId", request_id);
  response.headers.set("x-amz-apigw-id", extended_request_id);
  co_return response;
}

}  // namespace gatehouse::gateway
