#include "protocol/template/sam/api.hpp"

#include <array>

#include "base/text.hpp"
#include "protocol/template/sam/specs.hpp"

namespace gatehouse::templates {
namespace {

constexpr std::array<std::string_view, 9> kMethods = {"ANY",   "GET",  "POST",    "PUT", "DELETE",
                                                      "PATCH", "HEAD", "OPTIONS", "any"};
constexpr std::array<std::string_view, 21> kResponseTypes = {"ACCESS_DENIED",
                                                             "API_CONFIGURATION_ERROR",
                                                             "AUTHORIZER_CONFIGURATION_ERROR",
                                                             "AUTHORIZER_FAILURE",
                                                             "BAD_REQUEST_BODY",
                                                             "BAD_REQUEST_PARAMETERS",
                                                             "DEFAULT_4XX",
                                                             "DEFAULT_5XX",
                                                             "EXPIRED_TOKEN",
                                                             "INTEGRATION_FAILURE",
                                                             "INTEGRATION_TIMEOUT",
                                                             "INVALID_API_KEY",
                                                             "INVALID_SIGNATURE",
                                                             "MISSING_AUTHENTICATION_TOKEN",
                                                             "QUOTA_EXCEEDED",
                                                             "REQUEST_TOO_LARGE",
                                                             "RESOURCE_NOT_FOUND",
                                                             "THROTTLED",
                                                             "UNAUTHORIZED",
                                                             "UNSUPPORTED_MEDIA_TYPE",
                                                             "WAF_FILTERED"};

Node reference(const std::string& logical_id, const Position& at) {
  Node out = Node::map(at);
  out.set("Ref", Node::string(logical_id, at));
  return out;
}
Node attribute(const std::string& logical_id, const std::string& name, const Position& at) {
  Node parts = Node::list(at);
  parts.push(Node::string(logical_id, at));
  parts.push(Node::string(name, at));
  Node out = Node::map(at);
  out.set("Fn::GetAtt", std::move(parts));
  return out;
}

void copy_to(Node& target, const Node& source, std::initializer_list<std::string_view> names) {
  for (const std::string_view name : names) {
    if (const Node* value = source.find(name)) target.set(std::string(name), *value);
  }
}

}  // namespace

SamApi::SamApi(const Resource& api, Node properties, Findings& findings)
    : api_(api), id_(api.logical_id), properties_(std::move(properties)), findings_(findings) {
  const std::string path = "Resources." + id_ + ".Properties";
  check_object(properties_, sam_api_spec(), path, findings_);
  if (const Node* cors = properties_.find("Cors"); cors != nullptr && cors->is_map() && !cors->is_intrinsic()) {
    check_object(*cors, sam_cors_spec(), path + ".Cors", findings_);
  }
  if (const Node* responses = properties_.find("GatewayResponses")) {
    for (const Node::Member& member : responses->members()) {
      if (std::ranges::find(kResponseTypes, member.name) != kResponseTypes.end()) continue;
      findings_.add_unknown(member.name_at, path + ".GatewayResponses." + member.name, "unknown gateway response type",
                            member.name, kResponseTypes);
    }
  }
  if (const Node* auth = properties_.find("Auth")) {
    if (const Node* name = auth->find("DefaultAuthorizer"))
      check_authorizer(name->text(), name->at(), path + ".Auth.DefaultAuthorizer");
  }
}

std::string SamApi::stage_name() const {
  const Node* name = properties_.find("StageName");
  return name != nullptr && name->is_string() ? name->text() : std::string();
}
std::string SamApi::stage_id() const { return id_ + stage_name() + "Stage"; }

void SamApi::check_authorizer(const std::string& name, const Position& at, const std::string& path) {
  if (name == "NONE") return;
  std::vector<std::string_view> known = {"NONE"};
  const Node* auth = properties_.find("Auth");
  const Node* authorizers = auth != nullptr ? auth->find("Authorizers") : nullptr;
  if (authorizers != nullptr) {
    for (const std::string_view known_name : authorizers->names()) known.push_back(known_name);
  }
  if (std::ranges::find(known, name) == known.end())
    findings_.add_unknown(at, path, fmt::format("the API has no authorizer {}", name), name, known);
}

void SamApi::add_route(const std::string& function, const Node& event, const std::string& path) {
  check_object(event, sam_api_event_spec(), path, findings_);
  const Node* route = event.find("Path");
  const Node* method = event.find("Method");
  if (route == nullptr || method == nullptr || !route->is_string() || !method->is_string()) return;
  std::string name = upper(method->text());
  if (std::ranges::find(kMethods, name) == kMethods.end()) {
    return findings_.add_unknown(method->at(), path + ".Method", fmt::format("\"{}\" is not a method", method->text()),
                                 name, kMethods);
  }
  if (!route->text().starts_with('/')) return findings_.add(route->at(), path + ".Path", "must begin with /");
  std::vector<std::string>& of_path = methods_of_path_[route->text()];
  if (std::ranges::find(of_path, name) != of_path.end())
    return findings_.add(method->at(), path, fmt::format("{} {} has two functions", name, route->text()));
  of_path.push_back(name);

  Node entry = Node::map(event.at());
  entry.set("Path", *route);
  entry.set("Method", Node::string(name, method->at()));
  entry.set("Function", attribute(function, "Arn", event.at()));
  copy_to(entry, event, {"TimeoutInMillis"});
  auth_of(event, path, entry);
  methods_.push(std::move(entry));
}

// The method's own Auth, else the API's defaults.
Node SamApi::auth_of(const Node& event, const std::string& path, Node& entry) {
  const Node* own = event.find("Auth");
  const Node* api = properties_.find("Auth");
  const Node* authorizer = own != nullptr ? own->find("Authorizer") : nullptr;
  if (authorizer != nullptr)
    check_authorizer(authorizer->text(), authorizer->at(), path + ".Auth.Authorizer");
  else if (api != nullptr)
    authorizer = api->find("DefaultAuthorizer");
  if (authorizer != nullptr && authorizer->text() != "NONE") {
    entry.set("Authorizer", *authorizer);
    const Node* scopes = own != nullptr ? own->find("AuthorizationScopes") : nullptr;
    const Node* authorizers = api != nullptr ? api->find("Authorizers") : nullptr;
    const Node* definition = authorizers != nullptr ? authorizers->find(authorizer->text()) : nullptr;
    if (scopes == nullptr && definition != nullptr) scopes = definition->find("AuthorizationScopes");
    if (scopes != nullptr) entry.set("Scopes", *scopes);
  }
  const Node* key = own != nullptr ? own->find("ApiKeyRequired") : nullptr;
  if (key == nullptr && api != nullptr) key = api->find("ApiKeyRequired");
  if (key != nullptr) entry.set("ApiKeyRequired", *key);
  return entry;
}

// The headers of an OPTIONS method; values keep SAM's inner quotes.
Node SamApi::cors(const std::string& methods) const {
  const Node* written = properties_.find("Cors");
  Node out = Node::map(written->at());
  if (!written->is_map() || written->is_intrinsic())
    out.set("AllowOrigin", *written);
  else
    copy_to(out, *written, {"AllowOrigin", "AllowMethods", "AllowHeaders", "MaxAge", "AllowCredentials"});
  if (out.find("AllowMethods") == nullptr) out.set("AllowMethods", Node::string("'" + methods + "'", written->at()));
  return out;
}

// SAM adds an OPTIONS method to every path that has none.
Node SamApi::cors_methods() {
  Node out = methods_;
  const Node* written = properties_.find("Cors");
  if (written == nullptr) return out;
  const Node* auth = properties_.find("Auth");
  const auto flag = [&](std::string_view name) {
    const Node* node = auth != nullptr ? auth->find(name) : nullptr;
    return node == nullptr ? std::optional<bool>() : node->as_bool();
  };
  for (const auto& [path, methods] : methods_of_path_) {
    if (std::ranges::find(methods, "OPTIONS") != methods.end() || std::ranges::find(methods, "ANY") != methods.end())
      continue;
    std::vector<std::string> names = methods;
    names.push_back("OPTIONS");
    std::ranges::sort(names);
    Node entry = Node::map(written->at());
    entry.set("Path", Node::string(path, written->at()));
    entry.set("Method", Node::string("OPTIONS", written->at()));
    entry.set("Cors", cors(join(names, ",")));
    // SAM's default is true, which puts the preflight behind the authorizer: browsers then get 401.
    const Node* authorizer = auth != nullptr ? auth->find("DefaultAuthorizer") : nullptr;
    if (authorizer != nullptr && flag("AddDefaultAuthorizerToCorsPreflight").value_or(true))
      entry.set("Authorizer", *authorizer);
    if (flag("ApiKeyRequired").value_or(false) && flag("AddApiKeyRequiredToCorsPreflight").value_or(true))
      entry.set("ApiKeyRequired", Node::boolean(true));
    out.push(std::move(entry));
  }
  return out;
}

Resource SamApi::make(std::string logical_id, std::string type, Node properties) const {
  Resource out{.logical_id = std::move(logical_id), .type = std::move(type), .at = api_.at, .type_at = api_.type_at};
  out.properties = std::move(properties);
  out.depends_on = api_.depends_on;
  out.origin = api_.logical_id;
  return out;
}

std::vector<Resource> SamApi::resources() {
  std::vector<Resource> out;
  Node routes = Node::map(api_.at);
  routes.set("Methods", cors_methods());
  if (const Node* auth = properties_.find("Auth")) copy_to(routes, *auth, {"Authorizers"});
  copy_to(routes, properties_, {"GatewayResponses", "BinaryMediaTypes"});
  Node api = Node::map(api_.at);
  api.set("Name", properties_.find("Name") != nullptr ? *properties_.find("Name") : Node::string(id_, api_.at));
  api.set("Gatehouse", std::move(routes));
  out.push_back(make(id_, "AWS::ApiGateway::RestApi", std::move(api)));

  Node deployment = Node::map(api_.at);
  deployment.set("RestApiId", reference(id_, api_.at));
  out.push_back(make(id_ + "Deployment", "AWS::ApiGateway::Deployment", std::move(deployment)));

  Node stage = Node::map(api_.at);
  stage.set("RestApiId", reference(id_, api_.at));
  stage.set("DeploymentId", reference(id_ + "Deployment", api_.at));
  copy_to(stage, properties_, {"StageName", "Variables", "MethodSettings"});
  out.push_back(make(stage_id(), "AWS::ApiGateway::Stage", std::move(stage)));

  const Node* auth = properties_.find("Auth");
  const Node* plan = auth != nullptr ? auth->find("UsagePlan") : nullptr;
  const Node* creates = plan != nullptr ? plan->find("CreateUsagePlan") : nullptr;
  if (creates != nullptr && creates->text() == "PER_API") add_usage_plan(out, *plan);
  return out;
}

void SamApi::add_usage_plan(std::vector<Resource>& out, const Node& plan) {
  Node usage = Node::map(plan.at());
  copy_to(usage, plan, {"UsagePlanName", "Throttle", "Quota"});
  Node stage = Node::map(plan.at());
  stage.set("ApiId", reference(id_, plan.at()));
  stage.set("Stage", reference(stage_id(), plan.at()));
  Node stages = Node::list(plan.at());
  stages.push(std::move(stage));
  usage.set("ApiStages", std::move(stages));
  out.push_back(make(id_ + "UsagePlan", "AWS::ApiGateway::UsagePlan", std::move(usage)));

  Node key = Node::map(plan.at());
  key.set("Enabled", Node::boolean(true));
  out.push_back(make(id_ + "ApiKey", "AWS::ApiGateway::ApiKey", std::move(key)));

  Node link = Node::map(plan.at());
  link.set("KeyId", reference(id_ + "ApiKey", plan.at()));
  link.set("KeyType", Node::string("API_KEY", plan.at()));
  link.set("UsagePlanId", reference(id_ + "UsagePlan", plan.at()));
  out.push_back(make(id_ + "UsagePlanKey", "AWS::ApiGateway::UsagePlanKey", std::move(link)));
}

}  // namespace gatehouse::templates
