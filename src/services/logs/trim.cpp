// What goes away: batches of deleted groups and streams, what is over a group's size, what is past its retention.
#include <algorithm>

#include "base/log.hpp"
#include "services/logs/archive.hpp"
#include "services/logs/together.hpp"

namespace gatehouse::logs {
namespace {

constexpr std::int64_t kTrimIntervalMs = 60'000;
constexpr std::int64_t kDayMs = 86'400'000;
constexpr std::size_t kPageItems = 256;
// A stream's counters may be older than its last batch by a crash: it is forgotten only this long behind the frontier.
constexpr std::int64_t kStreamGraceMs = 3'600'000;

store::Query oldest_first(const std::string& group) {
  store::Query query;
  query.partition = store::Value(group);
  query.limits.max_items = kPageItems;
  return query;
}

store::Item key_of(const store::Item& item) {
  store::Item key;
  key.insert(*item.find("group"));
  key.insert(*item.find("at"));
  return key;
}

}  // namespace

std::int64_t Archive::oldest_kept(const Group& group) const {
  return group.retention_days ? clock_.now_ms() - *group.retention_days * kDayMs : 0;
}

Task<Result<Archive::BatchPage>> Archive::batches(store::Query query) const {
  Result<store::Page> page = co_await store_.query(batches_, query);
  if (!page) co_return std::unexpected(page.error());
  co_return BatchPage{std::move(page->items), !page->last_key.has_value()};
}

Task<void> Archive::erase_item(store::Item key, std::optional<Error>& failure) const {
  store::Write erase{batches_, store::Erase{key_of(key)}, nullptr, SIZE_MAX};
  const store::WriteResult erased = co_await store_.write(std::move(erase));
  if (!erased) failure = erased.error().error;
}

Task<Result<void>> Archive::erase_items(std::vector<store::Item> items) const {
  std::optional<Error> failure;
  std::vector<Task<void>> tasks;
  for (store::Item& item : items) tasks.push_back(erase_item(std::move(item), failure));
  co_await run_together(std::move(tasks));
  if (failure) co_return std::unexpected(std::move(*failure));
  co_return Result<void>();
}

Task<Result<void>> Archive::erase_batches(std::string group, std::optional<std::string> stream, std::uint64_t cut) {
  store::Query query = oldest_first(group);
  for (;;) {
    Result<BatchPage> page = co_await batches(query);
    if (!page) co_return std::unexpected(page.error());
    if (page->items.empty()) co_return Result<void>();
    query.start_after = key_of(page->items.back());
    std::erase_if(page->items, [&](const store::Item& item) {
      const Result<BatchHead> head = read_head(item);
      return head && (head->number >= cut || (stream && head->stream != *stream));
    });
    const bool is_last = page->is_last;
    const Result<void> erased = co_await erase_items(std::move(page->items));
    if (!erased || is_last) co_return erased;
  }
}

Task<void> Archive::trim(bool even_if_not_due) {
  const std::int64_t now = clock_.now_ms();
  const bool is_time = even_if_not_due || now >= next_trim_ms_.load();
  if (is_time) next_trim_ms_ = now + kTrimIntervalMs;
  for (const Group& group : directory_.groups()) {
    const bool is_over = group.bytes > max_group_bytes_;
    if (is_over || (is_time && group.retention_days)) co_await trim_group(group.name);
  }
}

Task<void> Archive::trim_group(std::string name) {
  std::optional<std::int64_t> frontier;
  for (;;) {
    const std::optional<Group> group = directory_.group(name);
    if (!group) co_return;
    const std::optional<std::int64_t> reached = co_await trim_page(*group);
    if (!reached) break;
    frontier = reached;
  }
  if (!frontier) co_return;
  for (const Stream& stream : directory_.remove_streams_before(name, *frontier - kStreamGraceMs))
    co_await erase_record("streams/" + name, stream.name, stream.since);
}

// Deletes from the oldest page of batches what must go; the time that it reached, nothing when the group is fine.
Task<std::optional<std::int64_t>> Archive::trim_page(const Group& group) {
  const std::int64_t oldest = oldest_kept(group);
  // Down to a tenth below the bound, so that not every flush has to trim.
  std::uint64_t over = group.bytes > max_group_bytes_ ? group.bytes - max_group_bytes_ / 10 * 9 : 0;
  Result<BatchPage> page = co_await batches(oldest_first(group.name));
  if (!page || page->items.empty()) co_return std::nullopt;
  std::vector<store::Item> doomed;
  std::optional<std::int64_t> reached;
  for (store::Item& item : page->items) {
    const Result<BatchHead> head = read_head(item);
    if (head && over == 0 && head->first + kMaxBatchSpanMs >= oldest) break;
    if (head) {
      over -= std::min<std::uint64_t>(over, head->bytes);
      directory_.take_bytes(group.name, head->stream, head->bytes);
      reached = head->first;
    }
    doomed.push_back(std::move(item));
  }
  if (doomed.empty()) co_return std::nullopt;
  const Result<void> erased = co_await erase_items(std::move(doomed));
  if (!erased) {
    log::warn("old log events could not be deleted: {}", erased.error().detail);
    co_return std::nullopt;
  }
  co_return reached.value_or(0);
}

}  // namespace gatehouse::logs
