// Makes an operation of the Host awaitable.
#pragma once

#include <coroutine>
#include <optional>
#include <utility>

#include "gatehouse/sdk/host.hpp"

namespace gatehouse::sdk {

// Lives in the frame of the coroutine that awaits it. `start` gets the Completion and may complete it before it returns
// (a host that blocks) or later (a host with an event loop).
template <typename T, typename Start>
class Operation final : public Completion<T> {
 public:
  explicit Operation(Start start) : start_(std::move(start)) {}

  bool await_ready() const noexcept { return false; }
  bool await_suspend(std::coroutine_handle<> waiter) {
    waiter_ = waiter;
    start_(static_cast<Completion<T>&>(*this));
    if (value_) return false;
    is_suspended_ = true;
    return true;
  }
  T await_resume() { return std::move(*value_); }

  void complete(T value) override {
    value_.emplace(std::move(value));
    if (is_suspended_) waiter_.resume();
  }

 private:
  Start start_;
  std::optional<T> value_;
  std::coroutine_handle<> waiter_;
  bool is_suspended_ = false;
};

template <typename T, typename Start>
auto operation(Start start) {
  return Operation<T, Start>(std::move(start));
}

}  // namespace gatehouse::sdk
