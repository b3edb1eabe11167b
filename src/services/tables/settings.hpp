// Table settings as CreateTable and UpdateTable take them.
#pragma once

#include <map>
#include <string>

#include "base/json.hpp"
#include "base/result.hpp"
#include "services/tables/config.hpp"

namespace gatehouse::tables {

Result<TableConfig> read_create_table(const json::object& members);

// The settings of `present` with the request's changes.
Result<TableConfig> read_update_table(const json::object& members, const TableConfig& present);

// [{"Key": ..., "Value": ...}]; `member` names the list in messages.
class Input;
std::map<std::string, std::string> read_tags(Input& input, std::string_view member);

}  // namespace gatehouse::tables
