// The SAM transform (AWS::Serverless-2016-10-31): serverless resources become the plain ones that SAM generates, with
// SAM's own logical ids. AWS SAM Developer Guide: generated AWS CloudFormation resources.
#pragma once

#include <set>
#include <string>
#include <vector>

#include "protocol/template/template.hpp"

namespace gatehouse::templates {

// What the transform changes.
struct SamTarget {
  std::vector<Resource>& resources;
  Node& outputs;                  // only references to generated resources
  std::set<std::string>& absent;  // resources whose Condition does not hold; the routes of such functions are left out
};

// Replaces the AWS::Serverless::* among the resources. `globals` is the Globals section, or null. Everything that
// Gatehouse does not enforce is a finding.
//
// A generated AWS::ApiGateway::RestApi carries its routes as one normalised property, `Gatehouse`, instead of SAM's
// OpenAPI Body: {Methods: [{Path, Method, Authorizer, Scopes, ApiKeyRequired, Function | Cors}], Authorizers: {...},
// GatewayResponses: {...}, BinaryMediaTypes}. Everything else looks as SAM makes it, but for what has no effect here
// (Tags). The logical id of a deployment ends, like SAM's, with a hash of the API, which is not SAM's own.
void transform_sam(SamTarget target, const Node* globals, Findings& findings);

}  // namespace gatehouse::templates
