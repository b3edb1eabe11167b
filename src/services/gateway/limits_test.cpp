#include <gtest/gtest.h>

#include <thread>

#include "services/gateway/quota.hpp"
#include "services/gateway/token_bucket.hpp"

namespace gatehouse::gateway {
namespace {

using namespace std::chrono_literals;

int take_all(TokenBucket& bucket, const Clock& clock) {
  int taken = 0;
  while (taken < 100'000 && bucket.take(clock.now())) ++taken;
  return taken;
}

TEST(TokenBucket, LetsTheBurstThroughAndThenTheRate) {
  ManualClock clock;
  TokenBucket bucket({.rate_limit = 10, .burst_limit = 5});

  EXPECT_EQ(take_all(bucket, clock), 5);
  clock.advance(99ms);
  EXPECT_EQ(take_all(bucket, clock), 0);
  clock.advance(1ms);
  EXPECT_EQ(take_all(bucket, clock), 1);
  clock.advance(1h);
  EXPECT_EQ(take_all(bucket, clock), 5);
}

TEST(TokenBucket, LetsNothingThroughAtZero) {
  ManualClock clock;
  TokenBucket no_rate({.rate_limit = 0, .burst_limit = 5});
  TokenBucket no_burst({.rate_limit = 5, .burst_limit = 0});
  EXPECT_FALSE(no_rate.take(clock.now()));
  EXPECT_FALSE(no_burst.take(clock.now()));
}

TEST(TokenBucket, RecoversWhenTheClockIsSetBack) {
  ManualClock clock;
  TokenBucket bucket({.rate_limit = 10, .burst_limit = 5});
  take_all(bucket, clock);
  clock.advance(-1h);
  EXPECT_FALSE(bucket.take(clock.now()));
  clock.advance(100ms);
  EXPECT_EQ(take_all(bucket, clock), 1);
}

TEST(TokenBucket, IsExactWhenManyThreadsTake) {
  const ManualClock clock;
  TokenBucket bucket({.rate_limit = 1, .burst_limit = 1000});
  std::atomic<int> taken{0};
  {
    std::vector<std::jthread> threads;
    for (int t = 0; t < 4; ++t)
      threads.emplace_back([&] {
        for (int i = 0; i < 1000; ++i)
          if (bucket.take(clock.now())) ++taken;
      });
  }
  EXPECT_EQ(taken, 1000);
}

Timestamp at(int year, unsigned month, unsigned day) {
  using namespace std::chrono;
  return Timestamp{sys_days(std::chrono::year(year) / std::chrono::month(month) / std::chrono::day(day)) + 13h};
}
std::int32_t day_number(int year, unsigned month, unsigned day) {
  return static_cast<std::int32_t>(
      std::chrono::floor<std::chrono::days>(at(year, month, day)).time_since_epoch().count());
}

TEST(QuotaPeriod, StartsOnTheDayThatTheOffsetNames) {
  using enum QuotaPeriod;
  // 24 November 2026 is a Tuesday.
  EXPECT_EQ(period_start_day({.period = kDay}, at(2026, 11, 24)), day_number(2026, 11, 24));
  EXPECT_EQ(period_start_day({.period = kWeek, .offset = 0}, at(2026, 11, 24)), day_number(2026, 11, 22));
  EXPECT_EQ(period_start_day({.period = kWeek, .offset = 2}, at(2026, 11, 24)), day_number(2026, 11, 24));
  EXPECT_EQ(period_start_day({.period = kWeek, .offset = 3}, at(2026, 11, 24)), day_number(2026, 11, 18));
  EXPECT_EQ(period_start_day({.period = kMonth, .offset = 0}, at(2026, 11, 24)), day_number(2026, 11, 1));
  EXPECT_EQ(period_start_day({.period = kMonth, .offset = 24}, at(2026, 1, 24)), day_number(2025, 12, 25));
}

TEST(QuotaCounter, CountsUpToTheLimitAndStartsAgainWithThePeriod) {
  ManualClock clock;
  QuotaCounter counter;
  const QuotaConfig quota{.limit = 2, .period = QuotaPeriod::kDay};
  EXPECT_TRUE(counter.take(quota, clock.now()));
  EXPECT_TRUE(counter.take(quota, clock.now()));
  EXPECT_FALSE(counter.take(quota, clock.now()));
  counter.give_back();
  EXPECT_TRUE(counter.take(quota, clock.now()));

  clock.advance(24h);
  EXPECT_TRUE(counter.take(quota, clock.now()));
  clock.advance(-24h);  // setting the clock back opens no new period
  EXPECT_TRUE(counter.take(quota, clock.now()));
  EXPECT_FALSE(counter.take(quota, clock.now()));
}

}  // namespace
}  // namespace gatehouse::gateway
