// Errors as the JSON protocols carry them.
#pragma once

#include <string>

#include "base/result.hpp"
#include "protocol/aws/json_service.hpp"

namespace gatehouse::aws {

// The error with a code and a message that the wire can carry: an error from below the edge may have neither, and one
// of our own making tells nothing.
Error with_wire_code(Error error);

// 400 for what the caller did wrong, 500 and 503 for what we did.
unsigned json_error_status(const Error& error);

// {"__type":"...","message":"..."} and the error's further members. Requires: an error from with_wire_code.
std::string json_error_body(const Error& error, const JsonServiceConfig& config);

}  // namespace gatehouse::aws
