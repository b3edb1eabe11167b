// Who is calling an AWS API, and what they may do.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "protocol/aws/policy.hpp"

namespace gatehouse::aws {

// The principal behind a credential. Immutable once made; shared by every request that it signs.
struct Caller {
  std::string arn;  // "arn:aws:iam::000000000000:root", "arn:aws:sts::...:assumed-role/ROLE/FUNCTION"
  std::string account;
  bool is_administrator = false;  // the root credential: every action is allowed
  PolicySet policies;             // what else is allowed

  bool may(std::string_view action, std::string_view resource) const {
    return is_administrator || policies.evaluate(action, resource) == Decision::kAllow;
  }
};

struct Credential {
  std::string access_key_id;
  std::string secret_access_key;
  std::string session_token;  // empty for long-term credentials
  std::shared_ptr<const Caller> caller;
};

}  // namespace gatehouse::aws
