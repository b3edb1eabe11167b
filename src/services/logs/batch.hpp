// Batches: many events of one stream in one item of the store, so that a flush costs one small write a stream.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "platform/store/value.hpp"
#include "services/logs/event.hpp"

namespace gatehouse::logs {

// The events of a batch are at most this far apart, so that a reader that looks for a moment need look no further back
// than this for batches that hold it.
constexpr std::int64_t kMaxBatchSpanMs = 10'000;
// A batch ends behind the event that crosses this.
constexpr std::size_t kMaxBatchBytes = 256 * 1024;
constexpr std::size_t kMaxBatchEvents = 10'000;

struct Batch {
  std::string group;
  std::string stream;
  std::uint64_t number = 0;  // never used twice
  std::int64_t ingested = 0;
  std::vector<NewEvent> events;  // by time, at least one

  std::int64_t first() const { return events.front().timestamp; }
  std::int64_t last() const { return events.back().timestamp; }
};

// Splits events (sorted by time here) into batches that keep the limits; numbers are left to the caller.
std::vector<std::vector<NewEvent>> split_into_batches(std::vector<NewEvent> events);

// The batch as an item of the table: partition "group", sort "at".
store::Item batch_item(const Batch& batch);
Result<Batch> read_batch(const store::Item& item);
// The sort value of batches by their first event's time.
std::string batch_sort(std::int64_t first, std::uint64_t number);
// What of an item can be known without reading its events.
struct BatchHead {
  std::string_view stream;
  std::int64_t first = 0;
  std::uint64_t number = 0;
  std::size_t bytes = 0;
};
Result<BatchHead> read_head(const store::Item& item);

}  // namespace gatehouse::logs
