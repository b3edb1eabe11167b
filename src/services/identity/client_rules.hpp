// What an app client may do.
#pragma once

#include <string>
#include <string_view>

#include "services/identity/pool.hpp"

namespace gatehouse::identity {

// "USER_PASSWORD_AUTH", "ADMIN_USER_PASSWORD_AUTH", "REFRESH_TOKEN_AUTH", "USER_SRP_AUTH": by ExplicitAuthFlows.
bool allows_flow(const Client& client, std::string_view flow);

// base64(HMAC-SHA256(secret, username + client id)), as the API wants it from clients with a secret.
std::string secret_hash(const Client& client, std::string_view username);

// True for a public client without, or a confidential one with the right secret; in constant time.
bool is_right_secret(const Client& client, std::string_view secret);

}  // namespace gatehouse::identity
