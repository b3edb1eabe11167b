// The one clock. Everything that has a meaning in time (expiry, quotas, lock-outs, timestamps) asks it, so that tests
// move time instead of sleeping.
#pragma once

#include <atomic>
#include <chrono>

namespace gatehouse {

// Wall-clock time in milliseconds resolution or better, UTC.
using Timestamp = std::chrono::system_clock::time_point;

class Clock {
 public:
  virtual ~Clock() = default;
  // Safe from any thread.
  virtual Timestamp now() const = 0;

  std::int64_t now_ms() const {
    return std::chrono::duration_cast<std::chrono::milliseconds>(now().time_since_epoch()).count();
  }
  std::int64_t now_s() const { return now_ms() / 1000; }
};

class SystemClock final : public Clock {
 public:
  Timestamp now() const override { return std::chrono::system_clock::now(); }
};

// A clock that stands still until it is told to move. Safe from any thread.
class ManualClock final : public Clock {
 public:
  explicit ManualClock(Timestamp start = Timestamp{std::chrono::seconds{1'700'000'000}})
      : now_{start.time_since_epoch().count()} {}

  Timestamp now() const override { return Timestamp{Timestamp::duration{now_.load()}}; }
  void advance(Timestamp::duration by) { now_.fetch_add(by.count()); }
  void set(Timestamp to) { now_.store(to.time_since_epoch().count()); }

 private:
  std::atomic<Timestamp::rep> now_;
};

}  // namespace gatehouse
