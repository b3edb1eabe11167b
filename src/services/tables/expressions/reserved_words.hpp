// DynamoDB Developer Guide, "Reserved words in DynamoDB": names that an expression can only use through a #placeholder.
#pragma once

#include <string_view>

namespace gatehouse::tables {

// In any case: "name" and "NAME" are both reserved.
bool is_reserved_word(std::string_view name);

}  // namespace gatehouse::tables
