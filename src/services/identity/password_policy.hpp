// What a pool demands of passwords.
#pragma once

#include <string>
#include <string_view>

#include "base/random.hpp"
#include "base/result.hpp"
#include "services/identity/config.hpp"

namespace gatehouse::identity {

inline constexpr std::size_t kMaxPasswordBytes = 256;

// InvalidPasswordException with Cognito's texts; InvalidParameterException for what its request model refuses before.
Result<void> check_password(const PasswordPolicy& policy, std::string_view password);

// A password that satisfies the policy, of letters, digits and symbols that are hard to mistake for one another.
std::string generate_password(const PasswordPolicy& policy, Random& random);

// The policy in words, for the page that asks for a new password.
std::string describe(const PasswordPolicy& policy);

}  // namespace gatehouse::identity
