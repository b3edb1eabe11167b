// What a user pool and its parts are made of, as plain settings.
//
// Whoever makes these from a template refuses every property that has no field here. Fields cover what this service
// enforces; check() (below) refuses values and combinations that it does not. Supported beyond what has a field,
// because it has no effect here: Description, tags, DeletionProtection (the template's business), message texts
// (nothing is sent by mail), AccountRecoverySetting and SupportedIdentityProviders: [COGNITO]. Not supported, so
// refused: MFA, Lambda triggers, devices, add-ons, SMS, custom domains with certificates, resource servers, identity
// providers, implicit and client_credentials flows, SRP and custom authentication.
#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/result.hpp"

namespace gatehouse::identity {

// AWS::Cognito::UserPool Policies.PasswordPolicy; the defaults are Cognito's.
struct PasswordPolicy {
  unsigned minimum_length = 8;  // 6 to 99
  bool require_uppercase = true;
  bool require_lowercase = true;
  bool require_numbers = true;
  bool require_symbols = true;
  unsigned temporary_password_validity_days = 7;  // 0 to 365; 0 means 7, as in Cognito
};

// One entry of Schema: a custom attribute ("custom:" is put before its name) or a changed standard attribute.
struct SchemaAttribute {
  enum class Type { kString, kNumber, kDateTime, kBoolean };
  std::string name;  // without "custom:"
  Type type = Type::kString;
  bool is_required = false;  // custom attributes cannot be required
  bool is_mutable = true;
  std::optional<std::uint64_t> min_length, max_length;  // String
  std::optional<std::int64_t> min_value, max_value;     // Number
};

// AWS::Cognito::UserPool
struct UserPoolConfig {
  std::string name;  // 1 to 128
  PasswordPolicy password_policy;
  // At most one of the two may be used. Users of a pool with username attributes ("email", "phone_number") get their
  // sub as user name; aliases are further names of a user ("email", "phone_number", "preferred_username").
  std::vector<std::string> username_attributes;
  std::vector<std::string> alias_attributes;
  bool is_username_case_sensitive = true;  // UsernameConfiguration.CaseSensitive
  std::vector<std::string>
      auto_verified_attributes;  // "email", "phone_number": for self sign-up, which is refused here
  std::vector<SchemaAttribute> schema;
  std::string mfa_configuration = "OFF";  // nothing else is supported
  // AdminCreateUserConfig.AllowAdminCreateUserOnly. Self sign-up (the SignUp operation and page) does not exist here,
  // so false is accepted only because it is Cognito's default: nobody gets in by it.
  bool allow_admin_create_user_only = false;
};

// AWS::Cognito::UserPoolClient
struct ClientConfig {
  std::string name;
  bool generate_secret = false;
  // ALLOW_USER_PASSWORD_AUTH, ALLOW_ADMIN_USER_PASSWORD_AUTH, ALLOW_REFRESH_TOKEN_AUTH (and the older
  // USER_PASSWORD_AUTH, ADMIN_NO_SRP_AUTH). ALLOW_USER_SRP_AUTH is accepted as a permission; using it is refused in
  // plain words. Absent: Cognito's default, ALLOW_REFRESH_TOKEN_AUTH, ALLOW_USER_SRP_AUTH, ALLOW_CUSTOM_AUTH.
  std::optional<std::vector<std::string>> explicit_auth_flows;
  bool allowed_oauth_flows_user_pool_client = false;
  std::vector<std::string> allowed_oauth_flows;   // "code"
  std::vector<std::string> allowed_oauth_scopes;  // openid, email, phone, profile, aws.cognito.signin.user.admin
  std::vector<std::string> callback_urls;
  std::vector<std::string> logout_urls;
  std::optional<std::string> default_redirect_uri;        // must be one of the callback URLs
  std::vector<std::string> supported_identity_providers;  // empty or "COGNITO"
  // Already in seconds: seconds_of() applies TokenValidityUnits.
  std::chrono::seconds access_token_validity{3600};         // 5 minutes to 1 day
  std::chrono::seconds id_token_validity{3600};             // 5 minutes to 1 day
  std::chrono::seconds refresh_token_validity{30 * 86400};  // 1 hour to 3650 days
  std::chrono::minutes auth_session_validity{3};            // 3 to 15: how long a challenge may be answered
  bool rotates_refresh_tokens = false;                      // RefreshTokenRotation.Feature: ENABLED
  std::chrono::seconds rotation_grace{0};                   // RetryGracePeriodSeconds, 0 to 60
  bool prevents_user_existence_errors = false;              // PreventUserExistenceErrors: ENABLED (LEGACY is false)
  bool enables_token_revocation = true;
  std::optional<std::vector<std::string>> read_attributes;   // absent: every standard attribute
  std::optional<std::vector<std::string>> write_attributes;  // absent: every standard attribute
};

// AWS::Cognito::UserPoolDomain, a prefix domain.
struct DomainConfig {
  std::string domain;  // a-z 0-9 -, at most 63; not "aws", "amazon" or "cognito" in it, as Cognito has it
};

// AWS::Cognito::UserPoolGroup
struct GroupConfig {
  std::string name;
  std::string description;
  std::optional<std::uint32_t> precedence;
  std::string role_arn;
};

// AWS::Cognito::UserPoolUser
struct UserConfig {
  std::string username;                           // in a pool with username attributes: the address or number
  std::map<std::string, std::string> attributes;  // "email", "email_verified" ("true"), "custom:..."
  bool force_alias_creation = false;
  // DesiredDeliveryMediums and MessageAction have no effect: the temporary password is shown by whoever runs the stack.
};

// TokenValidityUnits: "seconds", "minutes", "hours", "days". kInvalid for another unit.
Result<std::chrono::seconds> seconds_of(std::uint64_t amount, const std::string& unit);

// Refuses what Cognito refuses and what this service does not enforce; the message names the property as the template
// spells it ("AllowedOAuthFlows") and what is possible instead.
Result<void> check(const UserPoolConfig& config);
Result<void> check(const ClientConfig& config);
Result<void> check(const DomainConfig& config);
Result<void> check(const GroupConfig& config);

}  // namespace gatehouse::identity
