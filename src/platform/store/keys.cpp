#include "platform/store/keys.hpp"

namespace gatehouse::store {
namespace {

void append_big_endian(std::string& out, std::uint32_t value) {
  for (int shift = 24; shift >= 0; shift -= 8) out.push_back(static_cast<char>(value >> shift));
}

// FNV-1a with a finalizer: spreads partitions evenly over the 32-bit space that parallel scans divide.
std::uint32_t hash_of(std::string_view bytes) {
  std::uint64_t hash = 0xcbf29ce484222325ULL;
  for (const char c : bytes) hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3ULL;
  hash ^= hash >> 32;
  hash *= 0xd6e8feb86659fd93ULL;
  return static_cast<std::uint32_t>(hash >> 32);
}

// Bytes that end themselves: 00 becomes 00 FF, and 00 01 ends.
void append_terminated(std::string& out, std::string_view bytes) {
  for (const char c : bytes) {
    out.push_back(c);
    if (c == '\0') out.push_back('\xff');
  }
  out.append("\0\1", 2);
}

std::unexpected<Error> mismatch() {
  return fail(Error::Kind::kInvalid, "ValidationException", "The provided key element does not match the schema");
}

// The ordered bytes of a key value; nothing when it is not of the attribute's type.
std::optional<std::string> key_bytes(const KeyAttribute& attribute, const Value& value) {
  switch (attribute.type) {
    case KeyAttribute::Type::kString:
      if (const auto* text = value.get_if<std::string>()) return *text;
      break;
    case KeyAttribute::Type::kNumber:
      if (const auto* number = value.get_if<Number>()) return number->ordered();
      break;
    case KeyAttribute::Type::kBinary:
      if (const auto* binary = value.get_if<Binary>()) return binary->bytes;
      break;
  }
  return std::nullopt;
}

std::optional<std::string> key_bytes(const KeyAttribute& attribute, const Item& item) {
  const auto found = item.find(attribute.name);
  if (found == item.end()) return std::nullopt;
  return key_bytes(attribute, found->second);
}

std::string partition_prefix(std::uint32_t table_id, std::string_view partition) {
  std::string out;
  out.reserve(partition.size() + 16);
  append_big_endian(out, table_id);
  append_big_endian(out, hash_of(partition));
  append_terminated(out, partition);
  return out;
}

// The smallest key above every key that begins with `prefix`; empty when there is none.
std::string after_prefix(std::string prefix) {
  while (!prefix.empty() && static_cast<unsigned char>(prefix.back()) == 0xff) prefix.pop_back();
  if (!prefix.empty()) prefix.back() = static_cast<char>(prefix.back() + 1);
  return prefix;
}

// The smallest key above `key` itself.
std::string after_key(std::string key) {
  key.push_back('\0');
  return key;
}

}  // namespace

Result<std::string> item_key(const TableHandle& table, const Item& attributes) {
  const std::optional<std::string> partition = key_bytes(table.schema->partition, attributes);
  if (!partition) return mismatch();
  std::string key = partition_prefix(table.id, *partition);
  if (table.schema->sort) {
    const std::optional<std::string> sort = key_bytes(*table.schema->sort, attributes);
    if (!sort) return mismatch();
    key += *sort;
  }
  return key;
}

Result<KeyRange> query_range(const TableHandle& table, const Query& query) {
  const std::optional<std::string> partition = key_bytes(table.schema->partition, query.partition);
  if (!partition) return mismatch();
  const std::string prefix = partition_prefix(table.id, *partition);
  KeyRange range{prefix, after_prefix(prefix)};
  if (!query.sort) return range;
  if (!table.schema->sort) return mismatch();
  const std::optional<std::string> value = key_bytes(*table.schema->sort, query.sort->value);
  if (!value) return mismatch();
  const std::string bound = prefix + *value;
  switch (query.sort->kind) {
    case SortCondition::Kind::kEqual:
      return KeyRange{bound, after_key(bound)};
    case SortCondition::Kind::kLess:
      return KeyRange{prefix, bound};
    case SortCondition::Kind::kLessOrEqual:
      return KeyRange{prefix, after_key(bound)};
    case SortCondition::Kind::kGreater:
      return KeyRange{after_key(bound), range.end};
    case SortCondition::Kind::kGreaterOrEqual:
      return KeyRange{bound, range.end};
    case SortCondition::Kind::kBeginsWith:
      return KeyRange{bound, after_prefix(bound)};
    case SortCondition::Kind::kBetween: {
      const std::optional<std::string> high = key_bytes(*table.schema->sort, query.sort->high);
      if (!high) return mismatch();
      return KeyRange{bound, after_key(prefix + *high)};
    }
  }
  return mismatch();
}

KeyRange table_range(std::uint32_t table_id) { return segment_range(table_id, 0, 1); }

KeyRange segment_range(std::uint32_t table_id, std::uint32_t segment, std::uint32_t total_segments) {
  constexpr std::uint64_t kSpace = std::uint64_t{1} << 32;
  KeyRange range;
  append_big_endian(range.begin, table_id);
  if (segment > 0) append_big_endian(range.begin, static_cast<std::uint32_t>(kSpace * segment / total_segments));
  if (segment + 1 < total_segments) {
    append_big_endian(range.end, table_id);
    append_big_endian(range.end, static_cast<std::uint32_t>(kSpace * (segment + 1) / total_segments));
  } else {
    append_big_endian(range.end, table_id + 1);
  }
  return range;
}

Item key_attributes(const TableSchema& schema, const Item& item) {
  Item key;
  const auto take = [&](const KeyAttribute& attribute) {
    if (const auto found = item.find(attribute.name); found != item.end()) key.insert(*found);
  };
  take(schema.partition);
  if (schema.sort) take(*schema.sort);
  return key;
}

}  // namespace gatehouse::store
