// What waits for the commit thread: a bounded queue with one consumer that takes everything at once.
#pragma once

#include <condition_variable>
#include <functional>
#include <mutex>
#include <variant>
#include <vector>

#include "platform/store/store.hpp"

namespace gatehouse::store {

// Writes that succeed or fail together: one write, or a transaction.
struct WriteJob {
  std::vector<Write> writes;
  TransactionResult* result = nullptr;   // in the waiting caller's frame
  std::move_only_function<void()> done;  // resumes the caller on its own loop
};

// Work that the commit thread does alone, between groups: making and dropping tables.
struct ExclusiveJob {
  std::move_only_function<void()> run;
  std::move_only_function<void()> done;
};

using Job = std::variant<WriteJob, ExclusiveJob>;

class CommitQueue {
 public:
  explicit CommitQueue(std::size_t capacity) : capacity_(capacity) {}

  // False when the queue is full or closed; then `job` is untouched.
  bool push(Job& job) {
    {
      const std::scoped_lock lock(mutex_);
      if (closed_ || jobs_.size() >= capacity_) return false;
      jobs_.push_back(std::move(job));
      if (jobs_.size() > 1) return true;  // the thread was woken already
    }
    waiting_.notify_one();
    return true;
  }

  // Waits for work and takes all of it; empty when the queue is closed and drained.
  std::vector<Job> take_all() {
    std::vector<Job> taken;
    std::unique_lock lock(mutex_);
    waiting_.wait(lock, [this] { return closed_ || !jobs_.empty(); });
    taken.swap(jobs_);
    return taken;
  }

  void close() {
    {
      const std::scoped_lock lock(mutex_);
      closed_ = true;
    }
    waiting_.notify_one();
  }

 private:
  const std::size_t capacity_;
  std::mutex mutex_;
  std::condition_variable waiting_;
  std::vector<Job> jobs_;
  bool closed_ = false;
};

}  // namespace gatehouse::store
