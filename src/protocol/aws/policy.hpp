// IAM policy documents: parsed whole or refused, then evaluated by IAM's rules (an explicit Deny wins, the default is
// deny). IAM User Guide: policy evaluation logic.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/json.hpp"
#include "base/result.hpp"

namespace gatehouse::aws {

enum class Decision { kAllow, kExplicitDeny, kImplicitDeny };

struct Statement {
  bool is_allow = true;
  std::vector<std::string> actions;  // with * and ?
  std::vector<std::string> not_actions;
  std::vector<std::string> resources;  // with * and ?
  std::vector<std::string> not_resources;
};

// True when `text` matches `pattern`: * is any run of characters (colons and slashes too), ? exactly one. Linear in
// practice, at worst the product of the lengths.
bool matches_wildcards(std::string_view pattern, std::string_view text, bool ignore_case = false);

class PolicySet {
 public:
  // Adds a policy document ({"Version": "2012-10-17", "Statement": ...}). An element or Condition that is not
  // implemented is kInvalid and named in the message: never ignored. A refused document adds nothing.
  Result<void> add(const json::value& document);
  Decision evaluate(std::string_view action, std::string_view resource) const;
  const std::vector<Statement>& statements() const { return statements_; }

 private:
  std::vector<Statement> statements_;
};

}  // namespace gatehouse::aws
