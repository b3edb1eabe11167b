// The API's shapes.
#pragma once

#include "base/json.hpp"
#include "services/identity/pool.hpp"
#include "services/identity/tokens.hpp"
#include "services/identity/users.hpp"

namespace gatehouse::identity {

json::value epoch_seconds(std::int64_t milliseconds);
json::value epoch_seconds(Timestamp time);

json::object user_type(const User& user);
json::object group_type(const Pool& pool, const Group& group);
json::object client_type(const Pool& pool, const Client& client);
json::object pool_type(const Pool& pool, std::uint64_t users);
json::object authentication_result(const TokenSet& tokens);

}  // namespace gatehouse::identity
