// CloudWatch Logs: groups and streams of lines, durable, bounded in size, with AWS's API.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.hpp"
#include "base/result.hpp"
#include "base/task.hpp"
#include "platform/store/store.hpp"
#include "protocol/aws/json_service.hpp"

namespace gatehouse::logs {

struct Config {
  std::string region = "us-east-1";
  std::string account = "000000000000";
  std::uint64_t max_group_bytes = 64 * 1024 * 1024;  // beyond it the oldest events of the group go
  std::size_t max_waiting_bytes = 4 * 1024 * 1024;   // appended and not yet written; beyond it events are dropped
  std::chrono::milliseconds flush_interval{200};
};

class Archive;
class Queue;

// Thread-safe. The store and the clock must outlive it.
class Logs {
 public:
  static Task<Result<std::unique_ptr<Logs>>> open(Config config, store::Store& store, const Clock& clock);
  ~Logs();

  // Takes one event; the group and the stream are made when they are absent. Never blocks and never fails: what comes
  // faster than the disk takes it is dropped, counted, and told by a line in the same stream.
  void append(std::string_view group, std::string_view stream, std::int64_t timestamp_ms, std::string_view message);

  // Writes what was appended, in batches. Spawn it once, on any loop; it returns after stop().
  Task<void> run();
  // Writes what still waits, and ends run(). What is appended afterwards is dropped.
  Task<void> stop();
  // Done when everything appended before is on disk and can be read.
  Task<void> flush();

  // The template's log groups: made, or brought to this retention (nothing: events never expire).
  Task<Result<void>> ensure_group(std::string name, std::optional<int> retention_days);
  Task<Result<void>> remove_group(std::string name);  // an absent one is fine

  std::uint64_t dropped_events() const;  // since open(), for metrics

  const Config& config() const { return config_; }
  Archive& archive() { return *archive_; }

 private:
  Logs(Config config, const Clock& clock, std::unique_ptr<Archive> archive);
  Task<void> write_waiting();
  Task<void> finish();

  Config config_;
  const Clock* clock_;
  std::unique_ptr<Archive> archive_;
  std::unique_ptr<Queue> queue_;
};

aws::JsonServiceConfig service_config(std::string region);
// The API, for aws::JsonService. `logs` must outlive the operations.
std::vector<aws::Operation> operations(Logs& logs);

// True for the values that PutRetentionPolicy takes.
bool is_retention(std::int64_t days);

}  // namespace gatehouse::logs
