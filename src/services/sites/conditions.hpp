// Conditional and partial requests (RFC 9110 sections 13 and 14).
#pragma once

#include <cstdint>
#include <string_view>

#include "base/clock.hpp"
#include "platform/http/message.hpp"

namespace gatehouse::sites {

enum class Precondition { kHolds, kNotModified, kFailed };  // send it, 304, 412

// If-Match, If-Unmodified-Since, If-None-Match and If-Modified-Since, in the order of RFC 9110 section 13.2.2.
Precondition check_preconditions(const http::Headers& headers, std::string_view etag, Timestamp modified);

struct RangeAnswer {
  enum class Kind { kWhole, kPart, kUnsatisfiable };  // 200, 206, 416
  Kind kind = Kind::kWhole;
  std::uint64_t first = 0;
  std::uint64_t count = 0;
};

// Which part of `size` bytes is asked for. One range is honoured; several, another unit, what is malformed, and a range
// whose If-Range does not hold mean the whole.
RangeAnswer read_range(const http::Headers& headers, std::uint64_t size, std::string_view etag, Timestamp modified);

}  // namespace gatehouse::sites
