#include "services/identity/config_json.hpp"

namespace gatehouse::identity {
namespace {

json::object to_json(const SchemaAttribute& attribute) {
  json::object record{{"name", attribute.name},
                      {"type", static_cast<int>(attribute.type)},
                      {"required", attribute.is_required},
                      {"mutable", attribute.is_mutable}};
  if (attribute.min_length) record["minLength"] = *attribute.min_length;
  if (attribute.max_length) record["maxLength"] = *attribute.max_length;
  if (attribute.min_value) record["minValue"] = *attribute.min_value;
  if (attribute.max_value) record["maxValue"] = *attribute.max_value;
  return record;
}

SchemaAttribute schema_attribute_from_json(const json::object& record) {
  SchemaAttribute attribute;
  attribute.name = text_of(record, "name");
  attribute.type = static_cast<SchemaAttribute::Type>(number_of(record, "type"));
  attribute.is_required = flag_of(record, "required");
  attribute.is_mutable = flag_of(record, "mutable", true);
  if (record.contains("minLength")) attribute.min_length = static_cast<std::uint64_t>(number_of(record, "minLength"));
  if (record.contains("maxLength")) attribute.max_length = static_cast<std::uint64_t>(number_of(record, "maxLength"));
  if (record.contains("minValue")) attribute.min_value = number_of(record, "minValue");
  if (record.contains("maxValue")) attribute.max_value = number_of(record, "maxValue");
  return attribute;
}

std::optional<std::vector<std::string>> optional_strings(const json::object& record, std::string_view member) {
  if (!record.contains(member)) return std::nullopt;
  return strings_of(record, member);
}

}  // namespace

json::array to_json_array(const std::vector<std::string>& values) {
  json::array array;
  for (const std::string& value : values) array.emplace_back(value);
  return array;
}

std::vector<std::string> strings_of(const json::object& record, std::string_view member) {
  std::vector<std::string> values;
  const json::array* array = array_member(record, member);
  if (array == nullptr) return values;
  for (const json::value& value : *array) {
    if (value.is_string()) values.emplace_back(std::string_view(value.get_string()));
  }
  return values;
}

std::string text_of(const json::object& record, std::string_view member) {
  return std::string(string_member(record, member).value_or(""));
}
std::int64_t number_of(const json::object& record, std::string_view member, std::int64_t otherwise) {
  return integer_member(record, member).value_or(otherwise);
}
bool flag_of(const json::object& record, std::string_view member, bool otherwise) {
  return bool_member(record, member).value_or(otherwise);
}

json::object to_json(const UserPoolConfig& config) {
  const PasswordPolicy& policy = config.password_policy;
  json::array schema;
  for (const SchemaAttribute& attribute : config.schema) schema.push_back(to_json(attribute));
  return {{"name", config.name},
          {"policy",
           {{"minimumLength", policy.minimum_length},
            {"uppercase", policy.require_uppercase},
            {"lowercase", policy.require_lowercase},
            {"numbers", policy.require_numbers},
            {"symbols", policy.require_symbols},
            {"temporaryDays", policy.temporary_password_validity_days}}},
          {"usernameAttributes", to_json_array(config.username_attributes)},
          {"aliasAttributes", to_json_array(config.alias_attributes)},
          {"caseSensitive", config.is_username_case_sensitive},
          {"autoVerified", to_json_array(config.auto_verified_attributes)},
          {"schema", std::move(schema)},
          {"adminCreateOnly", config.allow_admin_create_user_only}};
}

UserPoolConfig pool_config_from_json(const json::object& record) {
  UserPoolConfig config;
  config.name = text_of(record, "name");
  if (const json::object* policy = object_member(record, "policy")) {
    PasswordPolicy& p = config.password_policy;
    p.minimum_length = static_cast<unsigned>(number_of(*policy, "minimumLength", 8));
    p.require_uppercase = flag_of(*policy, "uppercase", true);
    p.require_lowercase = flag_of(*policy, "lowercase", true);
    p.require_numbers = flag_of(*policy, "numbers", true);
    p.require_symbols = flag_of(*policy, "symbols", true);
    p.temporary_password_validity_days = static_cast<unsigned>(number_of(*policy, "temporaryDays", 7));
  }
  config.username_attributes = strings_of(record, "usernameAttributes");
  config.alias_attributes = strings_of(record, "aliasAttributes");
  config.is_username_case_sensitive = flag_of(record, "caseSensitive", true);
  config.auto_verified_attributes = strings_of(record, "autoVerified");
  config.allow_admin_create_user_only = flag_of(record, "adminCreateOnly");
  if (const json::array* schema = array_member(record, "schema")) {
    for (const json::value& entry : *schema) {
      if (entry.is_object()) config.schema.push_back(schema_attribute_from_json(entry.get_object()));
    }
  }
  return config;
}

json::object to_json(const ClientConfig& config) {
  json::object record{{"name", config.name},
                      {"generateSecret", config.generate_secret},
                      {"oauth", config.allowed_oauth_flows_user_pool_client},
                      {"flows", to_json_array(config.allowed_oauth_flows)},
                      {"scopes", to_json_array(config.allowed_oauth_scopes)},
                      {"callbacks", to_json_array(config.callback_urls)},
                      {"logouts", to_json_array(config.logout_urls)},
                      {"providers", to_json_array(config.supported_identity_providers)},
                      {"accessSeconds", config.access_token_validity.count()},
                      {"idSeconds", config.id_token_validity.count()},
                      {"refreshSeconds", config.refresh_token_validity.count()},
                      {"sessionMinutes", config.auth_session_validity.count()},
                      {"rotates", config.rotates_refresh_tokens},
                      {"graceSeconds", config.rotation_grace.count()},
                      {"hidesUsers", config.prevents_user_existence_errors},
                      {"revokes", config.enables_token_revocation}};
  if (config.explicit_auth_flows) record["authFlows"] = to_json_array(*config.explicit_auth_flows);
  if (config.default_redirect_uri) record["defaultRedirect"] = *config.default_redirect_uri;
  if (config.read_attributes) record["reads"] = to_json_array(*config.read_attributes);
  if (config.write_attributes) record["writes"] = to_json_array(*config.write_attributes);
  return record;
}

ClientConfig client_config_from_json(const json::object& record) {
  ClientConfig config;
  config.name = text_of(record, "name");
  config.generate_secret = flag_of(record, "generateSecret");
  config.allowed_oauth_flows_user_pool_client = flag_of(record, "oauth");
  config.allowed_oauth_flows = strings_of(record, "flows");
  config.allowed_oauth_scopes = strings_of(record, "scopes");
  config.callback_urls = strings_of(record, "callbacks");
  config.logout_urls = strings_of(record, "logouts");
  config.supported_identity_providers = strings_of(record, "providers");
  config.access_token_validity = std::chrono::seconds(number_of(record, "accessSeconds", 3600));
  config.id_token_validity = std::chrono::seconds(number_of(record, "idSeconds", 3600));
  config.refresh_token_validity = std::chrono::seconds(number_of(record, "refreshSeconds", 30LL * 86400));
  config.auth_session_validity = std::chrono::minutes(number_of(record, "sessionMinutes", 3));
  config.rotates_refresh_tokens = flag_of(record, "rotates");
  config.rotation_grace = std::chrono::seconds(number_of(record, "graceSeconds"));
  config.prevents_user_existence_errors = flag_of(record, "hidesUsers");
  config.enables_token_revocation = flag_of(record, "revokes", true);
  config.explicit_auth_flows = optional_strings(record, "authFlows");
  config.read_attributes = optional_strings(record, "reads");
  config.write_attributes = optional_strings(record, "writes");
  if (record.contains("defaultRedirect")) config.default_redirect_uri = text_of(record, "defaultRedirect");
  return config;
}

json::object to_json(const GroupConfig& config) {
  json::object record{{"name", config.name}, {"description", config.description}, {"role", config.role_arn}};
  if (config.precedence) record["precedence"] = *config.precedence;
  return record;
}

GroupConfig group_config_from_json(const json::object& record) {
  GroupConfig config;
  config.name = text_of(record, "name");
  config.description = text_of(record, "description");
  config.role_arn = text_of(record, "role");
  if (record.contains("precedence")) config.precedence = static_cast<std::uint32_t>(number_of(record, "precedence"));
  return config;
}

}  // namespace gatehouse::identity
