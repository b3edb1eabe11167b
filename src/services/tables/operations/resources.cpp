#include "services/tables/operations/resources.hpp"

#include <algorithm>

namespace gatehouse::tables {
namespace {

void add(std::vector<std::string>& arns, std::string arn) {
  if (std::ranges::find(arns, arn) == arns.end()) arns.push_back(std::move(arn));
}

}  // namespace

std::string named_arn(const Tables& tables, std::string_view name_or_arn) {
  return name_or_arn.starts_with("arn:") ? std::string(name_or_arn) : tables.arn_of(name_or_arn);
}

// A request that names nothing is checked on a table without a name; validation refuses it afterwards.
std::vector<std::string> named_table(const Tables& tables, const json::object& input) {
  return {named_arn(tables, string_member(input, "TableName").value_or(""))};
}

std::vector<std::string> named_resource(const Tables& tables, const json::object& input) {
  return {named_arn(tables, string_member(input, "ResourceArn").value_or(""))};
}

std::vector<std::string> batch_tables(const Tables& tables, const json::object& input) {
  std::vector<std::string> arns;
  if (const json::object* items = object_member(input, "RequestItems")) {
    for (const auto& [name, asked] : *items) add(arns, named_arn(tables, name));
  }
  if (arns.empty()) arns.push_back(tables.arn_of(""));
  return arns;
}

std::vector<std::string> every_table(const Tables&, const json::object&) { return {"*"}; }

}  // namespace gatehouse::tables
