#include "services/logs/reader.hpp"

#include <algorithm>
#include <queue>

#include "services/logs/errors.hpp"

namespace gatehouse::logs {
namespace {

constexpr std::size_t kPageItems = 64;

// Batches overlap in time. Events wait here until no batch still to come can hold one that goes before them.
class Merge {
 public:
  explicit Merge(bool forward) : waiting_(Later{forward}) {}
  void add(StoredEvent event) { waiting_.push(std::move(event)); }
  bool is_empty() const { return waiting_.empty(); }
  const StoredEvent& next() const { return waiting_.top(); }
  StoredEvent take() {
    StoredEvent event = std::move(const_cast<StoredEvent&>(waiting_.top()));  // popped at once: order is not looked at
    waiting_.pop();
    return event;
  }

 private:
  struct Later {
    bool forward;
    bool operator()(const StoredEvent& a, const StoredEvent& b) const { return forward ? a.at > b.at : a.at < b.at; }
  };
  std::priority_queue<StoredEvent, std::vector<StoredEvent>, Later> waiting_;
};

class Reading {
 public:
  Reading(const Archive& archive, ReadRequest request)
      : archive_(archive), request_(std::move(request)), merge_(request_.forward) {}

  Task<Result<ReadResult>> run() {
    const std::optional<Group> group = archive_.directory().group(request_.group);
    if (!group) co_return errors::no_group();
    since_ = group->since;
    request_.start = std::max({request_.start, archive_.oldest_kept(*group), std::int64_t{0}});
    request_.end = std::min(request_.end, INT64_MAX - kMaxBatchSpanMs);
    if (request_.start > request_.end) {
      result_.is_complete = true;
      co_return std::move(result_);
    }
    store::Query query = first_query();
    for (;;) {
      const Result<Archive::BatchPage> page = co_await archive_.batches(query);
      if (!page) co_return errors::unavailable(page.error());
      for (const store::Item& item : page->items) {
        const Result<void> taken = take_batch(item);
        if (!taken) co_return std::unexpected(taken.error());
        if (is_full_) co_return std::move(result_);
      }
      if (page->is_last) break;
      query.start_after = store::Item{{"group", page->items.back().at("group")}, {"at", page->items.back().at("at")}};
    }
    result_.is_complete = release([](const Position&) { return true; });
    co_return std::move(result_);
  }

 private:
  store::Query first_query() const {
    std::int64_t low = request_.start;
    std::int64_t high = request_.end;
    if (request_.from && request_.forward) low = std::max(low, request_.from->timestamp);
    if (request_.from && !request_.forward) high = std::min(high, request_.from->timestamp);
    store::Query query;
    query.partition = store::Value(request_.group);
    query.forward = request_.forward;
    query.sort =
        store::SortCondition{store::SortCondition::Kind::kBetween, store::Value(batch_sort(low - kMaxBatchSpanMs, 0)),
                             store::Value(batch_sort(high, UINT64_MAX))};
    query.limits.max_items = kPageItems;
    return query;
  }

  bool is_wanted(const Position& at) const {
    if (at.timestamp < request_.start || at.timestamp > request_.end) return false;
    if (!request_.from) return true;
    return request_.forward ? at > *request_.from : at < *request_.from;
  }

  // True when the batch is of a stream that is wanted and was not deleted since.
  bool is_wanted(const BatchHead& head) const {
    if (head.number < since_ || (request_.wants_stream && !request_.wants_stream(head.stream))) return false;
    const std::optional<Stream> stream = archive_.directory().stream(request_.group, head.stream);
    return stream && head.number >= stream->since;
  }

  Result<void> take_batch(const store::Item& item) {
    const Result<BatchHead> head = read_head(item);
    if (!head) return std::unexpected(head.error());
    // Batches come by their first event's time: everything on this side of it is complete.
    const std::int64_t edge = request_.forward ? head->first : head->first + kMaxBatchSpanMs;
    const bool went_on =
        release([&](const Position& at) { return request_.forward ? at.timestamp < edge : at.timestamp > edge; });
    if (!went_on) return {};
    if (stop_at(edge)) return {};
    examined_ += head->bytes;
    if (!is_wanted(*head)) return {};
    Result<Batch> batch = read_batch(item);
    if (!batch) return std::unexpected(batch.error());
    for (std::uint32_t i = 0; i < batch->events.size(); ++i) {
      const Position at{batch->events[i].timestamp, batch->number, i};
      if (is_wanted(at)) merge_.add({at, batch->stream, batch->ingested, std::move(batch->events[i].message)});
    }
    return {};
  }

  // Ends the page when enough was looked at, but only where that moves the cursor.
  bool stop_at(std::int64_t edge) {
    if (examined_ < request_.max_examined_bytes) return false;
    const Position here = request_.forward ? Position::behind(edge - 1) : Position::before(edge + 1);
    const std::optional<Position>& before = result_.cursor ? result_.cursor : request_.from;
    const bool is_ahead = !before || (request_.forward ? here > *before : here < *before);
    if (is_ahead) result_.cursor = here;
    is_full_ = is_ahead || (result_.cursor && result_.cursor != request_.from);
    return is_full_;
  }

  // Hands out the events that are due; false when the page is full.
  template <typename IsDue>
  bool release(IsDue is_due) {
    while (!merge_.is_empty() && is_due(merge_.next().at)) {
      const std::size_t size = merge_.next().message.size() + kEventOverhead;
      const bool is_match = !request_.wants_message || request_.wants_message(merge_.next().message);
      const bool fits = result_.events.empty() ||
                        (result_.events.size() < request_.max_events && returned_ + size <= request_.max_bytes);
      if (is_match && !fits) {
        is_full_ = true;
        return false;
      }
      StoredEvent event = merge_.take();
      result_.cursor = event.at;
      if (!is_match) continue;
      returned_ += size;
      result_.events.push_back(std::move(event));
    }
    return true;
  }

  const Archive& archive_;
  ReadRequest request_;
  Merge merge_;
  ReadResult result_;
  std::uint64_t since_ = 0;
  std::size_t examined_ = 0;
  std::size_t returned_ = 0;
  bool is_full_ = false;
};

}  // namespace

Task<Result<ReadResult>> read_events(const Archive& archive, ReadRequest request) {
  Reading reading(archive, std::move(request));
  co_return co_await reading.run();
}

}  // namespace gatehouse::logs
