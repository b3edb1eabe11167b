#include "services/tables/keys.hpp"

#include "services/tables/errors.hpp"

namespace gatehouse::tables {
namespace {

// Calls `check(attribute, is_sort)` for each key attribute until one fails.
template <typename Check>
Result<void> for_each_key(const store::TableSchema& schema, Check check) {
  if (Result<void> checked = check(schema.partition, false); !checked || !schema.sort) return checked;
  return check(*schema.sort, true);
}

std::size_t key_bytes(const store::Value& value) {
  if (const std::string* text = value.get_if<std::string>()) return text->size();
  if (const store::Binary* binary = value.get_if<store::Binary>()) return binary->bytes.size();
  return 1;  // a number is never empty and never too long
}

}  // namespace

std::string_view type_name(store::KeyAttribute::Type type) {
  switch (type) {
    case store::KeyAttribute::Type::kNumber:
      return "N";
    case store::KeyAttribute::Type::kBinary:
      return "B";
    default:
      return "S";
  }
}

Result<void> check_key_limits(const store::Value& value, std::string_view attribute, bool is_sort) {
  const std::size_t bytes = key_bytes(value);
  if (bytes == 0) {
    const std::string_view kind = value.type_name() == "B" ? "binary" : "string";
    return errors::validation(
        "One or more parameter values are not valid. The AttributeValue for a key attribute cannot contain an empty " +
        std::string(kind) + " value. Key: " + std::string(attribute));
  }
  if (!is_sort && bytes > kMaxPartitionKeyBytes) {
    return errors::invalid_parameter("Size of hashkey has exceeded the maximum size limit of2048 bytes");
  }
  if (is_sort && bytes > kMaxSortKeyBytes) {
    return errors::invalid_parameter("Aggregated size of all range keys has exceeded the size limit of 1024 bytes");
  }
  return {};
}

Result<void> check_key(const store::Item& key, const store::TableSchema& schema) {
  const auto mismatch = [] { return errors::validation("The provided key element does not match the schema"); };
  if (key.size() != (schema.sort ? 2U : 1U)) return mismatch();
  return for_each_key(schema, [&](const store::KeyAttribute& attribute, bool is_sort) -> Result<void> {
    const auto found = key.find(attribute.name);
    if (found == key.end()) return mismatch();
    if (found->second.type_name() != type_name(attribute.type)) return mismatch();
    return check_key_limits(found->second, attribute.name, is_sort);
  });
}

Result<void> check_item(const store::Item& item, const store::TableSchema& schema) {
  Result<void> keys = for_each_key(schema, [&](const store::KeyAttribute& attribute, bool is_sort) -> Result<void> {
    const auto found = item.find(attribute.name);
    if (found == item.end()) return errors::invalid_parameter("Missing the key " + attribute.name + " in the item");
    const std::string_view actual = found->second.type_name();
    if (actual != type_name(attribute.type)) {
      return errors::invalid_parameter("Type mismatch for key " + attribute.name + " expected: " +
                                       std::string(type_name(attribute.type)) + " actual: " + std::string(actual));
    }
    return check_key_limits(found->second, attribute.name, is_sort);
  });
  if (!keys) return keys;
  if (store::item_size(item) > kMaxItemBytes) {
    return errors::validation("Item size has exceeded the maximum allowed size");
  }
  return {};
}

store::Item key_of(const store::Item& item, const store::TableSchema& schema) {
  store::Item key;
  key.emplace(schema.partition.name, item.find(schema.partition.name)->second);
  if (schema.sort) key.emplace(schema.sort->name, item.find(schema.sort->name)->second);
  return key;
}

bool is_key_attribute(std::string_view name, const store::TableSchema& schema) {
  return name == schema.partition.name || (schema.sort && name == schema.sort->name);
}

Result<void> check_key_paths(const AttributeUse& attributes, const store::TableSchema& schema) {
  for (const std::string& head : attributes.nested_heads) {
    if (!is_key_attribute(head, schema)) continue;
    return errors::validation(
        "Key attributes must be scalars; list random access '[]' and map lookup '.' are not allowed: Key: " + head);
  }
  return {};
}

Result<void> check_update_targets(const std::vector<store::Path>& targets, const store::TableSchema& schema) {
  for (const store::Path& target : targets) {
    const std::string& head = std::get<std::string>(target.steps.front());
    if (is_key_attribute(head, schema)) {
      return errors::invalid_parameter("Cannot update attribute " + head + ". This attribute is part of the key");
    }
  }
  return {};
}

}  // namespace gatehouse::tables
