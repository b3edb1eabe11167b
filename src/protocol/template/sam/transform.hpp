// The SAM transform (AWS::Serverless-2016-10-31): serverless resources become the plain ones that SAM generates, with
// SAM's own logical ids. AWS SAM Developer Guide: generated AWS CloudFormation resources.
#pragma once

#include <vector>

#include "protocol/template/template.hpp"

namespace gatehouse::templates {

// Replaces the AWS::Serverless::* among `resources`. `globals` is the Globals section, or null. Everything that
// Gatehouse does not enforce is a finding.
//
// A generated AWS::ApiGateway::RestApi carries its routes as one normalised property, `Gatehouse`, instead of SAM's
// OpenAPI Body: {Methods: [{Path, Method, Authorizer, Scopes, ApiKeyRequired, Function | Cors}], Authorizers: {...},
// GatewayResponses: {...}, BinaryMediaTypes}. Everything else looks as SAM makes it.
void transform_sam(std::vector<Resource>& resources, const Node* globals, Findings& findings);

}  // namespace gatehouse::templates
