// Runs a Task to its end on a loop of its own and hands back what it returned: for tests, start-up and commands.
#pragma once

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <exception>
#include <optional>
#include <utility>

#include "base/task.hpp"

namespace gatehouse {

template <typename T>
T run_task(Task<T> task) {
  net::io_context loop;
  const auto guard = net::make_work_guard(loop);
  std::optional<T> value;
  std::exception_ptr thrown;
  net::co_spawn(loop.get_executor(), std::move(task), [&](std::exception_ptr error, T result) {
    thrown = error;
    if (!error) value.emplace(std::move(result));
    loop.stop();
  });
  loop.run();
  if (thrown) std::rethrow_exception(thrown);
  return std::move(*value);
}

inline void run_task(Task<void> task) {
  net::io_context loop;
  const auto guard = net::make_work_guard(loop);
  std::exception_ptr thrown;
  net::co_spawn(loop.get_executor(), std::move(task), [&](std::exception_ptr error) {
    thrown = error;
    loop.stop();
  });
  loop.run();
  if (thrown) std::rethrow_exception(thrown);
}

}  // namespace gatehouse
