#include "services/identity/password_policy.hpp"

#include <gtest/gtest.h>

namespace gatehouse::identity {
namespace {

std::string refusal(const PasswordPolicy& policy, std::string_view password) {
  const auto checked = check_password(policy, password);
  return checked ? "" : checked.error().code + ": " + checked.error().message;
}

TEST(PasswordPolicy, RefusesWithCognitosTexts) {
  const PasswordPolicy policy;
  const std::string start = "InvalidPasswordException: Password did not conform with policy: ";
  EXPECT_EQ(refusal(policy, "Ab1!"), start + "Password not long enough");
  EXPECT_EQ(refusal(policy, "ABCDEFG1!"), start + "Password must have lowercase characters");
  EXPECT_EQ(refusal(policy, "abcdefg1!"), start + "Password must have uppercase characters");
  EXPECT_EQ(refusal(policy, "Abcdefgh!"), start + "Password must have numeric characters");
  EXPECT_EQ(refusal(policy, "Abcdefgh1"), start + "Password must have symbol characters");
  EXPECT_EQ(refusal(policy, "Abcdefgh1!"), "");
}

TEST(PasswordPolicy, RefusesBlanksAtTheEndsAndOverlongPasswordsAsTheRequestModelDoes) {
  const PasswordPolicy policy;
  EXPECT_TRUE(refusal(policy, " Abcdefgh1!").starts_with("InvalidParameterException"));
  EXPECT_TRUE(refusal(policy, "Abcdefgh1! ").starts_with("InvalidParameterException"));
  EXPECT_TRUE(refusal(policy, "").starts_with("InvalidParameterException"));
  EXPECT_TRUE(refusal(policy, "Aa1!" + std::string(253, 'x')).starts_with("InvalidParameterException"));
  EXPECT_EQ(refusal(policy, "Aa1!" + std::string(252, 'x')), "");
  EXPECT_EQ(refusal(policy, "Abc defg 1!"), "");
}

TEST(PasswordPolicy, CountsCharactersNotBytes) {
  PasswordPolicy policy;
  policy.require_symbols = policy.require_numbers = policy.require_uppercase = policy.require_lowercase = false;
  EXPECT_NE(refusal(policy, "äöüäöü"), "");
  EXPECT_EQ(refusal(policy, "äöüäöüäö"), "");
}

TEST(PasswordPolicy, GeneratesPasswordsThatSatisfyIt) {
  SystemRandom random;
  PasswordPolicy policy;
  for (policy.minimum_length = 6; policy.minimum_length < 99; policy.minimum_length += 7) {
    const std::string password = generate_password(policy, random);
    EXPECT_EQ(refusal(policy, password), "") << password;
    EXPECT_NE(password, generate_password(policy, random));
  }
}

}  // namespace
}  // namespace gatehouse::identity
