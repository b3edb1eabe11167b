#include "services/identity/operations/user_filter.hpp"

#include "base/text.hpp"
#include "services/identity/errors.hpp"

namespace gatehouse::identity {
namespace {

constexpr std::string_view kSearchable[] = {"username",   "email",       "phone_number",       "name",
                                            "given_name", "family_name", "preferred_username", "cognito:user_status",
                                            "status",     "sub"};

// The value between the quotes; a backslash takes the next character as it is. Nothing when the quotes are broken.
std::optional<std::string> unquote(std::string_view text) {
  if (text.size() < 2 || text.front() != '"' || text.back() != '"') return std::nullopt;
  text = text.substr(1, text.size() - 2);
  std::string value;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '"') return std::nullopt;
    if (text[i] == '\\' && ++i == text.size()) return std::nullopt;
    value += text[i];
  }
  return value;
}

}  // namespace

Result<UserFilter> UserFilter::parse(std::string_view text) {
  UserFilter filter;
  text = trim(text);
  if (text.empty()) return filter;
  const auto broken = [] { return errors::invalid_parameter("Error while parsing filter."); };
  if (text.size() > 256) return broken();
  const std::size_t equals = text.find('=');
  if (equals == std::string_view::npos || equals == 0) return broken();
  filter.is_prefix_ = text[equals - 1] == '^';
  std::string_view name = trim(text.substr(0, filter.is_prefix_ ? equals - 1 : equals));
  if (name.size() >= 2 && name.front() == '"' && name.back() == '"') name = name.substr(1, name.size() - 2);
  const auto value = unquote(trim(text.substr(equals + 1)));
  if (!value) return broken();
  if (std::ranges::find(kSearchable, name) == std::end(kSearchable)) {
    return errors::invalid_parameter("One or more of the attributes in the filter is not searchable: " +
                                     std::string(name));
  }
  filter.attribute_ = std::string(name);
  filter.value_ = *value;
  return filter;
}

bool UserFilter::matches(const User& user) const {
  if (attribute_.empty()) return true;
  std::string actual;
  std::string wanted = value_;
  if (attribute_ == "username") {
    actual = user.username;
  } else if (attribute_ == "sub") {
    actual = user.sub;
  } else if (attribute_ == "status") {
    actual = user.is_enabled ? "Enabled" : "Disabled";
  } else if (attribute_ == "cognito:user_status") {
    actual = lower(user.status);
    wanted = lower(wanted);
  } else {
    const auto found = user.attributes.find(attribute_);
    if (found == user.attributes.end()) return false;
    actual = found->second;
  }
  return is_prefix_ ? actual.starts_with(wanted) : actual == wanted;
}

}  // namespace gatehouse::identity
