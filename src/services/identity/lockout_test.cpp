#include <gtest/gtest.h>

#include "services/identity/lockout.hpp"
#include "services/identity/testing/house.hpp"

namespace gatehouse::identity::testing {
namespace {

class LockoutTest : public ::testing::Test {
 protected:
  std::string attempt(std::string username, std::string_view password) {
    return house.message_of("InitiateAuth", {{"ClientId", house.public_client_id},
                                             {"AuthFlow", "USER_PASSWORD_AUTH"},
                                             {"AuthParameters", {{"USERNAME", username}, {"PASSWORD", password}}}});
  }
  std::string wrong(std::string username = "jane") { return attempt(std::move(username), "Wrong-Pass-1"); }
  std::string right(std::string username = "jane") { return attempt(std::move(username), kPassword); }
  House house;
};

constexpr const char* kWrong = "Incorrect username or password.";
constexpr const char* kLocked = "Password attempts exceeded";

TEST_F(LockoutTest, FiveWrongPasswordsLockForOneSecond) {
  for (int i = 0; i < 5; ++i) EXPECT_EQ(wrong(), kWrong);
  EXPECT_EQ(wrong(), kLocked);
  EXPECT_EQ(right(), kLocked);
  house.clock.advance(std::chrono::milliseconds(999));
  EXPECT_EQ(right(), kLocked);
  house.clock.advance(std::chrono::milliseconds(1));
  EXPECT_EQ(right(), "none");
}

TEST_F(LockoutTest, DoublesWithEachFurtherFailureUpToFifteenMinutes) {
  for (int i = 0; i < 5; ++i) wrong();
  std::int64_t seconds = 1;
  for (int i = 0; i < 12; ++i) {
    EXPECT_EQ(right(), kLocked);
    house.clock.advance(std::chrono::seconds(seconds) - std::chrono::milliseconds(1));
    EXPECT_EQ(right(), kLocked) << seconds;
    house.clock.advance(std::chrono::milliseconds(1));
    EXPECT_EQ(wrong(), kWrong) << seconds;
    seconds = std::min<std::int64_t>(seconds * 2, 900);
  }
}

TEST_F(LockoutTest, AttemptsWhileLockedDoNotLengthenIt) {
  for (int i = 0; i < 5; ++i) wrong();
  for (int i = 0; i < 50; ++i) EXPECT_EQ(wrong(), kLocked);
  house.clock.advance(std::chrono::seconds(1));
  EXPECT_EQ(right(), "none");
}

TEST_F(LockoutTest, ARightPasswordStartsOver) {
  for (int i = 0; i < 4; ++i) wrong();
  EXPECT_EQ(right(), "none");
  for (int i = 0; i < 5; ++i) EXPECT_EQ(wrong(), kWrong);
  EXPECT_EQ(right(), kLocked);
}

TEST_F(LockoutTest, FifteenQuietMinutesStartOver) {
  for (int i = 0; i < 7; ++i) {
    wrong();
    house.clock.advance(std::chrono::seconds(4));
  }
  house.clock.advance(std::chrono::minutes(16));
  for (int i = 0; i < 5; ++i) EXPECT_EQ(wrong(), kWrong);
  EXPECT_EQ(wrong(), kLocked);
}

TEST_F(LockoutTest, SurvivesARestart) {
  for (int i = 0; i < 5; ++i) wrong();
  house.restart();
  EXPECT_EQ(right(), kLocked);
}

TEST_F(LockoutTest, UnknownUsersAreLockedOutAlike) {
  for (int i = 0; i < 5; ++i) EXPECT_EQ(wrong("nobody"), kWrong);
  EXPECT_EQ(wrong("nobody"), kLocked);
  EXPECT_EQ(right("jane"), "none");
}

TEST_F(LockoutTest, HoldsForThePageAndTheApiTogether) {
  for (int i = 0; i < 5; ++i) wrong();
  AuthorizeQuery question{.client_id = house.client_id};
  Browser browser(house);
  const auto page = browser.sign_in(authorize_query(question), "jane");
  EXPECT_NE(page.content().find(kLocked), std::string_view::npos);
  EXPECT_GE(house.audit.count("sign_in_locked_out"), 1U);
}

TEST_F(LockoutTest, ManyAttemptsAtOnceCannotSlipPastTheCounter) {
  // All begin before any password was checked.
  net::io_context loop;
  int wrong_answers = 0;
  int locked_answers = 0;
  const aws::Caller caller{.arn = "a", .account = "0", .is_administrator = true, .policies = {}};
  const json::object input{{"ClientId", house.public_client_id},
                           {"AuthFlow", "USER_PASSWORD_AUTH"},
                           {"AuthParameters", {{"USERNAME", "jane"}, {"PASSWORD", "Wrong-Pass-1"}}}};
  for (int i = 0; i < 20; ++i) {
    net::co_spawn(loop.get_executor(), house.api->call("InitiateAuth", input, caller, nullptr, ""),
                  [&](std::exception_ptr, Result<json::object> answer) {
                    if (!answer && answer.error().message == kWrong) ++wrong_answers;
                    if (!answer && answer.error().message == kLocked) ++locked_answers;
                  });
  }
  loop.run();
  EXPECT_EQ(wrong_answers, 5);
  EXPECT_EQ(locked_answers, 15);
}

TEST_F(LockoutTest, AnAdministratorsNewPasswordUnlocks) {
  for (int i = 0; i < 5; ++i) wrong();
  ASSERT_TRUE(house.call("AdminSetUserPassword", {{"Username", "jane"}, {"Password", kPassword}, {"Permanent", true}}));
  EXPECT_EQ(right(), "none");
}

TEST_F(LockoutTest, AnAttemptThatCouldNotBeJudgedCountsForNothingAndLeavesNothing) {
  WorkerPool none(1, 0);
  const Surroundings around{house.store(), house.sealer, none, none, house.clock, house.random};
  const Tables tables = *run_task(Tables::open(house.store()));
  const Expiry expiry(tables, house.clock);
  const Lockout lockout(around, tables, expiry);
  const PoolPtr pool = house.pool();
  const auto count = [&](const char* table) {
    return run_task(house.store().scan(*house.store().find_table(table), {}))->items.size();
  };
  const std::size_t flows = count("identity/flows");
  const std::size_t notes = count("identity/expiry");
  for (int i = 0; i < 20; ++i) {
    const auto attempt = run_task(lockout.begin(pool, "somebody"));
    ASSERT_TRUE(attempt);
    EXPECT_FALSE(attempt->is_locked);
    run_task(lockout.abandoned(*attempt));
  }
  EXPECT_EQ(count("identity/flows"), flows);
  EXPECT_EQ(count("identity/expiry"), notes);
}

}  // namespace
}  // namespace gatehouse::identity::testing
