// Dynamic references inside strings: {{resolve:secretsmanager:ID:SecretString:json-key:stage:version}}.
// CloudFormation User Guide: get a secret or secret value from Secrets Manager.
#pragma once

#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/result.hpp"

namespace gatehouse::templates {

struct DynamicReference {
  std::string secret_id;      // a name or an ARN
  std::string json_key;       // empty: the whole SecretString
  std::string version_stage;  // empty: AWSCURRENT
  std::string version_id;
};

// The text cut at its references, in order. A reference that is malformed or to another service (ssm, ssm-secure) is
// kInvalid.
using DynamicPart = std::variant<std::string, DynamicReference>;
Result<std::vector<DynamicPart>> split_dynamic_references(std::string_view text);
bool has_dynamic_reference(std::string_view text);

}  // namespace gatehouse::templates
