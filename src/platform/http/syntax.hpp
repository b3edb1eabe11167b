// The characters of HTTP (RFC 9110 section 5, RFC 9112 section 3), and the small lists inside field values.
#pragma once

#include <string_view>

namespace gatehouse::http {

// A method or a field name: 1*tchar (RFC 9110 section 5.6.2).
bool is_token(std::string_view text);
// A field value without surrounding blanks: no control characters but the tab (RFC 9110 section 5.5).
bool is_field_value(std::string_view text);
// A request target as it stands on the line: visible ASCII, no fragment. Browsers send characters that RFC 3986 wants
// escaped ({ | } and the like), so these pass; what a path means is decided where it is decoded.
bool is_target(std::string_view text);
// uri-host [ ":" port ] (RFC 9112 section 3.2), without user information.
bool is_host(std::string_view text);

// Spaces and tabs at both ends: optional white space (RFC 9110 section 5.6.3).
std::string_view trim_blanks(std::string_view text);
// Tokens between commas; empty elements are allowed (RFC 9110 section 5.6.1.2).
bool is_token_list(std::string_view text);
// True when the comma-separated list has that element, whatever its case.
bool list_contains(std::string_view list, std::string_view element);

}  // namespace gatehouse::http
