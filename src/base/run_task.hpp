// Runs a Task to its end on a loop of its own and hands back what it returned: for tests, start-up and commands.
#pragma once

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <exception>
#include <optional>
#include <utility>

#include "base/task.hpp"

namespace gatehouse {

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

namespace detail {
template <typename T>
Task<void> store_result(Task<T> task, std::optional<T>& value) {
  value.emplace(co_await std::move(task));
}
}  // namespace detail

template <typename T>
T run_task(Task<T> task) {
  std::optional<T> value;
  run_task(detail::store_result(std::move(task), value));
  return std::move(*value);
}

}  // namespace gatehouse
