// Content codings.
#pragma once

#include <string>
#include <string_view>

namespace gatehouse::http {

// True when an Accept-Encoding field takes gzip and does not prefer the plain content (RFC 9110 section 12.5.3).
bool accepts_gzip(std::string_view accept_encoding);

// `text` in the gzip format (RFC 1952), without a name or time in it: the same text gives the same bytes.
std::string gzip(std::string_view text);

}  // namespace gatehouse::http
