// How users look in the store.
#pragma once

#include <string>
#include <vector>

#include "base/json.hpp"
#include "services/identity/users.hpp"

namespace gatehouse::identity {

json::object to_json(const User& user);
User user_from_json(const json::object& record);

std::string users_partition(const Pool& pool);
std::string aliases_partition(const Pool& pool);
std::string members_partition(const Pool& pool, std::string_view group);
std::string temporaries_partition(const Pool& pool);

// The aliases ("email:jane@example.com") by which the pool lets this user sign in.
std::vector<std::string> aliases_of(const Pool& pool, const Attributes& attributes);

}  // namespace gatehouse::identity
