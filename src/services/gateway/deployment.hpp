// A REST API compiled for serving. Immutable, shared by all loops.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "platform/http/message.hpp"
#include "services/gateway/config.hpp"
#include "services/gateway/gateway_responses.hpp"
#include "services/gateway/routes.hpp"
#include "services/gateway/token_bucket.hpp"

namespace gatehouse::gateway {

struct CompiledMethod {
  MethodConfig config;
  std::string name;  // "GET /products/{productId}", for journeys and messages
  std::vector<std::string> parameter_names;
  const AuthorizerConfig* authorizer = nullptr;  // null: open to all
  // The function may run longer than the integration waits: the gateway must be able to walk away from it.
  bool may_outlive_timeout = true;
  http::Response mock_response;  // kMock
};

struct CompiledStage {
  StageConfig config;
  std::vector<std::shared_ptr<TokenBucket>> throttles;  // by method index; null: only the account's limit
};

struct Deployment {
  RestApiConfig config;
  std::string domain_prefix;
  std::vector<CompiledMethod> methods;
  std::vector<CompiledStage> stages;
  RouteTree routes;
  GatewayResponses responses;

  const CompiledStage* find_stage(std::string_view name) const;

  // Buckets whose settings are those of `previous` (may be null) go on from their level.
  static Result<std::shared_ptr<const Deployment>> compile(RestApiConfig config, const Deployment* previous);
};

}  // namespace gatehouse::gateway
