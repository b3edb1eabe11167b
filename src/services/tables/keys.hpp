// Primary keys against a table's schema, in DynamoDB's words.
#pragma once

#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "platform/store/store.hpp"
#include "services/tables/expressions/parser.hpp"

namespace gatehouse::tables {

inline constexpr std::size_t kMaxPartitionKeyBytes = 2048;
inline constexpr std::size_t kMaxSortKeyBytes = 1024;
inline constexpr std::size_t kMaxItemBytes = 400 * 1024;

std::string_view type_name(store::KeyAttribute::Type type);  // "S", "N", "B"

// A key's value is not empty and within its size limit.
Result<void> check_key_limits(const store::Value& value, std::string_view attribute, bool is_sort);

// Exactly the key attributes, with the schema's types ("The provided key element does not match the schema").
Result<void> check_key(const store::Item& key, const store::TableSchema& schema);

// The key attributes are there with the schema's types, and the item is not too large.
Result<void> check_item(const store::Item& item, const store::TableSchema& schema);

// The key attributes of an item. Requires: check_item or check_key passed.
store::Item key_of(const store::Item& item, const store::TableSchema& schema);

bool is_key_attribute(std::string_view name, const store::TableSchema& schema);

// Key attributes are scalars: `id.x` and `id[0]` are refused.
Result<void> check_key_paths(const AttributeUse& attributes, const store::TableSchema& schema);
// UpdateItem may not write key attributes.
Result<void> check_update_targets(const std::vector<store::Path>& targets, const store::TableSchema& schema);

}  // namespace gatehouse::tables
