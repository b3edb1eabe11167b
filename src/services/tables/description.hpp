// A table as the API shows it.
#pragma once

#include <string_view>

#include "base/json.hpp"
#include "services/tables/tables.hpp"

namespace gatehouse::tables {

// DescribeTable's "Table". `status`: "CREATING", "ACTIVE", "UPDATING", "DELETING".
json::object describe(const Table& table, std::string_view status, store::Store::Size size);

json::array tags_json(const std::map<std::string, std::string>& tags);

}  // namespace gatehouse::tables
