#include "services/tables/config.hpp"

#include <algorithm>
#include <set>

#include "services/tables/errors.hpp"
#include "services/tables/input.hpp"

namespace gatehouse::tables {
namespace {

constexpr std::uint64_t kMaxUnits = 1'000'000'000'000;
constexpr std::size_t kMaxKeyNameBytes = 255;
constexpr std::size_t kMaxTags = 50;

template <typename Elements>
std::string names_of(const Elements& elements) {
  std::string list;
  for (const auto& element : elements) list += (list.empty() ? "" : ", ") + element.name;
  return "[" + list + "]";
}

bool is_defined(const TableConfig& config, std::string_view name) {
  return std::ranges::any_of(config.attributes, [&](const auto& attribute) { return attribute.name == name; });
}

Result<void> check_throughput(const TableConfig& config) {
  const Throughput& wanted = config.throughput;
  if (config.billing_mode == BillingMode::kPayPerRequest) {
    if (wanted == Throughput{}) return {};
    return errors::invalid_parameter(
        "Neither ReadCapacityUnits nor WriteCapacityUnits can be specified when BillingMode is PAY_PER_REQUEST");
  }
  if (wanted.read_units == 0 || wanted.write_units == 0) {
    return errors::invalid_parameter(
        "ReadCapacityUnits and WriteCapacityUnits must both be specified when BillingMode is PROVISIONED");
  }
  const auto out_of_bounds = [](std::uint64_t value, std::string_view member) {
    return errors::validation("Given value " + std::to_string(value) + " for " + std::string(member) +
                              " is out of bounds");
  };
  if (wanted.read_units > kMaxUnits) return out_of_bounds(wanted.read_units, "ReadCapacityUnits");
  if (wanted.write_units > kMaxUnits) return out_of_bounds(wanted.write_units, "WriteCapacityUnits");
  return {};
}

Result<void> check_attributes(const TableConfig& config) {
  std::set<std::string_view> seen;
  for (const AttributeDefinition& attribute : config.attributes) {
    if (attribute.name.empty() || attribute.name.size() > kMaxKeyNameBytes) {
      return errors::invalid_parameter("Attribute name must be 1 to 255 bytes long: " + attribute.name.substr(0, 300));
    }
    if (attribute.type != "S" && attribute.type != "N" && attribute.type != "B") {
      return errors::invalid_parameter("Attribute type of " + attribute.name + " must be S, N or B: " + attribute.type);
    }
    if (!seen.insert(attribute.name).second) {
      return errors::invalid_parameter("Cannot have two attributes with the same name: " + attribute.name);
    }
  }
  return {};
}

Result<void> check_key_schema(const TableConfig& config) {
  const std::vector<KeySchemaElement>& keys = config.key_schema;
  if (keys.empty() || keys.size() > 2) return errors::validation("Invalid KeySchema: 1 or 2 elements are needed");
  if (keys.size() > config.attributes.size()) {
    return errors::validation("Invalid KeySchema: Some index key attribute have no definition");
  }
  for (const KeySchemaElement& key : keys) {
    if (is_defined(config, key.name)) continue;
    return errors::invalid_parameter("Some index key attributes are not defined in AttributeDefinitions. Keys: " +
                                     names_of(keys) + ", AttributeDefinitions: " + names_of(config.attributes));
  }
  if (keys.size() == 2 && keys[0].name == keys[1].name) {
    return errors::validation("Both the Hash Key and the Range Key element in the KeySchema have the same name");
  }
  if (keys[0].role != "HASH") {
    return errors::validation("Invalid KeySchema: The first KeySchemaElement is not a HASH key type");
  }
  if (keys.size() == 2 && keys[1].role != "RANGE") {
    return errors::validation("Invalid KeySchema: The second KeySchemaElement is not a RANGE key type");
  }
  if (keys.size() != config.attributes.size()) {
    return errors::invalid_parameter(
        "Number of attributes in KeySchema does not exactly match number of attributes defined in "
        "AttributeDefinitions");
  }
  return {};
}

store::KeyAttribute key_attribute(const TableConfig& config, std::string_view name) {
  using Type = store::KeyAttribute::Type;
  for (const AttributeDefinition& attribute : config.attributes) {
    if (attribute.name != name) continue;
    const Type type = attribute.type == "N" ? Type::kNumber : attribute.type == "B" ? Type::kBinary : Type::kString;
    return {attribute.name, type};
  }
  return {std::string(name), Type::kString};
}

}  // namespace

Result<void> check_tags(const std::map<std::string, std::string>& tags) {
  if (tags.size() > kMaxTags) {
    return errors::validation("Too many tags: " + std::to_string(tags.size()) + " of at most 50");
  }
  for (const auto& [key, value] : tags) {
    if (key.empty() || key.size() > 128 || value.size() > 256) {
      return errors::validation("A tag's key has 1 to 128 characters and its value at most 256: " + key.substr(0, 128));
    }
    if (key.starts_with("aws:")) return errors::validation("Tag keys starting with 'aws:' are reserved: " + key);
  }
  return {};
}

Result<void> validate_config(const TableConfig& config) {
  if (!is_table_name(config.name)) {
    return errors::validation(
        "Invalid table name: it must be 3 to 255 characters long and contain only a-z, A-Z, 0-9, '_', '-' and '.': " +
        config.name.substr(0, 300));
  }
  if (Result<void> checked = check_throughput(config); !checked) return checked;
  if (Result<void> checked = check_attributes(config); !checked) return checked;
  if (Result<void> checked = check_key_schema(config); !checked) return checked;
  if (config.table_class != "STANDARD" && config.table_class != "STANDARD_INFREQUENT_ACCESS") {
    return errors::invalid_parameter("Table class must be STANDARD or STANDARD_INFREQUENT_ACCESS: " +
                                     config.table_class);
  }
  return check_tags(config.tags);
}

store::TableSchema store_schema(const TableConfig& config) {
  store::TableSchema schema;
  schema.name = "tables/" + config.name;
  schema.partition = key_attribute(config, config.key_schema.front().name);
  if (config.key_schema.size() > 1) schema.sort = key_attribute(config, config.key_schema[1].name);
  return schema;
}

std::string table_arn(std::string_view region, std::string_view account, std::string_view name) {
  std::string arn = "arn:aws:dynamodb:";
  arn.append(region).append(":").append(account).append(":table/").append(name);
  return arn;
}

}  // namespace gatehouse::tables
