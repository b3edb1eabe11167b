// Password hashes, made and checked on the worker pool.
#pragma once

#include <string>

#include "base/result.hpp"
#include "base/task.hpp"
#include "base/worker_pool.hpp"
#include "platform/crypto/password.hpp"

namespace gatehouse::identity {

// Thread-safe. TooManyRequestsException when the pool is full.
class Passwords {
 public:
  Passwords(WorkerPool& pool, crypto::PasswordCost cost) : pool_(&pool), cost_(cost) {}

  Task<Result<std::string>> hash(std::string password) const;
  // An empty `encoded` stands for a user that does not exist: false, after the same work (a hash is made and thrown
  // away), so that the time tells nothing.
  Task<Result<bool>> verify(std::string encoded, std::string password) const;

 private:
  WorkerPool* pool_;
  crypto::PasswordCost cost_;
};

}  // namespace gatehouse::identity
