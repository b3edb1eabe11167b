#include "platform/http/server.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/redirect_error.hpp>
#include <thread>

#include "base/log.hpp"
#include "platform/http/connection.hpp"
#include "platform/http/listener.hpp"

namespace gatehouse::http {
namespace {

using boost::system::error_code;

constexpr std::chrono::milliseconds kAcceptPause{100};  // when no file descriptor or memory is left
constexpr std::chrono::milliseconds kDrainLook{5};      // how often a drain looks whether all are gone
constexpr std::chrono::seconds kAbortPatience{5};       // for cancelled handlers to come to their end

bool lacks_resources(const error_code& error) {
  namespace errc = boost::system::errc;
  return error == errc::too_many_files_open || error == errc::too_many_files_open_in_system ||
         error == errc::no_buffer_space || error == errc::not_enough_memory;
}

}  // namespace

struct Server::Impl {
  struct Listener {
    Acceptor acceptor;
    std::shared_ptr<ConnectionSet> set;
  };

  Impl(Loops& server_loops, ServerLimits limits)
      : loops(server_loops), state(std::make_shared<ServerState>(limits)), listeners(server_loops.size()) {
    for (std::size_t i = 0; i < loops.size(); ++i)
      sets.push_back(std::make_shared<ConnectionSet>(loops.at(i).get_executor(), state));
  }

  static Task<void> accept(std::shared_ptr<Listener> listener, std::shared_ptr<ServerState> state, Handler& handler);
  // Runs on their loop.
  static void close_all(const std::vector<std::shared_ptr<Listener>>& listeners) {
    for (const auto& listener : listeners) {
      error_code ignored;
      listener->acceptor.close(ignored);
    }
  }
  bool is_alive() const { return state->connections.load() + state->acceptors.load() > 0; }
  void end_now();

  Loops& loops;
  const std::shared_ptr<ServerState> state;
  std::vector<std::shared_ptr<ConnectionSet>> sets;               // one a loop
  std::vector<std::vector<std::shared_ptr<Listener>>> listeners;  // by loop
};

Task<void> Server::Impl::accept(std::shared_ptr<Listener> listener, std::shared_ptr<ServerState> state,
                                Handler& handler) {
  bool has_complained = false;
  while (listener->acceptor.is_open()) {
    error_code error;
    Socket socket = co_await listener->acceptor.async_accept(net::redirect_error(kUseTask, error));
    if (!listener->acceptor.is_open()) break;
    if (error && lacks_resources(error)) {
      if (!std::exchange(has_complained, true)) log::warn("cannot accept a connection: {}", error.message());
      Timer timer(listener->acceptor.get_executor(), kAcceptPause);
      co_await timer.async_wait(net::redirect_error(kUseTask, error));
      continue;
    }
    if (error) continue;  // the client was gone before we came
    has_complained = false;
    if (state->connections.fetch_add(1) >= state->limits.max_connections) {
      state->connections.fetch_sub(1);
      continue;  // the socket closes here
    }
    Connection::start(listener->set, std::move(socket), handler);
  }
  state->acceptors.fetch_sub(1);
}

// Cancels everything and waits for it, whoever runs the loops.
void Server::Impl::end_now() {
  const bool are_running = loops.is_running();
  const auto waiting = std::make_shared<std::atomic<std::size_t>>(loops.size());
  for (std::size_t i = 0; i < loops.size(); ++i) {
    net::post(loops.at(i), [set = sets[i], closing = listeners[i], waiting] {
      close_all(closing);
      set->abort();
      waiting->fetch_sub(1);
    });
  }
  const auto end = std::chrono::steady_clock::now() + kAbortPatience;
  while ((waiting->load() > 0 || is_alive()) && std::chrono::steady_clock::now() < end) {
    for (std::size_t i = 0; i < loops.size(); ++i) {
      net::io_context& loop = loops.at(i);
      if (are_running && !loop.get_executor().running_in_this_thread()) continue;
      if (!are_running) loop.restart();
      loop.poll();
    }
    std::this_thread::sleep_for(std::chrono::microseconds{100});
  }
  if (is_alive()) log::error("a server ended before its requests did");
}

Server::Server(Loops& loops, ServerLimits limits) : impl_(std::make_unique<Impl>(loops, limits)) {}
Server::~Server() { impl_->end_now(); }

Result<std::uint16_t> Server::listen(const std::string& address, std::uint16_t port, Handler& handler) {
  Result<std::vector<Acceptor>> acceptors = open_acceptors(impl_->loops, address, port);
  if (!acceptors) return std::unexpected(acceptors.error());
  const std::uint16_t bound = acceptors->front().local_endpoint().port();
  for (std::size_t i = 0; i < acceptors->size(); ++i) {
    auto listener = std::make_shared<Impl::Listener>(Impl::Listener{std::move((*acceptors)[i]), impl_->sets[i]});
    impl_->listeners[i].push_back(listener);
    impl_->state->acceptors.fetch_add(1);
    net::co_spawn(impl_->loops.at(i), Impl::accept(listener, impl_->state, handler), net::detached);
  }
  return bound;
}

Task<void> Server::drain(std::chrono::milliseconds grace) {
  const auto on_each_loop = [this](auto action) {
    for (std::size_t i = 0; i < impl_->loops.size(); ++i)
      net::post(impl_->loops.at(i), [this, i, action] { action(*impl_, i); });
  };
  on_each_loop([](Impl& impl, std::size_t loop) {
    Impl::close_all(impl.listeners[loop]);
    impl.sets[loop]->begin_drain();
  });
  const auto end = std::chrono::steady_clock::now() + grace;
  bool has_aborted = false;
  const Executor executor = co_await net::this_coro::executor;
  Timer timer(executor);
  while (impl_->is_alive()) {
    const auto now = std::chrono::steady_clock::now();
    if (now >= end + kAbortPatience) break;
    if (now >= end && !std::exchange(has_aborted, true))
      on_each_loop([](Impl& impl, std::size_t loop) { impl.sets[loop]->abort(); });
    timer.expires_after(kDrainLook);
    co_await timer.async_wait(kUseTask);
  }
}

}  // namespace gatehouse::http
