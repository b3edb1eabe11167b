// Strict JSON in, compact JSON out, over Boost.JSON.
#pragma once

#include <boost/json.hpp>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.hpp"

namespace gatehouse {

namespace json = boost::json;

// RFC 8259 and stricter: the text must be UTF-8, at most `max_depth` deep, and no object may name a member twice.
// The error's message says what is wrong and at which byte; its kind is kInvalid.
Result<json::value> parse_json(std::string_view text, std::size_t max_depth = 64);

// Members by type; nothing when the member is absent or of another type.
std::optional<std::string_view> string_member(const json::object& object, std::string_view name);
std::optional<std::int64_t> integer_member(const json::object& object, std::string_view name);
std::optional<bool> bool_member(const json::object& object, std::string_view name);
const json::object* object_member(const json::object& object, std::string_view name);
const json::array* array_member(const json::object& object, std::string_view name);

// Appends `text` as a JSON string, quotes included.
void append_json_string(std::string& out, std::string_view text);

}  // namespace gatehouse
