#include <gtest/gtest.h>

#include "base/encoding.hpp"
#include "base/journey.hpp"
#include "platform/crypto/hash.hpp"
#include "platform/crypto/jwt.hpp"
#include "services/identity/testing/house.hpp"

namespace gatehouse::identity::testing {
namespace {

class Token : public ::testing::Test {
 protected:
  std::string code(const Client& client, bool has_challenge = true, std::string scope = "openid email profile") {
    AuthorizeQuery question{.client_id = client.id, .scope = std::move(scope)};
    question.has_challenge = has_challenge;
    Browser browser(house);
    return parameter_of(browser.sign_in(authorize_query(question), "jane"), "code");
  }
  http::Parameters exchange_form(const std::string& code, std::string_view verifier = kVerifier) {
    http::Parameters form{
        {"grant_type", "authorization_code"}, {"code", code}, {"redirect_uri", std::string(kCallback)}};
    if (!verifier.empty()) form.emplace_back("code_verifier", verifier);
    return form;
  }
  json::object tokens(const Client& client) {
    const auto response = house.token_as(client, exchange_form(code(client)));
    EXPECT_EQ(response.status, 200U) << response.content();
    return json_of(response);
  }
  http::Response refresh(const Client& client, const std::string& token) {
    return house.token_as(client, {{"grant_type", "refresh_token"}, {"refresh_token", token}});
  }
  static std::string error_of(const http::Response& response) { return testing::text_of(json_of(response), "error"); }
  // What userInfo says to an access token.
  unsigned user_info(const std::string& access_token) {
    return house.get("/oauth2/userInfo", {{"Authorization", "Bearer " + access_token}}).status;
  }
  House house;
};

TEST_F(Token, ACodeGivesTokensWithCognitosClaims) {
  const auto response = house.token(exchange_form(code(house.client())));
  ASSERT_EQ(response.status, 200U);
  EXPECT_EQ(response.headers.get("Cache-Control"), "no-store");
  EXPECT_EQ(response.headers.get("Content-Type"), "application/json;charset=UTF-8");
  const json::object set = json_of(response);
  EXPECT_EQ(text_of(set, "token_type"), "Bearer");
  EXPECT_EQ(set.at("expires_in"), 3600);
  EXPECT_FALSE(set.contains("scope"));

  const json::object id = claims_of(text_of(set, "id_token"));
  const json::object access = claims_of(text_of(set, "access_token"));
  const std::string issuer = "http://localhost:4566/" + house.pool_id;
  EXPECT_EQ(text_of(id, "iss"), issuer);
  EXPECT_EQ(text_of(id, "aud"), house.client_id);
  EXPECT_EQ(text_of(id, "token_use"), "id");
  EXPECT_EQ(text_of(id, "cognito:username"), "jane");
  EXPECT_EQ(text_of(id, "nonce"), "n-1");
  EXPECT_EQ(text_of(id, "email"), "jane@example.com");
  EXPECT_EQ(id.at("email_verified"), true);
  EXPECT_EQ(id.at("cognito:groups"), json::array({"Admin"}));
  EXPECT_EQ(text_of(id, "cognito:preferred_role"), "arn:aws:iam::000000000000:role/Admin");
  EXPECT_EQ(text_of(id, "at_hash"), base64url_encode(crypto::sha256(text_of(set, "access_token")).substr(0, 16)));
  EXPECT_EQ(id.at("exp").as_int64() - id.at("iat").as_int64(), 3600);
  for (const char* absent : {"client_id", "scope", "username", "version"}) EXPECT_FALSE(id.contains(absent)) << absent;

  EXPECT_EQ(text_of(access, "iss"), issuer);
  EXPECT_EQ(text_of(access, "client_id"), house.client_id);
  EXPECT_EQ(text_of(access, "token_use"), "access");
  EXPECT_EQ(text_of(access, "username"), "jane");
  EXPECT_EQ(text_of(access, "scope"), "openid email profile");
  EXPECT_EQ(access.at("version"), 2);
  EXPECT_EQ(access.at("cognito:groups"), json::array({"Admin"}));
  for (const char* absent : {"aud", "email", "cognito:username", "nonce", "cognito:roles"})
    EXPECT_FALSE(access.contains(absent)) << absent;
  for (const char* shared : {"sub", "origin_jti", "event_id", "auth_time"})
    EXPECT_EQ(id.at(shared), access.at(shared)) << shared;
  EXPECT_NE(text_of(id, "jti"), text_of(access, "jti"));
}

TEST_F(Token, AreSignedWithTwoKeysThatTheKeySetNames) {
  const json::object set = tokens(house.client());
  const json::object keys = json_of(house.issuer("/.well-known/jwks.json"));
  ASSERT_EQ(keys.at("keys").as_array().size(), 2U);
  const auto verify = [&](std::string_view token, std::size_t at) {
    const json::object& key = keys.at("keys").as_array()[at].as_object();
    const auto rsa = crypto::RsaPublicKey::from_components(*base64url_decode(text_of(key, "n")),
                                                           *base64url_decode(text_of(key, "e")));
    return crypto::verify_jwt(token, [&](std::string_view kid) { return kid == text_of(key, "kid") ? &*rsa : nullptr; })
        .has_value();
  };
  EXPECT_TRUE(verify(text_of(set, "id_token"), 0));
  EXPECT_TRUE(verify(text_of(set, "access_token"), 1));
  EXPECT_FALSE(verify(text_of(set, "access_token"), 0));
  for (const json::value& key : keys.at("keys").as_array()) EXPECT_FALSE(key.as_object().contains("d"));
}

TEST_F(Token, AUserWithoutGroupHasNoGroupsClaim) {
  ASSERT_TRUE(house.call("AdminRemoveUserFromGroup", {{"Username", "jane"}, {"GroupName", "Admin"}}));
  const json::object set = tokens(house.client());
  EXPECT_FALSE(claims_of(text_of(set, "access_token")).contains("cognito:groups"));
  EXPECT_FALSE(claims_of(text_of(set, "id_token")).contains("cognito:roles"));
}

TEST_F(Token, ThereIsNoIdTokenWithoutOpenid) {
  const auto response = house.token(exchange_form(code(house.client(), true, "aws.cognito.signin.user.admin")));
  const json::object set = json_of(response);
  EXPECT_FALSE(set.contains("id_token"));
  EXPECT_EQ(text_of(claims_of(text_of(set, "access_token")), "scope"), "aws.cognito.signin.user.admin");
}

TEST_F(Token, ScopesDecideWhichAttributesTheIdTokenHas) {
  ASSERT_TRUE(house.call("AdminUpdateUserAttributes",
                         {{"Username", "jane"},
                          {"UserAttributes", json::array{json::object{{"Name", "given_name"}, {"Value", "Jane"}},
                                                         json::object{{"Name", "custom:tier"}, {"Value", "gold"}}}}}));
  const auto claims = [&](std::string scope) {
    return claims_of(
        text_of(json_of(house.token(exchange_form(code(house.client(), true, std::move(scope))))), "id_token"));
  };
  const json::object narrow = claims("openid email");
  EXPECT_TRUE(narrow.contains("email"));
  EXPECT_FALSE(narrow.contains("given_name"));
  EXPECT_TRUE(claims("openid profile").contains("given_name"));
  EXPECT_TRUE(claims("openid").contains("given_name"));
  // Custom attributes are not among a client's default ReadAttributes.
  EXPECT_FALSE(claims("openid profile").contains("custom:tier"));
}

TEST_F(Token, ACodeWorksOnceAndASecondUseRevokesWhatItGave) {
  const std::string text = code(house.client());
  const json::object set = json_of(house.token(exchange_form(text)));
  ASSERT_EQ(user_info(text_of(set, "access_token")), 200U);

  const auto second = house.token(exchange_form(text));

  EXPECT_EQ(second.status, 400U);
  EXPECT_EQ(error_of(second), "invalid_grant");
  EXPECT_EQ(error_of(refresh(house.client(), text_of(set, "refresh_token"))), "invalid_grant");
  EXPECT_EQ(user_info(text_of(set, "access_token")), 401U);
  EXPECT_EQ(house.audit.count("code_reused"), 1U);
}

TEST_F(Token, AReplayLongAfterTheCodesTermStillRevokes) {
  const std::string text = code(house.client());
  const json::object set = json_of(house.token(exchange_form(text)));
  house.clock.advance(std::chrono::hours(2));
  EXPECT_EQ(error_of(house.token(exchange_form(text))), "invalid_grant");
  EXPECT_EQ(error_of(refresh(house.client(), text_of(set, "refresh_token"))), "invalid_grant");
}

TEST_F(Token, ACodeExpiresAfterFiveMinutes) {
  const std::string fresh = code(house.client());
  house.clock.advance(std::chrono::seconds(299));
  EXPECT_EQ(house.token(exchange_form(fresh)).status, 200U);
  const std::string stale = code(house.client());
  house.clock.advance(std::chrono::seconds(300));
  EXPECT_EQ(error_of(house.token(exchange_form(stale))), "invalid_grant");
}

TEST_F(Token, AFailedExchangeBurnsTheCode) {
  const std::string wrong_verifier = code(house.client());
  EXPECT_EQ(error_of(house.token(exchange_form(wrong_verifier, std::string(43, 'x')))), "invalid_grant");
  EXPECT_EQ(error_of(house.token(exchange_form(wrong_verifier))), "invalid_grant");

  const std::string wrong_redirect = code(house.client());
  http::Parameters form = exchange_form(wrong_redirect);
  form[2].second = "https://app.example.com/cb?source=pool";
  EXPECT_EQ(error_of(house.token(form)), "invalid_grant");
  EXPECT_EQ(error_of(house.token(exchange_form(wrong_redirect))), "invalid_grant");

  const std::string wrong_client = code(house.client());
  EXPECT_EQ(error_of(house.token_as(house.rotating_client(), exchange_form(wrong_client))), "invalid_grant");
  EXPECT_EQ(error_of(house.token(exchange_form(wrong_client))), "invalid_grant");
}

TEST_F(Token, PkceCannotBeDowngraded) {
  // The verifier left out, and a verifier for a code that had no challenge.
  EXPECT_EQ(error_of(house.token(exchange_form(code(house.client()), ""))), "invalid_grant");
  EXPECT_EQ(error_of(house.token(exchange_form(code(house.client(), false), kVerifier))), "invalid_grant");
  EXPECT_EQ(house.token(exchange_form(code(house.client(), false), "")).status, 200U);
}

TEST_F(Token, TheChallengeItselfIsNoVerifier) {
  const std::string challenge = base64url_encode(crypto::sha256(kVerifier));
  EXPECT_EQ(error_of(house.token(exchange_form(code(house.client()), challenge))), "invalid_grant");
}

TEST_F(Token, APublicClientNeedsNoSecretAndMustNotSendOne) {
  EXPECT_EQ(house.token_as(house.public_client(), exchange_form(code(house.public_client()))).status, 200U);
  http::Parameters form = exchange_form(code(house.public_client()));
  form.emplace_back("client_id", house.public_client_id);
  form.emplace_back("client_secret", "anything");
  EXPECT_EQ(error_of(house.post("/oauth2/token", form)), "invalid_client");
}

TEST_F(Token, ClientsAuthenticateInExactlyOneWay) {
  const Client& client = house.client();
  http::Parameters form = exchange_form("none");
  const auto with = [&](http::Parameters more, http::Headers headers) {
    http::Parameters all = form;
    all.insert(all.end(), more.begin(), more.end());
    return error_of(house.post("/oauth2/token", all, std::move(headers)));
  };
  EXPECT_EQ(with({{"client_id", client.id}, {"client_secret", client.secret}}, {}), "invalid_grant");
  EXPECT_EQ(with({}, {{"Authorization", house.basic(client)}}), "invalid_grant");
  EXPECT_EQ(
      with({{"client_id", client.id}, {"client_secret", client.secret}}, {{"Authorization", house.basic(client)}}),
      "invalid_request");
  EXPECT_EQ(with({{"client_id", house.public_client_id}}, {{"Authorization", house.basic(client)}}), "invalid_request");
  EXPECT_EQ(with({{"client_id", client.id}}, {}), "invalid_client");
  EXPECT_EQ(with({{"client_id", client.id}, {"client_secret", ""}}, {}), "invalid_client");
  EXPECT_EQ(with({{"client_id", client.id}, {"client_secret", client.secret + "x"}}, {}), "invalid_client");
  EXPECT_EQ(with({{"client_id", "nobody"}, {"client_secret", "x"}}, {}), "invalid_client");
  EXPECT_EQ(with({}, {{"Authorization", "Basic !!!"}}), "invalid_request");
  EXPECT_EQ(with({}, {{"Authorization", "Bearer x"}}), "invalid_request");
  EXPECT_EQ(with({}, {}), "invalid_request");
}

TEST_F(Token, TheBodyIsReadStrictly) {
  const std::string basic = house.basic(house.client());
  EXPECT_EQ(house.get("/oauth2/token").status, 405U);
  http::Parameters twice = exchange_form("a");
  twice.emplace_back("code", "b");
  EXPECT_EQ(error_of(house.token(twice)), "invalid_request");
  EXPECT_EQ(error_of(house.token({{"grant_type", "password"}})), "unsupported_grant_type");
  EXPECT_EQ(error_of(house.token({})), "invalid_request");
  EXPECT_EQ(error_of(house.token({{"grant_type", "authorization_code"}})), "invalid_request");
  http::Request request;
  request.method = "POST";
  request.target = "/_aws/auth/shop/oauth2/token";
  request.headers = {{"Authorization", basic}, {"Content-Type", "application/json"}};
  request.body = "grant_type=authorization_code";
  EXPECT_EQ(error_of(house.send(request)), "invalid_request");
  request.headers.set("Content-Type", "application/x-www-form-urlencoded");
  request.body = "grant_type=%zz";
  EXPECT_EQ(error_of(house.send(request)), "invalid_request");
  request.body = "grant_type=authorization_code&code=" + std::string(20000, 'x');
  EXPECT_EQ(error_of(house.send(request)), "invalid_request");
  request.body_too_large = true;
  EXPECT_EQ(house.send(request).status, 413U);
}

TEST_F(Token, RefreshKeepsTheSignInAndGivesNoNewRefreshToken) {
  const json::object first = tokens(house.client());
  house.clock.advance(std::chrono::minutes(30));

  const auto response = refresh(house.client(), text_of(first, "refresh_token"));

  ASSERT_EQ(response.status, 200U) << response.content();
  const json::object second = json_of(response);
  EXPECT_FALSE(second.contains("refresh_token"));
  const json::object before = claims_of(text_of(first, "access_token"));
  const json::object after = claims_of(text_of(second, "access_token"));
  for (const char* kept : {"auth_time", "origin_jti", "sub", "scope", "event_id"})
    EXPECT_EQ(before.at(kept), after.at(kept)) << kept;
  for (const char* changed : {"jti", "iat", "exp"}) EXPECT_NE(before.at(changed), after.at(changed)) << changed;
  EXPECT_FALSE(claims_of(text_of(second, "id_token")).contains("nonce"));
  EXPECT_TRUE(claims_of(text_of(second, "id_token")).contains("at_hash"));
}

TEST_F(Token, RefreshSeesTheUserAsItIsNow) {
  const std::string token = text_of(tokens(house.client()), "refresh_token");
  ASSERT_TRUE(house.call("AdminAddUserToGroup", {{"Username", "jane"}, {"GroupName", "Reader"}}));
  EXPECT_EQ(claims_of(text_of(json_of(refresh(house.client(), token)), "access_token")).at("cognito:groups"),
            json::array({"Admin", "Reader"}));
  ASSERT_TRUE(house.call("AdminDisableUser", {{"Username", "jane"}}));
  EXPECT_EQ(error_of(refresh(house.client(), token)), "invalid_grant");
}

TEST_F(Token, ARefreshTokenIsBoundToItsClientAndExpires) {
  const std::string token = text_of(tokens(house.client()), "refresh_token");
  EXPECT_EQ(error_of(refresh(house.rotating_client(), token)), "invalid_grant");
  EXPECT_EQ(error_of(refresh(house.public_client(), token)), "invalid_grant");
  EXPECT_EQ(error_of(refresh(house.client(), token.substr(0, token.size() - 4) + "AAAA")), "invalid_grant");
  EXPECT_EQ(error_of(refresh(house.client(), "nonsense")), "invalid_grant");
  EXPECT_EQ(refresh(house.client(), token).status, 200U);
  house.clock.advance(std::chrono::hours(24 * 30));
  EXPECT_EQ(error_of(refresh(house.client(), token)), "invalid_grant");
}

TEST_F(Token, RefreshMayNarrowTheScopesButNotWidenThem) {
  const std::string text = code(house.client(), true, "openid email");
  const std::string token = text_of(json_of(house.token(exchange_form(text))), "refresh_token");
  const auto with_scope = [&](std::string scope) {
    return house.token({{"grant_type", "refresh_token"}, {"refresh_token", token}, {"scope", std::move(scope)}});
  };
  EXPECT_EQ(text_of(claims_of(text_of(json_of(with_scope("openid")), "access_token")), "scope"), "openid");
  EXPECT_EQ(error_of(with_scope("openid profile")), "invalid_scope");
}

TEST_F(Token, RotationReplacesTheRefreshToken) {
  const Client& client = house.rotating_client();
  const std::string first = text_of(tokens(client), "refresh_token");
  const json::object rotated = json_of(refresh(client, first));
  const std::string second = text_of(rotated, "refresh_token");
  ASSERT_NE(second, "");
  EXPECT_NE(second, first);
  EXPECT_EQ(refresh(client, second).status, 200U);
}

TEST_F(Token, RotationAnswersARetryWithinTheGraceWithTheSameSuccessor) {
  const Client& client = house.rotating_client();
  const std::string first = text_of(tokens(client), "refresh_token");
  const std::string second = text_of(json_of(refresh(client, first)), "refresh_token");
  house.clock.advance(std::chrono::seconds(29));
  EXPECT_EQ(text_of(json_of(refresh(client, first)), "refresh_token"), second);
  EXPECT_EQ(refresh(client, second).status, 200U);
}

TEST_F(Token, ReuseAfterTheGraceRevokesTheWholeGrant) {
  const Client& client = house.rotating_client();
  const std::string first = text_of(tokens(client), "refresh_token");
  const json::object rotated = json_of(refresh(client, first));
  house.clock.advance(std::chrono::seconds(31));

  EXPECT_EQ(error_of(refresh(client, first)), "invalid_grant");

  EXPECT_EQ(error_of(refresh(client, text_of(rotated, "refresh_token"))), "invalid_grant");
  EXPECT_EQ(user_info(text_of(rotated, "access_token")), 401U);
  EXPECT_EQ(house.audit.count("refresh_token_reused"), 1U);
}

TEST_F(Token, AGrandparentIsAReplayEvenWithinTheGrace) {
  const Client& client = house.rotating_client();
  const std::string first = text_of(tokens(client), "refresh_token");
  const std::string second = text_of(json_of(refresh(client, first)), "refresh_token");
  const std::string third = text_of(json_of(refresh(client, second)), "refresh_token");
  EXPECT_EQ(error_of(refresh(client, first)), "invalid_grant");
  EXPECT_EQ(error_of(refresh(client, third)), "invalid_grant");
}

TEST_F(Token, CodesAndRefreshTokensSurviveARestart) {
  const std::string text = code(house.client());
  house.restart();
  const auto response = house.token(exchange_form(text));
  ASSERT_EQ(response.status, 200U);
  house.restart();
  EXPECT_EQ(refresh(house.client(), text_of(json_of(response), "refresh_token")).status, 200U);
  EXPECT_EQ(user_info(text_of(json_of(response), "access_token")), 200U);
}

TEST_F(Token, RevokeKillsTheGrantAndTellsNothingAboutOthers) {
  const json::object set = tokens(house.client());
  const json::object foreign = tokens(house.public_client());
  const http::Headers headers{{"Authorization", house.basic(house.client())}};
  const auto revoke = [&](const std::string& token) {
    return house.post("/oauth2/revoke", {{"token", token}}, headers);
  };
  EXPECT_EQ(revoke("unknown").status, 200U);
  EXPECT_EQ(revoke(text_of(foreign, "refresh_token")).status, 200U);
  EXPECT_EQ(refresh(house.public_client(), text_of(foreign, "refresh_token")).status, 200U);
  EXPECT_EQ(error_of(revoke(text_of(set, "access_token"))), "unsupported_token_type");
  EXPECT_EQ(error_of(revoke("")), "invalid_request");
  EXPECT_EQ(house.post("/oauth2/revoke", {{"token", "x"}, {"client_id", house.client_id}}).status, 401U);

  const auto revoked = revoke(text_of(set, "refresh_token"));

  EXPECT_EQ(revoked.status, 200U);
  EXPECT_EQ(revoked.content(), "");
  EXPECT_EQ(error_of(refresh(house.client(), text_of(set, "refresh_token"))), "invalid_grant");
  EXPECT_EQ(user_info(text_of(set, "access_token")), 401U);
}

TEST_F(Token, UserInfoTakesOnlyGoodAccessTokensWithOpenid) {
  const json::object set = tokens(house.client());
  const json::object info =
      json_of(house.get("/oauth2/userInfo", {{"Authorization", "Bearer " + text_of(set, "access_token")}}));
  EXPECT_EQ(text_of(info, "email_verified"), "true");
  EXPECT_EQ(text_of(info, "username"), "jane");
  EXPECT_EQ(text_of(info, "sub"), text_of(claims_of(text_of(set, "access_token")), "sub"));
  EXPECT_EQ(user_info(text_of(set, "id_token")), 401U);
  EXPECT_EQ(house.get("/oauth2/userInfo").status, 400U);
  const std::string narrow = text_of(
      json_of(house.token(exchange_form(code(house.client(), true, "aws.cognito.signin.user.admin")))), "access_token");
  EXPECT_EQ(user_info(narrow), 401U);
  house.clock.advance(std::chrono::hours(1));
  const auto expired = house.get("/oauth2/userInfo", {{"Authorization", "Bearer " + text_of(set, "access_token")}});
  EXPECT_EQ(expired.status, 401U);
  EXPECT_NE(expired.headers.get("WWW-Authenticate").find("error=\"invalid_token\""), std::string_view::npos);
}

TEST_F(Token, ForgedAlgorithmsAndKeysAreRefused) {
  const std::string access = text_of(tokens(house.client()), "access_token");
  const std::string payload = access.substr(access.find('.') + 1, access.rfind('.') - access.find('.') - 1);
  const json::object header = parse_json(*base64url_decode(access.substr(0, access.find('.'))))->as_object();
  const std::string kid = text_of(header, "kid");
  const auto forge = [&](std::string_view alg, std::string signature) {
    const std::string head = base64url_encode(fmt::format(R"({{"kid":"{}","alg":"{}"}})", kid, alg));
    return head + "." + payload + "." + signature;
  };
  EXPECT_EQ(user_info(forge("none", "")), 401U);
  EXPECT_EQ(user_info(forge("none", "AAAA")), 401U);
  // The public key as an HMAC secret.
  const json::object keys = json_of(house.issuer("/.well-known/jwks.json"));
  const std::string modulus = *base64url_decode(text_of(keys.at("keys").as_array()[1].as_object(), "n"));
  const std::string head = base64url_encode(fmt::format(R"({{"kid":"{}","alg":"HS256"}})", kid)) + "." + payload;
  EXPECT_EQ(user_info(head + "." + base64url_encode(crypto::hmac_sha256(modulus, head))), 401U);
  const auto own_key = crypto::RsaPrivateKey::generate();
  EXPECT_EQ(user_info(crypto::sign_jwt(claims_of(access), own_key, kid)), 401U);
}

TEST_F(Token, DiscoveryAndEndpointsComeFromTheConfiguredAddressOnly) {
  const json::object document = json_of(house.issuer("/.well-known/openid-configuration"));
  EXPECT_EQ(text_of(document, "issuer"), "http://localhost:4566/" + house.pool_id);
  EXPECT_EQ(text_of(document, "token_endpoint"), "http://localhost:4566/_aws/auth/shop/oauth2/token");
  EXPECT_EQ(text_of(document, "end_session_endpoint"), "http://localhost:4566/_aws/auth/shop/logout");
  EXPECT_EQ(document.at("id_token_signing_alg_values_supported"), json::array({"RS256"}));
  EXPECT_EQ(house.issuer("/nothing").status, 404U);
}

TEST_F(Token, NothingSecretIsInAJourney) {
  Journey journey("request-1", house.clock.now());
  const std::string text = code(house.client());
  http::Request request;
  request.method = "POST";
  request.target = "/_aws/auth/shop/oauth2/token";
  request.headers = {{"Authorization", house.basic(house.client())},
                     {"Content-Type", "application/x-www-form-urlencoded"}};
  request.body = http::encode_query(exchange_form(text));
  request.journey = &journey;
  const json::object set = json_of(house.send(request));
  const auto replay = house.send(request);
  EXPECT_EQ(replay.status, 400U);
  std::string all;
  for (const SpanRecord& span : journey.spans()) {
    all += span.name + span.cause + span.cure;
    for (const Note& note : span.notes) all += note.value;
  }
  EXPECT_NE(all.find("used before"), std::string::npos);
  for (const std::string& secret : {text, std::string(kVerifier), house.client().secret, text_of(set, "access_token"),
                                    text_of(set, "refresh_token")}) {
    EXPECT_EQ(all.find(secret), std::string::npos);
  }
}

TEST_F(Token, AnyOriginMayReadTheTokenEndpointBecauseNoCookieCountsThere) {
  http::Request request;
  request.method = "OPTIONS";
  request.target = "/_aws/auth/shop/oauth2/token";
  const auto response = house.send(request);
  EXPECT_EQ(response.status, 204U);
  EXPECT_EQ(response.headers.get("Access-Control-Allow-Origin"), "*");
  EXPECT_FALSE(response.headers.contains("Access-Control-Allow-Credentials"));
}

}  // namespace
}  // namespace gatehouse::identity::testing
