// Lock-out after wrong passwords, as Cognito documents it ("Managing user pool security: lockout behavior for failed
// sign-in attempts"): after five wrong passwords 1 second, doubling with each further one up to 15 minutes. Attempts
// during a lock-out are refused, right or wrong, and do not lengthen it. A right password afterwards, or 15 quiet
// minutes, start over.
#pragma once

#include <cstdint>
#include <string>

#include "services/identity/identity.hpp"
#include "services/identity/pool.hpp"
#include "services/identity/tables.hpp"

namespace gatehouse::identity {

// Thread-safe. Counters live in the store: a restart does not reset them.
class Lockout {
 public:
  static constexpr std::int64_t kFreeAttempts = 5;
  static constexpr std::int64_t kLongestSeconds = 900;

  struct Attempt {
    bool is_locked = false;  // refuse without looking at the password
    std::string partition;   // of the counter
  };

  Lockout(const Surroundings& around, Tables tables, Expiry expiry)
      : around_(around), tables_(std::move(tables)), expiry_(std::move(expiry)) {}

  // Before a password is looked at. The attempt counts as a failure at once, so that many at the same time cannot slip
  // past the counter; succeeded() or abandoned() take it back.
  Task<Result<Attempt>> begin(PoolPtr pool, std::string name) const;
  Task<Result<void>> succeeded(Attempt attempt) const;
  // The password could not be looked at (the pool of workers was full).
  Task<void> abandoned(Attempt attempt) const;
  // An administrator set the password, or the user is gone.
  Task<Result<void>> forget(PoolPtr pool, std::string name) const;

 private:
  Surroundings around_;
  Tables tables_;
  Expiry expiry_;
};

}  // namespace gatehouse::identity
