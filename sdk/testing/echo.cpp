// An API function that answers with what it was asked: for the tests of hosts.
#include "gatehouse/sdk/function.hpp"

namespace sdk = gatehouse::sdk;

namespace {

sdk::Task<sdk::ApiResponse> handle(sdk::ApiRequest request, sdk::Context& context) {
  sdk::ApiResponse response = sdk::ApiResponse::json(
      200,
      sdk::json::object{{"method", request.method}, {"path", request.path}, {"function", context.function_name()}});
  response.headers.add("X-Two", "1");
  response.headers.add("X-Two", "2");
  co_return response;
}

}  // namespace

GATEHOUSE_FUNCTION(handle)
