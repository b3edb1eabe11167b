#include <gtest/gtest.h>

#include "services/identity/testing/house.hpp"

namespace gatehouse::identity::testing {
namespace {

class Pages : public ::testing::Test {
 protected:
  std::string query(http::Parameters more = {{"state", "s-1"}}) {
    AuthorizeQuery question{.client_id = house.client_id};
    question.more = std::move(more);
    return authorize_query(question);
  }
  static bool has(const http::Response& response, std::string_view text) {
    return response.content().find(text) != std::string_view::npos;
  }
  static std::string cookie_line(const http::Response& response, std::string_view name) {
    for (const http::Header& header : response.headers) {
      if (header.name == "Set-Cookie" && header.value.find(name) != std::string::npos) return header.value;
    }
    return "";
  }
  House house;
};

TEST_F(Pages, TheSignInPageIsAFormWithLabelsAndStrictHeaders) {
  const auto page = house.get("/login?" + query());
  EXPECT_EQ(page.status, 200U);
  for (const char* wanted : {"<html lang=\"en\">", "<title>Sign in - Products</title>",
                             "<label for=\"username\">Username</label>", "<label for=\"password\">Password</label>",
                             ">Sign in</button>", "autocomplete=\"current-password\"", "href=\"style.css?v="}) {
    EXPECT_TRUE(has(page, wanted)) << wanted;
  }
  EXPECT_FALSE(has(page, "<script"));
  EXPECT_FALSE(has(page, "style=\""));
  EXPECT_EQ(page.headers.get("Content-Security-Policy"),
            "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self' http://localhost:8080; "
            "frame-ancestors 'none'; base-uri 'none'");
  EXPECT_EQ(page.headers.get("X-Content-Type-Options"), "nosniff");
  EXPECT_EQ(page.headers.get("X-Frame-Options"), "DENY");
  EXPECT_EQ(page.headers.get("Referrer-Policy"), "no-referrer");
  EXPECT_EQ(page.headers.get("Cache-Control"), "no-store");
}

TEST_F(Pages, EveryEchoedParameterIsEscaped) {
  const std::string attack = "\"><script>alert(1)</script><img src=x onerror='alert(1)'>";
  for (const std::string name : {"state", "nonce", "login_hint", "lang"}) {
    const auto page = house.get("/login?" + query({{name, attack}}));
    EXPECT_FALSE(has(page, "<script")) << name;
    EXPECT_FALSE(has(page, "<img src=x")) << name;
  }
  Browser browser(house);
  const auto page = browser.get("/login?" + query());
  const auto again = browser.submit(page, {{"username", attack}, {"password", "x"}});
  EXPECT_TRUE(has(again, "role=\"alert\""));
  EXPECT_FALSE(has(again, "<script"));
  EXPECT_TRUE(has(again, "&lt;script&gt;"));
  for (const std::string path : {"/error?error=", "/error?client_id=", "/nowhere?x=", "/logout?client_id="}) {
    EXPECT_FALSE(has(house.get(path + http::encode_query({{attack, attack}})), "<script")) << path;
  }
}

TEST_F(Pages, APoolsNameIsEscaped) {
  UserPoolConfig config = house.pool()->config;
  config.name = "<b>Shop & \"Co\"</b>";
  ASSERT_TRUE(run_task(house.identity->ensure_pool(config, house.pool_id)));
  const auto page = house.get("/login?" + query());
  EXPECT_TRUE(has(page, "&lt;b&gt;Shop &amp; &quot;Co&quot;&lt;/b&gt;"));
  EXPECT_FALSE(has(page, "<b>"));
}

TEST_F(Pages, ARightPasswordGoesBackWithCodeAndState) {
  Browser browser(house);
  const auto answer = browser.sign_in(query(), "jane");
  EXPECT_EQ(answer.status, 302U);
  EXPECT_TRUE(location(answer).starts_with(std::string(kCallback) + "?code=")) << answer.content();
  EXPECT_EQ(parameter_of(answer, "state"), "s-1");
  const std::string cookie = cookie_line(answer, "cognito=");
  EXPECT_NE(cookie.find("HttpOnly"), std::string::npos);
  EXPECT_NE(cookie.find("SameSite=Lax"), std::string::npos);
  EXPECT_NE(cookie.find("Max-Age=3600"), std::string::npos);
  EXPECT_EQ(cookie.find("Path="), std::string::npos);
  EXPECT_EQ(cookie.find("Secure"), std::string::npos);
  EXPECT_EQ(house.audit.count("sign_in_succeeded"), 1U);
}

TEST_F(Pages, WrongPasswordAndUnknownUserLookTheSame) {
  Browser one(house);
  Browser two(house);
  const auto wrong = one.sign_in(query(), "jane", "Wrong-Pass-1");
  const auto unknown = two.sign_in(query(), "nope", "Wrong-Pass-1");
  EXPECT_EQ(wrong.status, unknown.status);
  EXPECT_TRUE(has(wrong, "role=\"alert\">Incorrect username or password.</p>"));
  EXPECT_TRUE(has(unknown, "role=\"alert\">Incorrect username or password.</p>"));
  EXPECT_TRUE(has(wrong, "value=\"jane\""));
  EXPECT_FALSE(has(wrong, "Wrong-Pass-1"));
}

TEST_F(Pages, AFormWithoutItsCsrfTokenSignsNobodyIn) {
  const http::Parameters form{{"username", "jane"}, {"password", std::string(kPassword)}};
  const std::string path = "/login?" + query();
  EXPECT_EQ(house.post(path, form).status, 403U);

  Browser victim(house);
  victim.get(path);
  EXPECT_EQ(victim.post(path, form).status, 403U);

  // The token of another browser: the attacker's own.
  Browser attacker(house);
  attacker.get(path);
  http::Parameters forged = form;
  forged.emplace_back("_csrf", attacker.cookies["XSRF-TOKEN"]);
  EXPECT_EQ(victim.post(path, forged).status, 403U);

  // A made-up one that cookie and form agree on.
  victim.cookies["XSRF-TOKEN"] = "made-up";
  http::Parameters invented = form;
  invented.emplace_back("_csrf", "made-up");
  EXPECT_EQ(victim.post(path, invented).status, 403U);
  EXPECT_EQ(house.audit.count("sign_in_succeeded"), 0U);
}

TEST_F(Pages, ACsrfTokenIsBoundToTheSession) {
  const std::string path = "/login?" + query();
  Browser browser(house);
  browser.get(path);
  const std::string before = browser.cookies["XSRF-TOKEN"];
  browser.sign_in(query(), "jane");
  browser.cookies["XSRF-TOKEN"] = before;
  const auto answer =
      browser.post(path, {{"username", "jane"}, {"password", std::string(kPassword)}, {"_csrf", before}});
  EXPECT_EQ(answer.status, 403U);
}

TEST_F(Pages, ACsrfTokenEndsAfterAnHour) {
  Browser browser(house);
  const auto page = browser.get("/login?" + query());
  house.clock.advance(std::chrono::minutes(61));
  const auto answer = browser.submit(page, {{"username", "jane"}, {"password", std::string(kPassword)}});
  EXPECT_EQ(answer.status, 403U);
  EXPECT_TRUE(has(answer, "role=\"alert\""));
  // The page that came back works.
  EXPECT_EQ(browser.submit(answer, {{"username", "jane"}, {"password", std::string(kPassword)}}).status, 302U);
}

TEST_F(Pages, TwoOpenTabsBothWork) {
  Browser browser(house);
  const auto first = browser.get("/login?" + query({{"state", "one"}}));
  browser.get("/login?" + query({{"state", "two"}}));
  const auto answer = browser.submit(first, {{"username", "jane"}, {"password", std::string(kPassword)}});
  EXPECT_EQ(parameter_of(answer, "state"), "one");
}

TEST_F(Pages, AFormSentByAnotherSiteIsRefusedEvenWithAToken) {
  Browser browser(house);
  const auto page = browser.get("/login?" + query());
  browser.more_headers.add("Sec-Fetch-Site", "cross-site");
  EXPECT_EQ(browser.submit(page, {{"username", "jane"}, {"password", std::string(kPassword)}}).status, 403U);
}

TEST_F(Pages, ASessionThatTheBrowserBroughtIsNeverTakenOver) {
  Browser attacker(house);
  attacker.sign_in(query(), "jane");
  const std::string planted = attacker.cookies["cognito"];

  Browser victim(house);
  victim.cookies["cognito"] = planted;
  const auto page = victim.get("/login?" + query());
  const auto answer = victim.submit(page, {{"username", "jane"}, {"password", std::string(kPassword)}});
  ASSERT_EQ(answer.status, 302U);

  EXPECT_NE(victim.cookies["cognito"], planted);
  EXPECT_TRUE(location(attacker.get("/oauth2/authorize?" + query())).starts_with("../login?"));
}

TEST_F(Pages, FieldsGivenTwiceAreRefused) {
  Browser browser(house);
  const auto page = browser.get("/login?" + query());
  EXPECT_EQ(browser.submit(page, {{"username", "jane"}, {"username", "root"}, {"password", "x"}}).status, 400U);
}

TEST_F(Pages, AFirstSignInAsksForANewPasswordAndGoesOn) {
  house.add_user("carol", false);
  Browser browser(house);
  const auto page = browser.sign_in(query(), "carol");
  ASSERT_EQ(page.status, 200U);
  for (const char* wanted : {">New password</label>", ">Confirm new password</label>", ">Change password</button>",
                             "aria-describedby=\"policy\""}) {
    EXPECT_TRUE(has(page, wanted)) << wanted;
  }
  EXPECT_FALSE(browser.cookies.contains("cognito"));

  const auto differs =
      browser.submit(page, {{"new_password", "New-Pass-123"}, {"confirm_new_password", "New-Pass-124"}});
  EXPECT_TRUE(has(differs, "do not match"));
  const auto weak = browser.submit(differs, {{"new_password", "weak"}, {"confirm_new_password", "weak"}});
  EXPECT_TRUE(has(weak, "Password not long enough"));
  const auto done = browser.submit(weak, {{"new_password", "New-Pass-123"}, {"confirm_new_password", "New-Pass-123"}});
  EXPECT_NE(parameter_of(done, "code"), "");

  Browser later(house);
  EXPECT_NE(parameter_of(later.sign_in(query(), "carol", "New-Pass-123"), "code"), "");
  EXPECT_TRUE(has(Browser(house).sign_in(query(), "carol"), "Incorrect username or password."));
}

TEST_F(Pages, AChallengeWorksOnceAndSurvivesARestartButNotItsTerm) {
  house.add_user("carol", false);
  Browser browser(house);
  const auto page = browser.sign_in(query(), "carol");
  house.restart();
  const http::Parameters passwords{{"new_password", "New-Pass-123"}, {"confirm_new_password", "New-Pass-123"}};
  Browser second = browser;
  EXPECT_NE(parameter_of(browser.submit(page, passwords), "code"), "");
  EXPECT_TRUE(has(second.submit(page, passwords), "sign in again"));

  house.add_user("dave", false);
  Browser slow(house);
  const auto late = slow.sign_in(query(), "dave");
  house.clock.advance(std::chrono::minutes(3));
  EXPECT_TRUE(has(slow.submit(late, passwords), "sign in again"));
}

TEST_F(Pages, AForgedChallengeChangesNothing) {
  house.add_user("carol", false);
  Browser browser(house);
  browser.get("/login?" + query());
  const auto answer = browser.post("/changePassword?" + query(), {{"_csrf", browser.cookies["XSRF-TOKEN"]},
                                                                  {"challenge", "AAAA"},
                                                                  {"new_password", "New-Pass-123"},
                                                                  {"confirm_new_password", "New-Pass-123"}});
  EXPECT_TRUE(has(answer, "sign in again"));
  EXPECT_EQ(text_of(*house.call("AdminGetUser", {{"Username", "carol"}}), "UserStatus"), "FORCE_CHANGE_PASSWORD");
}

TEST_F(Pages, AFirstSignInAsksForRequiredAttributesToo) {
  UserPoolConfig config;
  config.name = "Strict";
  config.schema.emplace_back();
  config.schema[0].name = "email";
  config.schema[0].is_required = true;
  config.schema[0].is_mutable = false;
  const auto pool = run_task(house.identity->ensure_pool(config, std::nullopt));
  const auto client = run_task(house.identity->ensure_client((*pool)->id, house.client().config, std::nullopt));
  ASSERT_TRUE(run_task(house.identity->remove_domain(house.pool_id, std::string(kDomain))));
  ASSERT_TRUE(run_task(house.identity->ensure_domain((*pool)->id, {std::string(kDomain)})));
  ASSERT_TRUE(house.call("AdminCreateUser",
                         {{"UserPoolId", (*pool)->id}, {"Username", "carol"}, {"TemporaryPassword", kPassword}}));
  AuthorizeQuery question{.client_id = (*client)->id};
  Browser browser(house);
  const auto page = browser.sign_in(authorize_query(question), "carol");
  EXPECT_TRUE(has(page, ">Email</label>"));
  http::Parameters form{{"new_password", "New-Pass-123"}, {"confirm_new_password", "New-Pass-123"}};
  EXPECT_TRUE(has(browser.submit(page, form), "email is missing"));
  http::Parameters sneaky = form;
  sneaky.emplace_back("requiredAttributes[email_verified]", "true");
  sneaky.emplace_back("requiredAttributes[email]", "carol@example.com");
  EXPECT_TRUE(has(browser.submit(page, sneaky), "unauthorized attribute"));
  form.emplace_back("requiredAttributes[email]", "carol@example.com");
  EXPECT_NE(parameter_of(browser.submit(page, form), "code"), "");
}

TEST_F(Pages, OtherMethodsAreRefused) {
  http::Request request;
  request.method = "PUT";
  request.target = "/_aws/auth/shop/login?" + query();
  EXPECT_EQ(house.send(request).status, 405U);
}

TEST_F(Pages, AnExpiredTemporaryPasswordIsRefused) {
  house.add_user("carol", false);
  house.clock.advance(std::chrono::hours(24 * 7));
  Browser browser(house);
  EXPECT_TRUE(
      has(browser.sign_in(query(), "carol"), "Temporary password has expired and must be reset by an administrator."));
}

TEST_F(Pages, LogoutEndsTheSessionAndGoesOnlyWhereItMay) {
  Browser browser(house);
  browser.sign_in(query(), "jane");
  const auto logout = [&](http::Parameters more) {
    http::Parameters parameters{{"client_id", house.client_id}};
    parameters.insert(parameters.end(), more.begin(), more.end());
    return browser.get("/logout?" + http::encode_query(parameters));
  };
  EXPECT_TRUE(location(logout({{"logout_uri", "http://evil.example/"}})).starts_with("error?error=redirect_mismatch"));
  EXPECT_TRUE(browser.cookies.contains("cognito"));

  const auto answer = logout({{"logout_uri", std::string(kSignedOut)}});
  EXPECT_EQ(location(answer), kSignedOut);
  EXPECT_FALSE(browser.cookies.contains("cognito"));
  EXPECT_TRUE(location(browser.get("/oauth2/authorize?" + query())).starts_with("../login?"));
}

TEST_F(Pages, LogoutEndsTheSessionOnTheServerToo) {
  Browser browser(house);
  browser.sign_in(query(), "jane");
  Browser copy = browser;
  browser.get("/logout?client_id=" + house.client_id);
  EXPECT_TRUE(location(copy.get("/oauth2/authorize?" + query())).starts_with("../login?"));
}

TEST_F(Pages, LogoutsSecondFormAsksToSignInAgain) {
  const auto answer = house.get("/logout?" + query());
  EXPECT_TRUE(location(answer).starts_with("login?response_type=code&client_id="));
  const auto page = house.get("/logout?client_id=" + house.client_id);
  EXPECT_EQ(page.status, 200U);
  EXPECT_TRUE(has(page, "<h1>Signed out</h1>"));
  EXPECT_TRUE(location(house.get("/logout")).starts_with("error?error=Required"));
}

TEST_F(Pages, ErrorPagesTellAndShowNothingOfTheQuery) {
  const auto page = house.get("/error?error=redirect_mismatch&client_id=abc");
  EXPECT_EQ(page.status, 400U);
  EXPECT_TRUE(has(page, "role=\"alert\""));
  EXPECT_TRUE(has(page, "callback URLs"));
  EXPECT_FALSE(has(page, "abc"));
  EXPECT_EQ(house.get("/forgotPassword").status, 404U);
  EXPECT_TRUE(has(house.get("/a/b/c"), "href=\"../../style.css"));
}

TEST_F(Pages, AssetsAreServedWithTagsAndTypes) {
  const auto css = house.get("/style.css");
  EXPECT_EQ(css.status, 200U);
  EXPECT_TRUE(css.headers.get("Content-Type").starts_with("text/css"));
  EXPECT_TRUE(has(css, "prefers-color-scheme: dark"));
  const auto same = house.get("/style.css", {{"If-None-Match", std::string(css.headers.get("ETag"))}});
  EXPECT_EQ(same.status, 304U);
  EXPECT_EQ(house.get("/icon.svg").headers.get("Content-Type"), "image/svg+xml");
}

TEST(SecurePages, CookiesAreBoundToTheHostOverHttps) {
  House house("https://id.example.com");
  AuthorizeQuery question{.client_id = house.client_id};
  const auto cookie_of = [](const http::Response& response) { return std::string(response.headers.get("Set-Cookie")); };
  const std::string below = cookie_of(house.get("/login?" + authorize_query(question)));
  EXPECT_TRUE(below.starts_with("__Secure-XSRF-TOKEN=")) << below;
  EXPECT_NE(below.find("; Secure"), std::string::npos);
  EXPECT_EQ(below.find("Path="), std::string::npos);
  http::Request request;
  request.method = "GET";
  request.target = "/login?" + authorize_query(question);
  const std::string by_host = cookie_of(house.send(request));
  EXPECT_TRUE(by_host.starts_with("__Host-XSRF-TOKEN=")) << by_host;
  EXPECT_NE(by_host.find("; Secure; Path=/"), std::string::npos);
}

TEST_F(Pages, TheHostHeaderNeverReachesAnAnswer) {
  Browser browser(house);
  browser.more_headers.add("Host", "evil.example");
  browser.more_headers.add("X-Forwarded-Host", "evil.example");
  const auto page = browser.get("/oauth2/authorize?" + query());
  EXPECT_EQ(location(page).find("evil"), std::string::npos);
  EXPECT_FALSE(has(browser.get(location(page).substr(2)), "evil"));
}

}  // namespace
}  // namespace gatehouse::identity::testing
