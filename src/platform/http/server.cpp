#include "platform/http/server.hpp"

#include <sys/socket.h>

#include <atomic>
#include <boost/asio/basic_socket_acceptor.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/dispatch.hpp>
#include <boost/asio/ip/v6_only.hpp>
#include <boost/asio/redirect_error.hpp>

#include "base/log.hpp"
#include "platform/http/connection.hpp"

namespace gatehouse::http {
namespace {

using boost::system::error_code;
using Endpoint = net::ip::tcp::endpoint;
using Acceptor = net::basic_socket_acceptor<net::ip::tcp, Executor>;

constexpr int kBacklog = 4096;
constexpr std::chrono::milliseconds kPause{50};  // after a failed accept (no file descriptor left), while draining

std::unexpected<Error> cannot_listen(const Endpoint& endpoint, const error_code& error) {
  std::string message =
      fmt::format("cannot listen on {} port {}: {}", endpoint.address().to_string(), endpoint.port(), error.message());
  if (error == boost::system::errc::address_in_use) {
    message = fmt::format(
        "{} port {} is in use by another process: stop that one, or choose another with --port and --site-port",
        endpoint.address().to_string(), endpoint.port());
  } else if (error == boost::system::errc::permission_denied) {
    message += "; ports below 1024 need privileges";
  }
  return fail(Error::Kind::kUnavailable,
              error == boost::system::errc::address_not_available ? "AddressNotAvailable" : "", std::move(message));
}

// With SO_REUSEPORT a second process of the same user could share the port silently: a bind without it finds that out.
error_code probe(net::io_context& loop, const Endpoint& endpoint) {
  error_code error;
  Acceptor acceptor(loop.get_executor());
  acceptor.open(endpoint.protocol(), error);
  if (!error) acceptor.set_option(Acceptor::reuse_address(true), error);
  if (!error && endpoint.address().is_v6()) acceptor.set_option(net::ip::v6_only(true), error);
  if (!error) acceptor.bind(endpoint, error);
  return error;
}

Result<Acceptor> open_acceptor(net::io_context& loop, const Endpoint& endpoint) {
  error_code error;
  Acceptor acceptor(loop.get_executor());
  acceptor.open(endpoint.protocol(), error);
  if (!error) acceptor.set_option(Acceptor::reuse_address(true), error);
  if (!error && endpoint.address().is_v6()) acceptor.set_option(net::ip::v6_only(true), error);
  const int on = 1;
  if (!error && ::setsockopt(acceptor.native_handle(), SOL_SOCKET, SO_REUSEPORT, &on, sizeof on) != 0) {
    error = error_code(errno, boost::system::system_category());
  }
  if (!error) acceptor.bind(endpoint, error);
  if (!error) acceptor.listen(kBacklog, error);
  if (error) return cannot_listen(endpoint, error);
  return acceptor;
}

}  // namespace

struct Server::Impl {
  Impl(Loops& server_loops, ServerLimits server_limits) : loops(server_loops), limits(server_limits) {
    for (std::size_t i = 0; i < loops.size(); ++i) {
      sets.push_back(std::make_shared<ConnectionSet>(loops.at(i).get_executor(), limits, total));
      net::co_spawn(loops.at(i), ConnectionSet::watch(sets.back()), net::detached);
    }
  }

  Task<void> accept(std::size_t loop, Acceptor& acceptor, Handler& handler) {
    for (;;) {
      error_code error;
      Socket socket = co_await acceptor.async_accept(net::redirect_error(kUseTask, error));
      if (!acceptor.is_open()) co_return;
      if (error) {
        log::warn("cannot accept a connection: {}", error.message());
        Timer timer(loops.at(loop).get_executor(), kPause);
        co_await timer.async_wait(kUseTask);
        continue;
      }
      if (total.fetch_add(1) >= limits.max_connections) {
        total.fetch_sub(1);
        continue;  // the socket closes here
      }
      net::co_spawn(loops.at(loop), ConnectionSet::serve(sets[loop], std::move(socket), handler), net::detached);
    }
  }

  Loops& loops;
  const ServerLimits limits;
  std::atomic<std::size_t> total{0};
  std::vector<std::shared_ptr<ConnectionSet>> sets;                          // one per loop
  std::vector<std::pair<std::size_t, std::unique_ptr<Acceptor>>> acceptors;  // with their loop
};

Server::Server(Loops& loops, ServerLimits limits) : impl_(std::make_unique<Impl>(loops, limits)) {}
Server::~Server() = default;

Result<std::uint16_t> Server::listen(const std::string& address, std::uint16_t port, Handler& handler) {
  error_code error;
  const auto parsed = net::ip::make_address(address, error);
  if (error) return fail(Error::Kind::kInvalid, "", fmt::format("--bind {} is not an IP address", address));
  Endpoint endpoint(parsed, port);
  if (port != 0) {
    if (const error_code busy = probe(impl_->loops.at(0), endpoint); busy) return cannot_listen(endpoint, busy);
  }
  std::vector<std::unique_ptr<Acceptor>> opened;
  for (std::size_t i = 0; i < impl_->loops.size(); ++i) {
    Result<Acceptor> acceptor = open_acceptor(impl_->loops.at(i), endpoint);
    if (!acceptor) return std::unexpected(acceptor.error());
    endpoint.port(acceptor->local_endpoint().port());
    opened.push_back(std::make_unique<Acceptor>(std::move(*acceptor)));
  }
  for (std::size_t i = 0; i < opened.size(); ++i) {
    impl_->acceptors.emplace_back(i, std::move(opened[i]));
    net::co_spawn(impl_->loops.at(i), impl_->accept(i, *impl_->acceptors.back().second, handler), net::detached);
  }
  return endpoint.port();
}

Task<void> Server::drain(std::chrono::milliseconds grace) {
  const auto on_each_loop = [this](auto action) {
    for (std::size_t i = 0; i < impl_->sets.size(); ++i) {
      net::post(impl_->loops.at(i), [action, set = impl_->sets[i]] { action(*set); });
    }
  };
  for (auto& [loop, acceptor] : impl_->acceptors) {
    net::post(impl_->loops.at(loop), [socket = acceptor.get()] {
      error_code ignored;
      socket->close(ignored);
    });
  }
  on_each_loop([](ConnectionSet& set) { set.drain(); });
  const auto end = std::chrono::steady_clock::now() + grace;
  const Executor executor = co_await net::this_coro::executor;
  Timer timer(executor);
  bool closed = false;
  while (impl_->total.load() > 0) {
    if (!closed && std::chrono::steady_clock::now() >= end) {
      closed = true;
      on_each_loop([](ConnectionSet& set) { set.close_all(); });
    }
    if (closed && std::chrono::steady_clock::now() >= end + std::chrono::seconds{1}) break;
    timer.expires_after(std::chrono::milliseconds{10});
    co_await timer.async_wait(kUseTask);
  }
}

}  // namespace gatehouse::http
