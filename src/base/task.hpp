// Coroutines: what every handler on the request path returns.
//
// A Task runs on the event loop that awaits it. The executor is a concrete type, not asio::any_io_executor: that alone
// is worth several percent of throughput. Nothing that blocks may run inside a Task; see worker_pool.hpp.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <chrono>

namespace gatehouse {

namespace net = boost::asio;

using Executor = net::io_context::executor_type;

template <typename T>
using Task = net::awaitable<T, Executor>;

// The completion token that makes an Asio operation awaitable inside a Task.
inline constexpr net::use_awaitable_t<Executor> kUseTask{};

// A timer on the machine's monotonic clock, for time-outs (semantic time comes from clock.hpp).
using Timer =
    net::basic_waitable_timer<std::chrono::steady_clock, net::wait_traits<std::chrono::steady_clock>, Executor>;

}  // namespace gatehouse
