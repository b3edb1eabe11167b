// Where an item lies on disk: table, hash of the partition value, partition value, sort value, in memcmp order
// (docs/formats.md).
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "platform/store/store.hpp"

namespace gatehouse::store {

// The keys from `begin` up to, but not including, `end`.
struct KeyRange {
  std::string begin;
  std::string end;
};

// kInvalid ("ValidationException") when a key attribute is missing or of another type than the schema's.
Result<std::string> item_key(const TableHandle& table, const Item& attributes);
Result<KeyRange> query_range(const TableHandle& table, const Query& query);
KeyRange table_range(std::uint32_t table_id);
KeyRange segment_range(std::uint32_t table_id, std::uint32_t segment, std::uint32_t total_segments);
Item key_attributes(const TableSchema& schema, const Item& item);

}  // namespace gatehouse::store
