#include "services/secrets/password.hpp"

#include <algorithm>
#include <array>

namespace gatehouse::secrets {
namespace {

constexpr std::string_view kLower = "abcdefghijklmnopqrstuvwxyz";
constexpr std::string_view kUpper = "ABCDEFGHIJKLMNOPQRSTUVWXYZ";
constexpr std::string_view kDigits = "0123456789";
constexpr std::string_view kPunctuation = "!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~";

std::unexpected<Error> refuse(std::string message) {
  return fail(Error::Kind::kInvalid, "InvalidParameterException", std::move(message));
}

std::string without(std::string_view characters, std::string_view excluded) {
  std::string out(characters);
  std::erase_if(out, [&](char c) { return excluded.find(c) != std::string_view::npos; });
  return out;
}

// The kinds of characters that the rules include and leave something of.
std::vector<std::string> included_types(const PasswordRules& rules) {
  const std::pair<bool, std::string_view> types[] = {{rules.exclude_lowercase, kLower},
                                                     {rules.exclude_uppercase, kUpper},
                                                     {rules.exclude_numbers, kDigits},
                                                     {rules.exclude_punctuation, kPunctuation}};
  std::vector<std::string> out;
  for (const auto& [is_excluded, characters] : types) {
    std::string left = is_excluded ? std::string() : without(characters, rules.exclude_characters);
    if (!left.empty()) out.push_back(std::move(left));
  }
  return out;
}

void shuffle(std::string& text, Random& random) {
  for (std::size_t i = text.size(); i > 1; --i) std::swap(text[i - 1], text[random.below(i)]);
}

}  // namespace

Result<std::string> make_password(const PasswordRules& rules, Random& random) {
  if (rules.length == 0) return refuse("The password length must be at least 1.");
  if (rules.length > PasswordRules::kMaxLength)
    return refuse("The password length can't be more than 4096 characters.");
  const std::vector<std::string> types = included_types(rules);
  std::string alphabet;
  for (const std::string& type : types) alphabet += type;
  if (rules.include_space) alphabet += without(" ", rules.exclude_characters);
  if (alphabet.empty()) return refuse("The password can't be generated because every character is excluded.");

  std::string password;
  if (rules.require_each_included_type) {
    if (rules.length < types.size()) {
      return refuse("The password length is too short for the required character types.");
    }
    for (const std::string& type : types) password += random.text(type, 1);
  }
  password += random.text(alphabet, rules.length - password.size());
  shuffle(password, random);
  return password;
}

}  // namespace gatehouse::secrets
