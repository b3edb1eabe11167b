#include <gtest/gtest.h>

#include "base/journey.hpp"
#include "services/identity/testing/house.hpp"

namespace gatehouse::identity::testing {
namespace {

class Authorize : public ::testing::Test {
 protected:
  std::string query(http::Parameters more = {}, std::string redirect_uri = std::string(kCallback)) {
    AuthorizeQuery question{.client_id = house.client_id, .redirect_uri = std::move(redirect_uri)};
    question.more = std::move(more);
    return authorize_query(question);
  }
  // The query with one parameter replaced, or left out when the value is "-".
  std::string changed(std::string_view name, std::string_view value) {
    http::Parameters parameters = *http::parse_query(query({{"state", "s-1"}}));
    std::erase_if(parameters, [&](const auto& parameter) { return parameter.first == name; });
    if (value != "-") parameters.emplace_back(name, value);
    return http::encode_query(parameters);
  }
  std::string error_sent_back(const std::string& query) {
    const auto response = house.get("/oauth2/authorize?" + query);
    EXPECT_EQ(response.status, 302U);
    EXPECT_TRUE(location(response).starts_with(kCallback)) << location(response);
    EXPECT_EQ(parameter_of(response, "state"), "s-1");
    return parameter_of(response, "error");
  }
  House house;
};

TEST_F(Authorize, WithoutSessionGoesToTheSignInPageWithTheSameQuestion) {
  const auto response = house.get("/oauth2/authorize?" + query({{"state", "a b&c"}, {"nonce", "n"}}));
  EXPECT_EQ(response.status, 302U);
  EXPECT_TRUE(location(response).starts_with("../login?")) << location(response);
  EXPECT_EQ(parameter_of(response, "state"), "a b&c");
  EXPECT_EQ(parameter_of(response, "code_challenge_method"), "S256");
  EXPECT_EQ(response.headers.get("Cache-Control"), "no-store");
}

TEST_F(Authorize, NeverRedirectsToAnAddressThatIsNotRegistered) {
  for (const char* evil :
       {"http://localhost:8080/callback.html/", "http://localhost:8080/callback.htm",
        "http://localhost:8080/callback.html?x=1", "http://localhost:8080/callback.html#x",
        "http://localhost:8080/../callback.html", "http://LOCALHOST:8080/callback.html",
        "http://localhost:8080@evil.example/callback.html", "http://localhost:8080.evil.example/callback.html",
        "//localhost:8080/callback.html", "https://localhost:8080/callback.html", "javascript:alert(1)",
        "http://localhost:8080/callback.html%0d%0aSet-Cookie:x", " http://localhost:8080/callback.html",
        "http://localhost:8080\\callback.html"}) {
    for (const std::string path : {"/oauth2/authorize", "/login"}) {
      const auto response = house.get(path + "?" + query({}, evil));
      EXPECT_EQ(response.status, 302U) << evil;
      const std::string target = location(response);
      EXPECT_TRUE(target.starts_with("../error?error=redirect_mismatch&client_id=") ||
                  target.starts_with("error?error=redirect_mismatch&client_id="))
          << target;
    }
  }
}

TEST_F(Authorize, ShowsItsOwnErrorForAnUnknownClientAndForMissingParameters) {
  EXPECT_EQ(location(house.get("/oauth2/authorize?" + changed("client_id", "nobody"))),
            "../error?error=invalid_client");
  for (const char* missing : {"client_id", "redirect_uri"}) {
    const auto response = house.get("/oauth2/authorize?" + changed(missing, "-"));
    EXPECT_TRUE(location(response).starts_with("../error?"));
    EXPECT_EQ(parameter_of(response, "error"), "Required parameters missing");
  }
  EXPECT_TRUE(location(house.get("/oauth2/authorize?%zz")).starts_with("../error?"));
}

TEST_F(Authorize, TellsTheApplicationWhatIsWrongOnceClientAndAddressAreRight) {
  EXPECT_EQ(error_sent_back(changed("response_type", "-")), "invalid_request");
  EXPECT_EQ(error_sent_back(changed("response_type", "id_token")), "invalid_request");
  EXPECT_EQ(error_sent_back(changed("response_type", "token")), "unauthorized_client");
  EXPECT_EQ(error_sent_back(changed("scope", "openid offline_access")), "invalid_scope");
  EXPECT_EQ(error_sent_back(changed("scope", "email")), "invalid_scope");
  EXPECT_EQ(error_sent_back(changed("code_challenge_method", "-")), "invalid_request");
  EXPECT_EQ(error_sent_back(changed("code_challenge_method", "plain")), "invalid_request");
  EXPECT_EQ(error_sent_back(changed("code_challenge", "-")), "invalid_request");
  EXPECT_EQ(error_sent_back(changed("code_challenge", "short")), "invalid_request");
  EXPECT_EQ(error_sent_back(changed("response_mode", "fragment")), "invalid_request");
  EXPECT_EQ(error_sent_back(changed("request_uri", "https://a.example")), "invalid_request");
  EXPECT_EQ(error_sent_back(changed("identity_provider", "Google")), "invalid_request");
  EXPECT_EQ(error_sent_back(changed("prompt", "none")), "login_required");
}

TEST_F(Authorize, RefusesRepeatedParameters) {
  const auto response = house.get("/oauth2/authorize?" + query() + "&redirect_uri=http%3A%2F%2Fevil.example");
  EXPECT_EQ(location(response), "../error?error=invalid_request");
}

TEST_F(Authorize, KeepsTheQueryOfACallback) {
  Browser browser(house);
  const auto answer = browser.sign_in(query({{"state", "x"}}, "https://app.example.com/cb?source=pool"), "jane");
  EXPECT_TRUE(location(answer).starts_with("https://app.example.com/cb?source=pool&code=")) << location(answer);
}

TEST_F(Authorize, ASessionAnswersWithoutAskingForOneHour) {
  Browser browser(house);
  ASSERT_NE(parameter_of(browser.sign_in(query(), "jane"), "code"), "");
  house.clock.advance(std::chrono::minutes(59));
  const auto again = browser.get("/oauth2/authorize?" + query({{"state", "t"}}));
  EXPECT_NE(parameter_of(again, "code"), "");
  EXPECT_EQ(parameter_of(again, "state"), "t");
  house.clock.advance(std::chrono::minutes(2));
  EXPECT_TRUE(location(browser.get("/oauth2/authorize?" + query())).starts_with("../login?"));
}

TEST_F(Authorize, PromptAndMaxAgeDecideWhetherASessionCounts) {
  Browser browser(house);
  ASSERT_NE(parameter_of(browser.sign_in(query(), "jane"), "code"), "");
  EXPECT_TRUE(location(browser.get("/oauth2/authorize?" + query({{"prompt", "login"}}))).starts_with("../login?"));
  EXPECT_NE(parameter_of(browser.get("/oauth2/authorize?" + query({{"prompt", "none"}})), "code"), "");
  house.clock.advance(std::chrono::seconds(61));
  EXPECT_TRUE(location(browser.get("/oauth2/authorize?" + query({{"max_age", "60"}}))).starts_with("../login?"));
  EXPECT_NE(parameter_of(browser.get("/oauth2/authorize?" + query({{"max_age", "600"}})), "code"), "");
}

TEST_F(Authorize, ASessionSurvivesARestartAndEndsWithItsUser) {
  Browser browser(house);
  ASSERT_NE(parameter_of(browser.sign_in(query(), "jane"), "code"), "");
  house.restart();
  EXPECT_NE(parameter_of(browser.get("/oauth2/authorize?" + query()), "code"), "");
  ASSERT_TRUE(house.call("AdminDisableUser", {{"Username", "jane"}}));
  EXPECT_TRUE(location(browser.get("/oauth2/authorize?" + query())).starts_with("../login?"));
  ASSERT_TRUE(house.call("AdminEnableUser", {{"Username", "jane"}}));
  ASSERT_TRUE(
      house.call("AdminSetUserPassword", {{"Username", "jane"}, {"Password", "Another-Pass-1"}, {"Permanent", true}}));
  EXPECT_TRUE(location(browser.get("/oauth2/authorize?" + query())).starts_with("../login?"));
}

TEST_F(Authorize, AForeignOrInventedSessionCookieIsNothing) {
  Browser browser(house);
  browser.cookies["cognito"] = std::string(43, 'A');
  EXPECT_TRUE(location(browser.get("/oauth2/authorize?" + query())).starts_with("../login?"));
}

TEST_F(Authorize, TheJourneyTellsInWhichPartARedirectDiffers) {
  Journey journey("request-1", house.clock.now());
  http::Request request;
  request.method = "GET";
  request.target = "/_aws/auth/shop/oauth2/authorize?" + query({}, "http://localhost:8081/callback.html");
  request.journey = &journey;
  house.send(request);
  ASSERT_FALSE(journey.spans().empty());
  EXPECT_EQ(journey.spans()[0].layer, "identity");
  EXPECT_NE(journey.spans()[0].cause.find("http://localhost:8080/callback.html in the host or port"),
            std::string::npos);
  EXPECT_NE(journey.spans()[0].cure, "");
}

TEST_F(Authorize, OnlyGetIsAnswered) {
  const auto response = house.post("/oauth2/authorize", {});
  EXPECT_EQ(response.status, 405U);
}

}  // namespace
}  // namespace gatehouse::identity::testing
