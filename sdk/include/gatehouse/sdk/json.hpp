// JSON for handlers: Boost.JSON, read strictly.
#pragma once

#include <boost/json.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "gatehouse/sdk/result.hpp"

namespace gatehouse::sdk {

namespace json = boost::json;

// RFC 8259 and stricter: UTF-8 only, no lone surrogates, at most `max_depth` deep, and no object may name a member
// twice. The error's code is "InvalidJson".
Result<json::value> parse_json(std::string_view text, std::size_t max_depth = 32);

// An object from outside whose author shall be told of every fault: members given twice are listed, not an error by
// themselves (the last one counts).
struct StrictObject {
  json::object members;
  std::vector<std::string> repeated;
};
// Anything but a JSON object is the error "InvalidJson".
Result<StrictObject> parse_object(std::string_view text, std::size_t max_depth = 32);

std::string to_text(const json::value& value);

// A member that is a string, or nothing.
std::optional<std::string_view> string_member(const json::object& object, std::string_view name);

}  // namespace gatehouse::sdk
