// The commit thread: takes all writes that wait, judges them in order, commits them with one fsync, resumes the
// callers.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <thread>
#include <vector>

#include "platform/store/catalog.hpp"
#include "platform/store/commit_queue.hpp"
#include "platform/store/database.hpp"

namespace gatehouse::store {

// A commit that fails fails exactly the writes of its group; before the next one the database is brought back. The
// destructor commits what waits.
class Committer {
 public:
  // `last_id`: the highest table id ever used.
  Committer(Database& database, Catalog& catalog, std::uint32_t last_id, std::size_t max_waiting);
  ~Committer();

  CommitQueue& queue() { return queue_; }

  // On the commit thread, by ExclusiveJobs.
  Result<TableHandle> create_table(TableSchema schema);
  Result<void> drop_table(const std::string& name);

 private:
  static constexpr std::size_t kMaxGroupBytes = 8 * 1024 * 1024;
  static constexpr std::chrono::milliseconds kRecoveryInterval{100};

  void run();
  std::size_t commit_group(std::vector<Job>& jobs, std::size_t first);
  std::size_t fail_group(std::vector<Job>& jobs, std::size_t first);
  bool can_write();

  Database& database_;
  Catalog& catalog_;
  std::uint32_t last_id_;
  std::chrono::steady_clock::time_point next_recovery_;
  CommitQueue queue_;
  std::thread thread_;
};

}  // namespace gatehouse::store
