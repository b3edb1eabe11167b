#include "services/gateway/token_bucket.hpp"

#include <algorithm>
#include <cmath>

namespace gatehouse::gateway {

TokenBucket::TokenBucket(ThrottleConfig config) : config_(config) {
  if (config.rate_limit <= 0 || config.burst_limit <= 0) return;
  // A hundred years is "never"; the sums below must not overflow.
  constexpr double kMaxNs = 100.0 * 366 * 86'400 * 1e9;
  interval_ns_ = std::max<std::int64_t>(1, std::llround(std::min(1e9 / config.rate_limit, kMaxNs)));
  depth_ns_ = static_cast<std::int64_t>(
      std::min(static_cast<double>(interval_ns_) * static_cast<double>(config.burst_limit), kMaxNs));
}

bool TokenBucket::take(Timestamp now) {
  if (depth_ns_ == 0) return false;
  const std::int64_t now_ns = std::chrono::duration_cast<std::chrono::nanoseconds>(now.time_since_epoch()).count();
  std::int64_t full_at = full_at_.load(std::memory_order_relaxed);
  for (;;) {
    const std::int64_t next = std::max(full_at, now_ns) + interval_ns_;
    if (next - now_ns <= depth_ns_) {
      if (full_at_.compare_exchange_weak(full_at, next, std::memory_order_relaxed)) return true;
      continue;
    }
    // Fuller than an empty bucket can be: the clock was set back. Start from empty, or nobody gets in until it catches
    // up.
    if (full_at > now_ns + depth_ns_) full_at_.compare_exchange_strong(full_at, now_ns + depth_ns_);
    return false;
  }
}

}  // namespace gatehouse::gateway
