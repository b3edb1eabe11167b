// The ARNs that a caller's policies must allow an operation on. (Service Authorization Reference: DynamoDB.)
#pragma once

#include <string>
#include <vector>

#include "base/json.hpp"
#include "services/tables/tables.hpp"

namespace gatehouse::tables {

std::vector<std::string> named_table(const Tables& tables, const json::object& input);         // TableName
std::vector<std::string> named_resource(const Tables& tables, const json::object& input);      // ResourceArn
std::vector<std::string> batch_tables(const Tables& tables, const json::object& input);        // RequestItems
std::vector<std::string> transaction_tables(const Tables& tables, const json::object& input);  // TransactItems
std::vector<std::string> every_table(const Tables& tables, const json::object& input);         // "*"

}  // namespace gatehouse::tables
