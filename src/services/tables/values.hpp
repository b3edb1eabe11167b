// Attribute values between DynamoDB's JSON ({"S": "text"}) and the store's model.
#pragma once

#include "base/json.hpp"
#include "base/result.hpp"
#include "platform/store/value.hpp"

namespace gatehouse::tables {

// AWS: "Nested attributes: up to 32 levels deep".
inline constexpr std::size_t kMaxNesting = 32;

// Reads one AttributeValue. `depth` is how many lists and maps already surround it. Errors are SerializationException
// (a member of the wrong JSON type) or ValidationException in AWS's words.
Result<store::Value> parse_value(const json::value& value, std::size_t depth = 0);

// Reads an Item, Key or ExclusiveStartKey.
Result<store::Item> parse_item(const json::object& members);

// The result lives in `storage`, so that a whole response costs few allocations.
json::value to_json(const store::Value& value, const json::storage_ptr& storage);
json::object to_json(const store::Item& item, const json::storage_ptr& storage);

// "NUMBER_VALUE cannot be converted to String": the text of a SerializationException for a scalar of the wrong type.
std::string conversion_fault(const json::value& value, std::string_view wanted);

}  // namespace gatehouse::tables
