// Groups, streams and events on the store. Every change to them is made here.
//
// A batch that is written is never changed. Numbers of batches only grow, over restarts too, so that what was written
// before a group or stream was deleted is told from what came after.
#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.hpp"
#include "base/result.hpp"
#include "base/task.hpp"
#include "platform/store/records.hpp"
#include "platform/store/store.hpp"
#include "services/logs/directory.hpp"

namespace gatehouse::logs {

// Thread-safe. The store and the clock must outlive it.
class Archive {
 public:
  static Task<Result<std::unique_ptr<Archive>>> open(store::Store& store, const Clock& clock,
                                                     std::uint64_t max_group_bytes);

  const Directory& directory() const { return directory_; }
  const Clock& clock() const { return clock_; }

  // ResourceAlreadyExistsException, ResourceNotFoundException as AWS words them.
  Task<Result<void>> create_group(std::string name, std::optional<int> retention_days);
  Task<Result<void>> create_stream(std::string group, std::string stream);
  Task<Result<void>> delete_group(std::string name);
  Task<Result<void>> delete_stream(std::string group, std::string stream);
  Task<Result<void>> set_retention(std::string group, std::optional<int> days);

  // Durable when it returns. The stream must exist.
  Task<Result<void>> write(std::string group, std::string stream, std::vector<NewEvent> events);
  // The same, making what is missing.
  Task<Result<void>> write_making(std::string group, std::string stream, std::vector<NewEvent> events);

  // Puts the streams' changed counters on disk.
  Task<void> save_counters();
  // Deletes what is over the size or past the retention, in groups that are due for it.
  Task<void> trim(bool even_if_not_due = false);

  // Events before this are gone, whether or not they are deleted yet.
  std::int64_t oldest_kept(const Group& group) const;

  // Batches of a group by their first event's time, a page at a time.
  struct BatchPage {
    std::vector<store::Item> items;
    bool is_last = true;
  };
  Task<Result<BatchPage>> batches(store::Query query) const;

 private:
  Archive(store::Store& store, const Clock& clock, std::uint64_t max_group_bytes, store::Records records,
          store::TableHandle batches)
      : store_(store),
        clock_(clock),
        max_group_bytes_(max_group_bytes),
        records_(std::move(records)),
        batches_(std::move(batches)) {}

  Task<Result<void>> load();
  Task<Result<void>> load_streams(std::string group);
  Task<Result<void>> start_numbers();
  std::uint64_t next_number() { return next_number_.fetch_add(1); }

  Task<Result<void>> save_group(std::string name);
  Task<Result<void>> save_stream(std::string group, std::string stream);
  Task<void> save_counter(Directory::GroupAndStream place);
  Task<void> erase_record(std::string partition, std::string sort, std::uint64_t since);
  Task<Result<void>> write_batch(Batch batch);
  // Erases batches with numbers below `cut`, of one stream or of all.
  Task<Result<void>> erase_batches(std::string group, std::optional<std::string> stream, std::uint64_t cut);
  Task<Result<void>> erase_items(std::vector<store::Item> items) const;
  Task<void> erase_item(store::Item key, std::optional<Error>& failure) const;
  Task<void> trim_group(std::string name);
  Task<std::optional<std::int64_t>> trim_page(const Group& group);

  store::Store& store_;
  const Clock& clock_;
  const std::uint64_t max_group_bytes_;
  store::Records records_;
  store::TableHandle batches_;
  Directory directory_;
  std::atomic<std::uint64_t> next_number_{0};
  std::atomic<std::int64_t> next_trim_ms_{0};
};

}  // namespace gatehouse::logs
