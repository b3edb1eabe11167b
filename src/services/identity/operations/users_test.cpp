#include <gtest/gtest.h>

#include "services/identity/operations/user_filter.hpp"
#include "services/identity/testing/house.hpp"

namespace gatehouse::identity::testing {
namespace {

json::object attribute(std::string name, std::string value) {
  return {{"Name", std::move(name)}, {"Value", std::move(value)}};
}

class UsersApi : public ::testing::Test {
 protected:
  std::vector<std::string> names(const json::object& answer) {
    std::vector<std::string> found;
    for (const json::value& user : answer.at("Users").as_array())
      found.push_back(text_of(user.as_object(), "Username"));
    return found;
  }
  House house;
};

TEST_F(UsersApi, MakesAUserWithATemporaryPasswordThatWaitsForWhoRunsTheStack) {
  const auto made = house.call("AdminCreateUser",
                               {{"Username", "carol"}, {"UserAttributes", {attribute("email", "carol@example.com")}}});
  ASSERT_TRUE(made) << made.error().message;
  const json::object& user = made->at("User").as_object();
  EXPECT_EQ(text_of(user, "UserStatus"), "FORCE_CHANGE_PASSWORD");
  EXPECT_EQ(user.at("Enabled"), true);
  EXPECT_EQ(text_of(user.at("Attributes").as_array()[0].as_object(), "Name"), "sub");

  const auto pending = *run_task(house.identity->pending_users(house.pool_id));
  ASSERT_EQ(pending.size(), 1U);
  EXPECT_EQ(pending[0].username, "carol");
  AuthorizeQuery question{.client_id = house.client_id};
  Browser browser(house);
  EXPECT_NE(
      browser.sign_in(authorize_query(question), "carol", pending[0].temporary_password).content().find("New password"),
      std::string_view::npos);
}

TEST_F(UsersApi, ATemporaryPasswordIsForgottenWhenChangedSetOrExpired) {
  const auto pending = [&] { return run_task(house.identity->pending_users(house.pool_id))->size(); };
  for (const std::string name : {"a", "b", "c"}) ASSERT_TRUE(house.call("AdminCreateUser", {{"Username", name}}));
  EXPECT_EQ(pending(), 3U);
  house.restart();
  EXPECT_EQ(pending(), 3U);
  ASSERT_TRUE(
      house.call("AdminSetUserPassword", {{"Username", "a"}, {"Password", "Temp-Pass-123"}, {"Permanent", false}}));
  EXPECT_EQ(pending(), 2U);
  ASSERT_TRUE(house.call("AdminDeleteUser", {{"Username", "b"}}));
  EXPECT_EQ(pending(), 1U);
  house.clock.advance(std::chrono::hours(24 * 7));
  EXPECT_EQ(pending(), 0U);
  ASSERT_TRUE(house.call("AdminCreateUser", {{"Username", "c"}, {"MessageAction", "RESEND"}}));
  EXPECT_EQ(pending(), 1U);
  EXPECT_EQ(house.code_of("AdminCreateUser", {{"Username", "jane"}, {"MessageAction", "RESEND"}}),
            "UnsupportedUserStateException");
}

TEST_F(UsersApi, RefusesWhatCognitoRefuses) {
  EXPECT_EQ(house.code_of("AdminCreateUser", {{"Username", "jane"}}), "UsernameExistsException");
  EXPECT_EQ(house.code_of("AdminCreateUser", {{"Username", "with blank"}}), "InvalidParameterException");
  EXPECT_EQ(house.code_of("AdminCreateUser", {{"Username", "x"}, {"TemporaryPassword", "weak"}}),
            "InvalidPasswordException");
  EXPECT_EQ(house.code_of("AdminCreateUser", {{"Username", "x"}, {"UserAttributes", {attribute("shoe_size", "9")}}}),
            "InvalidParameterException");
  EXPECT_EQ(house.code_of("AdminCreateUser",
                          {{"Username", "x"}, {"UserAttributes", {attribute("custom:tier", "far too long")}}}),
            "InvalidParameterException");
  EXPECT_EQ(house.code_of("AdminCreateUser", {{"Username", "x"}, {"UserAttributes", {attribute("email", "no-at")}}}),
            "InvalidParameterException");
  EXPECT_EQ(house.code_of("AdminCreateUser", {{"Username", "x"}, {"UserAttributes", {attribute("sub", "mine")}}}),
            "InvalidParameterException");
  EXPECT_EQ(house.code_of("AdminCreateUser", {{"Username", 7}}), "SerializationException");
  EXPECT_EQ(house.code_of("AdminCreateUser", {}), "InvalidParameterException");
  EXPECT_EQ(house.code_of("AdminGetUser", {{"Username", "nobody"}}), "UserNotFoundException");
  EXPECT_EQ(house.code_of("AdminGetUser", {{"UserPoolId", "us-east-1_nope"}, {"Username", "jane"}}),
            "ResourceNotFoundException");
  EXPECT_EQ(house.code_of("SignUp", {{"ClientId", house.client_id}}) == "none", false);
}

TEST_F(UsersApi, ListsByPagesAndFilters) {
  for (int i = 0; i < 7; ++i)
    house.add_user("user-" + std::to_string(i), false, {attribute("email", "u" + std::to_string(i) + "@example.com")});
  std::vector<std::string> all;
  json::object input{{"Limit", 3}};
  for (int pages = 0; pages < 5; ++pages) {
    const auto page = house.call("ListUsers", input);
    ASSERT_TRUE(page);
    for (const std::string& name : names(*page)) all.push_back(name);
    if (!page->contains("PaginationToken")) break;
    input["PaginationToken"] = page->at("PaginationToken");
  }
  EXPECT_EQ(all.size(), 8U);
  const auto filtered = [&](std::string filter) {
    return names(*house.call("ListUsers", {{"Filter", std::move(filter)}}));
  };
  EXPECT_EQ(filtered("email = \"u3@example.com\""), std::vector<std::string>{"user-3"});
  EXPECT_EQ(filtered("username ^= \"user-\"").size(), 7U);
  EXPECT_EQ(filtered("cognito:user_status = \"confirmed\""), std::vector<std::string>{"jane"});
  EXPECT_EQ(filtered("status = \"Disabled\"").size(), 0U);
  EXPECT_EQ(house.code_of("ListUsers", {{"Filter", "email = u3"}}), "InvalidParameterException");
  EXPECT_EQ(house.code_of("ListUsers", {{"Filter", "custom:tier = \"x\""}}), "InvalidParameterException");
  EXPECT_EQ(house.code_of("ListUsers", {{"Limit", 61}}), "InvalidParameterException");
  EXPECT_EQ(house.code_of("ListUsers", {{"PaginationToken", "!!"}}), "InvalidParameterException");
}

TEST_F(UsersApi, FilterValuesAreUnescaped) {
  User user;
  user.attributes["name"] = "Jane \"J\" Doe";
  EXPECT_TRUE(UserFilter::parse(R"(name = "Jane \"J\" Doe")")->matches(user));
  EXPECT_FALSE(UserFilter::parse(R"(name = "Jane "J" Doe")"));
}

TEST_F(UsersApi, GroupsListTheirMembers) {
  house.add_user("carol");
  for (const std::string name : {"carol", "jane"})
    ASSERT_TRUE(house.call("AdminAddUserToGroup", {{"Username", name}, {"GroupName", "Reader"}}));
  EXPECT_EQ(names(*house.call("ListUsersInGroup", {{"GroupName", "Reader"}})),
            (std::vector<std::string>{"carol", "jane"}));
  const auto groups = house.call("AdminListGroupsForUser", {{"Username", "jane"}});
  EXPECT_EQ(groups->at("Groups").as_array().size(), 2U);
  EXPECT_EQ(house.call("ListGroups", {})->at("Groups").as_array().size(), 2U);
  ASSERT_TRUE(house.call("AdminRemoveUserFromGroup", {{"Username", "jane"}, {"GroupName", "Reader"}}));
  ASSERT_TRUE(house.call("AdminDeleteUser", {{"Username", "carol"}}));
  EXPECT_EQ(names(*house.call("ListUsersInGroup", {{"GroupName", "Reader"}})).size(), 0U);
  EXPECT_EQ(house.code_of("AdminAddUserToGroup", {{"Username", "jane"}, {"GroupName", "Nope"}}),
            "ResourceNotFoundException");
}

TEST_F(UsersApi, DeletedUsersLeaveNothingBehindForTheNextOfThatName) {
  const auto answer = house.call("InitiateAuth", {{"ClientId", house.public_client_id},
                                                  {"AuthFlow", "USER_PASSWORD_AUTH"},
                                                  {"AuthParameters", {{"USERNAME", "jane"}, {"PASSWORD", kPassword}}}});
  const json::object result = answer->at("AuthenticationResult").as_object();
  ASSERT_TRUE(house.call("AdminDeleteUser", {{"Username", "jane"}}));
  house.add_user("jane");
  EXPECT_NE(house.code_of("GetUser", {{"AccessToken", text_of(result, "AccessToken")}}), "none");
  EXPECT_EQ(house.call("AdminListGroupsForUser", {{"Username", "jane"}})->at("Groups").as_array().size(), 0U);
}

TEST_F(UsersApi, PoliciesDecideByPoolAndAction) {
  aws::Caller caller;
  caller.arn = "arn:aws:sts::000000000000:assumed-role/role/function";
  caller.account = "000000000000";
  ASSERT_TRUE(caller.policies.add(json::object{
      {"Version", "2012-10-17"},
      {"Statement",
       {json::object{{"Effect", "Allow"}, {"Action", "cognito-idp:AdminGetUser"}, {"Resource", house.pool()->arn}}}}}));
  const auto code = [&](std::string_view operation, std::string pool_id) {
    const json::object input{{"UserPoolId", std::move(pool_id)}, {"Username", "jane"}};
    const auto answer = run_task(house.api->call(operation, input, caller, nullptr, ""));
    return answer ? "none" : answer.error().code;
  };
  EXPECT_EQ(code("AdminGetUser", house.pool_id), "none");
  EXPECT_EQ(code("AdminGetUser", "us-east-1_other"), "AccessDeniedException");
  EXPECT_EQ(code("AdminDeleteUser", house.pool_id), "AccessDeniedException");
}

TEST_F(UsersApi, PoolsAndClientsAreDescribed) {
  const auto pool = house.call("DescribeUserPool", {});
  ASSERT_TRUE(pool);
  const json::object& shape = pool->at("UserPool").as_object();
  EXPECT_EQ(text_of(shape, "Id"), house.pool_id);
  EXPECT_EQ(text_of(shape, "Arn"), "arn:aws:cognito-idp:us-east-1:000000000000:userpool/" + house.pool_id);
  EXPECT_EQ(text_of(shape, "Domain"), kDomain);
  EXPECT_EQ(shape.at("EstimatedNumberOfUsers"), 1);
  const auto client =
      house.call("DescribeUserPoolClient", {{"UserPoolId", house.pool_id}, {"ClientId", house.client_id}});
  ASSERT_TRUE(client);
  EXPECT_EQ(text_of(client->at("UserPoolClient").as_object(), "ClientSecret"), house.client().secret);
  EXPECT_EQ(house.call("ListUserPools", {{"MaxResults", 10}})->at("UserPools").as_array().size(), 1U);
  EXPECT_EQ(house.code_of("ListUserPools", {}), "InvalidParameterException");
  const auto first = house.call("ListUserPoolClients", {{"MaxResults", 2}});
  EXPECT_EQ(first->at("UserPoolClients").as_array().size(), 2U);
  EXPECT_EQ(house.call("ListUserPoolClients", {{"MaxResults", 2}, {"NextToken", first->at("NextToken")}})
                ->at("UserPoolClients")
                .as_array()
                .size(),
            1U);
}

}  // namespace
}  // namespace gatehouse::identity::testing
