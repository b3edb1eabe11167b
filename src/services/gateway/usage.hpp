// API keys and usage plans, compiled: from the value of an x-api-key header to what its owner may do.
#pragma once

#include <map>
#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/result.hpp"
#include "services/gateway/config.hpp"
#include "services/gateway/quota.hpp"
#include "services/gateway/token_bucket.hpp"

namespace gatehouse::gateway {

// A key's membership in one plan.
struct Subscription {
  struct MethodThrottle {
    std::string path;
    std::string http_method;
    std::shared_ptr<TokenBucket> bucket;
  };
  struct Stage {
    std::string api_id;
    std::string name;
    std::vector<MethodThrottle> throttles;
    TokenBucket* bucket_of(std::string_view path, std::string_view http_method) const;
  };
  std::string plan_name;
  std::vector<Stage> stages;
  std::shared_ptr<TokenBucket> throttle;  // null: none
  std::optional<QuotaConfig> quota;
  std::shared_ptr<QuotaCounter> counter;

  const Stage* find_stage(std::string_view api_id, std::string_view stage) const;
};

struct CompiledKey {
  ApiKeyConfig config;
  std::vector<Subscription> subscriptions;
};

// Immutable, shared by all loops.
class UsageSnapshot {
 public:
  // The key with that value, enabled or not; null when there is none. Looked up by the value's SHA-256 and compared in
  // constant time, so that the answer's timing tells nothing about other keys.
  const CompiledKey* find(std::string_view value) const;

 private:
  friend class UsageRegistry;
  std::unordered_map<std::string, CompiledKey> by_digest_;
};

// The configuration behind the snapshots. Not thread-safe: the gateway's lock guards it.
class UsageRegistry {
 public:
  Result<void> put_key(ApiKeyConfig key);
  void remove_key(std::string_view key_id);
  Result<void> put_plan(UsagePlanConfig plan);
  void remove_plan(std::string_view plan_id);
  Result<void> put_plan_key(const UsagePlanKey& plan_key);
  void remove_plan_key(const UsagePlanKey& plan_key);

  // Buckets whose settings did not change keep their level; counts outlive every change.
  std::shared_ptr<const UsageSnapshot> compile();

  // Counts by "plan id/key id".
  using Counters = std::map<std::string, std::shared_ptr<QuotaCounter>, std::less<>>;
  const Counters& counters() const { return counters_; }
  void restore(std::string name, std::int32_t day, std::int64_t used);

 private:
  Subscription subscribe(const UsagePlanConfig& plan, const std::string& key_id);
  std::shared_ptr<TokenBucket> bucket(std::string name, const ThrottleConfig& throttle);
  const UsagePlanConfig* conflicting_plan(const UsagePlanConfig& plan, std::string_view key_id) const;

  std::map<std::string, ApiKeyConfig, std::less<>> keys_;
  std::map<std::string, UsagePlanConfig, std::less<>> plans_;
  std::set<std::pair<std::string, std::string>> members_;  // key id, plan id
  Counters counters_;
  std::map<std::string, std::shared_ptr<TokenBucket>> buckets_;
  std::map<std::string, std::shared_ptr<TokenBucket>> used_buckets_;  // while compiling
};

}  // namespace gatehouse::gateway
