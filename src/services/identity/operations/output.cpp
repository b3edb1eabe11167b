#include "services/identity/operations/output.hpp"

#include "services/identity/attributes.hpp"
#include "services/identity/config_json.hpp"

namespace gatehouse::identity {
namespace {

json::object schema_attribute_type(const SchemaAttribute& attribute) {
  constexpr std::string_view kTypes[] = {"String", "Number", "DateTime", "Boolean"};
  json::object shape{{"Name", attribute.name},
                     {"AttributeDataType", kTypes[static_cast<std::size_t>(attribute.type)]},
                     {"DeveloperOnlyAttribute", false},
                     {"Mutable", attribute.is_mutable},
                     {"Required", attribute.is_required || attribute.name == "sub"}};
  if (attribute.type == SchemaAttribute::Type::kString) {
    json::object limits;
    if (attribute.min_length) limits["MinLength"] = std::to_string(*attribute.min_length);
    limits["MaxLength"] = std::to_string(attribute.max_length.value_or(2048));
    shape["StringAttributeConstraints"] = std::move(limits);
  }
  if (attribute.type == SchemaAttribute::Type::kNumber) {
    json::object limits;
    if (attribute.min_value) limits["MinValue"] = std::to_string(*attribute.min_value);
    if (attribute.max_value) limits["MaxValue"] = std::to_string(*attribute.max_value);
    shape["NumberAttributeConstraints"] = std::move(limits);
  }
  return shape;
}

// A validity in the largest unit that divides it.
struct Validity {
  std::int64_t amount;
  std::string_view unit;
};
Validity natural(std::chrono::seconds validity) {
  const std::int64_t seconds = validity.count();
  if (seconds % 86400 == 0) return {seconds / 86400, "days"};
  if (seconds % 3600 == 0) return {seconds / 3600, "hours"};
  if (seconds % 60 == 0) return {seconds / 60, "minutes"};
  return {seconds, "seconds"};
}

void put_list(json::object& shape, std::string_view name, const std::vector<std::string>& values) {
  if (!values.empty()) shape[name] = to_json_array(values);
}

}  // namespace

json::value epoch_seconds(std::int64_t milliseconds) { return static_cast<double>(milliseconds) / 1000.0; }
json::value epoch_seconds(Timestamp time) {
  return epoch_seconds(std::chrono::duration_cast<std::chrono::milliseconds>(time.time_since_epoch()).count());
}

json::object user_type(const User& user) {
  return {{"Username", user.username},
          {"Attributes", attributes_to_json(user.sub, user.attributes)},
          {"UserCreateDate", epoch_seconds(user.created_ms)},
          {"UserLastModifiedDate", epoch_seconds(user.modified_ms)},
          {"Enabled", user.is_enabled},
          {"UserStatus", user.status}};
}

json::object group_type(const Pool& pool, const Group& group) {
  json::object shape{{"GroupName", group.config.name},
                     {"UserPoolId", pool.id},
                     {"LastModifiedDate", epoch_seconds(group.modified)},
                     {"CreationDate", epoch_seconds(group.created)}};
  if (!group.config.description.empty()) shape["Description"] = group.config.description;
  if (!group.config.role_arn.empty()) shape["RoleArn"] = group.config.role_arn;
  if (group.config.precedence) shape["Precedence"] = *group.config.precedence;
  return shape;
}

json::object client_type(const Pool& pool, const Client& client) {
  const ClientConfig& config = client.config;
  const Validity access = natural(config.access_token_validity);
  const Validity id = natural(config.id_token_validity);
  const Validity refresh = natural(config.refresh_token_validity);
  json::object shape{
      {"UserPoolId", pool.id},
      {"ClientName", config.name},
      {"ClientId", client.id},
      {"LastModifiedDate", epoch_seconds(client.modified)},
      {"CreationDate", epoch_seconds(client.created)},
      {"RefreshTokenValidity", refresh.amount},
      {"AccessTokenValidity", access.amount},
      {"IdTokenValidity", id.amount},
      {"TokenValidityUnits", {{"AccessToken", access.unit}, {"IdToken", id.unit}, {"RefreshToken", refresh.unit}}},
      {"AllowedOAuthFlowsUserPoolClient", config.allowed_oauth_flows_user_pool_client},
      {"PreventUserExistenceErrors", config.prevents_user_existence_errors ? "ENABLED" : "LEGACY"},
      {"EnableTokenRevocation", config.enables_token_revocation},
      {"EnablePropagateAdditionalUserContextData", false},
      {"AuthSessionValidity", config.auth_session_validity.count()}};
  if (!client.secret.empty()) shape["ClientSecret"] = client.secret;
  if (config.explicit_auth_flows) put_list(shape, "ExplicitAuthFlows", *config.explicit_auth_flows);
  put_list(shape, "SupportedIdentityProviders", config.supported_identity_providers);
  put_list(shape, "CallbackURLs", config.callback_urls);
  put_list(shape, "LogoutURLs", config.logout_urls);
  put_list(shape, "AllowedOAuthFlows", config.allowed_oauth_flows);
  put_list(shape, "AllowedOAuthScopes", config.allowed_oauth_scopes);
  if (config.default_redirect_uri) shape["DefaultRedirectURI"] = *config.default_redirect_uri;
  if (config.read_attributes) put_list(shape, "ReadAttributes", *config.read_attributes);
  if (config.write_attributes) put_list(shape, "WriteAttributes", *config.write_attributes);
  if (config.rotates_refresh_tokens) {
    shape["RefreshTokenRotation"] = {{"Feature", "ENABLED"},
                                     {"RetryGracePeriodSeconds", config.rotation_grace.count()}};
  }
  return shape;
}

json::object pool_type(const Pool& pool, std::uint64_t users) {
  const UserPoolConfig& config = pool.config;
  const PasswordPolicy& policy = config.password_policy;
  json::array schema;
  for (const SchemaAttribute& attribute : full_schema(config)) schema.push_back(schema_attribute_type(attribute));
  const unsigned days = policy.temporary_password_validity_days == 0 ? 7 : policy.temporary_password_validity_days;
  json::object shape{
      {"Id", pool.id},
      {"Name", config.name},
      {"Policies",
       {{"PasswordPolicy",
         {{"MinimumLength", policy.minimum_length},
          {"RequireUppercase", policy.require_uppercase},
          {"RequireLowercase", policy.require_lowercase},
          {"RequireNumbers", policy.require_numbers},
          {"RequireSymbols", policy.require_symbols},
          {"TemporaryPasswordValidityDays", days}}}}},
      {"DeletionProtection", "INACTIVE"},
      {"LambdaConfig", json::object{}},
      {"LastModifiedDate", epoch_seconds(pool.modified)},
      {"CreationDate", epoch_seconds(pool.created)},
      {"SchemaAttributes", std::move(schema)},
      {"MfaConfiguration", "OFF"},
      {"EstimatedNumberOfUsers", users},
      {"UsernameConfiguration", {{"CaseSensitive", config.is_username_case_sensitive}}},
      {"AdminCreateUserConfig",
       {{"AllowAdminCreateUserOnly", config.allow_admin_create_user_only}, {"UnusedAccountValidityDays", days}}},
      {"Arn", pool.arn}};
  put_list(shape, "AutoVerifiedAttributes", config.auto_verified_attributes);
  put_list(shape, "AliasAttributes", config.alias_attributes);
  put_list(shape, "UsernameAttributes", config.username_attributes);
  if (!pool.domain.empty()) shape["Domain"] = pool.domain;
  return shape;
}

json::object authentication_result(const TokenSet& tokens) {
  json::object shape{{"AccessToken", tokens.access_token}, {"ExpiresIn", tokens.expires_in}, {"TokenType", "Bearer"}};
  if (!tokens.id_token.empty()) shape["IdToken"] = tokens.id_token;
  if (!tokens.refresh_token.empty()) shape["RefreshToken"] = tokens.refresh_token;
  return shape;
}

}  // namespace gatehouse::identity
