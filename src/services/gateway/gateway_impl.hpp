// The inside of the gateway: its configuration and the steps of a request. See gateway.hpp for the contract.
#pragma once

#include <atomic>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>

#include "base/journey.hpp"
#include "services/gateway/cognito_authorizer.hpp"
#include "services/gateway/deployment.hpp"
#include "services/gateway/exchange.hpp"
#include "services/gateway/gateway.hpp"
#include "services/gateway/quota_keeper.hpp"
#include "services/gateway/token_bucket.hpp"
#include "services/gateway/usage.hpp"

namespace gatehouse::gateway {

// Everything a request needs, as it was at one moment.
struct Snapshot {
  std::map<std::string, std::shared_ptr<const Deployment>, std::less<>> apis;
  std::shared_ptr<const UsageSnapshot> usage;
};

std::uint64_t next_gateway_id();

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

}  // namespace gatehouse::gateway
