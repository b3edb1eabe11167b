#include "services/gateway/usage.hpp"

#include <algorithm>
#include <cmath>

#include "platform/crypto/hash.hpp"

namespace gatehouse::gateway {
namespace {

std::unexpected<Error> invalid(std::string message) { return fail(Error::Kind::kInvalid, {}, std::move(message)); }

bool is_throttle(const ThrottleConfig& throttle) {
  return std::isfinite(throttle.rate_limit) && throttle.rate_limit >= 0 && throttle.burst_limit >= 0;
}

// "/products/{productId}/GET" -> path and method.
std::pair<std::string, std::string> split_throttle_key(std::string_view key) {
  const std::size_t slash = key.rfind('/');
  if (slash == std::string_view::npos) return {};
  const std::string_view path = key.substr(0, slash);
  return {path.empty() ? "/" : std::string(path), std::string(key.substr(slash + 1))};
}

Result<void> check_quota(const QuotaConfig& quota, const std::string& place) {
  if (quota.limit < 0) return invalid(place + "the quota's limit must not be negative");
  const int highest = quota.period == QuotaPeriod::kDay ? 0 : quota.period == QuotaPeriod::kWeek ? 6 : 27;
  if (quota.offset < 0 || quota.offset > highest)
    return invalid(place + "the quota's offset must be 0 for DAY, 0 to 6 for WEEK, 0 to 27 for MONTH");
  return {};
}

Result<void> check_plan(const UsagePlanConfig& plan) {
  if (plan.id.empty()) return invalid("A usage plan has no id");
  const std::string place = "Usage plan " + (plan.name.empty() ? plan.id : plan.name) + ": ";
  if (plan.throttle && !is_throttle(*plan.throttle)) return invalid(place + "rate and burst must not be negative");
  if (plan.quota) {
    if (auto checked = check_quota(*plan.quota, place); !checked) return checked;
  }
  for (const PlanStageConfig& stage : plan.stages) {
    const auto is_same = [&](const PlanStageConfig& other) {
      return other.api_id == stage.api_id && other.stage == stage.stage;
    };
    if (stage.api_id.empty() || stage.stage.empty()) return invalid(place + "an API stage needs an API and a stage");
    if (std::ranges::count_if(plan.stages, is_same) > 1)
      return invalid(place + "the stage " + stage.stage + " of " + stage.api_id + " stands twice");
    for (const auto& [key, throttle] : stage.throttles) {
      const auto [path, method] = split_throttle_key(key);
      if (!path.starts_with('/') || method.empty())
        return invalid(place + "the throttle \"" + key + "\" is not /path/METHOD");
      if (!is_throttle(throttle)) return invalid(place + "rate and burst must not be negative");
    }
  }
  return {};
}

bool share_a_stage(const UsagePlanConfig& a, const UsagePlanConfig& b) {
  return std::ranges::any_of(a.stages, [&](const PlanStageConfig& mine) {
    return std::ranges::any_of(b.stages, [&](const PlanStageConfig& theirs) {
      return mine.api_id == theirs.api_id && mine.stage == theirs.stage;
    });
  });
}

}  // namespace

TokenBucket* Subscription::Stage::bucket_of(std::string_view path, std::string_view http_method) const {
  for (const MethodThrottle& entry : throttles)
    if (entry.path == path && entry.http_method == http_method) return entry.bucket.get();
  return nullptr;
}

const Subscription::Stage* Subscription::find_stage(std::string_view api_id, std::string_view stage) const {
  for (const Stage& candidate : stages)
    if (candidate.api_id == api_id && candidate.name == stage) return &candidate;
  return nullptr;
}

const CompiledKey* UsageSnapshot::find(std::string_view value) const {
  const auto found = by_digest_.find(crypto::sha256(value));
  if (found == by_digest_.end()) return nullptr;
  return crypto::equal_in_constant_time(found->second.config.value, value) ? &found->second : nullptr;
}

// API Gateway: a key's value is 20 to 128 characters.
Result<void> UsageRegistry::put_key(ApiKeyConfig key) {
  if (key.id.empty()) return invalid("An API key has no id");
  const std::string place = "API key " + (key.name.empty() ? key.id : key.name) + ": ";
  if (key.value.size() < 20 || key.value.size() > 128) return invalid(place + "the value must be 20 to 128 characters");
  for (const auto& [id, other] : keys_)
    if (id != key.id && other.value == key.value) return invalid(place + "another key has the same value");
  keys_[key.id] = std::move(key);
  return {};
}

void UsageRegistry::remove_key(std::string_view key_id) {
  if (const auto found = keys_.find(key_id); found != keys_.end()) keys_.erase(found);
  std::erase_if(members_, [&](const auto& member) { return member.first == key_id; });
}

Result<void> UsageRegistry::put_plan(UsagePlanConfig plan) {
  if (auto checked = check_plan(plan); !checked) return checked;
  for (const auto& [key_id, plan_id] : members_) {
    if (plan_id != plan.id) continue;
    if (const UsagePlanConfig* other = conflicting_plan(plan, key_id))
      return invalid("Usage plan " + plan.id + ": its key " + key_id + " is in plan " + other->id +
                     " of the same stage");
  }
  plans_[plan.id] = std::move(plan);
  return {};
}

void UsageRegistry::remove_plan(std::string_view plan_id) {
  if (const auto found = plans_.find(plan_id); found != plans_.end()) plans_.erase(found);
  std::erase_if(members_, [&](const auto& member) { return member.second == plan_id; });
}

// A key may be in one plan of a stage only, or which limits would hold? (API Gateway: usage plans, best practices)
const UsagePlanConfig* UsageRegistry::conflicting_plan(const UsagePlanConfig& plan, std::string_view key_id) const {
  for (const auto& [member_key, member_plan] : members_) {
    if (member_key != key_id || member_plan == plan.id) continue;
    const auto other = plans_.find(member_plan);
    if (other != plans_.end() && share_a_stage(other->second, plan)) return &other->second;
  }
  return nullptr;
}

Result<void> UsageRegistry::put_plan_key(const UsagePlanKey& plan_key) {
  const auto plan = plans_.find(plan_key.plan_id);
  if (plan == plans_.end()) return invalid("There is no usage plan " + plan_key.plan_id);
  if (!keys_.contains(plan_key.key_id)) return invalid("There is no API key " + plan_key.key_id);
  if (const UsagePlanConfig* other = conflicting_plan(plan->second, plan_key.key_id))
    return invalid("The API key " + plan_key.key_id + " is in plan " + other->id + " of the same stage");
  members_.emplace(plan_key.key_id, plan_key.plan_id);
  return {};
}

void UsageRegistry::remove_plan_key(const UsagePlanKey& plan_key) {
  members_.erase({plan_key.key_id, plan_key.plan_id});
}

void UsageRegistry::restore(std::string name, std::int32_t day, std::int64_t used) {
  counters_[std::move(name)] = std::make_shared<QuotaCounter>(day, used);
}

std::shared_ptr<TokenBucket> UsageRegistry::bucket(std::string name, const ThrottleConfig& throttle) {
  auto& known = buckets_[name];
  if (!known || known->config() != throttle) known = std::make_shared<TokenBucket>(throttle);
  return used_buckets_[std::move(name)] = known;
}

Subscription UsageRegistry::subscribe(const UsagePlanConfig& plan, const std::string& key_id) {
  Subscription made;
  const std::string name = plan.id + "/" + key_id;
  made.plan_name = plan.name.empty() ? plan.id : plan.name;
  if (plan.throttle) made.throttle = bucket(name, *plan.throttle);
  made.quota = plan.quota;
  if (plan.quota) {
    auto& counter = counters_[name];
    if (!counter) counter = std::make_shared<QuotaCounter>();
    made.counter = counter;
  }
  for (const PlanStageConfig& config : plan.stages) {
    Subscription::Stage stage{.api_id = config.api_id, .name = config.stage, .throttles = {}};
    for (const auto& [key, throttle] : config.throttles) {
      auto [path, method] = split_throttle_key(key);
      const std::string bucket_name = name + "/" + config.api_id + "/" + config.stage + key;
      stage.throttles.push_back({std::move(path), std::move(method), bucket(bucket_name, throttle)});
    }
    made.stages.push_back(std::move(stage));
  }
  return made;
}

std::shared_ptr<const UsageSnapshot> UsageRegistry::compile() {
  auto snapshot = std::make_shared<UsageSnapshot>();
  used_buckets_.clear();
  for (const auto& [id, config] : keys_) {
    CompiledKey key{.config = config, .subscriptions = {}};
    for (auto member = members_.lower_bound({id, {}}); member != members_.end() && member->first == id; ++member)
      if (const auto plan = plans_.find(member->second); plan != plans_.end())
        key.subscriptions.push_back(subscribe(plan->second, id));
    snapshot->by_digest_.emplace(crypto::sha256(config.value), std::move(key));
  }
  buckets_ = std::exchange(used_buckets_, {});
  return snapshot;
}

}  // namespace gatehouse::gateway
