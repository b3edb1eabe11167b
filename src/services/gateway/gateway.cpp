#include "services/gateway/gateway.hpp"

#include <algorithm>
#include <map>
#include <mutex>
#include <unordered_map>

#include "base/id.hpp"
#include "base/journey.hpp"
#include "platform/store/records.hpp"
#include "services/gateway/cognito_authorizer.hpp"
#include "services/gateway/deployment.hpp"
#include "services/gateway/exchange.hpp"
#include "services/gateway/integration.hpp"
#include "services/gateway/quota_keeper.hpp"
#include "services/gateway/token_bucket.hpp"
#include "services/gateway/usage.hpp"

namespace gatehouse::gateway {
namespace {

// Everything a request needs, as it was at one moment.
struct Snapshot {
  std::map<std::string, std::shared_ptr<const Deployment>, std::less<>> apis;
  std::shared_ptr<const UsageSnapshot> usage;
};

// A throttle for a method that does not exist would throttle nothing.
Result<void> check_plan_stages(const UsagePlanConfig& plan, const auto& apis) {
  const auto invalid = [&](const std::string& problem) {
    return fail(Error::Kind::kInvalid, {}, "Usage plan " + (plan.name.empty() ? plan.id : plan.name) + ": " + problem);
  };
  for (const PlanStageConfig& stage : plan.stages) {
    const auto api = apis.find(stage.api_id);
    if (api == apis.end()) return invalid("there is no API " + stage.api_id);
    if (api->second->find_stage(stage.stage) == nullptr)
      return invalid("the API " + stage.api_id + " has no stage " + stage.stage);
    for (const auto& [key, throttle] : stage.throttles) {
      const bool is_known = std::ranges::any_of(api->second->methods, [&](const CompiledMethod& method) {
        return key == (method.config.path == "/" ? "" : method.config.path) + "/" + method.config.http_method;
      });
      if (!is_known) return invalid("the throttle \"" + key + "\" names no method of the API; write /path/METHOD");
    }
  }
  return {};
}

std::uint64_t next_gateway_id() {
  static std::atomic<std::uint64_t> counter{0};
  return ++counter;
}

}  // namespace

struct Gateway::Impl {
  Impl(GatewayConfig settings, FunctionInvoker& invoker, const UserPools& pools, const Clock& time, Random& chance)
      : config(std::move(settings)),
        functions(invoker),
        clock(time),
        random(chance),
        authorizer(pools, time, config.token_cache_entries),
        account_bucket(config.account_throttle) {}

  std::shared_ptr<const Snapshot> snapshot();
  void changed();  // Requires: mutex

  const CompiledMethod* find_method(Exchange& exchange, std::string_view api_id, std::string_view stage,
                                    std::string_view method) const;
  std::optional<Refusal> authorize(Exchange& exchange, const http::Request& request, Span& span);
  std::optional<Refusal> check_key(Exchange& exchange, const http::Request& request, Span& span);
  std::optional<Refusal> check_limits(Exchange& exchange, Span& span);
  std::optional<Refusal> check_plan(const Exchange& exchange, Span& span);
  std::optional<Refusal> check(Exchange& exchange, const http::Request& request, Span& span);
  Task<http::Response> serve(Exchange& exchange, http::Request& request);
  http::Response refuse_unrouted(const Exchange& exchange, const http::Request& request) const;

  const GatewayConfig config;
  FunctionInvoker& functions;
  const Clock& clock;
  Random& random;
  CognitoAuthorizer authorizer;
  TokenBucket account_bucket;
  const std::shared_ptr<QuotaKeeper> quotas = std::make_shared<QuotaKeeper>();
  const std::uint64_t id = next_gateway_id();

  // Readers compare the version with their thread's copy and take the lock only after a change.
  std::atomic<std::uint64_t> version{1};
  std::mutex mutex;
  std::map<std::string, std::shared_ptr<const Deployment>, std::less<>> apis;  // guarded by mutex, as all below
  UsageRegistry usage;
  std::shared_ptr<const UsageSnapshot> compiled_usage;  // null: to be compiled
  std::shared_ptr<const Snapshot> current;              // null: to be made
};

void Gateway::Impl::changed() {
  current = nullptr;
  version.fetch_add(1, std::memory_order_release);
}

std::shared_ptr<const Snapshot> Gateway::Impl::snapshot() {
  struct Cached {
    std::uint64_t gateway = 0;
    std::uint64_t version = 0;
    std::shared_ptr<const Snapshot> snapshot;
  };
  thread_local Cached cached;
  const std::uint64_t wanted = version.load(std::memory_order_acquire);
  if (cached.gateway == id && cached.version == wanted) return cached.snapshot;

  const std::scoped_lock lock(mutex);
  if (!compiled_usage) {
    compiled_usage = usage.compile();
    quotas->watch(usage.counters());
  }
  if (!current) {
    auto made = std::make_shared<Snapshot>();
    made->apis = apis;
    made->usage = compiled_usage;
    current = std::move(made);
  }
  cached = {id, version.load(std::memory_order_relaxed), current};
  return current;
}

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

Gateway::Gateway(GatewayConfig config, FunctionInvoker& functions, const UserPools& pools, const Clock& clock,
                 Random& random)
    : impl_(std::make_unique<Impl>(std::move(config), functions, pools, clock, random)) {}

Gateway::~Gateway() = default;

Result<void> Gateway::deploy(RestApiConfig api) {
  const std::scoped_lock lock(impl_->mutex);
  const auto previous = impl_->apis.find(api.id);
  auto compiled = Deployment::compile(std::move(api), previous == impl_->apis.end() ? nullptr : previous->second.get());
  if (!compiled) return std::unexpected(compiled.error());
  impl_->apis[(*compiled)->config.id] = *compiled;
  impl_->changed();
  return {};
}

void Gateway::remove_api(std::string_view api_id) {
  const std::scoped_lock lock(impl_->mutex);
  if (const auto found = impl_->apis.find(api_id); found != impl_->apis.end()) impl_->apis.erase(found);
  impl_->changed();
}

bool Gateway::has_api(std::string_view api_id) const {
  const std::scoped_lock lock(impl_->mutex);
  return impl_->apis.contains(api_id);
}

Result<void> Gateway::put_key(ApiKeyConfig key) {
  const std::scoped_lock lock(impl_->mutex);
  auto done = impl_->usage.put_key(std::move(key));
  impl_->compiled_usage = nullptr;
  impl_->changed();
  return done;
}

void Gateway::remove_key(std::string_view key_id) {
  const std::scoped_lock lock(impl_->mutex);
  impl_->usage.remove_key(key_id);
  impl_->compiled_usage = nullptr;
  impl_->changed();
}

Result<void> Gateway::put_plan(UsagePlanConfig plan) {
  const std::scoped_lock lock(impl_->mutex);
  if (auto checked = check_plan_stages(plan, impl_->apis); !checked) return checked;
  auto done = impl_->usage.put_plan(std::move(plan));
  impl_->compiled_usage = nullptr;
  impl_->changed();
  return done;
}

void Gateway::remove_plan(std::string_view plan_id) {
  const std::scoped_lock lock(impl_->mutex);
  impl_->usage.remove_plan(plan_id);
  impl_->compiled_usage = nullptr;
  impl_->changed();
}

Result<void> Gateway::put_plan_key(UsagePlanKey plan_key) {
  const std::scoped_lock lock(impl_->mutex);
  auto done = impl_->usage.put_plan_key(plan_key);
  impl_->compiled_usage = nullptr;
  impl_->changed();
  return done;
}

void Gateway::remove_plan_key(const UsagePlanKey& plan_key) {
  const std::scoped_lock lock(impl_->mutex);
  impl_->usage.remove_plan_key(plan_key);
  impl_->compiled_usage = nullptr;
  impl_->changed();
}

Task<Result<void>> Gateway::open_quotas(store::Records records) {
  auto saved = co_await impl_->quotas->open(std::move(records));
  if (!saved) co_return std::unexpected(saved.error());
  const std::scoped_lock lock(impl_->mutex);
  for (QuotaKeeper::Saved& entry : *saved)
    impl_->usage.restore(std::move(entry.name), entry.count.day, entry.count.used);
  impl_->compiled_usage = nullptr;
  impl_->changed();
  co_return Result<void>{};
}

Task<Result<void>> Gateway::flush_quotas() {
  auto flushed = co_await impl_->quotas->flush();
  co_return flushed;
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
