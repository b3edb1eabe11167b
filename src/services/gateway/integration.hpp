// Calls a method's function and turns its answer into the response.
#pragma once

#include <memory>

#include "base/journey.hpp"
#include "base/task.hpp"
#include "platform/http/message.hpp"
#include "services/gateway/exchange.hpp"
#include "services/gateway/ports.hpp"
#include "services/gateway/response_type.hpp"

namespace gatehouse::gateway {

// Either the function's response, or why there is none. The exchange must be authorized and throttled already; its
// event is built here. `request` may be emptied: a function that may outlive the integration's timeout takes it along.
Task<http::Response> call_function(FunctionInvoker& functions, Exchange& exchange, http::Request& request);

}  // namespace gatehouse::gateway
