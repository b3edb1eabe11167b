// Generated passwords by the rules of GetRandomPassword and of GenerateSecretString in a template.
#pragma once

#include <cstddef>
#include <string>

#include "base/random.hpp"
#include "base/result.hpp"

namespace gatehouse::secrets {

// Members and defaults are AWS's (Secrets Manager API: GetRandomPassword).
struct PasswordRules {
  static constexpr std::size_t kMaxLength = 4096;

  std::size_t length = 32;
  std::string exclude_characters;
  bool exclude_numbers = false;
  bool exclude_punctuation = false;
  bool exclude_uppercase = false;
  bool exclude_lowercase = false;
  bool include_space = false;
  bool require_each_included_type = true;
};

// Errors are kInvalid with AWS's codes and texts: a length of 0 or over 4096, no characters left, too short for its
// types.
Result<std::string> make_password(const PasswordRules& rules, Random& random);

}  // namespace gatehouse::secrets
