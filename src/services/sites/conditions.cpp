#include "services/sites/conditions.hpp"

#include "base/text.hpp"
#include "base/time_format.hpp"

namespace gatehouse::sites {
namespace {

// HTTP dates have no fractions of a second.
std::int64_t seconds(Timestamp time) {
  return std::chrono::floor<std::chrono::seconds>(time.time_since_epoch()).count();
}

// `list` is "*" or entity tags. A weak tag matches only where the comparison is weak (RFC 9110 section 8.8.3.2).
bool matches(std::string_view list, std::string_view etag, bool compare_weakly) {
  if (trim(list) == "*") return true;
  for (std::string_view tag : split(list, ',')) {
    tag = trim(tag);
    if (compare_weakly && tag.starts_with("W/")) tag.remove_prefix(2);
    if (tag == etag) return true;
  }
  return false;
}

bool range_applies(const http::Headers& headers, std::string_view etag, Timestamp modified) {
  const std::string* condition = headers.find("If-Range");
  if (condition == nullptr) return true;
  const std::string_view value = trim(*condition);
  if (value.starts_with('"')) return value == etag;
  const std::optional<Timestamp> date = parse_http_date(value);
  return date && seconds(*date) == seconds(modified);
}

}  // namespace

Precondition check_preconditions(const http::Headers& headers, std::string_view etag, Timestamp modified) {
  if (const std::string* list = headers.find("If-Match")) {
    if (!matches(*list, etag, false)) return Precondition::kFailed;
  } else if (const std::string* text = headers.find("If-Unmodified-Since")) {
    const std::optional<Timestamp> date = parse_http_date(*text);
    if (date && seconds(modified) > seconds(*date)) return Precondition::kFailed;
  }
  if (const std::string* list = headers.find("If-None-Match")) {
    return matches(*list, etag, true) ? Precondition::kNotModified : Precondition::kHolds;
  }
  if (const std::string* text = headers.find("If-Modified-Since")) {
    const std::optional<Timestamp> date = parse_http_date(*text);
    if (date && seconds(modified) <= seconds(*date)) return Precondition::kNotModified;
  }
  return Precondition::kHolds;
}

RangeAnswer read_range(const http::Headers& headers, std::uint64_t size, std::string_view etag, Timestamp modified) {
  using Kind = RangeAnswer::Kind;
  const RangeAnswer whole{.kind = Kind::kWhole, .first = 0, .count = size};
  const std::string* field = headers.find("Range");
  if (field == nullptr || !range_applies(headers, etag, modified)) return whole;

  std::string_view text = trim(*field);
  const std::size_t equals = text.find('=');
  if (equals == std::string_view::npos || !equals_ignoring_case(trim(text.substr(0, equals)), "bytes")) return whole;
  text = trim(text.substr(equals + 1));
  const std::size_t dash = text.find('-');
  if (dash == std::string_view::npos || text.contains(',')) return whole;

  const std::optional<std::uint64_t> from = parse_unsigned(text.substr(0, dash));
  const std::optional<std::uint64_t> to = parse_unsigned(text.substr(dash + 1));
  if (dash == 0) {  // the last bytes
    if (!to) return whole;
    const std::uint64_t count = std::min(*to, size);
    if (count == 0) return {.kind = Kind::kUnsatisfiable};
    return {.kind = Kind::kPart, .first = size - count, .count = count};
  }
  if (!from || (dash + 1 < text.size() && (!to || *to < *from))) return whole;
  if (*from >= size) return {.kind = Kind::kUnsatisfiable};
  const std::uint64_t last = to ? std::min(*to, size - 1) : size - 1;
  return {.kind = Kind::kPart, .first = *from, .count = last - *from + 1};
}

}  // namespace gatehouse::sites
