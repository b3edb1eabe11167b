#include "proxy/proxy.hpp"

#include "proxy/answers.hpp"
#include "proxy/auth.hpp"
#include "proxy/forward.hpp"

namespace products {
namespace {

using sdk::ApiRequest;
using sdk::ApiResponse;
using sdk::Context;
using sdk::Task;

Task<ApiResponse> respond(ApiResponse response) { co_return response; }

Task<ApiResponse> route(sdk::SecretCache& secrets, ApiRequest request, const Settings& settings, Context& context) {
  if (request.method == "POST" && request.resource == "/auth/exchange") {
    return exchange(std::move(request.body), settings, secrets, context);
  }
  if (request.method == "POST" && request.resource == "/auth/refresh") {
    return refresh(std::move(request.body), settings, secrets, context);
  }
  if (request.method == "POST" && request.resource == "/auth/logout") {
    return logout(std::move(request.body), settings, secrets, context);
  }
  if (request.resource.starts_with("/products")) return forward(std::move(request), settings, secrets, context);
  return respond(message(404, "There is no such call"));  // the API routes nothing else here
}

}  // namespace

Task<ApiResponse> proxy_with(sdk::SecretCache& secrets, ApiRequest request, Context& context) {
  const Settings settings = Settings::read(context);
  Task<ApiResponse> routing = route(secrets, std::move(request), settings, context);
  ApiResponse response = co_await routing;
  co_return finish(std::move(response), settings);
}

Task<ApiResponse> proxy(ApiRequest request, Context& context) {
  static sdk::SecretCache secrets;
  return proxy_with(secrets, std::move(request), context);
}

}  // namespace products
