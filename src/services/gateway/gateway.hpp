// API Gateway's REST APIs: routes, authorizers, API keys and usage plans, throttling, gateway responses, integrations.
//
// Configuration is compiled into immutable snapshots. A request takes the snapshot of the moment and keeps it to its
// end, so deploying again never disturbs what runs. Everything is safe from any thread.
//
// The order of checks is AWS's: route, request size, authorizer, API key and usage plan, throttling, integration.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "base/clock.hpp"
#include "base/random.hpp"
#include "base/result.hpp"
#include "base/task.hpp"
#include "platform/http/message.hpp"
#include "services/gateway/config.hpp"
#include "services/gateway/ports.hpp"

namespace gatehouse::store {
class Records;
}

namespace gatehouse::gateway {

class Gateway {
 public:
  // The references must outlive the gateway.
  Gateway(GatewayConfig config, FunctionInvoker& functions, const UserPools& pools, const Clock& clock, Random& random);
  ~Gateway();
  Gateway(const Gateway&) = delete;
  Gateway& operator=(const Gateway&) = delete;

  // Each replaces what has the same id, at once for new requests. Token buckets whose settings did not change keep
  // their level. A faulty configuration changes nothing; the error's message names the place (kInvalid).
  Result<void> deploy(RestApiConfig api);
  void remove_api(std::string_view api_id);
  Result<void> put_key(ApiKeyConfig key);
  void remove_key(std::string_view key_id);
  Result<void> put_plan(UsagePlanConfig plan);  // its APIs must be deployed
  void remove_plan(std::string_view plan_id);
  // The plan and the key must exist.
  Result<void> put_plan_key(UsagePlanKey plan_key);
  void remove_plan_key(const UsagePlanKey& plan_key);

  // Quotas survive restarts in these records: call open_quotas before serving, flush_quotas when all requests ended.
  // In between counts are written at most every second, so a crash forgets at most that.
  Task<Result<void>> open_quotas(store::Records records);
  Task<Result<void>> flush_quotas();

  bool has_api(std::string_view api_id) const;

  // Answers a request to a stage. `rest_path` is the path after the stage, still encoded, "/" at least, without the
  // query (that is request.target's). `request`, `api_id`, `stage` and `rest_path` live until the Task is done.
  Task<http::Response> handle(std::string_view api_id, std::string_view stage, std::string_view rest_path,
                              http::Request& request);

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace gatehouse::gateway
