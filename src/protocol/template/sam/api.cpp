#include "protocol/template/sam/api.hpp"

#include <array>

#include "base/encoding.hpp"
#include "base/text.hpp"
#include "platform/crypto/hash.hpp"
#include "protocol/template/sam/specs.hpp"

namespace gatehouse::templates {
namespace {

constexpr std::string_view kAnyOrigin = "'*'";
constexpr std::array<std::string_view, 8> kMethods = {"ANY",    "GET",   "POST", "PUT",
                                                      "DELETE", "PATCH", "HEAD", "OPTIONS"};
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

bool is_alphanumeric(std::string_view text) {
  return std::ranges::all_of(
      text, [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9'); });
}
std::string short_hash(std::string_view text) { return hex_encode(crypto::sha1(text)).substr(0, 10); }

void copy_to(Node& target, const Node& source, std::initializer_list<std::string_view> names) {
  for (const std::string_view name : names) {
    if (const Node* value = source.find(name)) target.set(std::string(name), *value);
  }
}

}  // namespace

std::string SamRoute::permitted() const {
  std::string out = method == "ANY" ? "*" : method;
  bool is_parameter = false;
  for (const char c : path) {
    if (c == '{') out.push_back('*');
    if (c == '{' || c == '}') is_parameter = c == '{';
    if (!is_parameter && c != '}') out.push_back(c);
  }
  return out;
}

SamApi::SamApi(const Resource& api, Node properties, Findings& findings)
    : api_(api), id_(api.logical_id), properties_(std::move(properties)), findings_(findings) {
  const std::string path = "Resources." + id_ + ".Properties";
  check_object(properties_, sam_api_spec(), path, findings_);
  check_cors(path + ".Cors");
  check_response_types(path + ".GatewayResponses");
  const Node* name = auth("DefaultAuthorizer");
  if (name != nullptr && name->is_scalar())
    check_authorizer(name->text(), name->at(), path + ".Auth.DefaultAuthorizer");
}

void SamApi::check_cors(const std::string& path) {
  const Node* cors = properties_.find("Cors");
  if (cors == nullptr || !cors->is_map() || cors->is_intrinsic()) return;
  check_object(*cors, sam_cors_spec(), path, findings_);
  const Node* credentials = cors->find("AllowCredentials");
  const Node* origin = cors->find("AllowOrigin");
  if (credentials != nullptr && credentials->as_bool().value_or(false) &&
      (origin == nullptr || origin->text() == kAnyOrigin)) {
    findings_.add(credentials->at(), path + ".AllowCredentials", "is not allowed for every origin",
                  "name one origin in AllowOrigin");
  }
}

void SamApi::check_response_types(const std::string& path) {
  const Node* responses = properties_.find("GatewayResponses");
  if (responses == nullptr || responses->is_intrinsic()) return;
  for (const Node::Member& member : responses->members()) {
    if (std::ranges::find(kResponseTypes, member.name) != kResponseTypes.end()) continue;
    findings_.add_unknown(member.name_at, path + "." + member.name, "unknown gateway response type", member.name,
                          kResponseTypes);
  }
}

const Node* SamApi::auth(std::string_view name) const {
  const Node* auth = properties_.find("Auth");
  return auth == nullptr ? nullptr : auth->find(name);
}

bool SamApi::auth_flag(std::string_view name, bool fallback) const {
  const Node* node = auth(name);
  return node == nullptr ? fallback : node->as_bool().value_or(fallback);
}

std::string SamApi::stage_name() const {
  const Node* name = properties_.find("StageName");
  return name != nullptr && name->is_string() ? name->text() : std::string();
}
// SAM puts a name that could not stand in a logical id there as the beginning of its SHA-1.
std::string SamApi::stage_id() const {
  const std::string name = stage_name();
  if (is_alphanumeric(name)) return id_ + name + "Stage";
  return id_ + "Stage" + short_hash(name);
}
std::string SamApi::permission_suffix() const {
  const std::string name = stage_name();
  if (name.empty()) return "Stage";
  return is_alphanumeric(name) ? name : short_hash(name);
}
std::string SamApi::deployment_id() const { return id_ + "Deployment" + short_hash(routes().to_json_text()); }

void SamApi::check_authorizer(const std::string& name, const Position& at, const std::string& path) {
  if (name == "NONE") return;
  if (name == "AWS_IAM") {
    return findings_.add(at, path, "IAM authorization is not supported", "use an authorizer of a Cognito user pool");
  }
  std::vector<std::string_view> known = {"NONE"};
  if (const Node* authorizers = auth("Authorizers")) {
    for (const std::string_view known_name : authorizers->names()) known.push_back(known_name);
  }
  if (std::ranges::find(known, name) == known.end())
    findings_.add_unknown(at, path, fmt::format("the API has no authorizer {}", name), name, known);
}

std::optional<SamRoute> SamApi::check_route(const Node& event, const std::string& path) {
  check_object(event, sam_api_event_spec(), path, findings_);
  const Node* route = event.find("Path");
  const Node* method = event.find("Method");
  if (route == nullptr || method == nullptr || !route->is_string() || !method->is_string()) return std::nullopt;
  std::string name = upper(method->text());
  if (std::ranges::find(kMethods, name) == kMethods.end()) {
    findings_.add_unknown(method->at(), path + ".Method", fmt::format("\"{}\" is not a method", method->text()), name,
                          kMethods);
    return std::nullopt;
  }
  if (!route->text().starts_with('/')) {
    findings_.add(route->at(), path + ".Path", "must begin with /");
    return std::nullopt;
  }
  return SamRoute{route->text(), std::move(name)};
}

void SamApi::add_route(const std::string& function, const SamRoute& route, const Node& event, const std::string& path) {
  std::vector<std::string>& of_path = methods_of_path_[route.path];
  if (std::ranges::find(of_path, route.method) != of_path.end())
    return findings_.add(event.at(), path, fmt::format("{} {} has two functions", route.method, route.path));
  of_path.push_back(route.method);

  Node entry = Node::map(event.at());
  entry.set("Path", *event.find("Path"));
  entry.set("Method", Node::string(route.method, event.find("Method")->at()));
  entry.set("Function", attribute(function, "Arn", event.at()));
  copy_to(entry, event, {"TimeoutInMillis"});
  set_auth(event, path, entry);
  methods_.push(std::move(entry));
}

// `scopes` are the method's own; without them the authorizer's hold.
void SamApi::set_authorizer(Node& entry, const Node& authorizer, const Node* scopes) const {
  entry.set("Authorizer", authorizer);
  const Node* authorizers = auth("Authorizers");
  const Node* definition = authorizers != nullptr ? authorizers->find(authorizer.text()) : nullptr;
  if (scopes == nullptr && definition != nullptr) scopes = definition->find("AuthorizationScopes");
  if (scopes != nullptr) entry.set("Scopes", *scopes);
}

// The method's own Auth, else the API's defaults.
void SamApi::set_auth(const Node& event, const std::string& path, Node& entry) {
  const Node* own = event.find("Auth");
  const Node* authorizer = own != nullptr ? own->find("Authorizer") : nullptr;
  const Node* scopes = own != nullptr ? own->find("AuthorizationScopes") : nullptr;
  if (authorizer != nullptr && authorizer->is_scalar())
    check_authorizer(authorizer->text(), authorizer->at(), path + ".Auth.Authorizer");
  if (scopes != nullptr && (authorizer == nullptr || authorizer->text() == "NONE"))
    findings_.add(scopes->at(), path + ".Auth.AuthorizationScopes", "works only beside an Authorizer");

  if (authorizer == nullptr) authorizer = auth("DefaultAuthorizer");
  if (authorizer != nullptr && authorizer->text() != "NONE") set_authorizer(entry, *authorizer, scopes);
  const Node* key = own != nullptr ? own->find("ApiKeyRequired") : nullptr;
  if (key == nullptr) key = auth("ApiKeyRequired");
  if (key != nullptr && key->as_bool()) entry.set("ApiKeyRequired", *key);
}

// The headers of an OPTIONS method; values keep SAM's inner quotes.
Node SamApi::cors(const std::string& methods) const {
  const Node* written = properties_.find("Cors");
  Node out = Node::map(written->at());
  if (!written->is_map() || written->is_intrinsic())
    out.set("AllowOrigin", *written);
  else
    copy_to(out, *written, {"AllowOrigin", "AllowMethods", "AllowHeaders", "MaxAge", "AllowCredentials"});
  if (out.find("AllowOrigin") == nullptr) out.set("AllowOrigin", Node::string(std::string(kAnyOrigin), written->at()));
  if (out.find("AllowMethods") == nullptr) out.set("AllowMethods", Node::string("'" + methods + "'", written->at()));
  return out;
}

// SAM adds an OPTIONS method to every path that has none.
Node SamApi::cors_methods() const {
  Node out = methods_;
  const Node* written = properties_.find("Cors");
  if (written == nullptr) return out;
  for (const auto& [path, methods] : methods_of_path_) {
    if (std::ranges::find(methods, "OPTIONS") != methods.end()) continue;
    std::vector<std::string> names = methods;
    if (std::ranges::find(methods, "ANY") != methods.end()) names = {"DELETE", "GET", "HEAD", "PATCH", "POST", "PUT"};
    names.emplace_back("OPTIONS");
    std::ranges::sort(names);
    Node entry = Node::map(written->at());
    entry.set("Path", Node::string(path, written->at()));
    entry.set("Method", Node::string("OPTIONS", written->at()));
    entry.set("Cors", cors(join(names, ",")));
    // SAM's default is true, which puts the preflight behind the authorizer: browsers then get 401.
    const Node* authorizer = auth("DefaultAuthorizer");
    if (authorizer != nullptr && authorizer->text() != "NONE" && auth_flag("AddDefaultAuthorizerToCorsPreflight", true))
      set_authorizer(entry, *authorizer, nullptr);
    if (auth_flag("ApiKeyRequired", false) && auth_flag("AddApiKeyRequiredToCorsPreflight", true))
      entry.set("ApiKeyRequired", Node::boolean(true, written->at()));
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

Node SamApi::routes() const {
  Node out = Node::map(api_.at);
  out.set("Methods", cors_methods());
  // What is not known has been told.
  if (const Node* written = auth("Authorizers")) {
    Node authorizers = Node::map(written->at());
    for (const Node::Member& member : written->members()) {
      Node authorizer = Node::map(member.value.at());
      copy_to(authorizer, member.value, {"UserPoolArn", "AuthorizationScopes", "Identity"});
      if (authorizer.find("UserPoolArn") != nullptr)
        authorizers.members().push_back({member.name, member.name_at, std::move(authorizer)});
    }
    out.set("Authorizers", std::move(authorizers));
  }
  if (const Node* written = properties_.find("GatewayResponses")) {
    Node responses = *written;
    std::erase_if(responses.members(), [](const Node::Member& member) {
      return std::ranges::find(kResponseTypes, member.name) == kResponseTypes.end();
    });
    out.set("GatewayResponses", std::move(responses));
  }
  copy_to(out, properties_, {"BinaryMediaTypes"});
  return out;
}

std::vector<Resource> SamApi::resources() {
  std::vector<Resource> out;
  Node api = Node::map(api_.at);
  const Node* name = properties_.find("Name");
  api.set("Name", name != nullptr ? *name : reference("AWS::StackName", api_.at));
  api.set("Gatehouse", routes());
  out.push_back(make(id_, "AWS::ApiGateway::RestApi", std::move(api)));
  out.back().metadata = api_.metadata;

  Node deployment = Node::map(api_.at);
  deployment.set("RestApiId", reference(id_, api_.at));
  out.push_back(make(deployment_id(), "AWS::ApiGateway::Deployment", std::move(deployment)));

  Node stage = Node::map(api_.at);
  stage.set("RestApiId", reference(id_, api_.at));
  stage.set("DeploymentId", reference(deployment_id(), api_.at));
  copy_to(stage, properties_, {"StageName", "Variables", "MethodSettings"});
  out.push_back(make(stage_id(), "AWS::ApiGateway::Stage", std::move(stage)));

  const Node* plan = auth("UsagePlan");
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
