// The variables of gateway responses: reading them out of a template, and their values for a request.
#pragma once

#include <string>
#include <string_view>

#include "base/result.hpp"
#include "services/gateway/gateway_responses.hpp"

namespace gatehouse::gateway {

// A template's variable without the "$": "context.requestId", "stageVariables.name". Unknown ones are refused.
Result<ResponseValue> template_variable(std::string_view name);

// A parameter's source: "'literal'", "method.request.header|querystring|path.NAME", "context.X", "stageVariables.X".
Result<ResponseValue> parameter_source(std::string_view source);

// Empty when the request has no such value.
std::string value_of(const ResponseValue& value, const Refusal& refusal, const Exchange& exchange);

}  // namespace gatehouse::gateway
