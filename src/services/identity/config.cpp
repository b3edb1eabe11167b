#include "services/identity/config.hpp"

#include "base/text.hpp"
#include "services/identity/attributes.hpp"
#include "services/identity/errors.hpp"
#include "services/identity/redirect_uri.hpp"

namespace gatehouse::identity {
namespace {

using Names = std::vector<std::string>;

// Refuses what is not in the list of what is possible.
Result<void> check_members(std::string_view property, const Names& values, std::span<const std::string_view> possible) {
  for (const std::string& value : values) {
    if (std::ranges::count(values, value) > 1) {
      return errors::invalid_parameter(fmt::format("{}: {} is given twice", property, value));
    }
    if (std::ranges::find(possible, value) != possible.end()) continue;
    std::string list;
    for (const std::string_view name : possible) list += (list.empty() ? "" : ", ") + std::string(name);
    return errors::invalid_parameter(fmt::format("{}: {} is not supported; possible: {}", property, value, list));
  }
  return {};
}

Result<void> check_range(std::string_view property, std::int64_t value, std::int64_t low, std::int64_t high) {
  if (value >= low && value <= high) return {};
  return errors::invalid_parameter(fmt::format("{} must be between {} and {}, not {}", property, low, high, value));
}

Result<void> check_name(std::string_view property, const std::string& name) {
  const auto length = count_code_points(name);
  if (length && *length >= 1 && *length <= 128) return {};
  return errors::invalid_parameter(fmt::format("{} must have 1 to 128 characters", property));
}

Result<void> check_schema(const std::vector<SchemaAttribute>& schema) {
  if (schema.size() > 50) return errors::invalid_parameter("Schema: at most 50 attributes");
  Names seen;
  for (const SchemaAttribute& attribute : schema) {
    const auto problem = [&](std::string_view what) {
      return errors::invalid_parameter(fmt::format("Schema: {}: {}", attribute.name, what));
    };
    if (attribute.name.empty() || attribute.name.size() > 20) return problem("a name has 1 to 20 characters");
    if (std::ranges::find(seen, attribute.name) != seen.end()) return problem("given twice");
    seen.push_back(attribute.name);
    if (is_standard_attribute(attribute.name)) {
      UserPoolConfig none;
      if (find_attribute(none, attribute.name)->type != attribute.type)
        return problem("AttributeDataType cannot differ");
    } else if (attribute.is_required) {
      return problem("Required custom attributes are not supported currently.");
    }
  }
  return {};
}

Result<void> check_flows(const ClientConfig& config) {
  if (!config.explicit_auth_flows) return {};
  constexpr std::string_view kPossible[] = {"ALLOW_USER_PASSWORD_AUTH", "ALLOW_ADMIN_USER_PASSWORD_AUTH",
                                            "ALLOW_REFRESH_TOKEN_AUTH", "ALLOW_USER_SRP_AUTH",
                                            "USER_PASSWORD_AUTH",       "ADMIN_NO_SRP_AUTH"};
  auto checked = check_members("ExplicitAuthFlows", *config.explicit_auth_flows, kPossible);
  if (!checked) return checked;
  const auto is_new = [](const std::string& flow) { return flow.starts_with("ALLOW_"); };
  const auto& flows = *config.explicit_auth_flows;
  if (std::ranges::any_of(flows, is_new) && !std::ranges::all_of(flows, is_new)) {
    return errors::invalid_parameter(
        "ExplicitAuthFlows: older values cannot be mixed with those that begin with ALLOW_");
  }
  if (config.rotates_refresh_tokens && std::ranges::find(flows, "ALLOW_REFRESH_TOKEN_AUTH") != flows.end()) {
    return errors::invalid_parameter(
        "RefreshTokenRotation: a client that rotates cannot allow ALLOW_REFRESH_TOKEN_AUTH in ExplicitAuthFlows; "
        "it refreshes with GetTokensFromRefreshToken or the token endpoint");
  }
  return {};
}

Result<void> check_oauth(const ClientConfig& config) {
  constexpr std::string_view kFlows[] = {"code"};
  auto checked = check_members("AllowedOAuthFlows", config.allowed_oauth_flows, kFlows);
  if (!checked) return checked;
  constexpr std::string_view kScopes[] = {"openid", "email", "phone", "profile", "aws.cognito.signin.user.admin"};
  checked = check_members("AllowedOAuthScopes", config.allowed_oauth_scopes, kScopes);
  if (!checked) return checked;
  constexpr std::string_view kProviders[] = {"COGNITO"};
  checked = check_members("SupportedIdentityProviders", config.supported_identity_providers, kProviders);
  if (!checked) return checked;
  if (config.allowed_oauth_flows_user_pool_client) {
    if (config.allowed_oauth_flows.empty() || config.allowed_oauth_scopes.empty()) {
      return errors::invalid_parameter(
          "AllowedOAuthFlows and AllowedOAuthScopes are required if user pool client is "
          "allowed to use OAuth flows.");
    }
    if (config.callback_urls.empty()) {
      return errors::invalid_parameter("CallbackURLs: the code flow needs at least one");
    }
  }
  if (config.callback_urls.size() > 100) return errors::invalid_parameter("CallbackURLs: at most 100");
  if (config.logout_urls.size() > 100) return errors::invalid_parameter("LogoutURLs: at most 100");
  for (const std::string& url : config.callback_urls) {
    if (auto valid = check_redirect_uri("CallbackURLs", url); !valid) return valid;
  }
  for (const std::string& url : config.logout_urls) {
    if (auto valid = check_redirect_uri("LogoutURLs", url); !valid) return valid;
  }
  if (config.default_redirect_uri &&
      std::ranges::find(config.callback_urls, *config.default_redirect_uri) == config.callback_urls.end()) {
    return errors::invalid_parameter("DefaultRedirectURI must be one of the CallbackURLs");
  }
  return {};
}

Result<void> check_validity(const ClientConfig& config) {
  constexpr std::int64_t kDay = 86400;
  auto checked = check_range("AccessTokenValidity (in seconds)", config.access_token_validity.count(), 300, kDay);
  if (checked) checked = check_range("IdTokenValidity (in seconds)", config.id_token_validity.count(), 300, kDay);
  if (checked) {
    checked =
        check_range("RefreshTokenValidity (in seconds)", config.refresh_token_validity.count(), 3600, 3650 * kDay);
  }
  if (checked) checked = check_range("AuthSessionValidity", config.auth_session_validity.count(), 3, 15);
  if (checked) checked = check_range("RetryGracePeriodSeconds", config.rotation_grace.count(), 0, 60);
  if (checked && std::max(config.access_token_validity, config.id_token_validity) > config.refresh_token_validity) {
    return errors::invalid_parameter("RefreshTokenValidity must not be shorter than the other tokens' validity");
  }
  return checked;
}

}  // namespace

Result<std::chrono::seconds> seconds_of(std::uint64_t amount, const std::string& unit) {
  std::uint64_t factor = 0;
  if (unit == "seconds") factor = 1;
  if (unit == "minutes") factor = 60;
  if (unit == "hours") factor = 3600;
  if (unit == "days") factor = 86400;
  if (factor == 0) {
    return errors::invalid_parameter(
        fmt::format("TokenValidityUnits: {} is not a unit; possible: seconds, minutes, hours, days", unit));
  }
  constexpr std::uint64_t kMost = 315'360'000;  // ten years in seconds: the model's maximum
  if (amount > kMost / factor) return errors::invalid_parameter("Token validity is longer than 3650 days");
  return std::chrono::seconds(amount * factor);
}

Result<void> check(const UserPoolConfig& config) {
  auto checked = check_name("UserPoolName", config.name);
  if (!checked) return checked;
  checked = check_range("PasswordPolicy.MinimumLength", config.password_policy.minimum_length, 6, 99);
  if (!checked) return checked;
  checked = check_range("PasswordPolicy.TemporaryPasswordValidityDays",
                        config.password_policy.temporary_password_validity_days, 0, 365);
  if (!checked) return checked;
  constexpr std::string_view kContacts[] = {"email", "phone_number"};
  constexpr std::string_view kAliases[] = {"email", "phone_number", "preferred_username"};
  if (checked = check_members("UsernameAttributes", config.username_attributes, kContacts); !checked) return checked;
  if (checked = check_members("AliasAttributes", config.alias_attributes, kAliases); !checked) return checked;
  checked = check_members("AutoVerifiedAttributes", config.auto_verified_attributes, kContacts);
  if (!checked) return checked;
  if (!config.username_attributes.empty() && !config.alias_attributes.empty()) {
    return errors::invalid_parameter(
        "Only one of the aliasAttributes or usernameAttributes can be set in a user pool.");
  }
  if (config.mfa_configuration != "OFF") {
    return errors::invalid_parameter("MfaConfiguration: only OFF is supported: a second factor would not be asked for");
  }
  return check_schema(config.schema);
}

Result<void> check(const ClientConfig& config) {
  auto checked = check_name("ClientName", config.name);
  if (checked) checked = check_flows(config);
  if (checked) checked = check_oauth(config);
  if (checked) checked = check_validity(config);
  return checked;
}

Result<void> check(const DomainConfig& config) {
  const std::string& domain = config.domain;
  const auto is_allowed = [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-'; };
  if (domain.empty() || domain.size() > 63 || !std::ranges::all_of(domain, is_allowed) || domain.front() == '-' ||
      domain.back() == '-') {
    return errors::invalid_parameter("Domain: 1 to 63 characters of a-z, 0-9 and -, not beginning or ending with -");
  }
  for (const std::string_view reserved : {"aws", "amazon", "cognito"}) {
    if (domain.find(reserved) == std::string::npos) continue;
    return errors::invalid_parameter(fmt::format("Domain: cannot contain the reserved word {}", reserved));
  }
  return {};
}

Result<void> check(const GroupConfig& config) {
  auto checked = check_name("GroupName", config.name);
  if (!checked) return checked;
  if (config.description.size() > 2048) return errors::invalid_parameter("Description: at most 2048 characters");
  if (!config.role_arn.empty() && !config.role_arn.starts_with("arn:")) {
    return errors::invalid_parameter("RoleArn: is not an ARN");
  }
  return {};
}

}  // namespace gatehouse::identity
