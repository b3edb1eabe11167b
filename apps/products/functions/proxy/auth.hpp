// The public endpoints: code for tokens, refresh, logout. They stand between the browser and the pool's token endpoint
// because only this function may know the app client's secret.
#pragma once

#include "proxy/settings.hpp"

namespace products {

// POST /auth/exchange {"code", "redirect_uri", "code_verifier"}
sdk::Task<sdk::ApiResponse> exchange(std::string body, const Settings& settings, sdk::SecretCache& secrets,
                                     sdk::Context& context);
// POST /auth/refresh {"refresh_token"}
sdk::Task<sdk::ApiResponse> refresh(std::string body, const Settings& settings, sdk::SecretCache& secrets,
                                    sdk::Context& context);
// POST /auth/logout {"refresh_token"}
sdk::Task<sdk::ApiResponse> logout(std::string body, const Settings& settings, sdk::SecretCache& secrets,
                                   sdk::Context& context);

}  // namespace products
