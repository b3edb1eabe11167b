// Settings as the store keeps them.
#pragma once

#include "base/json.hpp"
#include "services/identity/config.hpp"

namespace gatehouse::identity {

json::object to_json(const UserPoolConfig& config);
json::object to_json(const ClientConfig& config);
json::object to_json(const GroupConfig& config);

// Absent members keep their defaults, so that records of an earlier version stay readable.
UserPoolConfig pool_config_from_json(const json::object& record);
ClientConfig client_config_from_json(const json::object& record);
GroupConfig group_config_from_json(const json::object& record);

json::array to_json_array(const std::vector<std::string>& values);
std::vector<std::string> strings_of(const json::object& record, std::string_view member);

// Members of our own records, with a default for what is absent.
std::string text_of(const json::object& record, std::string_view member);
std::int64_t number_of(const json::object& record, std::string_view member, std::int64_t otherwise = 0);
bool flag_of(const json::object& record, std::string_view member, bool otherwise = false);

}  // namespace gatehouse::identity
