#include "services/gateway/deployment.hpp"

#include <algorithm>

#include "services/gateway/header_rules.hpp"

namespace gatehouse::gateway {
namespace {

// What holds for the half of a throttle that a template leaves out: the account's defaults (API Gateway quotas).
constexpr double kDefaultRate = 10'000;
constexpr std::int64_t kDefaultBurst = 5'000;

std::unexpected<Error> invalid(std::string message) { return fail(Error::Kind::kInvalid, {}, std::move(message)); }

Result<void> compile_mock(CompiledMethod& method) {
  if (!method.config.integration.mock) return invalid(method.name + ": a MOCK integration needs a response");
  const MockResponseConfig& mock = *method.config.integration.mock;
  if (mock.status < 200 || mock.status > 599) return invalid(method.name + ": the MOCK status must be 200 to 599");
  method.mock_response.status = mock.status;

  constexpr std::string_view kPrefix = "method.response.header.";
  std::string content_type = "application/json";
  for (const auto& [target, value] : mock.parameters) {
    if (!target.starts_with(kPrefix) || !is_header_name(std::string_view(target).substr(kPrefix.size())))
      return invalid(method.name + ": \"" + target + "\" is not method.response.header.NAME");
    if (value.size() < 2 || value.front() != '\'' || value.back() != '\'' || !is_header_value(value))
      return invalid(method.name + ": the value of \"" + target + "\" must be a literal in single quotes, as '*'");
    method.mock_response.headers.add(target.substr(kPrefix.size()), value.substr(1, value.size() - 2));
  }
  if (mock.templates.size() > 1) return invalid(method.name + ": a MOCK response takes one template");
  for (const auto& [type, text] : mock.templates) {
    if (text.contains('$') || text.contains("#set") || text.contains("#if") || text.contains("#foreach"))
      return invalid(method.name + ": mapping templates with expressions are not implemented; use plain text");
    content_type = type;
    method.mock_response.body = text;
  }
  if (!method.mock_response.headers.contains("Content-Type"))
    method.mock_response.headers.add("Content-Type", content_type);
  return {};
}

Result<void> compile_integration(CompiledMethod& method) {
  const IntegrationConfig& integration = method.config.integration;
  switch (integration.type) {
    case IntegrationType::kMock:
      return compile_mock(method);
    case IntegrationType::kAwsProxy:
      break;
    case IntegrationType::kAws:
    case IntegrationType::kHttp:
    case IntegrationType::kHttpProxy:
      return invalid(method.name +
                     ": integrations of type AWS, HTTP and HTTP_PROXY are not implemented; use AWS_PROXY");
  }
  if (integration.function_arn.empty()) return invalid(method.name + ": the integration names no function");
  using std::chrono::milliseconds;
  if (integration.timeout < milliseconds(50) || integration.timeout > milliseconds(29'000))
    return invalid(method.name + ": TimeoutInMillis must be 50 to 29000");
  method.may_outlive_timeout = !integration.function_timeout || *integration.function_timeout >= integration.timeout;
  return {};
}

Result<void> compile_authorization(CompiledMethod& method, const std::vector<AuthorizerConfig>& authorizers) {
  switch (method.config.authorization) {
    case AuthorizationType::kNone:
      if (!method.config.scopes.empty() || !method.config.authorizer.empty())
        return invalid(method.name + ": an authorizer or scopes with AuthorizationType NONE would let everybody in");
      return {};
    case AuthorizationType::kAwsIam:
      return invalid(method.name + ": AuthorizationType AWS_IAM is not implemented; use COGNITO_USER_POOLS or NONE");
    case AuthorizationType::kCognitoUserPools:
      break;
  }
  const auto found = std::ranges::find(authorizers, method.config.authorizer, &AuthorizerConfig::name);
  if (found == authorizers.end())
    return invalid(method.name + ": the API has no authorizer \"" + method.config.authorizer + "\"");
  method.authorizer = &*found;
  return {};
}

Result<void> check_authorizers(const std::vector<AuthorizerConfig>& authorizers) {
  for (const AuthorizerConfig& authorizer : authorizers) {
    const std::string place = "Authorizer " + authorizer.name + ": ";
    if (authorizer.name.empty()) return invalid("An authorizer has no name");
    if (std::ranges::count(authorizers, authorizer.name, &AuthorizerConfig::name) > 1)
      return invalid(place + "defined twice");
    if (authorizer.pool_arns.empty()) return invalid(place + "names no user pool");
    if (!is_header_name(authorizer.identity_header))
      return invalid(place + "the identity source must be method.request.header.NAME");
  }
  return {};
}

bool is_stage_name(std::string_view name) {
  return !name.empty() && name.size() <= 128 && std::ranges::all_of(name, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '_';
  });
}

// A method's own settings win over "*/*", each on its own; a negative limit means unset (API Gateway: stage settings).
std::optional<ThrottleConfig> throttle_of(const StageConfig& stage, const MethodConfig& method) {
  std::optional<double> rate;
  std::optional<std::int64_t> burst;
  for (const bool is_specific : {false, true}) {
    for (const MethodSettingConfig& setting : stage.method_settings) {
      const bool is_for_all = setting.path == "*" && setting.http_method == "*";
      if (is_for_all == is_specific) continue;
      const bool covers = (setting.path == "*" || setting.path == method.path) &&
                          (setting.http_method == "*" || setting.http_method == method.http_method);
      if (!covers) continue;
      if (setting.throttling_rate_limit && *setting.throttling_rate_limit >= 0) rate = setting.throttling_rate_limit;
      if (setting.throttling_burst_limit && *setting.throttling_burst_limit >= 0)
        burst = setting.throttling_burst_limit;
    }
  }
  if (!rate && !burst) return std::nullopt;
  return ThrottleConfig{rate.value_or(kDefaultRate), burst.value_or(kDefaultBurst)};
}

Result<void> check_stage(const StageConfig& stage, const Deployment& api) {
  const std::string place = "Stage " + stage.name + ": ";
  if (!is_stage_name(stage.name))
    return invalid(place + "a stage name is 1 to 128 letters, digits, hyphens and underscores");
  for (const MethodSettingConfig& setting : stage.method_settings) {
    const bool is_known = std::ranges::any_of(api.methods, [&](const CompiledMethod& method) {
      return (setting.path == "*" || setting.path == method.config.path) &&
             (setting.http_method == "*" || setting.http_method == method.config.http_method);
    });
    if (!is_known)
      return invalid(place + "the method settings for " + setting.http_method + " " + setting.path +
                     " match no method of the API");
    if (setting.logging_level != "OFF" && setting.logging_level != "ERROR" && setting.logging_level != "INFO")
      return invalid(place + "LoggingLevel must be OFF, ERROR or INFO");
  }
  return {};
}

std::shared_ptr<TokenBucket> bucket_for(const ThrottleConfig& throttle, const CompiledMethod& method,
                                        std::string_view stage, const Deployment* previous) {
  if (previous != nullptr) {
    const CompiledStage* old = previous->find_stage(stage);
    for (std::size_t i = 0; old != nullptr && i < previous->methods.size(); ++i) {
      const auto& bucket = old->throttles[i];
      if (previous->methods[i].name == method.name && bucket && bucket->config() == throttle) return bucket;
    }
  }
  return std::make_shared<TokenBucket>(throttle);
}

Result<void> compile_stages(Deployment& api, const Deployment* previous) {
  for (const StageConfig& config : api.config.stages) {
    if (auto checked = check_stage(config, api); !checked) return checked;
    if (api.find_stage(config.name) != nullptr) return invalid("Stage " + config.name + ": defined twice");
    CompiledStage stage{.config = config, .throttles = {}};
    for (const CompiledMethod& method : api.methods) {
      const auto throttle = throttle_of(config, method.config);
      stage.throttles.push_back(throttle ? bucket_for(*throttle, method, config.name, previous) : nullptr);
    }
    api.stages.push_back(std::move(stage));
  }
  if (api.stages.empty()) return invalid("The API has no stage");
  return {};
}

Result<void> compile_methods(Deployment& api) {
  if (auto checked = check_authorizers(api.config.authorizers); !checked) return checked;
  for (const MethodConfig& config : api.config.methods) {
    CompiledMethod method;
    method.config = config;
    method.name = config.http_method + " " + config.path;
    if (method.config.resource_id.empty()) {
      const std::size_t hash = std::hash<std::string>{}(config.path);
      method.config.resource_id = fmt::format("{:06x}", hash & 0xFFFFFF);
    }
    auto names = api.routes.add(config.path, config.http_method, static_cast<std::uint32_t>(api.methods.size()));
    if (!names) return std::unexpected(names.error());
    method.parameter_names = std::move(*names);
    if (auto done = compile_authorization(method, api.config.authorizers); !done) return done;
    if (auto done = compile_integration(method); !done) return done;
    api.methods.push_back(std::move(method));
  }
  if (api.methods.empty()) return invalid("The API has no method");
  return {};
}

}  // namespace

const CompiledStage* Deployment::find_stage(std::string_view name) const {
  for (const CompiledStage& stage : stages)
    if (stage.config.name == name) return &stage;
  return nullptr;
}

Result<std::shared_ptr<const Deployment>> Deployment::compile(RestApiConfig config, const Deployment* previous) {
  auto api = std::make_shared<Deployment>();
  api->config = std::move(config);
  const auto in_api = [&](Error error) {
    error.message = "API " + (api->config.name.empty() ? api->config.id : api->config.name) + ": " + error.message;
    return std::unexpected(std::move(error));
  };
  if (api->config.id.empty()) return invalid("An API has no id");
  api->domain_prefix = api->config.domain_name.substr(0, api->config.domain_name.find_first_of(".:"));

  auto responses = GatewayResponses::compile(api->config.gateway_responses);
  if (!responses) return in_api(responses.error());
  api->responses = std::move(*responses);
  if (auto done = compile_methods(*api); !done) return in_api(done.error());
  if (auto done = compile_stages(*api, previous); !done) return in_api(done.error());
  return api;
}

}  // namespace gatehouse::gateway
