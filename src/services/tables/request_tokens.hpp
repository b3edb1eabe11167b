// ClientRequestToken: a transaction that is sent again within ten minutes is answered, not done again.
//
// A token is claimed in the very transaction that it names, so that the two are durable together or not at all.
#pragma once

#include <cstdint>
#include <deque>
#include <mutex>
#include <string>

#include "base/clock.hpp"
#include "base/result.hpp"
#include "base/task.hpp"
#include "platform/store/store.hpp"

namespace gatehouse::tables {

// Thread-safe after open(). The store and the clock must outlive it.
class RequestTokens {
 public:
  RequestTokens(store::Store& store, const Clock& clock) : store_(&store), clock_(&clock) {}

  Task<Result<void>> open();

  // A write for the transaction: fails its condition when the token was used in the last ten minutes.
  store::Write claim(const std::string& token, const std::string& digest) const;
  // To be called after the transaction was committed. Now and then it takes expired tokens out.
  Task<void> claimed(std::string token);
  // What the token was used for last; empty when it was not.
  Task<Result<std::string>> digest_of(std::string token) const;

 private:
  static constexpr std::int64_t kLifetimeMs = 10LL * 60 * 1000;
  static constexpr std::size_t kSweepAt = 256;

  struct Claimed {
    std::string token;
    std::int64_t expires_ms;
  };
  store::ConditionPtr is_expired(std::int64_t now_ms) const;
  std::vector<store::Write> take_expired();

  store::Store* store_;
  const Clock* clock_;
  store::TableHandle table_;
  std::mutex mutex_;
  std::deque<Claimed> claimed_;  // oldest first
};

}  // namespace gatehouse::tables
