#include "app/stack/deploy.hpp"

#include <array>

#include "app/stack/deployer.hpp"
#include "base/encoding.hpp"
#include "base/id.hpp"
#include "base/log.hpp"
#include "base/run_task.hpp"
#include "platform/crypto/hash.hpp"
#include "services/functions/functions.hpp"
#include "services/identity/identity.hpp"
#include "services/logs/logs.hpp"
#include "services/secrets/secrets.hpp"
#include "services/tables/tables.hpp"

namespace gatehouse::app {
namespace {

using templates::Node;

// Replaces every "https://{label}{middle}" by what `address_of(label)` says.
template <typename F>
void replace_addresses(std::string& text, std::string_view middle, F address_of) {
  constexpr std::string_view kScheme = "https://";
  for (std::size_t at = text.find(middle); at != std::string::npos; at = text.find(middle, at)) {
    const std::size_t start = text.rfind(kScheme, at);
    if (start == std::string::npos) return;
    const std::string label = text.substr(start + kScheme.size(), at - start - kScheme.size());
    const std::string address = address_of(label);
    text.replace(start, at + middle.size() - start, address);
    at = start + address.size();
  }
}

// Hides what a fingerprint would reveal: values of secrets and keys are left out of it.
std::string fingerprint(const templates::Resource& resource, const Node& properties) {
  if (resource.type == "AWS::SecretsManager::Secret" || resource.type == "AWS::ApiGateway::ApiKey") return "-";
  return hex_encode(crypto::sha256(properties.to_json_text()));
}

}  // namespace

std::string text_of(const Node& map, std::string_view name, std::string fallback) {
  const Node* node = map.find(name);
  return node == nullptr || node->is_null() ? std::move(fallback) : node->text();
}
std::optional<std::int64_t> integer_of(const Node& map, std::string_view name) {
  const Node* node = map.find(name);
  if (node == nullptr) return std::nullopt;
  if (const auto integer = node->as_integer()) return integer;
  const auto number = node->as_number();
  return number ? std::optional(static_cast<std::int64_t>(*number)) : std::nullopt;
}
bool flag_of(const Node& map, std::string_view name, bool fallback) {
  const Node* node = map.find(name);
  return node == nullptr ? fallback : node->as_bool().value_or(fallback);
}
std::vector<std::string> texts_of(const Node& map, std::string_view name) {
  std::vector<std::string> out;
  const Node* node = map.find(name);
  if (node == nullptr || node->is_null()) return out;
  if (!node->is_list()) return {node->text()};
  for (const Node& item : node->items()) out.push_back(item.text());
  return out;
}
const Node& part_of(const Node& map, std::string_view name) {
  static const Node kEmpty = Node::map();
  const Node* node = map.find(name);
  return node == nullptr ? kEmpty : *node;
}

Deployer::Deployer(const templates::Template& definition, Services& services, const Addresses& addresses,
                   StackState state)
    : template_(definition), services_(services), addresses_(addresses), state_(std::move(state)) {}

Deployer::MakeFunction Deployer::find_maker(std::string_view type) {
  static constexpr std::pair<std::string_view, MakeFunction> kMakers[] = {
      {"AWS::DynamoDB::Table", &Deployer::make_table},
      {"AWS::SecretsManager::Secret", &Deployer::make_secret},
      {"AWS::S3::Bucket", &Deployer::make_bucket},
      {"AWS::S3::BucketPolicy", &Deployer::make_bucket_policy},
      {"AWS::Logs::LogGroup", &Deployer::make_log_group},
      {"AWS::Cognito::UserPool", &Deployer::make_pool},
      {"AWS::Cognito::UserPoolClient", &Deployer::make_client},
      {"AWS::Cognito::UserPoolDomain", &Deployer::make_domain},
      {"AWS::Cognito::UserPoolGroup", &Deployer::make_group},
      {"AWS::Cognito::UserPoolUser", &Deployer::make_user},
      {"AWS::Cognito::UserPoolUserToGroupAttachment", &Deployer::make_membership},
      {"AWS::ApiGateway::RestApi", &Deployer::make_rest_api},
      {"AWS::ApiGateway::Deployment", &Deployer::make_deployment},
      {"AWS::ApiGateway::Stage", &Deployer::make_stage},
      {"AWS::ApiGateway::ApiKey", &Deployer::make_api_key},
      {"AWS::ApiGateway::UsagePlan", &Deployer::make_usage_plan},
      {"AWS::ApiGateway::UsagePlanKey", &Deployer::make_usage_plan_key},
      {"AWS::IAM::Role", &Deployer::make_role},
      {"AWS::Lambda::Function", &Deployer::make_function},
      {"AWS::Lambda::Permission", &Deployer::make_permission},
  };
  for (const auto& [name, maker] : kMakers) {
    if (name == type) return maker;
  }
  return nullptr;
}

Result<std::string> Deployer::ref(std::string_view logical_id) {
  const auto found = made_.find(logical_id);
  if (found == made_.end()) return fail(Error::Kind::kInvalid, "", fmt::format("{} does not exist yet", logical_id));
  return found->second.ref;
}

Result<Node> Deployer::attribute(std::string_view logical_id, std::string_view name) {
  const auto found = made_.find(logical_id);
  if (found == made_.end()) return fail(Error::Kind::kInvalid, "", fmt::format("{} does not exist yet", logical_id));
  const auto value = found->second.attributes.find(name);
  if (value == found->second.attributes.end()) {
    return fail(Error::Kind::kInvalid, "", fmt::format("{} has no attribute {}", logical_id, name));
  }
  return Node::string(value->second);
}

// Deployment runs before the event loops do, so waiting here holds nobody up.
Result<std::string> Deployer::secret(const templates::DynamicReference& reference) {
  return run_task(services_.secrets().value({.secret_id = reference.secret_id,
                                             .json_key = reference.json_key,
                                             .version_stage = reference.version_stage,
                                             .version_id = reference.version_id}));
}

// AWS's addresses of what runs here become ours: the template that deploys to AWS works unchanged.
std::string Deployer::finish(std::string text) {
  const templates::Environment& environment = template_.environment();
  replace_addresses(text, ".execute-api." + environment.region + "." + environment.url_suffix,
                    [&](const std::string& api) { return addresses_.public_url + "/_aws/execute-api/" + api; });
  replace_addresses(text, ".auth." + environment.region + ".amazoncognito.com",
                    [&](const std::string& domain) { return services_.identity().domain_url(domain); });
  return text;
}

std::string Deployer::name_of(const Resource& resource, const Node& properties, std::string_view property) {
  std::string name = text_of(properties, property);
  if (!name.empty()) return name;
  if (auto earlier = state_.physical_id(resource.logical_id, resource.type)) return *earlier;
  return fmt::format("{}-{}-{}", template_.environment().stack_name, resource.logical_id,
                     services_.random().text("ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789", 12));
}

std::string Deployer::id_of(const Resource& resource, std::size_t length) {
  if (auto earlier = state_.physical_id(resource.logical_id, resource.type)) return *earlier;
  return services_.random().text(kLowerAlphanumeric, length);
}

std::string Deployer::arn(std::string_view service, std::string_view rest) const {
  const templates::Environment& environment = template_.environment();
  return fmt::format("arn:{}:{}:{}:{}:{}", environment.partition, service, environment.region, environment.account_id,
                     rest);
}

Task<Result<void>> Deployer::make(const Resource& resource) {
  const templates::Evaluator evaluator(template_, *this);
  const std::string path = "Resources." + resource.logical_id;
  const Result<Node> properties = evaluator.evaluate(resource.properties, path + ".Properties");
  if (!properties) co_return std::unexpected(properties.error());
  const MakeFunction maker = find_maker(resource.type);
  if (maker == nullptr)
    co_return fail(Error::Kind::kInternal, "", fmt::format("{}: nothing makes {}", path, resource.type));
  Result<Made> made = co_await (this->*maker)(resource, *properties);
  if (!made) {
    co_return fail(made.error().kind, made.error().code,
                   fmt::format("{}: {}: {}", resource.at.to_string(), path, made.error().message), made.error().detail);
  }
  StackResource remembered{.logical_id = resource.logical_id,
                           .type = resource.type,
                           .physical_id = made->physical_id.empty() ? made->ref : made->physical_id,
                           .fingerprint = fingerprint(resource, *properties)};
  remembered.is_deleted_with_template =
      resource.has_deletion_policy && resource.deletion_policy == templates::DeletionPolicy::kDelete;
  remembered.parent = made->parent;
  made_.insert_or_assign(resource.logical_id, std::move(*made));
  order_.push_back(resource.logical_id);
  co_return co_await state_.remember(std::move(remembered));
}

Task<Result<void>> Deployer::remove_left_over() {
  const std::vector<StackResource> left_over = state_.left_over(order_);
  for (const StackResource& gone : left_over) {
    const Result<void> removed = co_await remove(gone);
    if (!removed) {
      co_return fail(removed.error().kind, removed.error().code,
                     fmt::format("{} ({}) left the template and cannot be removed: {}", gone.logical_id, gone.type,
                                 removed.error().message));
    }
  }
  co_return Result<void>{};
}

// Data stays unless its DeletionPolicy says Delete; what grants access goes at once; the rest lived in memory only.
Task<Result<void>> Deployer::remove(const StackResource& gone) {
  static constexpr std::array<std::string_view, 4> kData = {"AWS::DynamoDB::Table", "AWS::Cognito::UserPool",
                                                            "AWS::SecretsManager::Secret", "AWS::Logs::LogGroup"};
  const std::string& id = gone.physical_id;
  identity::Identity& identity = services_.identity();
  Result<void> removed;
  if (std::ranges::find(kData, gone.type) != kData.end() && !gone.is_deleted_with_template) {
    log::info("{} ({}) left the template; its data is kept", gone.logical_id, gone.type);
    co_return co_await state_.retain(gone.logical_id);
  }
  if (gone.type == "AWS::DynamoDB::Table") {
    const Result<tables::TablePtr> deleted = co_await services_.tables().delete_table(id);
    if (!deleted && deleted.error().code != "ResourceNotFoundException") removed = std::unexpected(deleted.error());
  } else if (gone.type == "AWS::Cognito::UserPool") {
    removed = co_await identity.remove_pool(id);
  } else if (gone.type == "AWS::SecretsManager::Secret") {
    removed = co_await services_.secrets().remove(id);
  } else if (gone.type == "AWS::Logs::LogGroup") {
    removed = co_await services_.logs().remove_group(id);
  } else if (gone.type == "AWS::Cognito::UserPoolClient") {
    removed = co_await identity.remove_client(gone.parent, id);
  } else if (gone.type == "AWS::Cognito::UserPoolDomain") {
    removed = co_await identity.remove_domain(gone.parent, id);
  } else if (gone.type == "AWS::Cognito::UserPoolGroup") {
    removed = co_await identity.remove_group(gone.parent, id);
  } else if (gone.type == "AWS::Cognito::UserPoolUser") {
    removed = co_await identity.remove_user(gone.parent, id);
  } else if (gone.type == "AWS::Cognito::UserPoolUserToGroupAttachment") {
    const std::size_t slash = id.find('/');
    removed = co_await identity.remove_membership(gone.parent, id.substr(0, slash), id.substr(slash + 1));
  }
  if (!removed) co_return removed;
  co_return co_await state_.forget(gone.logical_id);
}

Task<Result<std::shared_ptr<const StackDescription>>> Deployer::describe() {
  const templates::Evaluator evaluator(template_, *this);
  auto description = std::make_shared<StackDescription>();
  description->name = template_.environment().stack_name;
  description->id = state_.id();
  description->description = template_.description();
  description->created_ms = state_.created_ms();
  description->status = state_.is_new() ? "CREATE_COMPLETE" : state_.changed() ? "UPDATE_COMPLETE" : "CREATE_COMPLETE";
  for (const templates::Parameter& parameter : template_.parameters()) {
    description->parameters.emplace_back(parameter.name, parameter.no_echo ? "****" : parameter.value);
  }
  for (const templates::Output& output : template_.outputs()) {
    Result<std::string> value = evaluator.evaluate_string(output.value, "Outputs." + output.name);
    if (!value) co_return std::unexpected(value.error());
    StackOutput made{.key = output.name, .value = std::move(*value), .description = output.description};
    if (!output.export_name.is_null())
      made.export_name = evaluator.evaluate_string(output.export_name, "Outputs." + output.name).value_or("");
    description->outputs.push_back(std::move(made));
  }
  for (const std::string& logical_id : order_) {
    const StackResource* resource = state_.find(logical_id);
    if (resource == nullptr) continue;
    description->resources.push_back(*resource);
    if (resource->status == "UPDATE_COMPLETE") {
      description->status = "UPDATE_COMPLETE";
      description->updated_ms = std::max(description->updated_ms, resource->updated_ms);
    }
  }
  co_return std::shared_ptr<const StackDescription>(std::move(description));
}

Task<Result<Deployed>> Deployer::run() {
  for (const Resource& resource : template_.resources()) {
    const Result<void> made = co_await make(resource);
    if (!made) co_return std::unexpected(made.error());
  }
  const Result<void> removed = co_await remove_left_over();
  if (!removed) co_return std::unexpected(removed.error());
  const Result<void> functions = services_.functions().deploy(std::move(functions_));
  if (!functions) co_return std::unexpected(functions.error());
  const Result<void> sites = services_.serve_sites(std::move(websites_));
  if (!sites) co_return std::unexpected(sites.error());
  Result<std::shared_ptr<const StackDescription>> description = co_await describe();
  if (!description) co_return std::unexpected(description.error());
  co_return Deployed{std::move(*description), std::move(pools_)};
}

Task<Result<Deployed>> deploy(const templates::Template& definition, Services& services, const Addresses& addresses) {
  const templates::Environment& environment = definition.environment();
  Result<StackState> state =
      co_await StackState::load(services.store(), services.clock(), services.random(), environment.stack_name,
                                environment.region, environment.account_id);
  if (!state) co_return std::unexpected(state.error());
  Deployer deployer(definition, services, addresses, std::move(*state));
  co_return co_await deployer.run();
}

}  // namespace gatehouse::app
