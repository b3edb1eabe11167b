// Identifiers in the shapes that AWS uses.
#pragma once

#include <string>
#include <string_view>

#include "base/random.hpp"

namespace gatehouse {

inline constexpr std::string_view kLowerAlphanumeric = "abcdefghijklmnopqrstuvwxyz0123456789";
inline constexpr std::string_view kAlphanumeric = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

// A random UUID, RFC 9562 version 4, lower case.
std::string make_uuid(Random& random);
// A request id of DynamoDB's kind: 52 characters of A-Z and 0-9.
std::string make_long_request_id(Random& random);
// True for the text form of a UUID of any version.
bool is_uuid(std::string_view text);

}  // namespace gatehouse
