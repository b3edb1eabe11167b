// Text encodings of bytes.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace gatehouse {

// RFC 4648 section 4, with padding. Decoding is strict: wrong length, alphabet, padding or stray bits are refused.
std::string base64_encode(std::string_view bytes);
std::optional<std::string> base64_decode(std::string_view text);

// RFC 4648 section 5 without padding, as JOSE uses it. Decoding refuses padding and stray bits.
std::string base64url_encode(std::string_view bytes);
std::optional<std::string> base64url_decode(std::string_view text);

std::string hex_encode(std::string_view bytes);  // lower case
std::optional<std::string> hex_decode(std::string_view text);

// RFC 3986: everything but unreserved characters becomes %XX (upper case); `keep` lists further characters to leave.
std::string percent_encode(std::string_view text, std::string_view keep = {});
// Refuses a % that is not followed by two hexadecimal digits. With `plus_is_space`, + becomes a space (HTML forms).
std::optional<std::string> percent_decode(std::string_view text, bool plus_is_space = false);

// Escapes & < > " ' for HTML text and attribute values.
std::string html_escape(std::string_view text);

}  // namespace gatehouse
