// The CRUD API over the products table. Reads the variable TABLE_NAME.
#pragma once

#include "gatehouse/sdk/function.hpp"

namespace products {

namespace sdk = gatehouse::sdk;

sdk::Task<sdk::ApiResponse> crud(sdk::ApiRequest request, sdk::Context& context);

}  // namespace products
