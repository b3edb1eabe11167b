// A small bounded pool for work that blocks or computes for long (password hashing, RSA signing): event loops never do.
#pragma once

#include <atomic>
#include <boost/asio/async_result.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/thread_pool.hpp>
#include <memory>
#include <optional>
#include <type_traits>
#include <utility>

#include "base/result.hpp"
#include "base/task.hpp"

namespace gatehouse {

// Thread-safe. A full pool refuses at once: it never queues without end. The destructor waits for what runs.
class WorkerPool {
 public:
  // At most `max_waiting` pieces of work wait or run at a time.
  WorkerPool(std::size_t threads, std::size_t max_waiting) : pool_(threads), max_waiting_(max_waiting) {}
  ~WorkerPool() { pool_.join(); }

  // Runs `work` (returning a non-void value) on a pool thread and resumes the caller on its own loop. kThrottled when
  // full.
  template <typename F>
  Task<Result<std::invoke_result_t<F>>> run(F work) {
    using Value = std::invoke_result_t<F>;
    if (waiting_.fetch_add(1) >= max_waiting_) {
      waiting_.fetch_sub(1);
      co_return fail(Error::Kind::kThrottled, "TooManyRequestsException", "Too many requests", "worker pool is full");
    }
    std::optional<Value> value;
    const auto executor = co_await net::this_coro::executor;
    auto start = [this, &work, &value, executor](auto handler) {
      net::post(pool_, [this, &work, &value, executor, held = std::move(handler)]() mutable {
        value.emplace(work());
        waiting_.fetch_sub(1);
        net::post(executor, std::move(held));
      });
    };
    co_await net::async_initiate<const net::use_awaitable_t<Executor>, void()>(start, kUseTask);
    co_return std::move(*value);
  }

 private:
  net::thread_pool pool_;
  const std::size_t max_waiting_;
  std::atomic<std::size_t> waiting_{0};
};

}  // namespace gatehouse
