#include <gtest/gtest.h>

#include "base/id.hpp"
#include "base/text.hpp"
#include "platform/store/records.hpp"
#include "services/identity/testing/house.hpp"

namespace gatehouse::identity::testing {
namespace {

class IdentityTest : public ::testing::Test {
 protected:
  template <typename T>
  static std::string problem(Result<T> result) {
    return result ? "" : result.error().message;
  }
  std::string make_pool(UserPoolConfig config) {
    auto pool = run_task(house.identity->ensure_pool(std::move(config), std::nullopt));
    EXPECT_TRUE(pool) << pool.error().message;
    return (*pool)->id;
  }
  House house;
};

TEST_F(IdentityTest, IdsAndSecretsLookLikeCognitos) {
  EXPECT_EQ(house.pool_id.size(), 19U);
  EXPECT_TRUE(house.pool_id.starts_with("us-east-1_"));
  EXPECT_EQ(house.client_id.size(), 26U);
  EXPECT_EQ(house.client().secret.size(), 51U);
  EXPECT_TRUE(house.public_client().is_public());
}

TEST_F(IdentityTest, EnsuringTheSameAgainChangesNothing) {
  const PoolPtr before = house.pool();
  EXPECT_EQ(*run_task(house.identity->ensure_pool(before->config, house.pool_id)), before);
  const auto client = run_task(house.identity->ensure_client(house.pool_id, house.client().config, house.client_id));
  EXPECT_EQ((*client)->secret, house.client().secret);
  EXPECT_TRUE(run_task(house.identity->ensure_domain(house.pool_id, {std::string(kDomain)})));
  EXPECT_EQ(house.pool(), before);
}

TEST_F(IdentityTest, EverythingSurvivesARestart) {
  const std::string secret = house.client().secret;
  const std::string key = house.pool()->access_token_key->key_id;
  house.restart();
  EXPECT_EQ(house.client().secret, secret);
  EXPECT_EQ(house.pool()->access_token_key->key_id, key);
  EXPECT_NE(house.pool()->access_token_key->key_id, house.pool()->id_token_key->key_id);
  EXPECT_EQ(house.pool()->groups.size(), 2U);
  EXPECT_EQ(house.identity->find_pool_by_domain(kDomain), house.pool());
  EXPECT_EQ(house.identity->find_pool_by_arn(house.pool()->arn), house.pool());
  EXPECT_EQ(house.identity->find_pool_by_arn("arn:aws:cognito-idp:us-east-1:111111111111:userpool/" + house.pool_id),
            nullptr);
}

TEST_F(IdentityTest, ChangedSettingsTakeEffectAtOnce) {
  ClientConfig config = house.client().config;
  config.callback_urls = {"https://new.example/cb"};
  ASSERT_TRUE(run_task(house.identity->ensure_client(house.pool_id, config, house.client_id)));
  EXPECT_EQ(house.client().config.callback_urls, config.callback_urls);
  AuthorizeQuery question{.client_id = house.client_id};
  EXPECT_TRUE(location(house.get("/oauth2/authorize?" + authorize_query(question)))
                  .starts_with("../error?error=redirect_mismatch"));
  house.restart();
  EXPECT_EQ(house.client().config.callback_urls, config.callback_urls);
}

TEST_F(IdentityTest, WhatCognitoFixesCannotBeChanged) {
  UserPoolConfig config = house.pool()->config;
  config.username_attributes = {"email"};
  EXPECT_NE(problem(run_task(house.identity->ensure_pool(config, house.pool_id)))
                .find("UsernameAttributes: cannot be changed"),
            std::string::npos);
  config = house.pool()->config;
  config.schema.clear();
  EXPECT_NE(problem(run_task(house.identity->ensure_pool(config, house.pool_id))).find("Schema: tier"),
            std::string::npos);
  ClientConfig client = house.client().config;
  client.generate_secret = false;
  EXPECT_NE(
      problem(run_task(house.identity->ensure_client(house.pool_id, client, house.client_id))).find("GenerateSecret"),
      std::string::npos);
}

TEST_F(IdentityTest, ADomainBelongsToOnePool) {
  UserPoolConfig config;
  config.name = "Other";
  const std::string other = make_pool(config);
  EXPECT_NE(problem(run_task(house.identity->ensure_domain(other, {std::string(kDomain)}))), "");
  ASSERT_TRUE(run_task(house.identity->remove_domain(house.pool_id, std::string(kDomain))));
  EXPECT_EQ(problem(run_task(house.identity->ensure_domain(other, {std::string(kDomain)}))), "");
  EXPECT_EQ(house.identity->find_pool_by_domain(kDomain)->id, other);
}

TEST_F(IdentityTest, AClientOfAnotherPoolIsNoClientHere) {
  UserPoolConfig config;
  config.name = "Other";
  const std::string other = make_pool(config);
  ClientConfig settings = house.client().config;
  const auto foreign = run_task(house.identity->ensure_client(other, settings, std::nullopt));
  AuthorizeQuery question{.client_id = (*foreign)->id};
  EXPECT_TRUE(location(house.get("/oauth2/authorize?" + authorize_query(question)))
                  .starts_with("../error?error=invalid_client"));
  EXPECT_EQ(
      text_of(json_of(house.token_as(**foreign, {{"grant_type", "refresh_token"}, {"refresh_token", "x"}})), "error"),
      "invalid_client");
}

TEST_F(IdentityTest, TemplateUsersGetAPasswordOnceAndAreLeftAloneAfterwards) {
  const auto name =
      run_task(house.identity->ensure_user(house.pool_id, {"admin", {{"email", "a@example.com"}}, false}));
  ASSERT_TRUE(name);
  EXPECT_EQ(*name, "admin");
  const auto pending = *run_task(house.identity->pending_users(house.pool_id));
  house.restart();
  EXPECT_EQ(*run_task(house.identity->ensure_user(house.pool_id, {"admin", {}, false})), "admin");
  const auto again = *run_task(house.identity->pending_users(house.pool_id));
  ASSERT_EQ(again.size(), 1U);
  EXPECT_EQ(again[0].temporary_password, pending[0].temporary_password);
  EXPECT_EQ(again[0].valid_until, house.clock.now() + std::chrono::hours(24 * 7));
}

TEST_F(IdentityTest, APoolWithEmailAsUserNameUsesTheSub) {
  UserPoolConfig config;
  config.name = "Mail";
  config.username_attributes = {"email"};
  config.is_username_case_sensitive = false;
  const std::string pool = make_pool(config);
  const auto made = house.call("AdminCreateUser", {{"UserPoolId", pool}, {"Username", "Jane@Example.com"}});
  ASSERT_TRUE(made) << made.error().message;
  const std::string username = text_of(made->at("User").as_object(), "Username");
  EXPECT_TRUE(is_uuid(username));
  EXPECT_EQ(text_of(made->at("User").at("Attributes").as_array()[0].as_object(), "Value"), username);
  EXPECT_EQ(text_of(*house.call("AdminGetUser", {{"UserPoolId", pool}, {"Username", "JANE@example.COM"}}), "Username"),
            username);
  EXPECT_EQ(house.code_of("AdminCreateUser", {{"UserPoolId", pool}, {"Username", "jane@example.com"}}),
            "UsernameExistsException");
  EXPECT_EQ(house.message_of("AdminCreateUser", {{"UserPoolId", pool}, {"Username", "jane"}}),
            "Username should be an email.");
  EXPECT_EQ(run_task(house.identity->pending_users(pool))->at(0).username, "Jane@Example.com");

  // The address changes: the old one is free, the new one is taken.
  ASSERT_TRUE(house.call("AdminUpdateUserAttributes",
                         {{"UserPoolId", pool},
                          {"Username", username},
                          {"UserAttributes", {json::object{{"Name", "email"}, {"Value", "new@example.com"}}}}}));
  EXPECT_EQ(house.code_of("AdminGetUser", {{"UserPoolId", pool}, {"Username", "jane@example.com"}}),
            "UserNotFoundException");
  EXPECT_EQ(house.code_of("AdminGetUser", {{"UserPoolId", pool}, {"Username", "new@example.com"}}), "none");
  EXPECT_EQ(house.code_of("AdminCreateUser", {{"UserPoolId", pool}, {"Username", "jane@example.com"}}), "none");
}

TEST_F(IdentityTest, AnAliasSignsInOnlyOnceVerifiedAndNamesOneUser) {
  UserPoolConfig config;
  config.name = "Alias";
  config.alias_attributes = {"email"};
  const std::string pool = make_pool(config);
  const auto create = [&](std::string name, bool is_verified, bool is_forced = false) {
    return house.code_of("AdminCreateUser",
                         {{"UserPoolId", pool},
                          {"Username", name},
                          {"ForceAliasCreation", is_forced},
                          {"UserAttributes",
                           {json::object{{"Name", "email"}, {"Value", "x@example.com"}},
                            json::object{{"Name", "email_verified"}, {"Value", is_verified ? "true" : "false"}}}}});
  };
  const auto owner = [&] {
    auto user = house.call("AdminGetUser", {{"UserPoolId", pool}, {"Username", "x@example.com"}});
    return user ? text_of(*user, "Username") : user.error().code;
  };
  EXPECT_EQ(create("one", false), "none");
  EXPECT_EQ(owner(), "UserNotFoundException");
  EXPECT_EQ(create("two", true), "none");
  EXPECT_EQ(owner(), "two");
  EXPECT_EQ(create("three", true), "AliasExistsException");
  EXPECT_EQ(create("three", true, true), "none");
  EXPECT_EQ(owner(), "three");
}

TEST_F(IdentityTest, ManyMakingOneUserAtOnceLeaveOneThatItsAliasNames) {
  UserPoolConfig config;
  config.name = "Alias";
  config.alias_attributes = {"email"};
  const std::string pool = make_pool(config);
  net::io_context loop;
  int made = 0;
  int refused = 0;
  const aws::Caller caller{.arn = "a", .account = "0", .is_administrator = true, .policies = {}};
  const json::object input{{"UserPoolId", pool},
                           {"Username", "one"},
                           {"MessageAction", "SUPPRESS"},
                           {"UserAttributes",
                            {json::object{{"Name", "email"}, {"Value", "x@example.com"}},
                             json::object{{"Name", "email_verified"}, {"Value", "true"}}}}};
  for (int i = 0; i < 12; ++i) {
    net::co_spawn(loop.get_executor(), house.api->call("AdminCreateUser", input, caller, nullptr, ""),
                  [&](std::exception_ptr, Result<json::object> answer) { ++(answer ? made : refused); });
  }
  loop.run();
  EXPECT_EQ(made, 1);
  EXPECT_EQ(refused, 11);
  EXPECT_EQ(text_of(*house.call("AdminGetUser", {{"UserPoolId", pool}, {"Username", "x@example.com"}}), "Username"),
            "one");
}

TEST_F(IdentityTest, AGroupMadeAgainHasNoMembers) {
  ASSERT_TRUE(run_task(house.identity->remove_group(house.pool_id, "Admin")));
  ASSERT_TRUE(run_task(house.identity->ensure_group(house.pool_id, {"Admin", "", 1, ""})));
  EXPECT_EQ(house.call("AdminListGroupsForUser", {{"Username", "jane"}})->at("Groups").as_array().size(), 0U);
  EXPECT_EQ(house.call("ListUsersInGroup", {{"GroupName", "Admin"}})->at("Users").as_array().size(), 0U);
}

TEST_F(IdentityTest, UserNamesIgnoreCaseWhereThePoolDoes) {
  UserPoolConfig config;
  config.name = "Case";
  config.is_username_case_sensitive = false;
  const std::string pool = make_pool(config);
  EXPECT_EQ(house.code_of("AdminCreateUser", {{"UserPoolId", pool}, {"Username", "Jane"}}), "none");
  EXPECT_EQ(house.code_of("AdminCreateUser", {{"UserPoolId", pool}, {"Username", "JANE"}}), "UsernameExistsException");
  EXPECT_EQ(house.code_of("AdminGetUser", {{"Username", "JANE"}}), "UserNotFoundException");
}

TEST_F(IdentityTest, RemovedPartsAreGoneForGood) {
  ASSERT_TRUE(run_task(house.identity->remove_membership(house.pool_id, "jane", "Admin")));
  ASSERT_TRUE(run_task(house.identity->remove_group(house.pool_id, "Admin")));
  ASSERT_TRUE(run_task(house.identity->remove_client(house.pool_id, house.client_id)));
  ASSERT_TRUE(run_task(house.identity->remove_user(house.pool_id, "jane")));
  house.restart();
  EXPECT_EQ(house.pool()->find_client(house.client_id), nullptr);
  EXPECT_FALSE(house.pool()->groups.contains("Admin"));
  EXPECT_EQ(house.code_of("AdminGetUser", {{"Username", "jane"}}), "UserNotFoundException");
  ASSERT_TRUE(run_task(house.identity->remove_pool(house.pool_id)));
  EXPECT_EQ(house.pool(), nullptr);
  house.restart();
  EXPECT_EQ(house.pool(), nullptr);
  EXPECT_EQ(house.get("/login").status, 404U);
}

TEST_F(IdentityTest, PurgingTakesExactlyWhatHasExpired) {
  AuthorizeQuery question{.client_id = house.client_id};
  Browser browser(house);
  const std::string code = parameter_of(browser.sign_in(authorize_query(question), "jane"), "code");
  const auto tokens = json_of(house.token({{"grant_type", "authorization_code"},
                                           {"code", code},
                                           {"redirect_uri", std::string(kCallback)},
                                           {"code_verifier", std::string(kVerifier)}}));
  const auto count = [&](std::string table) {
    const auto handle = house.store().find_table(table);
    return run_task(house.store().scan(*handle, {}))->items.size();
  };
  EXPECT_EQ(count("identity/flows"), 2U);  // the code and the session
  house.clock.advance(std::chrono::hours(30));
  run_task(house.identity->purge_expired());
  EXPECT_EQ(count("identity/flows"), 0U);
  EXPECT_EQ(count("identity/grants"), 1U);
  EXPECT_EQ(house.token({{"grant_type", "refresh_token"}, {"refresh_token", text_of(tokens, "refresh_token")}}).status,
            200U);
  house.clock.advance(std::chrono::hours(24 * 30));
  run_task(house.identity->purge_expired());
  EXPECT_EQ(count("identity/grants"), 0U);
  EXPECT_EQ(count("identity/expiry"), 1U);  // the cursor
}

TEST_F(IdentityTest, NothingInTheStoreIsASecretInClear) {
  AuthorizeQuery question{.client_id = house.client_id};
  Browser browser(house);
  const std::string code = parameter_of(browser.sign_in(authorize_query(question), "jane"), "code");
  ASSERT_TRUE(run_task(house.identity->ensure_user(house.pool_id, {"admin", {}, false})));
  const std::string temporary = run_task(house.identity->pending_users(house.pool_id))->at(0).temporary_password;
  const auto tokens = json_of(house.token({{"grant_type", "authorization_code"},
                                           {"code", code},
                                           {"redirect_uri", std::string(kCallback)},
                                           {"code_verifier", std::string(kVerifier)}}));
  const std::vector<std::string> secrets{code,
                                         temporary,
                                         text_of(tokens, "refresh_token"),
                                         browser.cookies["cognito"],
                                         house.client().secret,
                                         std::string(kPassword),
                                         "PRIVATE KEY"};
  for (const store::TableHandle& table : house.store().list_tables()) {
    for (const store::Item& item : run_task(house.store().scan(table, {}))->items) {
      const std::string bytes = store::encode_item(item);
      for (const std::string& secret : secrets) EXPECT_EQ(bytes.find(secret), std::string::npos) << table.schema->name;
    }
  }
}

}  // namespace
}  // namespace gatehouse::identity::testing
