// Configuration and the snapshots made of it.
#include "services/gateway/gateway.hpp"

#include <algorithm>

#include "platform/store/records.hpp"
#include "services/gateway/gateway_impl.hpp"

namespace gatehouse::gateway {
namespace {

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

}  // namespace

std::uint64_t next_gateway_id() {
  static std::atomic<std::uint64_t> counter{0};
  return ++counter;
}

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

}  // namespace gatehouse::gateway
