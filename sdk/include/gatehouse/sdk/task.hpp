// The coroutine that a handler is. A Task starts when it is awaited (or started by the host) and runs on the thread
// that does so; it never changes threads by itself. An exception leaves through the co_await of its caller.
#pragma once

#include <coroutine>
#include <exception>
#include <optional>
#include <utility>

namespace gatehouse::sdk {

template <typename T>
class Task;

namespace detail {

// What both kinds of promise share: who waits, and what was thrown.
struct PromiseBase {
  std::coroutine_handle<> waiter = std::noop_coroutine();
  std::exception_ptr thrown;

  std::suspend_always initial_suspend() noexcept { return {}; }
  void unhandled_exception() noexcept { thrown = std::current_exception(); }

  struct ResumeWaiter {
    bool await_ready() const noexcept { return false; }
    template <typename Promise>
    std::coroutine_handle<> await_suspend(std::coroutine_handle<Promise> done) const noexcept {
      return done.promise().waiter;
    }
    void await_resume() const noexcept {}
  };
  ResumeWaiter final_suspend() noexcept { return {}; }
};

template <typename T>
struct Promise : PromiseBase {
  std::optional<T> value;

  Task<T> get_return_object();
  template <typename U>
  void return_value(U&& result) {
    value.emplace(std::forward<U>(result));
  }
  T take() {
    if (thrown) std::rethrow_exception(thrown);
    return std::move(*value);
  }
};

template <>
struct Promise<void> : PromiseBase {
  Task<void> get_return_object();
  void return_void() noexcept {}
  void take() {
    if (thrown) std::rethrow_exception(thrown);
  }
};

}  // namespace detail

// Owns its coroutine: destroying a Task that has not ended ends it where it stands.
template <typename T>
class [[nodiscard]] Task {
 public:
  using promise_type = detail::Promise<T>;

  Task() = default;
  explicit Task(std::coroutine_handle<promise_type> coroutine) : coroutine_(coroutine) {}
  Task(Task&& other) noexcept : coroutine_(std::exchange(other.coroutine_, {})) {}
  Task& operator=(Task&& other) noexcept {
    if (this != &other) {
      if (coroutine_) coroutine_.destroy();
      coroutine_ = std::exchange(other.coroutine_, {});
    }
    return *this;
  }
  ~Task() {
    if (coroutine_) coroutine_.destroy();
  }

  bool await_ready() const noexcept { return false; }
  std::coroutine_handle<> await_suspend(std::coroutine_handle<> waiter) noexcept {
    coroutine_.promise().waiter = waiter;
    return coroutine_;
  }
  T await_resume() { return coroutine_.promise().take(); }

  // For hosts: runs until the first suspension; `waiter` is resumed at the end. Requires: not started.
  void start(std::coroutine_handle<> waiter = std::noop_coroutine()) {
    coroutine_.promise().waiter = waiter;
    coroutine_.resume();
  }
  bool is_done() const { return coroutine_ && coroutine_.done(); }
  // The result, or the handler's exception. Requires: is_done().
  T take() { return coroutine_.promise().take(); }

 private:
  std::coroutine_handle<promise_type> coroutine_;
};

template <typename T>
Task<T> detail::Promise<T>::get_return_object() {
  return Task<T>(std::coroutine_handle<Promise<T>>::from_promise(*this));
}
inline Task<void> detail::Promise<void>::get_return_object() {
  return Task<void>(std::coroutine_handle<Promise<void>>::from_promise(*this));
}

}  // namespace gatehouse::sdk
