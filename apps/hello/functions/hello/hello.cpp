// The smallest function.
#include "gatehouse/sdk/function.hpp"

namespace sdk = gatehouse::sdk;

sdk::Task<sdk::ApiResponse> handle(sdk::ApiRequest request, sdk::Context& context) {
  context.log("hello to " + request.source_ip);
  co_return sdk::ApiResponse::json(200, {{"message", "Hello from " + context.function_name()}});
}

GATEHOUSE_FUNCTION(handle)
