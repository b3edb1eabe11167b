// Which groups and streams there are: in memory, small, the same as the records on disk but for counters.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "services/logs/batch.hpp"

namespace gatehouse::logs {

struct Stream {
  std::string name;
  std::uint64_t since = 0;  // batches with smaller numbers belong to an earlier stream of this name
  std::int64_t created = 0;
  bool has_events = false;
  std::int64_t first = 0, last = 0, ingested = 0;  // meaningful when it has events
  std::uint64_t bytes = 0;
};

struct Group {
  std::string name;
  std::uint64_t since = 0;
  std::int64_t created = 0;
  std::optional<int> retention_days;
  std::uint64_t bytes = 0;
};

// Thread-safe; never waits for the disk.
class Directory {
 public:
  using GroupAndStream = std::pair<std::string, std::string>;

  // False when it exists.
  bool add(Group group);
  bool add(std::string_view group, Stream stream);  // also false when the group does not exist
  std::optional<Group> group(std::string_view name) const;
  std::optional<Stream> stream(std::string_view group, std::string_view name) const;
  std::vector<Group> groups() const;                          // by name
  std::vector<Stream> streams(std::string_view group) const;  // by name
  std::optional<Group> remove(std::string_view name);         // with its streams
  std::optional<Stream> remove(std::string_view group, std::string_view stream);
  void set_retention(std::string_view group, std::optional<int> days);

  // What a batch changes before it is written: true when the stream's record must be on disk before it (its first event
  // is earlier than any before: readers start there).
  bool widen(std::string_view group, std::string_view stream, const Batch& batch);
  void add_bytes(std::string_view group, std::string_view stream, std::uint64_t bytes);
  void take_bytes(std::string_view group, std::string_view stream, std::uint64_t bytes);
  // Streams whose events all lie before `frontier`, taken out of the directory.
  std::vector<Stream> remove_streams_before(std::string_view group, std::int64_t frontier);

  // Streams whose counters changed since the last call.
  std::set<GroupAndStream> take_dirty();

 private:
  struct Entry {
    Group group;
    std::map<std::string, Stream, std::less<>> streams;
  };
  Stream* find(std::string_view group, std::string_view stream);

  mutable std::mutex mutex_;
  std::map<std::string, Entry, std::less<>> entries_;
  std::set<GroupAndStream> dirty_;
};

}  // namespace gatehouse::logs
