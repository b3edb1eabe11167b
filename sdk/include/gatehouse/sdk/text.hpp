// Encodings and counts that handlers need.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace gatehouse::sdk {

// RFC 4648 section 4. Decoding refuses a wrong length, alphabet or padding, and stray bits.
std::string base64_encode(std::string_view bytes);
std::optional<std::string> base64_decode(std::string_view text);
// RFC 4648 section 5, without padding.
std::string base64url_encode(std::string_view bytes);
std::optional<std::string> base64url_decode(std::string_view text);

// RFC 3986: everything but unreserved characters becomes %XX; `keep` lists further characters to leave.
std::string percent_encode(std::string_view text, std::string_view keep = {});
std::optional<std::string> percent_decode(std::string_view text);

// The Unicode code points of UTF-8 text; nothing when it is malformed.
std::optional<std::u32string> code_points(std::string_view text);

}  // namespace gatehouse::sdk
