// The signed-in calls: who may do what, and the way to the CRUD API with its key.
#pragma once

#include "proxy/settings.hpp"

namespace products {

// Requires: the API's authorizer has verified the claims.
sdk::Task<sdk::ApiResponse> forward(sdk::ApiRequest request, const Settings& settings, sdk::SecretCache& secrets,
                                    sdk::Context& context);

}  // namespace products
