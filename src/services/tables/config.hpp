// What a table is, as CreateTable or a template declares it. Plain data; validate_config() says whether it can be made.
//
// Secondary indexes, streams, TTL and KMS encryption are not here yet: API and template refuse them by name.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "platform/store/store.hpp"

namespace gatehouse::tables {

// CreateTable's AttributeDefinitions and KeySchema, in the order given.
struct AttributeDefinition {
  std::string name;
  std::string type;  // "S", "N" or "B"
  bool operator==(const AttributeDefinition&) const = default;
};
struct KeySchemaElement {
  std::string name;
  std::string role;  // "HASH" or "RANGE"
  bool operator==(const KeySchemaElement&) const = default;
};

enum class BillingMode { kProvisioned, kPayPerRequest };

// Kept and reported; this process does not throttle tables by it.
struct Throughput {
  std::uint64_t read_units = 0;
  std::uint64_t write_units = 0;
  bool operator==(const Throughput&) const = default;
};

struct TableConfig {
  std::string name;
  std::vector<AttributeDefinition> attributes;
  std::vector<KeySchemaElement> key_schema;
  BillingMode billing_mode = BillingMode::kProvisioned;
  Throughput throughput;  // zero when billed per request
  bool deletion_protection = false;
  std::string table_class = "STANDARD";  // or "STANDARD_INFREQUENT_ACCESS"
  std::map<std::string, std::string> tags;
  bool operator==(const TableConfig&) const = default;
};

// Checks a config by CreateTable's rules and in its words (ValidationException).
Result<void> validate_config(const TableConfig& config);

// At most 50 tags, with AWS's limits on keys and values.
Result<void> check_tags(const std::map<std::string, std::string>& tags);

// The store's schema of a valid config.
store::TableSchema store_schema(const TableConfig& config);

// "arn:aws:dynamodb:REGION:ACCOUNT:table/NAME"
std::string table_arn(std::string_view region, std::string_view account, std::string_view name);

}  // namespace gatehouse::tables
