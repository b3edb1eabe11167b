// REST APIs, keys and usage plans.
#include "app/stack/deployer.hpp"
#include "services/gateway/gateway.hpp"
#include "services/secrets/secrets.hpp"

namespace gatehouse::app {
namespace {

using templates::Node;

double number_of(const Node& map, std::string_view name) {
  const Node* node = map.find(name);
  return node == nullptr ? 0 : node->as_number().value_or(0);
}

// The OPTIONS method that SAM makes of Cors. Where one origin is named, caches must know that the answer is for it.
gateway::MockResponseConfig preflight(const Node& cors) {
  constexpr std::string_view kPrefix = "method.response.header.";
  gateway::MockResponseConfig mock;
  const auto set = [&](std::string_view header, std::string value) {
    if (!value.empty()) mock.parameters.insert_or_assign(std::string(kPrefix).append(header), std::move(value));
  };
  const std::string origin = text_of(cors, "AllowOrigin");
  set("Access-Control-Allow-Origin", origin);
  set("Access-Control-Allow-Methods", text_of(cors, "AllowMethods"));
  set("Access-Control-Allow-Headers", text_of(cors, "AllowHeaders"));
  set("Access-Control-Max-Age", text_of(cors, "MaxAge"));
  if (flag_of(cors, "AllowCredentials", false)) set("Access-Control-Allow-Credentials", "'true'");
  if (origin != "'*'") set("Vary", "'Origin'");
  return mock;
}

gateway::MethodConfig method_config(const Node& route, const std::vector<functions::FunctionConfig>& functions) {
  gateway::MethodConfig method;
  method.path = text_of(route, "Path");
  method.http_method = text_of(route, "Method");
  method.authorizer = text_of(route, "Authorizer");
  if (!method.authorizer.empty()) method.authorization = gateway::AuthorizationType::kCognitoUserPools;
  method.scopes = texts_of(route, "Scopes");
  method.api_key_required = flag_of(route, "ApiKeyRequired", false);
  if (const Node* cors = route.find("Cors")) {
    method.integration.type = gateway::IntegrationType::kMock;
    method.integration.mock = preflight(*cors);
    return method;
  }
  method.integration.function_arn = text_of(route, "Function");
  if (const auto timeout = integer_of(route, "TimeoutInMillis"))
    method.integration.timeout = std::chrono::milliseconds{*timeout};
  const auto function = std::ranges::find(functions, method.integration.function_arn, &functions::FunctionConfig::arn);
  if (function != functions.end()) method.integration.function_timeout = std::chrono::seconds{function->timeout_s};
  return method;
}

gateway::GatewayResponseConfig response_config(const std::string& type, const Node& node) {
  gateway::GatewayResponseConfig response;
  response.type = type;
  if (const auto status = integer_of(node, "StatusCode")) response.status = static_cast<unsigned>(*status);
  for (const Node::Member& header : part_of(part_of(node, "ResponseParameters"), "Headers").members()) {
    response.parameters.emplace("gatewayresponse.header." + header.name, header.value.text());
  }
  for (const Node::Member& body : part_of(node, "ResponseTemplates").members())
    response.templates.emplace(body.name, body.value.text());
  return response;
}

// "/*" is every path; "~1" is how method settings may write a slash.
std::string setting_path(std::string path) {
  if (path.empty() || path == "/*" || path == "*") return "*";
  for (std::size_t at = path.find("~1"); at != std::string::npos; at = path.find("~1", at)) path.replace(at, 2, "/");
  return path.starts_with("//") ? path.substr(1) : path;
}

gateway::MethodSettingConfig setting_config(const Node& node) {
  gateway::MethodSettingConfig setting;
  setting.path = setting_path(text_of(node, "ResourcePath"));
  setting.http_method = text_of(node, "HttpMethod", "*");
  if (node.find("ThrottlingRateLimit") != nullptr)
    setting.throttling_rate_limit = number_of(node, "ThrottlingRateLimit");
  setting.throttling_burst_limit = integer_of(node, "ThrottlingBurstLimit");
  setting.metrics_enabled = flag_of(node, "MetricsEnabled", false);
  setting.logging_level = text_of(node, "LoggingLevel", "OFF");
  return setting;
}

gateway::ThrottleConfig throttle_config(const Node& node) {
  // A limit that is not given does not limit.
  gateway::ThrottleConfig throttle{.rate_limit = 1e9, .burst_limit = 1'000'000'000};
  if (node.find("RateLimit") != nullptr) throttle.rate_limit = number_of(node, "RateLimit");
  if (const auto burst = integer_of(node, "BurstLimit")) throttle.burst_limit = *burst;
  return throttle;
}

std::string host_of(std::string_view url) {
  url.remove_prefix(std::min(url.size(), url.find("://") + 3));
  return std::string(url.substr(0, url.find('/')));
}

}  // namespace

Task<Result<Made>> Deployer::make_rest_api(const Resource& resource, const Node& properties) {
  gateway::RestApiConfig api;
  api.id = id_of(resource, 10);
  api.name = text_of(properties, "Name", resource.logical_id);
  api.domain_name = host_of(addresses_.public_url);
  const Node& routes = part_of(properties, "Gatehouse");
  for (const Node& route : part_of(routes, "Methods").items()) api.methods.push_back(method_config(route, functions_));
  for (const Node::Member& authorizer : part_of(routes, "Authorizers").members()) {
    gateway::AuthorizerConfig config;
    config.name = authorizer.name;
    config.pool_arns = texts_of(authorizer.value, "UserPoolArn");
    config.identity_header = text_of(part_of(authorizer.value, "Identity"), "Header", "Authorization");
    api.authorizers.push_back(std::move(config));
  }
  for (const Node::Member& response : part_of(routes, "GatewayResponses").members()) {
    api.gateway_responses.push_back(response_config(response.name, response.value));
  }
  api.binary_media_types = texts_of(routes, "BinaryMediaTypes");
  for (std::string& type : api.binary_media_types) {
    for (std::size_t at = type.find("~1"); at != std::string::npos; at = type.find("~1", at)) type.replace(at, 2, "/");
  }
  const std::string id = api.id;
  apis_.insert_or_assign(id, std::move(api));
  co_return Made{.ref = id, .attributes = {{"RestApiId", id}, {"RootResourceId", id.substr(0, 9) + "0"}}};
}

Task<Result<Made>> Deployer::make_deployment(const Resource& resource, const Node&) {
  const std::string id = id_of(resource, 6);
  co_return Made{.ref = id, .attributes = {{"DeploymentId", id}}};
}

// The stage is the last part of an API: now it can serve.
Task<Result<Made>> Deployer::make_stage(const Resource&, const Node& properties) {
  const auto api = apis_.find(text_of(properties, "RestApiId"));
  if (api == apis_.end()) co_return fail(Error::Kind::kInvalid, "", "its API does not exist");
  gateway::StageConfig stage;
  stage.name = text_of(properties, "StageName");
  for (const Node::Member& variable : part_of(properties, "Variables").members())
    stage.variables.emplace(variable.name, variable.value.text());
  for (const Node& setting : part_of(properties, "MethodSettings").items())
    stage.method_settings.push_back(setting_config(setting));
  const std::string name = stage.name;
  api->second.stages.push_back(std::move(stage));
  const Result<void> deployed = services_.gateway().deploy(api->second);
  if (!deployed) co_return std::unexpected(deployed.error());
  co_return Made{.ref = name};
}

Task<Result<Made>> Deployer::make_api_key(const Resource& resource, const Node& properties) {
  gateway::ApiKeyConfig key;
  key.id = id_of(resource, 10);
  key.name = text_of(properties, "Name", resource.logical_id);
  key.enabled = flag_of(properties, "Enabled", false);
  key.customer_id = text_of(properties, "CustomerId");
  key.value = text_of(properties, "Value");
  if (key.value.empty()) {
    // Generated once and kept encrypted, like every secret.
    secrets::GeneratedValue generated;
    generated.rules.length = 40;
    generated.rules.exclude_punctuation = true;
    secrets::TemplateSecret secret;
    secret.name = fmt::format("gatehouse/api-key/{}/{}", template_.environment().stack_name, resource.logical_id);
    secret.description = "The generated value of the API key " + resource.logical_id;
    secret.generate = std::move(generated);
    const auto made = co_await services_.secrets().ensure(std::move(secret));
    if (!made) co_return std::unexpected(made.error());
    Result<std::string> value = co_await services_.secrets().value({.secret_id = made->arn});
    if (!value) co_return std::unexpected(value.error());
    key.value = std::move(*value);
  }
  const std::string id = key.id;
  const Result<void> put = services_.gateway().put_key(std::move(key));
  if (!put) co_return std::unexpected(put.error());
  co_return Made{.ref = id, .attributes = {{"APIKeyId", id}}};
}

Task<Result<Made>> Deployer::make_usage_plan(const Resource& resource, const Node& properties) {
  gateway::UsagePlanConfig plan;
  plan.id = id_of(resource, 6);
  plan.name = text_of(properties, "UsagePlanName", resource.logical_id);
  for (const Node& stage : part_of(properties, "ApiStages").items()) {
    gateway::PlanStageConfig config{.api_id = text_of(stage, "ApiId"), .stage = text_of(stage, "Stage")};
    for (const Node::Member& throttle : part_of(stage, "Throttle").members())
      config.throttles.emplace(throttle.name, throttle_config(throttle.value));
    plan.stages.push_back(std::move(config));
  }
  if (properties.find("Throttle") != nullptr) plan.throttle = throttle_config(part_of(properties, "Throttle"));
  const Node& quota = part_of(properties, "Quota");
  if (const auto limit = integer_of(quota, "Limit")) {
    const std::string period = text_of(quota, "Period", "DAY");
    gateway::QuotaConfig config{.limit = *limit, .offset = static_cast<int>(integer_of(quota, "Offset").value_or(0))};
    config.period = period == "WEEK"    ? gateway::QuotaPeriod::kWeek
                    : period == "MONTH" ? gateway::QuotaPeriod::kMonth
                                        : gateway::QuotaPeriod::kDay;
    plan.quota = config;
  }
  const std::string id = plan.id;
  const Result<void> put = services_.gateway().put_plan(std::move(plan));
  if (!put) co_return std::unexpected(put.error());
  co_return Made{.ref = id, .attributes = {{"Id", id}}};
}

Task<Result<Made>> Deployer::make_usage_plan_key(const Resource&, const Node& properties) {
  const std::string key = text_of(properties, "KeyId");
  const std::string plan = text_of(properties, "UsagePlanId");
  const Result<void> put = services_.gateway().put_plan_key({.plan_id = plan, .key_id = key});
  if (!put) co_return std::unexpected(put.error());
  const std::string id = key + ":" + plan;
  co_return Made{.ref = id, .attributes = {{"Id", id}}};
}

}  // namespace gatehouse::app
