// User pools and what is in them.
#include "app/stack/deployer.hpp"
#include "services/identity/identity.hpp"

namespace gatehouse::app {
namespace {

using templates::Node;

identity::PasswordPolicy password_policy(const Node& node) {
  identity::PasswordPolicy policy;
  policy.minimum_length = static_cast<unsigned>(integer_of(node, "MinimumLength").value_or(policy.minimum_length));
  policy.require_lowercase = flag_of(node, "RequireLowercase", policy.require_lowercase);
  policy.require_uppercase = flag_of(node, "RequireUppercase", policy.require_uppercase);
  policy.require_numbers = flag_of(node, "RequireNumbers", policy.require_numbers);
  policy.require_symbols = flag_of(node, "RequireSymbols", policy.require_symbols);
  policy.temporary_password_validity_days = static_cast<unsigned>(
      integer_of(node, "TemporaryPasswordValidityDays").value_or(policy.temporary_password_validity_days));
  return policy;
}

identity::SchemaAttribute schema_attribute(const Node& node) {
  using Type = identity::SchemaAttribute::Type;
  identity::SchemaAttribute attribute;
  attribute.name = text_of(node, "Name");
  const std::string type = text_of(node, "AttributeDataType", "String");
  attribute.type = type == "Number"     ? Type::kNumber
                   : type == "DateTime" ? Type::kDateTime
                   : type == "Boolean"  ? Type::kBoolean
                                        : Type::kString;
  attribute.is_required = flag_of(node, "Required", false);
  attribute.is_mutable = flag_of(node, "Mutable", true);
  const Node& lengths = part_of(node, "StringAttributeConstraints");
  if (const auto least = integer_of(lengths, "MinLength")) attribute.min_length = static_cast<std::uint64_t>(*least);
  if (const auto most = integer_of(lengths, "MaxLength")) attribute.max_length = static_cast<std::uint64_t>(*most);
  const Node& range = part_of(node, "NumberAttributeConstraints");
  attribute.min_value = integer_of(range, "MinValue");
  attribute.max_value = integer_of(range, "MaxValue");
  return attribute;
}

// A validity with its unit; the client's default when the template says nothing.
Result<void> read_validity(const Node& client, const char* name, const char* unit_name, const char* default_unit,
                           std::chrono::seconds& into) {
  const auto amount = integer_of(client, name);
  if (!amount || *amount == 0) return {};
  const std::string unit = text_of(part_of(client, "TokenValidityUnits"), unit_name, default_unit);
  const Result<std::chrono::seconds> seconds = identity::seconds_of(static_cast<std::uint64_t>(*amount), unit);
  if (!seconds) return std::unexpected(seconds.error());
  into = *seconds;
  return {};
}

Result<identity::ClientConfig> client_config(const Node& node) {
  identity::ClientConfig config;
  config.name = text_of(node, "ClientName");
  config.generate_secret = flag_of(node, "GenerateSecret", false);
  if (node.find("ExplicitAuthFlows") != nullptr) config.explicit_auth_flows = texts_of(node, "ExplicitAuthFlows");
  config.allowed_oauth_flows_user_pool_client = flag_of(node, "AllowedOAuthFlowsUserPoolClient", false);
  config.allowed_oauth_flows = texts_of(node, "AllowedOAuthFlows");
  config.allowed_oauth_scopes = texts_of(node, "AllowedOAuthScopes");
  config.callback_urls = texts_of(node, "CallbackURLs");
  config.logout_urls = texts_of(node, "LogoutURLs");
  if (node.find("DefaultRedirectURI") != nullptr) config.default_redirect_uri = text_of(node, "DefaultRedirectURI");
  config.supported_identity_providers = texts_of(node, "SupportedIdentityProviders");
  Result<void> read = read_validity(node, "AccessTokenValidity", "AccessToken", "hours", config.access_token_validity);
  if (read) read = read_validity(node, "IdTokenValidity", "IdToken", "hours", config.id_token_validity);
  if (read) read = read_validity(node, "RefreshTokenValidity", "RefreshToken", "days", config.refresh_token_validity);
  if (!read) return std::unexpected(read.error());
  if (const auto minutes = integer_of(node, "AuthSessionValidity"))
    config.auth_session_validity = std::chrono::minutes{*minutes};
  const Node& rotation = part_of(node, "RefreshTokenRotation");
  config.rotates_refresh_tokens = text_of(rotation, "Feature") == "ENABLED";
  config.rotation_grace = std::chrono::seconds{integer_of(rotation, "RetryGracePeriodSeconds").value_or(0)};
  config.prevents_user_existence_errors = text_of(node, "PreventUserExistenceErrors") == "ENABLED";
  config.enables_token_revocation = flag_of(node, "EnableTokenRevocation", true);
  if (node.find("ReadAttributes") != nullptr) config.read_attributes = texts_of(node, "ReadAttributes");
  if (node.find("WriteAttributes") != nullptr) config.write_attributes = texts_of(node, "WriteAttributes");
  return config;
}

}  // namespace

Task<Result<Made>> Deployer::make_pool(const Resource& resource, const Node& properties) {
  identity::UserPoolConfig config;
  config.name = text_of(properties, "UserPoolName", resource.logical_id);
  config.password_policy = password_policy(part_of(part_of(properties, "Policies"), "PasswordPolicy"));
  config.username_attributes = texts_of(properties, "UsernameAttributes");
  config.alias_attributes = texts_of(properties, "AliasAttributes");
  config.auto_verified_attributes = texts_of(properties, "AutoVerifiedAttributes");
  config.is_username_case_sensitive =
      flag_of(part_of(properties, "UsernameConfiguration"), "CaseSensitive", config.is_username_case_sensitive);
  for (const Node& attribute : part_of(properties, "Schema").items())
    config.schema.push_back(schema_attribute(attribute));
  config.allow_admin_create_user_only =
      flag_of(part_of(properties, "AdminCreateUserConfig"), "AllowAdminCreateUserOnly", false);
  const Result<identity::PoolPtr> pool = co_await services_.identity().ensure_pool(
      std::move(config), state_.physical_id(resource.logical_id, resource.type));
  if (!pool) co_return std::unexpected(pool.error());
  const std::string& id = (*pool)->id;
  pools_.push_back(id);
  const std::string provider = fmt::format("cognito-idp.{}.amazonaws.com/{}", template_.environment().region, id);
  co_return Made{
      .ref = id,
      .attributes = {
          {"Arn", (*pool)->arn}, {"UserPoolId", id}, {"ProviderName", provider}, {"ProviderURL", (*pool)->issuer}}};
}

Task<Result<Made>> Deployer::make_client(const Resource& resource, const Node& properties) {
  Result<identity::ClientConfig> config = client_config(properties);
  if (!config) co_return std::unexpected(config.error());
  if (config->name.empty()) config->name = resource.logical_id;
  const std::string pool = text_of(properties, "UserPoolId");
  const std::string name = config->name;
  const auto client = co_await services_.identity().ensure_client(
      pool, std::move(*config), state_.physical_id(resource.logical_id, resource.type));
  if (!client) co_return std::unexpected(client.error());
  co_return Made{.ref = (*client)->id,
                 .attributes = {{"ClientId", (*client)->id}, {"ClientSecret", (*client)->secret}, {"Name", name}},
                 .parent = pool};
}

Task<Result<Made>> Deployer::make_domain(const Resource&, const Node& properties) {
  const std::string pool = text_of(properties, "UserPoolId");
  const std::string domain = text_of(properties, "Domain");
  const Result<void> made = co_await services_.identity().ensure_domain(pool, identity::DomainConfig{domain});
  if (!made) co_return std::unexpected(made.error());
  co_return Made{.ref = domain, .parent = pool};
}

Task<Result<Made>> Deployer::make_group(const Resource& resource, const Node& properties) {
  const std::string pool = text_of(properties, "UserPoolId");
  identity::GroupConfig config;
  config.name = text_of(properties, "GroupName", resource.logical_id);
  config.description = text_of(properties, "Description");
  config.role_arn = text_of(properties, "RoleArn");
  if (const auto precedence = integer_of(properties, "Precedence"))
    config.precedence = static_cast<std::uint32_t>(*precedence);
  const std::string name = config.name;
  const Result<void> made = co_await services_.identity().ensure_group(pool, std::move(config));
  if (!made) co_return std::unexpected(made.error());
  co_return Made{.ref = name, .parent = pool};
}

Task<Result<Made>> Deployer::make_user(const Resource& resource, const Node& properties) {
  const std::string pool = text_of(properties, "UserPoolId");
  identity::UserConfig config;
  config.username = text_of(properties, "Username", resource.logical_id);
  config.force_alias_creation = flag_of(properties, "ForceAliasCreation", false);
  for (const Node& attribute : part_of(properties, "UserAttributes").items()) {
    config.attributes.insert_or_assign(text_of(attribute, "Name"), text_of(attribute, "Value"));
  }
  Result<std::string> username = co_await services_.identity().ensure_user(pool, std::move(config));
  if (!username) co_return std::unexpected(username.error());
  co_return Made{.ref = std::move(*username), .parent = pool};
}

Task<Result<Made>> Deployer::make_membership(const Resource&, const Node& properties) {
  const std::string pool = text_of(properties, "UserPoolId");
  const std::string username = text_of(properties, "Username");
  const std::string group = text_of(properties, "GroupName");
  const Result<void> made = co_await services_.identity().ensure_membership(pool, username, group);
  if (!made) co_return std::unexpected(made.error());
  co_return Made{.ref = username + "/" + group, .parent = pool};
}

}  // namespace gatehouse::app
