// Events that were appended and wait to be written: bounded, filled by any thread, emptied by one.
#pragma once

#include <boost/asio/post.hpp>
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/task.hpp"
#include "services/logs/event.hpp"

namespace gatehouse::logs {

using StreamKey = std::pair<std::string, std::string>;  // group, stream

struct Waiting {
  std::map<StreamKey, std::vector<NewEvent>> events;
  std::map<StreamKey, std::uint64_t> dropped;
  bool is_empty() const { return events.empty() && dropped.empty(); }
};

// Wakes the writer's loop. Shared with the wake-up that is under way, so that it may outlive the queue.
struct Bell {
  explicit Bell(const Executor& on) : executor(on), timer(on, Timer::time_point::max()) {}
  Executor executor;
  Timer timer;
};

class Queue {
 public:
  static constexpr std::size_t kMaxStreams = 4096;  // among which what waits may be spread

  explicit Queue(std::size_t max_bytes) : max_bytes_(max_bytes) {}

  void push(std::string_view group, std::string_view stream, NewEvent event) {
    const std::scoped_lock lock(mutex_);
    if (is_closed_) return;
    const std::size_t size = event.message.size() + kEventOverhead + sizeof(NewEvent);
    if (bytes_ + size > max_bytes_ || waiting_.events.size() >= kMaxStreams) {
      count_dropped({std::string(group), std::string(stream)}, 1);
    } else {
      waiting_.events[{std::string(group), std::string(stream)}].push_back(std::move(event));
      bytes_ += size;
    }
    ring();
  }

  // Events that could not be written.
  void drop(const StreamKey& key, std::uint64_t count) {
    const std::scoped_lock lock(mutex_);
    count_dropped(key, count);
  }

  Waiting take() {
    const std::scoped_lock lock(mutex_);
    bytes_ = 0;
    is_rung_ = false;
    return std::exchange(waiting_, {});
  }

  std::uint64_t dropped() const {
    const std::scoped_lock lock(mutex_);
    return dropped_;
  }

  void set_bell(std::shared_ptr<Bell> bell) {
    const std::scoped_lock lock(mutex_);
    bell_ = std::move(bell);
    if (!waiting_.is_empty() || is_closed_) ring();
  }
  bool has_bell() const {
    const std::scoped_lock lock(mutex_);
    return bell_ != nullptr;
  }
  bool is_rung() const {
    const std::scoped_lock lock(mutex_);
    return is_rung_;
  }
  bool is_closed() const {
    const std::scoped_lock lock(mutex_);
    return is_closed_;
  }
  void close() {
    const std::scoped_lock lock(mutex_);
    is_closed_ = true;
    is_rung_ = false;
    ring();
  }

 private:
  void count_dropped(StreamKey key, std::uint64_t count) {
    dropped_ += count;
    // Names are hostile too: with too many of them the rest is only in the total.
    if (waiting_.dropped.size() < kMaxStreams || waiting_.dropped.contains(key))
      waiting_.dropped[std::move(key)] += count;
  }
  // Once for all that comes until the next take().
  void ring() {
    if (is_rung_ || bell_ == nullptr) return;
    is_rung_ = true;
    net::post(bell_->executor, [bell = bell_] { bell->timer.cancel(); });
  }

  const std::size_t max_bytes_;
  mutable std::mutex mutex_;
  Waiting waiting_;
  std::size_t bytes_ = 0;
  std::uint64_t dropped_ = 0;
  bool is_rung_ = false;
  bool is_closed_ = false;
  std::shared_ptr<Bell> bell_;
};

}  // namespace gatehouse::logs
