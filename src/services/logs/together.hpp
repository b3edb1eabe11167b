// Tasks that wait for the disk at the same time share its fsyncs.
#pragma once

#include <boost/asio/redirect_error.hpp>
#include <exception>
#include <utility>
#include <vector>

#include "base/task.hpp"

namespace gatehouse::logs {

// Runs the tasks at once on the caller's loop and returns when all are done; the first exception comes out.
// Requires: the loop is run by one thread.
inline Task<void> run_together(std::vector<Task<void>> tasks) {
  const Executor executor = co_await net::this_coro::executor;
  Timer done(executor, Timer::time_point::max());
  std::size_t left = tasks.size();
  std::exception_ptr thrown;
  for (Task<void>& task : tasks) {
    net::co_spawn(executor, std::move(task), [&](std::exception_ptr error) {
      if (error && !thrown) thrown = error;
      if (--left == 0) done.cancel();
    });
  }
  while (left > 0) {
    boost::system::error_code cancelled;
    co_await done.async_wait(net::redirect_error(kUseTask, cancelled));
  }
  if (thrown) std::rethrow_exception(thrown);
}

}  // namespace gatehouse::logs
