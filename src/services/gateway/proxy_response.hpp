// From a function's answer to the response (API Gateway: output format of a Lambda function for proxy integration).
//
// All members are optional, no others may stand there; anything malformed is the function's fault and becomes 502.
#pragma once

#include <string_view>

#include "base/result.hpp"
#include "platform/http/message.hpp"
#include "services/gateway/ports.hpp"

namespace gatehouse::gateway {

struct Exchange;

// The errors' `detail` says what is wrong with the answer.
Result<ProxyResponse> parse_proxy_response(std::string_view json_text);

// Headers merged (multiValueHeaders win), renamed where API Gateway renames them, and checked; the body decoded when it
// is base64 and the API serves that media type as binary.
Result<http::Response> finish_proxy_response(ProxyResponse&& answer, const Exchange& exchange);

}  // namespace gatehouse::gateway
