// The proxy API's function: /auth/* for everybody, /products for who is signed in.
#pragma once

#include "proxy/settings.hpp"

namespace products {

sdk::Task<sdk::ApiResponse> proxy(sdk::ApiRequest request, sdk::Context& context);
// With secrets of its own, for tests.
sdk::Task<sdk::ApiResponse> proxy_with(sdk::SecretCache& secrets, sdk::ApiRequest request, sdk::Context& context);

}  // namespace products
