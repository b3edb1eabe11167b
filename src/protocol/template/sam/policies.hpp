// SAM's policy templates and the policies of a function's role. AWS SAM Developer Guide: policy template list.
#pragma once

#include <string>

#include "protocol/template/findings.hpp"

namespace gatehouse::templates {

// The AWS::IAM::Role properties for a function with these `Policies` (may be null).
Node role_properties(const Node* policies, const std::string& path, Findings& findings);

}  // namespace gatehouse::templates
