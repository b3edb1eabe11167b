#include "services/identity/passwords.hpp"

#include <gtest/gtest.h>
#include <time.h>

#include "base/run_task.hpp"

namespace gatehouse::identity {
namespace {

constexpr crypto::PasswordCost kCost{.memory_bytes = 4 * 1024 * 1024, .passes = 2};

double cpu_seconds() {
  timespec now{};
  ::clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) + static_cast<double>(now.tv_nsec) / 1e9;
}

double cheapest(const Passwords& passwords, const std::string& encoded) {
  double best = 1e9;
  for (int i = 0; i < 7; ++i) {
    const double before = cpu_seconds();
    EXPECT_FALSE(*run_task(passwords.verify(encoded, "Wrong-Pass-1")));
    best = std::min(best, cpu_seconds() - before);
  }
  return best;
}

TEST(Passwords, AreVerified) {
  WorkerPool pool(1, 4);
  const Passwords passwords(pool, kCost);
  const std::string encoded = *run_task(passwords.hash("Right-Pass-1"));
  EXPECT_TRUE(encoded.starts_with("$argon2id$"));
  EXPECT_TRUE(*run_task(passwords.verify(encoded, "Right-Pass-1")));
  EXPECT_FALSE(*run_task(passwords.verify(encoded, "Right-Pass-2")));
}

TEST(Passwords, AUserThatDoesNotExistCostsTheSameWork) {
  WorkerPool pool(1, 4);
  const Passwords passwords(pool, kCost);
  const double known = cheapest(passwords, *run_task(passwords.hash("Right-Pass-1")));
  const double unknown = cheapest(passwords, "");
  EXPECT_GT(unknown, known / 2);
  EXPECT_LT(unknown, known * 2);
}

TEST(Passwords, AFullPoolRefusesAtOnce) {
  WorkerPool pool(1, 0);
  const Passwords passwords(pool, kCost);
  EXPECT_EQ(run_task(passwords.verify("", "x")).error().kind, Error::Kind::kThrottled);
  EXPECT_EQ(run_task(passwords.hash("x")).error().code, "TooManyRequestsException");
}

}  // namespace
}  // namespace gatehouse::identity
