// What waits for the commit thread: a bounded queue with one consumer that takes everything at once.
#pragma once

#include <atomic>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <thread>
#include <utility>
#include <variant>
#include <vector>

#include "platform/store/store.hpp"

namespace gatehouse::store {

// Resumes a waiting caller on its own loop, once.
class Resume {
 public:
  // `is_released` lies in the caller's frame. It becomes true when this thread has let go of the caller's loop: until
  // then the caller must not go on, because the loop may end with it (wait_until_released).
  Resume(std::move_only_function<void()> post, std::atomic<bool>& is_released)
      : post_(std::move(post)), is_released_(&is_released) {}

  void operator()() {
    std::atomic<bool>* const is_released = is_released_;
    post_();
    is_released->store(true, std::memory_order_release);
  }

 private:
  std::move_only_function<void()> post_;
  std::atomic<bool>* is_released_;
};

// A few instructions long; nearly always it is true already.
inline void wait_until_released(const std::atomic<bool>& is_released) {
  while (!is_released.load(std::memory_order_acquire)) std::this_thread::yield();
}

// Writes that succeed or fail together: one write, or a transaction.
struct WriteJob {
  std::vector<Write> writes;
  TransactionResult* result = nullptr;  // in the waiting caller's frame
  Resume done;
};

// Work that the commit thread does alone, between groups: making and dropping tables.
struct ExclusiveJob {
  std::move_only_function<void()> run;
  Resume done;
};

using Job = std::variant<WriteJob, ExclusiveJob>;

class CommitQueue {
 public:
  explicit CommitQueue(std::size_t capacity) : capacity_(capacity) {}

  enum class Push { kQueued, kFull, kClosed };
  // Unless it is queued, `job` is untouched.
  Push push(Job& job) {
    bool must_wake = false;
    {
      const std::scoped_lock lock(mutex_);
      if (is_closed_) return Push::kClosed;
      if (jobs_.size() >= capacity_) return Push::kFull;
      jobs_.push_back(std::move(job));
      must_wake = std::exchange(is_sleeping_, false);
    }
    if (must_wake) waiting_.notify_one();
    return Push::kQueued;
  }

  // Waits for work and takes all of it; empty when the queue is closed and drained.
  std::vector<Job> take_all() {
    std::vector<Job> taken;
    std::unique_lock lock(mutex_);
    while (!is_closed_ && jobs_.empty()) {
      is_sleeping_ = true;
      waiting_.wait(lock);
    }
    is_sleeping_ = false;
    taken.swap(jobs_);
    return taken;
  }

  void close() {
    {
      const std::scoped_lock lock(mutex_);
      is_closed_ = true;
    }
    waiting_.notify_one();
  }

 private:
  const std::size_t capacity_;
  std::mutex mutex_;
  std::condition_variable waiting_;
  std::vector<Job> jobs_;
  bool is_sleeping_ = false;
  bool is_closed_ = false;
};

}  // namespace gatehouse::store
