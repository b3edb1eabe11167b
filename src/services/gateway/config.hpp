// What the gateway serves, as plain settings: REST APIs with their stages, API keys and usage plans.
//
// Gateway::deploy, put_key and put_plan judge these once and compile them; what is wrong or not implemented is refused
// there with a message that names the place. Names and meaning are API Gateway's (REST API reference, version 1).
#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace gatehouse::gateway {

using StringMap = std::map<std::string, std::string, std::less<>>;

// A token bucket: `rate_limit` requests a second on average, `burst_limit` at once. Zero lets nothing through.
struct ThrottleConfig {
  double rate_limit = 0;
  std::int64_t burst_limit = 0;
  bool operator==(const ThrottleConfig&) const = default;
};

enum class AuthorizationType { kNone, kCognitoUserPools, kAwsIam };        // kAwsIam is refused at deploy
enum class IntegrationType { kAwsProxy, kMock, kAws, kHttp, kHttpProxy };  // the last three are refused at deploy

// One method response of a MOCK integration: what SAM generates for CORS preflight.
struct MockResponseConfig {
  unsigned status = 200;
  // "method.response.header.NAME" -> a literal in single quotes ('*') ; nothing else is implemented.
  StringMap parameters{};
  // Content type -> template text; only text without expressions ("{}\n").
  StringMap templates{};
};

struct IntegrationConfig {
  IntegrationType type = IntegrationType::kAwsProxy;
  std::string function_arn{};                 // kAwsProxy
  std::chrono::milliseconds timeout{29'000};  // 50 ms to 29 s (Quotas: integration timeout)
  // The function's own timeout when known. A function that is ended sooner than `timeout` needs no timer here.
  std::optional<std::chrono::milliseconds> function_timeout{};
  std::optional<MockResponseConfig> mock{};  // kMock
};

struct MethodConfig {
  std::string path{};         // the resource's path template: "/", "/products/{productId}", "/files/{proxy+}"
  std::string http_method{};  // GET, POST ... or ANY
  std::string resource_id{};  // requestContext.resourceId; made from the path when empty
  AuthorizationType authorization = AuthorizationType::kNone;
  std::string authorizer{};  // a name of RestApiConfig::authorizers
  std::vector<std::string> scopes{};
  bool api_key_required = false;
  IntegrationConfig integration{};
};

// A Cognito user pool authorizer (type COGNITO_USER_POOLS).
struct AuthorizerConfig {
  std::string name{};
  std::vector<std::string> pool_arns{};
  std::string identity_header = "Authorization";  // of identity source method.request.header.NAME
};

// A customised gateway response. Values as in the template: parameters "gatewayresponse.header.NAME" -> "'literal'",
// "method.request.header|querystring|path.NAME", "context.NAME" or "stageVariables.NAME".
struct GatewayResponseConfig {
  std::string type{};  // one of the 21 response types, for example "DEFAULT_4XX"
  std::optional<unsigned> status{};
  StringMap parameters{};
  StringMap templates{};  // content type -> template with $context..., $stageVariables...
};

// Settings for one method of a stage. "*" as path and method means all of them; a method's own settings win.
struct MethodSettingConfig {
  std::string path = "*";         // "*" or a resource's path template, decoded ("/products")
  std::string http_method = "*";  // "*" or the method
  std::optional<double> throttling_rate_limit{};
  std::optional<std::int64_t> throttling_burst_limit{};
  bool metrics_enabled = false;       // accepted: journeys and metrics are always on
  std::string logging_level = "OFF";  // OFF, ERROR, INFO
};

struct StageConfig {
  std::string name{};
  StringMap variables{};
  std::vector<MethodSettingConfig> method_settings{};
};

struct RestApiConfig {
  std::string id{};
  std::string name{};
  std::string domain_name{};  // requestContext.domainName: from the public address, never from Host
  std::vector<StageConfig> stages{};
  std::vector<MethodConfig> methods{};
  std::vector<AuthorizerConfig> authorizers{};
  std::vector<GatewayResponseConfig> gateway_responses{};
  std::vector<std::string> binary_media_types{};  // "image/png", "image/*", "*/*"
};

struct ApiKeyConfig {
  std::string id{};
  std::string name{};
  std::string value{};  // 20 to 128 characters, unique among keys
  bool enabled = true;
  std::string customer_id{};
};

// The key of a per-method throttle is "/path/METHOD", as in the API ("/products/GET").
struct PlanStageConfig {
  std::string api_id{};
  std::string stage{};
  std::map<std::string, ThrottleConfig, std::less<>> throttles{};
};

enum class QuotaPeriod { kDay, kWeek, kMonth };

struct QuotaConfig {
  std::int64_t limit = 0;
  QuotaPeriod period = QuotaPeriod::kDay;
  // The day on which a period starts: 0 for DAY, 0 (Sunday) to 6 for WEEK, 0 to 27 for MONTH.
  int offset = 0;
  bool operator==(const QuotaConfig&) const = default;
};

struct UsagePlanConfig {
  std::string id{};
  std::string name{};
  std::vector<PlanStageConfig> stages{};
  std::optional<ThrottleConfig> throttle{};  // for each key of the plan on its own
  std::optional<QuotaConfig> quota{};        // likewise
};

struct UsagePlanKey {
  std::string plan_id{};
  std::string key_id{};
};

struct GatewayConfig {
  std::string account_id = "000000000000";
  std::string region = "us-east-1";
  std::uint16_t port = 443;  // X-Forwarded-Port of the event
  ThrottleConfig account_throttle{.rate_limit = 10'000, .burst_limit = 5'000};
  std::size_t max_request_bytes = 10 * 1024 * 1024;
  std::size_t max_function_payload_bytes = 6 * 1024 * 1024;
  std::size_t token_cache_entries = 10'000;
};

}  // namespace gatehouse::gateway
