#include "services/tables/description.hpp"

namespace gatehouse::tables {
namespace {

// Seconds since the epoch with milliseconds, as the JSON protocols write timestamps.
double seconds(std::int64_t milliseconds) { return static_cast<double>(milliseconds) / 1000; }

}  // namespace

json::object describe(const Table& table, std::string_view status, store::Store::Size size) {
  const TableConfig& config = table.config;
  json::array attributes;
  for (const AttributeDefinition& attribute : config.attributes) {
    attributes.push_back(json::object{{"AttributeName", attribute.name}, {"AttributeType", attribute.type}});
  }
  json::array keys;
  for (const KeySchemaElement& key : config.key_schema) {
    keys.push_back(json::object{{"AttributeName", key.name}, {"KeyType", key.role}});
  }
  json::object description{
      {"AttributeDefinitions", std::move(attributes)},
      {"TableName", config.name},
      {"KeySchema", std::move(keys)},
      {"TableStatus", status},
      {"CreationDateTime", seconds(table.created_ms)},
      {"ProvisionedThroughput", json::object{{"NumberOfDecreasesToday", 0},
                                             {"ReadCapacityUnits", config.throughput.read_units},
                                             {"WriteCapacityUnits", config.throughput.write_units}}},
      {"TableSizeBytes", size.bytes},
      {"ItemCount", size.items},
      {"TableArn", table.arn},
      {"TableId", table.id},
      {"DeletionProtectionEnabled", config.deletion_protection}};
  if (config.billing_mode == BillingMode::kPayPerRequest) {
    description.emplace("BillingModeSummary",
                        json::object{{"BillingMode", "PAY_PER_REQUEST"},
                                     {"LastUpdateToPayPerRequestDateTime", seconds(table.created_ms)}});
  }
  if (config.table_class != "STANDARD") {
    description.emplace("TableClassSummary", json::object{{"TableClass", config.table_class}});
  }
  return description;
}

json::array tags_json(const std::map<std::string, std::string>& tags) {
  json::array list;
  for (const auto& [key, value] : tags) list.push_back(json::object{{"Key", key}, {"Value", value}});
  return list;
}

}  // namespace gatehouse::tables
