// Reads events of a group in the order of their positions, merging the batches of its streams.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "base/task.hpp"
#include "services/logs/archive.hpp"
#include "services/logs/event.hpp"

namespace gatehouse::logs {

struct ReadRequest {
  std::string group;
  std::function<bool(std::string_view stream)> wants_stream;    // empty: all
  std::function<bool(std::string_view message)> wants_message;  // empty: all
  bool forward = true;
  std::int64_t start = 0;                          // inclusive
  std::int64_t end = INT64_MAX - kMaxBatchSpanMs;  // inclusive
  std::optional<Position> from;                    // exclusive: behind it when forward, else before it
  std::size_t max_events = 10'000;
  std::size_t max_bytes = 1024 * 1024;               // of what is returned
  std::size_t max_examined_bytes = 2 * 1024 * 1024;  // of what is looked at: a page must not hold the loop up
};

struct ReadResult {
  std::vector<StoredEvent> events;  // in reading order
  // Everything up to here was looked at; absent when nothing was. Every page that is not the last moves it.
  std::optional<Position> cursor;
  bool is_complete = false;  // there is nothing more in this direction now
};

Task<Result<ReadResult>> read_events(const Archive& archive, ReadRequest request);

}  // namespace gatehouse::logs
