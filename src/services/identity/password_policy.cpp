#include "services/identity/password_policy.hpp"

#include "base/text.hpp"
#include "services/identity/errors.hpp"

namespace gatehouse::identity {
namespace {

constexpr std::string_view kUpper = "ABCDEFGHIJKLMNOPQRSTUVWXYZ";
constexpr std::string_view kLower = "abcdefghijklmnopqrstuvwxyz";
constexpr std::string_view kDigits = "0123456789";
// Cognito: "Adding user pool password requirements", the special characters; a space inside counts too.
constexpr std::string_view kSymbols = "^$*.[]{}()?-\"!@#%&/\\,><':;|_~`+= ";

bool has_any(std::string_view text, std::string_view of) { return text.find_first_of(of) != std::string_view::npos; }
bool is_space(char c) { return c == ' ' || (c >= '\t' && c <= '\r'); }

}  // namespace

Result<void> check_password(const PasswordPolicy& policy, std::string_view password) {
  if (password.empty() || is_space(password.front()) || is_space(password.back())) {
    return errors::invalid_parameter(
        "1 validation error detected: Value at 'password' failed to satisfy constraint: Member must satisfy regular "
        "expression pattern: ^[\\S]+.*[\\S]+$");
  }
  const auto length = count_code_points(password);
  if (!length) return errors::invalid_parameter("The password is not UTF-8");
  if (*length > kMaxPasswordBytes) {
    return errors::invalid_parameter(
        "1 validation error detected: Value at 'password' failed to satisfy constraint: Member must have length less "
        "than or equal to 256");
  }
  if (*length < policy.minimum_length) return errors::invalid_password("Password not long enough");
  if (policy.require_lowercase && !has_any(password, kLower)) {
    return errors::invalid_password("Password must have lowercase characters");
  }
  if (policy.require_uppercase && !has_any(password, kUpper)) {
    return errors::invalid_password("Password must have uppercase characters");
  }
  if (policy.require_numbers && !has_any(password, kDigits)) {
    return errors::invalid_password("Password must have numeric characters");
  }
  if (policy.require_symbols && !has_any(password, kSymbols)) {
    return errors::invalid_password("Password must have symbol characters");
  }
  return {};
}

std::string generate_password(const PasswordPolicy& policy, Random& random) {
  constexpr std::string_view kClasses[] = {"ABCDEFGHJKLMNPQRSTUVWXYZ", "abcdefghijkmnopqrstuvwxyz", "23456789",
                                           "!@#%*-_+=?"};
  constexpr std::string_view kAll = "ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz23456789";
  constexpr std::size_t kLength = 14;  // over 80 bits
  std::string password;
  for (const std::string_view letters : kClasses) password += random.text(letters, 1);
  password += random.text(kAll, std::max<std::size_t>(kLength, policy.minimum_length) - password.size());
  for (std::size_t last = password.size() - 1; last > 0; --last) {
    std::swap(password[last], password[random.below(last + 1)]);
  }
  return password;
}

std::string describe(const PasswordPolicy& policy) {
  std::vector<std::string> wants;
  if (policy.require_lowercase) wants.emplace_back("a lower-case letter");
  if (policy.require_uppercase) wants.emplace_back("an upper-case letter");
  if (policy.require_numbers) wants.emplace_back("a number");
  if (policy.require_symbols) wants.emplace_back("a symbol");
  std::string text = fmt::format("At least {} characters", policy.minimum_length);
  for (std::size_t i = 0; i < wants.size(); ++i) {
    text += i == 0 ? ", with " : (i + 1 == wants.size() ? " and " : ", ");
    text += wants[i];
  }
  return text + ".";
}

}  // namespace gatehouse::identity
