// A place to wait for a change of state that another coroutine of the same loop makes.
#pragma once

#include <boost/asio/redirect_error.hpp>
#include <vector>

#include "base/task.hpp"

namespace gatehouse::functions {

// Waiters look at the state in a loop: a notification wakes those that wait now and is not remembered.
class Signal {
 public:
  explicit Signal(Executor executor) : executor_(executor) {}
  Signal(const Signal&) = delete;
  Signal& operator=(const Signal&) = delete;

  // Ends at a notification or at the deadline. The signal must outlive the wait.
  Task<void> wait_until(Timer::time_point deadline) {
    Timer timer(executor_, deadline);
    const Place place(waiting_, timer);
    boost::system::error_code ignored;
    co_await timer.async_wait(net::redirect_error(kUseTask, ignored));
  }
  void notify() {
    for (Timer* timer : waiting_) timer->cancel();
  }

 private:
  struct Place {
    Place(std::vector<Timer*>& chosen, Timer& own) : waiting(chosen), timer(own) { waiting.push_back(&timer); }
    ~Place() { std::erase(waiting, &timer); }
    Place(const Place&) = delete;
    Place& operator=(const Place&) = delete;
    std::vector<Timer*>& waiting;
    Timer& timer;
  };

  const Executor executor_;
  std::vector<Timer*> waiting_;
};

}  // namespace gatehouse::functions
