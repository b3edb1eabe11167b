#include "services/identity/config.hpp"

#include <gtest/gtest.h>

#include "services/identity/config_json.hpp"
#include "services/identity/redirect_uri.hpp"

namespace gatehouse::identity {
namespace {

ClientConfig good_client() {
  ClientConfig config;
  config.name = "site";
  config.allowed_oauth_flows_user_pool_client = true;
  config.allowed_oauth_flows = {"code"};
  config.allowed_oauth_scopes = {"openid"};
  config.callback_urls = {"http://localhost:8080/callback.html"};
  return config;
}

template <typename T>
std::string problem(const T& config) {
  const auto checked = check(config);
  return checked ? "" : checked.error().message;
}

TEST(ClientConfig, RefusesWhatIsNotEnforced) {
  ClientConfig config = good_client();
  EXPECT_EQ(problem(config), "");
  config.allowed_oauth_flows = {"implicit"};
  EXPECT_NE(problem(config).find("AllowedOAuthFlows: implicit is not supported"), std::string::npos);
  config = good_client();
  config.allowed_oauth_scopes = {"openid", "shop/read"};
  EXPECT_NE(problem(config).find("AllowedOAuthScopes"), std::string::npos);
  config = good_client();
  config.supported_identity_providers = {"Google"};
  EXPECT_NE(problem(config).find("SupportedIdentityProviders"), std::string::npos);
  config = good_client();
  config.explicit_auth_flows = {{"ALLOW_CUSTOM_AUTH"}};
  EXPECT_NE(problem(config).find("ExplicitAuthFlows"), std::string::npos);
}

TEST(ClientConfig, KeepsCognitosLimitsOfValidity) {
  ClientConfig config = good_client();
  config.access_token_validity = std::chrono::seconds(299);
  EXPECT_NE(problem(config).find("AccessTokenValidity"), std::string::npos);
  config.access_token_validity = std::chrono::seconds(86401);
  EXPECT_NE(problem(config).find("AccessTokenValidity"), std::string::npos);
  config = good_client();
  config.refresh_token_validity = std::chrono::seconds(3599);
  EXPECT_NE(problem(config).find("RefreshTokenValidity"), std::string::npos);
  config = good_client();
  config.rotation_grace = std::chrono::seconds(61);
  EXPECT_NE(problem(config).find("RetryGracePeriodSeconds"), std::string::npos);
}

TEST(ClientConfig, RefusesRotationTogetherWithTheOldRefreshFlow) {
  ClientConfig config = good_client();
  config.rotates_refresh_tokens = true;
  config.explicit_auth_flows = {{"ALLOW_REFRESH_TOKEN_AUTH"}};
  EXPECT_NE(problem(config).find("RefreshTokenRotation"), std::string::npos);
}

TEST(ClientConfig, RefusesCallbacksThatCannotBeTrusted) {
  for (const char* bad :
       {"http://example.com/cb", "https://a.example/cb#fragment", "/relative", "javascript:alert(1)",
        "data:text/html,x", "https://user@a.example/", "https://a.example\\@b.example/", "https://a b/", ""}) {
    ClientConfig config = good_client();
    config.callback_urls = {bad};
    EXPECT_NE(problem(config), "") << bad;
  }
  for (const char* good : {"https://a.example/cb?x=1", "http://127.0.0.1:9/", "http://[::1]:9/cb", "myapp://callback",
                           "com.example.app:/cb"}) {
    ClientConfig config = good_client();
    config.callback_urls = {good};
    EXPECT_EQ(problem(config), "") << good;
  }
}

TEST(UserPoolConfig, RefusesWhatIsNotEnforced) {
  UserPoolConfig config;
  config.name = "Products";
  EXPECT_EQ(problem(config), "");
  config.mfa_configuration = "OPTIONAL";
  EXPECT_NE(problem(config).find("MfaConfiguration"), std::string::npos);
  config.mfa_configuration = "OFF";
  config.username_attributes = {"email"};
  config.alias_attributes = {"email"};
  EXPECT_NE(problem(config), "");
  config.alias_attributes.clear();
  config.password_policy.minimum_length = 5;
  EXPECT_NE(problem(config).find("MinimumLength"), std::string::npos);
}

TEST(DomainConfig, IsADnsLabelWithoutReservedWords) {
  EXPECT_EQ(problem(DomainConfig{"my-shop-1"}), "");
  for (const char* bad : {"", "-a", "a-", "Shop", "a.b", "my-cognito", "aws-shop", "a_b"})
    EXPECT_NE(problem(DomainConfig{bad}), "") << bad;
}

TEST(Validity, IsReadWithItsUnit) {
  EXPECT_EQ(seconds_of(5, "minutes")->count(), 300);
  EXPECT_EQ(seconds_of(30, "days")->count(), 2'592'000);
  EXPECT_FALSE(seconds_of(1, "weeks"));
  EXPECT_FALSE(seconds_of(UINT64_MAX, "days"));
}

TEST(ConfigJson, KeepsEverySetting) {
  ClientConfig client = good_client();
  client.generate_secret = client.rotates_refresh_tokens = client.prevents_user_existence_errors = true;
  client.enables_token_revocation = false;
  client.explicit_auth_flows = {{"ALLOW_USER_PASSWORD_AUTH"}};
  client.read_attributes = {{"email"}};
  client.default_redirect_uri = client.callback_urls[0];
  client.rotation_grace = std::chrono::seconds(7);
  EXPECT_EQ(to_json(client_config_from_json(to_json(client))), to_json(client));
  UserPoolConfig pool;
  pool.name = "P";
  pool.is_username_case_sensitive = false;
  pool.schema.emplace_back();
  pool.schema[0].name = "tier";
  pool.schema[0].max_length = 9;
  EXPECT_EQ(to_json(pool_config_from_json(to_json(pool))), to_json(pool));
}

TEST(RedirectUri, MismatchNamesThePartThatDiffers) {
  const std::vector<std::string> registered{"http://localhost:8080/callback.html"};
  EXPECT_NE(explain_mismatch("http://localhost:8081/callback.html", registered).find("the host or port"),
            std::string::npos);
  EXPECT_NE(explain_mismatch("http://localhost:8080/callback.html/", registered).find("the final slash"),
            std::string::npos);
  EXPECT_NE(explain_mismatch("https://localhost:8080/callback.html", registered).find("the scheme"), std::string::npos);
  EXPECT_NE(explain_mismatch("http://localhost:8080/callback.html?a=b", registered).find("the query"),
            std::string::npos);
}

TEST(RedirectUri, SourceExpressionIsAnOriginOrAScheme) {
  EXPECT_EQ(source_expression("http://localhost:8080/a?b"), "http://localhost:8080");
  EXPECT_EQ(source_expression("https://a.example/"), "https://a.example");
  EXPECT_EQ(source_expression("http://[::1]:80/"), "http:");
  EXPECT_EQ(source_expression("myapp://x"), "myapp:");
}

}  // namespace
}  // namespace gatehouse::identity
