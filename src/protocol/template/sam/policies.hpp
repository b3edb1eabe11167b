// SAM's policy templates and the policies of a function's role. AWS SAM Developer Guide: policy template list.
#pragma once

#include <string>

#include "protocol/template/findings.hpp"

namespace gatehouse::templates {

// The AWS::IAM::Role properties for the role `role_id` of a function with these `Policies` (may be null); `path` is
// theirs, `at` the function's place.
Node role_properties(const std::string& role_id, const Node* policies, const Position& at, const std::string& path,
                     Findings& findings);

}  // namespace gatehouse::templates
