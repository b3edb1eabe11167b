// The proxy function's answers. Each is finished by finish(), which adds the headers that every one must have.
#pragma once

#include <string_view>

#include "proxy/settings.hpp"

namespace products {

// {"message": ...}
sdk::ApiResponse message(int status, std::string_view text);
// {"error": ..., "error_description": ...}, as OAuth has it (RFC 6749 section 5.2).
sdk::ApiResponse oauth_error(int status, std::string_view error, std::string_view description);

// CORS for the site's origin, literally and whoever asks, and no caching of what depends on who asks.
sdk::ApiResponse finish(sdk::ApiResponse response, const Settings& settings);

}  // namespace products
