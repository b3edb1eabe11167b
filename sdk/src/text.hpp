// Encodings that the sdk needs for itself.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace gatehouse::sdk {

std::string base64_encode(std::string_view bytes);
std::optional<std::string> base64_decode(std::string_view text);

}  // namespace gatehouse::sdk
