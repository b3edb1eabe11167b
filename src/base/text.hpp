// Small text helpers that the standard library lacks.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace gatehouse {

std::string_view trim(std::string_view text);                                // spaces, tabs, CR, LF at both ends
std::vector<std::string_view> split(std::string_view text, char separator);  // keeps empty parts
std::string join(std::span<const std::string> parts, std::string_view separator);
std::string lower(std::string_view text);                           // ASCII only
std::string upper(std::string_view text);                           // ASCII only
bool equals_ignoring_case(std::string_view a, std::string_view b);  // ASCII only

// Strict UTF-8 (no surrogates, no overlong forms); the count of code points, or nothing when malformed.
std::optional<std::size_t> count_code_points(std::string_view text);
inline bool is_utf8(std::string_view text) { return count_code_points(text).has_value(); }

// The known name that a mistyped one most probably means (case-insensitive edit distance of at most a third of its
// length), for "did you mean" messages.
std::optional<std::string> nearest_name(std::string_view typed, std::span<const std::string_view> known);

// A whole decimal integer without sign, blanks or leading zeros beyond a lone 0.
std::optional<std::uint64_t> parse_unsigned(std::string_view text);

}  // namespace gatehouse
