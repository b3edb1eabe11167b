// Log events, and where they lie.
#pragma once

#include <compare>
#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <string_view>

namespace gatehouse::logs {

// An event on its way in.
struct NewEvent {
  std::int64_t timestamp = 0;  // milliseconds since 1970
  std::string message;
};

// The place of an event in its group: by time, then by the batch that brought it, then within the batch. Positions
// never change, so they are event ids and page tokens at once.
struct Position {
  std::int64_t timestamp = 0;
  std::uint64_t batch = 0;
  std::uint32_t index = 0;
  auto operator<=>(const Position&) const = default;

  // 56 decimal digits, as long as CloudWatch's event ids; their text order is the order of positions.
  std::string to_string() const;
  static std::optional<Position> parse(std::string_view text);

  // Just before and just behind every event of this millisecond.
  static Position before(std::int64_t timestamp) { return {timestamp, 0, 0}; }
  static Position behind(std::int64_t timestamp) {
    return {timestamp, std::numeric_limits<std::uint64_t>::max(), std::numeric_limits<std::uint32_t>::max()};
  }
};

struct StoredEvent {
  Position at;
  std::string stream;
  std::int64_t ingested = 0;
  std::string message;
};

// What an event counts for in limits (PutLogEvents: "the sum of all event messages in UTF-8, plus 26 bytes").
constexpr std::size_t kEventOverhead = 26;

}  // namespace gatehouse::logs
