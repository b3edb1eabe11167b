// ListUsers' filter: `email = "jane@example.com"`, `username ^= "ja"`.
#pragma once

#include <string>
#include <string_view>

#include "base/result.hpp"
#include "services/identity/users.hpp"

namespace gatehouse::identity {

class UserFilter {
 public:
  // An empty text lets every user through. InvalidParameterException for a broken one and for attributes that cannot be
  // searched.
  static Result<UserFilter> parse(std::string_view text);
  bool matches(const User& user) const;

 private:
  std::string attribute_;  // empty: no filter
  std::string value_;
  bool is_prefix_ = false;
};

}  // namespace gatehouse::identity
