// A token bucket that all loops share: exact, lock-free, one compare-and-swap a request.
//
// It is the generic cell rate algorithm: instead of a level it keeps the time at which the bucket would be full again,
// so that filling costs nothing.
#pragma once

#include <atomic>
#include <cstdint>

#include "base/clock.hpp"
#include "services/gateway/config.hpp"

namespace gatehouse::gateway {

class TokenBucket {
 public:
  explicit TokenBucket(ThrottleConfig config);

  // Takes one token. False when there is none.
  bool take(Timestamp now);
  const ThrottleConfig& config() const { return config_; }

 private:
  const ThrottleConfig config_;
  std::int64_t interval_ns_ = 0;  // between two tokens
  std::int64_t depth_ns_ = 0;     // burst * interval; zero lets nothing through
  std::atomic<std::int64_t> full_at_{INT64_MIN};
};

}  // namespace gatehouse::gateway
