#include "services/secrets/password.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>

namespace gatehouse::secrets {
namespace {

constexpr std::string_view kPunctuation = "!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~";

bool is_lower(char c) { return c >= 'a' && c <= 'z'; }
bool is_upper(char c) { return c >= 'A' && c <= 'Z'; }
bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_punctuation(char c) { return kPunctuation.find(c) != std::string_view::npos; }

class Password : public ::testing::Test {
 protected:
  std::string make(const PasswordRules& rules) {
    const Result<std::string> password = make_password(rules, random_);
    EXPECT_TRUE(password) << password.error().message;
    return password.value_or("");
  }
  SequenceRandom random_;
};

TEST_F(Password, HasThirtyTwoCharactersOfEachKindUnlessToldOtherwise) {
  for (int i = 0; i < 50; ++i) {
    const std::string password = make({});
    EXPECT_EQ(password.size(), 32u);
    EXPECT_TRUE(std::ranges::any_of(password, is_lower));
    EXPECT_TRUE(std::ranges::any_of(password, is_upper));
    EXPECT_TRUE(std::ranges::any_of(password, is_digit));
    EXPECT_TRUE(std::ranges::any_of(password, is_punctuation));
    EXPECT_EQ(password.find(' '), std::string::npos);
  }
}

TEST_F(Password, HasOneOfEachKindEvenAtItsShortest) {
  for (int i = 0; i < 50; ++i) {
    const std::string password = make({.length = 4});
    EXPECT_EQ(std::ranges::count_if(password, is_lower), 1);
    EXPECT_EQ(std::ranges::count_if(password, is_upper), 1);
    EXPECT_EQ(std::ranges::count_if(password, is_digit), 1);
    EXPECT_EQ(std::ranges::count_if(password, is_punctuation), 1);
  }
}

TEST_F(Password, PutsTheRequiredKindsAnywhere) {
  std::set<std::size_t> places;
  for (int i = 0; i < 200; ++i) {
    const std::string password = make({.length = 4});
    places.insert(static_cast<std::size_t>(std::ranges::find_if(password, is_digit) - password.begin()));
  }
  EXPECT_EQ(places.size(), 4u);
}

TEST_F(Password, LeavesOutWhatIsExcluded) {
  EXPECT_TRUE(std::ranges::all_of(
      make({.length = 200, .exclude_punctuation = true, .exclude_uppercase = true, .exclude_lowercase = true}),
      is_digit));
  const std::string password = make({.length = 2000, .exclude_characters = "\"@/\\ab0", .include_space = true});
  EXPECT_EQ(password.find_first_of("\"@/\\ab0"), std::string::npos);
  EXPECT_NE(password.find(' '), std::string::npos);
  EXPECT_EQ(make({.length = 100, .exclude_characters = " ", .include_space = true}).find(' '), std::string::npos);
}

TEST_F(Password, NeedsNothingOfAKindThatIsExcludedCharacterByCharacter) {
  const std::string password = make({.length = 4, .exclude_characters = "0123456789"});
  EXPECT_TRUE(std::ranges::none_of(password, is_digit));
}

TEST_F(Password, MayLackKindsWhenNoneIsRequired) {
  EXPECT_EQ(make({.length = 1, .exclude_characters = {}, .require_each_included_type = false}).size(), 1u);
}

TEST_F(Password, IsRefusedWhenItCannotBe) {
  const auto refused = [&](const PasswordRules& rules) {
    const Result<std::string> password = make_password(rules, random_);
    return !password && password.error().code == "InvalidParameterException";
  };
  EXPECT_TRUE(refused({.length = 0}));
  EXPECT_TRUE(refused({.length = 4097}));
  EXPECT_TRUE(refused({.length = 3}));
  EXPECT_TRUE(refused(
      {.exclude_numbers = true, .exclude_punctuation = true, .exclude_uppercase = true, .exclude_lowercase = true}));
  EXPECT_FALSE(refused({.length = 4096}));
}

}  // namespace
}  // namespace gatehouse::secrets
