// What an API answers by itself: preflight headers and gateway responses.
#pragma once

#include "protocol/template/template.hpp"

namespace gatehouse::plan {

// `properties` are those of a generated AWS::ApiGateway::RestApi, statically evaluated; findings speak of the
// AWS::Serverless::Api that it was made of.
void check_responses(const templates::Resource& api, const templates::Node& properties, templates::Findings& findings);

}  // namespace gatehouse::plan
