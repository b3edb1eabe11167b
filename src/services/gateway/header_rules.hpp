// What a header may look like, and which ones of a function API Gateway renames.
#pragma once

#include <string_view>

namespace gatehouse::gateway {

bool is_header_name(std::string_view text);   // a token of RFC 9110 section 5.6.2
bool is_header_value(std::string_view text);  // no control characters but tab: nothing that could end the line

// Renamed to x-amzn-Remapped-NAME when a function sets it (API Gateway: important notes for REST APIs).
bool is_remapped_header(std::string_view name);

}  // namespace gatehouse::gateway
