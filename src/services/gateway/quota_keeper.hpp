// Keeps quota counts on disk, lazily: at most one write a second and key, and once more at the end.
#pragma once

#include <atomic>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "base/task.hpp"
#include "platform/store/records.hpp"
#include "services/gateway/usage.hpp"

namespace gatehouse::gateway {

// Thread-safe once open. Shared, so that a flush that waits on a loop may outlive the gateway.
class QuotaKeeper : public std::enable_shared_from_this<QuotaKeeper> {
 public:
  // Reads what is on disk: name ("plan/key"), day, used.
  struct Saved {
    std::string name;
    QuotaCounter::Count count;
  };
  Task<Result<std::vector<Saved>>> open(store::Records records);

  // The counters to keep; called whenever they may have changed.
  void watch(const UsageRegistry::Counters& counters);

  // Something was counted: writes within a second. Cheap when a write is due already.
  void touch(const Executor& executor);
  Task<Result<void>> flush();

 private:
  static Task<void> flush_later(std::shared_ptr<QuotaKeeper> keeper);

  std::atomic<bool> is_open_{false};
  std::atomic<bool> is_due_{false};
  std::optional<store::Records> records_;
  std::mutex mutex_;
  std::vector<std::pair<std::string, std::shared_ptr<QuotaCounter>>> counters_;
};

}  // namespace gatehouse::gateway
