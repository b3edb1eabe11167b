#include "services/gateway/quota.hpp"

#include <algorithm>
#include <chrono>

namespace gatehouse::gateway {
namespace {

constexpr unsigned kUsedBits = 40;
constexpr std::uint64_t kUsedMask = (std::uint64_t{1} << kUsedBits) - 1;

}  // namespace

std::int32_t period_start_day(const QuotaConfig& quota, Timestamp now) {
  using namespace std::chrono;
  const sys_days today = floor<days>(now);
  switch (quota.period) {
    case QuotaPeriod::kDay:
      return static_cast<std::int32_t>(today.time_since_epoch().count());
    case QuotaPeriod::kWeek: {
      const auto past = static_cast<int>((weekday(today).c_encoding() + 7U - static_cast<unsigned>(quota.offset)) % 7U);
      return static_cast<std::int32_t>((today - days(past)).time_since_epoch().count());
    }
    case QuotaPeriod::kMonth: {
      const year_month_day date(today);
      const day first{static_cast<unsigned>(1 + quota.offset)};
      year_month month = date.year() / date.month();
      if (date.day() < first) month -= months(1);
      return static_cast<std::int32_t>(sys_days(month / first).time_since_epoch().count());
    }
  }
  return 0;
}

std::uint64_t QuotaCounter::pack(std::int32_t day, std::int64_t used) {
  const auto bounded = std::clamp<std::int64_t>(used, 0, static_cast<std::int64_t>(kUsedMask));
  return (static_cast<std::uint64_t>(static_cast<std::uint32_t>(day) & 0xFFFFFFU) << kUsedBits) |
         static_cast<std::uint64_t>(bounded);
}

QuotaCounter::Count QuotaCounter::unpack(std::uint64_t state) {
  return {static_cast<std::int32_t>(state >> kUsedBits), static_cast<std::int64_t>(state & kUsedMask)};
}

bool QuotaCounter::take(const QuotaConfig& quota, Timestamp now) {
  const std::int32_t day = period_start_day(quota, now);
  std::uint64_t state = state_.load(std::memory_order_relaxed);
  for (;;) {
    const Count count = unpack(state);
    // A clock that was set back must not open a new period: the later one stays.
    const bool is_new_period = day > count.day;
    const std::int64_t used = is_new_period ? 0 : count.used;
    if (used >= quota.limit) return false;
    const std::uint64_t next = pack(is_new_period ? day : count.day, used + 1);
    if (state_.compare_exchange_weak(state, next, std::memory_order_relaxed)) return true;
  }
}

void QuotaCounter::give_back() {
  std::uint64_t state = state_.load(std::memory_order_relaxed);
  while ((state & kUsedMask) > 0 && !state_.compare_exchange_weak(state, state - 1, std::memory_order_relaxed)) {
  }
}

std::uint64_t QuotaCounter::unsaved() const {
  const std::uint64_t state = state_.load();
  return state == saved_.load() ? 0 : state;
}

}  // namespace gatehouse::gateway
