// How many requests a key made in the present period of its plan's quota.
#pragma once

#include <atomic>
#include <cstdint>

#include "base/clock.hpp"
#include "services/gateway/config.hpp"

namespace gatehouse::gateway {

// The first day of the period that `now` lies in, in days since 1970-01-01 UTC (QuotaSettings: "offset is the day that
// a time period starts; with WEEK, 0 starts on Sunday").
std::int32_t period_start_day(const QuotaConfig& quota, Timestamp now);

// Lock-free, shared by all loops. Survives changes of the plan, so that a new limit does not reset the count.
class QuotaCounter {
 public:
  QuotaCounter() = default;
  QuotaCounter(std::int32_t day, std::int64_t used) : state_(pack(day, used)), saved_(state_.load()) {}

  // Counts one request; false when the limit is reached.
  bool take(const QuotaConfig& quota, Timestamp now);
  // A request that was counted and then refused for another reason does not count.
  void give_back();

  struct Count {
    std::int32_t day = 0;
    std::int64_t used = 0;
  };
  Count count() const { return unpack(state_.load()); }

  // For the one writer: what changed since mark_saved, packed; zero when nothing did.
  std::uint64_t unsaved() const;
  void mark_saved(std::uint64_t state) { saved_.store(state); }
  static Count unpack(std::uint64_t state);

 private:
  static std::uint64_t pack(std::int32_t day, std::int64_t used);
  std::atomic<std::uint64_t> state_{0};  // day in the upper 24 bits, used in the lower 40
  std::atomic<std::uint64_t> saved_{0};
};

}  // namespace gatehouse::gateway
