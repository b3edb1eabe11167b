// The ARNs that a caller's policies must allow an operation on. (Service Authorization Reference: DynamoDB.)
//
// Transactions have no action of their own in IAM: their members are checked as PutItem, GetItem and so on.
#pragma once

#include <string>
#include <vector>

#include "base/json.hpp"
#include "services/tables/tables.hpp"

namespace gatehouse::tables {

// What a request names a table by is what its caller must be allowed on.
std::string named_arn(const Tables& tables, std::string_view name_or_arn);

std::vector<std::string> named_table(const Tables& tables, const json::object& input);     // TableName
std::vector<std::string> named_resource(const Tables& tables, const json::object& input);  // ResourceArn
std::vector<std::string> batch_tables(const Tables& tables, const json::object& input);    // RequestItems
std::vector<std::string> every_table(const Tables& tables, const json::object& input);     // "*"

}  // namespace gatehouse::tables
