// Where a list goes on, as clients carry it: opaque, and refused when it was not made by write_cursor().
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace products {

// The check sum tells a damaged or invented cursor from a real one. It needs no key: who computes one by hand only
// chooses where to start in a list that they may read anyway.
std::string write_cursor(std::string_view last_id, std::string_view table);
// The id that the page before ended with.
std::optional<std::string> read_cursor(std::string_view cursor, std::string_view table);

}  // namespace products
