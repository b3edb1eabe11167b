#include <gtest/gtest.h>

#include "base/encoding.hpp"
#include "platform/crypto/hash.hpp"
#include "services/identity/client_rules.hpp"
#include "services/identity/testing/house.hpp"

namespace gatehouse::identity::testing {
namespace {

class Authenticate : public ::testing::Test {
 protected:
  json::object start(const Client& client, std::string flow, json::object parameters) {
    if (!client.is_public() && !parameters.contains("SECRET_HASH") && parameters.contains("USERNAME")) {
      parameters["SECRET_HASH"] = secret_hash(client, std::string(parameters.at("USERNAME").as_string()));
    }
    return {{"ClientId", client.id}, {"AuthFlow", flow}, {"AuthParameters", std::move(parameters)}};
  }
  json::object password(const Client& client, std::string username = "jane", std::string_view text = kPassword) {
    return start(client, "USER_PASSWORD_AUTH", {{"USERNAME", username}, {"PASSWORD", text}});
  }
  json::object admin(json::object input) {
    input["UserPoolId"] = house.pool_id;
    return input;
  }
  House house;
};

TEST_F(Authenticate, APasswordGivesTokensOfTheApisScopeOnly) {
  const auto answer = house.call("InitiateAuth", password(house.client()));
  ASSERT_TRUE(answer) << answer.error().message;
  const json::object& result = answer->at("AuthenticationResult").as_object();
  EXPECT_EQ(text_of(result, "TokenType"), "Bearer");
  EXPECT_EQ(result.at("ExpiresIn"), 3600);
  const json::object access = claims_of(text_of(result, "AccessToken"));
  EXPECT_EQ(text_of(access, "scope"), "aws.cognito.signin.user.admin");
  EXPECT_FALSE(access.contains("version"));
  const json::object id = claims_of(text_of(result, "IdToken"));
  EXPECT_EQ(text_of(id, "email"), "jane@example.com");
  EXPECT_FALSE(id.contains("at_hash"));
  EXPECT_FALSE(id.contains("nonce"));
}

TEST_F(Authenticate, TheSecretHashIsChecked) {
  json::object input = password(house.client());
  input["AuthParameters"].as_object().erase("SECRET_HASH");
  EXPECT_EQ(house.message_of("InitiateAuth", input),
            "Client " + house.client_id + " is configured with secret but SECRET_HASH was not received");
  input["AuthParameters"].as_object()["SECRET_HASH"] = "wrong";
  EXPECT_EQ(house.message_of("InitiateAuth", input), "Unable to verify secret hash for client " + house.client_id);
  EXPECT_EQ(house.code_of("InitiateAuth", input), "NotAuthorizedException");
  json::object uncalled = password(house.public_client());
  uncalled["AuthParameters"].as_object()["SECRET_HASH"] = "x";
  EXPECT_EQ(house.code_of("InitiateAuth", uncalled), "NotAuthorizedException");
}

TEST_F(Authenticate, WrongPasswordAndUnknownUserAreOneAnswerWhenTheClientHidesUsers) {
  for (const std::string name : {"jane", "nobody"}) {
    EXPECT_EQ(house.code_of("InitiateAuth", password(house.client(), name, "Wrong-Pass-1")), "NotAuthorizedException");
    EXPECT_EQ(house.message_of("InitiateAuth", password(house.client(), name, "Wrong-Pass-1")),
              "Incorrect username or password.");
  }
  ClientConfig config = house.public_client().config;
  config.prevents_user_existence_errors = false;
  ASSERT_TRUE(run_task(house.identity->ensure_client(house.pool_id, config, house.public_client_id)));
  EXPECT_EQ(house.code_of("InitiateAuth", password(house.public_client(), "stranger", "Wrong-Pass-1")),
            "UserNotFoundException");
  EXPECT_EQ(house.code_of("InitiateAuth", password(house.public_client(), "jane", "Wrong-Pass-1")),
            "NotAuthorizedException");
}

TEST_F(Authenticate, OnlyTheFlowsThatTheClientAllows) {
  const Client& rotating = house.rotating_client();
  EXPECT_EQ(house.code_of("AdminInitiateAuth", admin(start(rotating, "ADMIN_USER_PASSWORD_AUTH",
                                                           {{"USERNAME", "jane"}, {"PASSWORD", kPassword}}))),
            "InvalidParameterException");
  EXPECT_EQ(house.code_of("AdminInitiateAuth", admin(start(house.client(), "ADMIN_USER_PASSWORD_AUTH",
                                                           {{"USERNAME", "jane"}, {"PASSWORD", kPassword}}))),
            "none");
  EXPECT_EQ(house.message_of("InitiateAuth", start(house.client(), "ADMIN_USER_PASSWORD_AUTH",
                                                   {{"USERNAME", "jane"}, {"PASSWORD", kPassword}})),
            "Initiate Auth method not supported.");
  EXPECT_NE(
      house.message_of("InitiateAuth", start(house.client(), "USER_SRP_AUTH", {{"USERNAME", "jane"}, {"SRP_A", "1"}}))
          .find("USER_SRP_AUTH is not supported"),
      std::string::npos);
  EXPECT_NE(house.message_of("InitiateAuth", start(house.client(), "CUSTOM_AUTH", {{"USERNAME", "jane"}}))
                .find("CUSTOM_AUTH is not supported"),
            std::string::npos);
}

TEST_F(Authenticate, MistakesInTheInputAreNamed) {
  EXPECT_EQ(house.code_of("InitiateAuth", {{"ClientId", "nobody"}, {"AuthFlow", "USER_PASSWORD_AUTH"}}),
            "ResourceNotFoundException");
  EXPECT_EQ(house.message_of("InitiateAuth", start(house.client(), "USER_PASSWORD_AUTH", {{"USERNAME", "jane"}})),
            "Missing required parameter PASSWORD");
  json::object unknown = password(house.client());
  unknown["Surprise"] = 1;
  EXPECT_EQ(house.message_of("InitiateAuth", unknown), "The parameter Surprise is not supported");
  json::object typed = password(house.client());
  typed["AuthParameters"].as_object()["PASSWORD"] = 7;
  EXPECT_EQ(house.code_of("InitiateAuth", typed), "SerializationException");
}

TEST_F(Authenticate, ATemporaryPasswordLeadsToANewOne) {
  house.add_user("carol", false, {json::object{{"Name", "email"}, {"Value", "carol@example.com"}}});
  const Client& client = house.client();
  const auto challenge = house.call("InitiateAuth", password(client, "carol"));
  ASSERT_TRUE(challenge);
  EXPECT_EQ(text_of(*challenge, "ChallengeName"), "NEW_PASSWORD_REQUIRED");
  EXPECT_FALSE(challenge->contains("AuthenticationResult"));
  const json::object& parameters = challenge->at("ChallengeParameters").as_object();
  EXPECT_EQ(text_of(parameters, "USER_ID_FOR_SRP"), "carol");
  EXPECT_EQ(text_of(parameters, "requiredAttributes"), "[]");
  EXPECT_EQ(text_of(parameters, "userAttributes"), R"({"email":"carol@example.com"})");
  const std::string session = text_of(*challenge, "Session");
  EXPECT_GE(session.size(), 20U);
  EXPECT_LE(session.size(), 2048U);

  const auto respond = [&](const Client& to, std::string with, std::string name, std::string new_password) {
    return json::object{{"ClientId", to.id},
                        {"ChallengeName", "NEW_PASSWORD_REQUIRED"},
                        {"Session", with},
                        {"ChallengeResponses",
                         {{"USERNAME", name}, {"NEW_PASSWORD", new_password}, {"SECRET_HASH", secret_hash(to, name)}}}};
  };
  EXPECT_EQ(house.code_of("RespondToAuthChallenge", respond(client, session, "carol", "weak")),
            "InvalidPasswordException");
  EXPECT_EQ(house.code_of("RespondToAuthChallenge", respond(house.rotating_client(), session, "carol", "New-Pass-123")),
            "NotAuthorizedException");
  EXPECT_EQ(house.code_of("RespondToAuthChallenge", respond(client, session, "jane", "New-Pass-123")),
            "NotAuthorizedException");
  EXPECT_EQ(house.code_of("RespondToAuthChallenge", respond(client, std::string(100, 'A'), "carol", "New-Pass-123")),
            "NotAuthorizedException");

  const auto done = house.call("RespondToAuthChallenge", respond(client, session, "carol", "New-Pass-123"));
  ASSERT_TRUE(done) << done.error().message;
  EXPECT_TRUE(done->at("AuthenticationResult").as_object().contains("RefreshToken"));
  EXPECT_EQ(house.code_of("RespondToAuthChallenge", respond(client, session, "carol", "Other-Pass-123")),
            "NotAuthorizedException");
  EXPECT_EQ(text_of(*house.call("AdminGetUser", {{"Username", "carol"}}), "UserStatus"), "CONFIRMED");
}

TEST_F(Authenticate, RefreshTakesTheHashOverNameOrSub) {
  const Client& client = house.client();
  const auto first = house.call("InitiateAuth", password(client));
  const json::object& result = first->at("AuthenticationResult").as_object();
  const std::string token = text_of(result, "RefreshToken");
  const std::string sub = text_of(claims_of(text_of(result, "AccessToken")), "sub");
  const auto refresh = [&](std::string_view over, std::string flow = "REFRESH_TOKEN_AUTH") {
    return start(client, flow, {{"REFRESH_TOKEN", token}, {"SECRET_HASH", secret_hash(client, over)}});
  };
  const auto answer = house.call("InitiateAuth", refresh("jane"));
  ASSERT_TRUE(answer);
  EXPECT_FALSE(answer->at("AuthenticationResult").as_object().contains("RefreshToken"));
  EXPECT_EQ(house.code_of("InitiateAuth", refresh(sub, "REFRESH_TOKEN")), "none");
  EXPECT_EQ(house.code_of("InitiateAuth", refresh("jane@example.com")), "NotAuthorizedException");
  EXPECT_EQ(house.message_of("InitiateAuth", start(client, "REFRESH_TOKEN_AUTH",
                                                   {{"REFRESH_TOKEN", "nonsense"}, {"SECRET_HASH", "x"}})),
            "Invalid Refresh Token");
}

TEST_F(Authenticate, ARotatingClientRefreshesThroughItsOwnOperationOnly) {
  const Client& client = house.rotating_client();
  const auto first = house.call("InitiateAuth", password(client));
  const std::string token = text_of(first->at("AuthenticationResult").as_object(), "RefreshToken");
  EXPECT_EQ(
      house.code_of("InitiateAuth", start(client, "REFRESH_TOKEN_AUTH",
                                          {{"REFRESH_TOKEN", token}, {"SECRET_HASH", secret_hash(client, "jane")}})),
      "InvalidParameterException");
  const json::object input{{"ClientId", client.id}, {"RefreshToken", token}, {"ClientSecret", client.secret}};
  const auto rotated = house.call("GetTokensFromRefreshToken", input);
  ASSERT_TRUE(rotated) << rotated.error().message;
  EXPECT_NE(text_of(rotated->at("AuthenticationResult").as_object(), "RefreshToken"), "");
  house.clock.advance(std::chrono::seconds(31));
  EXPECT_EQ(house.code_of("GetTokensFromRefreshToken", input), "RefreshTokenReuseException");
  EXPECT_EQ(house.code_of("GetTokensFromRefreshToken",
                          {{"ClientId", client.id}, {"RefreshToken", token}, {"ClientSecret", "wrong"}}),
            "NotAuthorizedException");
}

TEST_F(Authenticate, ASignedOutUsersTokensAreDead) {
  const auto first = house.call("InitiateAuth", password(house.public_client()));
  const json::object result = first->at("AuthenticationResult").as_object();
  const json::object access{{"AccessToken", text_of(result, "AccessToken")}};
  const auto user = house.call("GetUser", access);
  ASSERT_TRUE(user);
  EXPECT_EQ(text_of(*user, "Username"), "jane");

  ASSERT_TRUE(house.call("GlobalSignOut", access));

  EXPECT_EQ(house.message_of("GetUser", access), "Access Token has been revoked");
  EXPECT_EQ(house.message_of("InitiateAuth", start(house.public_client(), "REFRESH_TOKEN_AUTH",
                                                   {{"REFRESH_TOKEN", text_of(result, "RefreshToken")}})),
            "Invalid Refresh Token");
  // A new sign-in in the same second is not affected.
  const auto again = house.call("InitiateAuth", password(house.public_client()));
  EXPECT_EQ(house.code_of("GetUser",
                          {{"AccessToken", text_of(again->at("AuthenticationResult").as_object(), "AccessToken")}}),
            "none");
}

TEST_F(Authenticate, GetUserTakesOnlyAccessTokensThatStillHold) {
  const auto first = house.call("InitiateAuth", password(house.public_client()));
  const json::object result = first->at("AuthenticationResult").as_object();
  EXPECT_EQ(house.message_of("GetUser", {{"AccessToken", text_of(result, "IdToken")}}), "Invalid Access Token");
  EXPECT_EQ(house.message_of("GetUser", {{"AccessToken", "a.b.c"}}), "Invalid Access Token");
  house.clock.advance(std::chrono::hours(1));
  EXPECT_EQ(house.message_of("GetUser", {{"AccessToken", text_of(result, "AccessToken")}}), "Access Token has expired");
}

TEST_F(Authenticate, RevokeTokenTakesRefreshTokensOfItsClient) {
  const auto first = house.call("InitiateAuth", password(house.public_client()));
  const json::object result = first->at("AuthenticationResult").as_object();
  const std::string client = house.public_client_id;
  EXPECT_EQ(house.code_of("RevokeToken", {{"ClientId", client}, {"Token", text_of(result, "AccessToken")}}),
            "UnsupportedTokenTypeException");
  EXPECT_EQ(house.code_of("RevokeToken", {{"ClientId", house.client_id}, {"Token", text_of(result, "RefreshToken")}}),
            "UnauthorizedException");
  EXPECT_EQ(house.code_of("RevokeToken", {{"ClientId", client}, {"Token", text_of(result, "RefreshToken")}}), "none");
  EXPECT_EQ(house.message_of("GetUser", {{"AccessToken", text_of(result, "AccessToken")}}),
            "Access Token has been revoked");
}

TEST_F(Authenticate, ADisabledUserLearnsItOnlyWithTheRightPassword) {
  ASSERT_TRUE(house.call("AdminDisableUser", {{"Username", "jane"}}));
  EXPECT_EQ(house.message_of("InitiateAuth", password(house.client())), "User is disabled.");
  EXPECT_EQ(house.message_of("InitiateAuth", password(house.client(), "jane", "Wrong-Pass-1")),
            "Incorrect username or password.");
}

TEST_F(Authenticate, NothingSecretIsInTheAuditLog) {
  house.call("InitiateAuth", password(house.client()));
  house.call("InitiateAuth", password(house.client(), "My-Password-1", "x"));
  for (const AuditEvent& event : house.audit.events) {
    for (const std::string* text : {&event.username, &event.reason}) {
      EXPECT_EQ(text->find(kPassword), std::string::npos);
      EXPECT_EQ(text->find("My-Password-1"), std::string::npos);
    }
  }
}

}  // namespace
}  // namespace gatehouse::identity::testing
