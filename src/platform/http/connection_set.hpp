// The connections of one loop, and the coarse clock that ends those that are too slow: no timer is armed per read.
#pragma once

#include <atomic>
#include <boost/asio/basic_stream_socket.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "platform/http/server.hpp"

namespace gatehouse::http {

using Socket = net::basic_stream_socket<net::ip::tcp, Executor>;

class Connection;

// What the loops of one server share.
struct ServerState {
  explicit ServerState(ServerLimits server_limits) : limits(server_limits) {}
  const ServerLimits limits;
  std::atomic<std::size_t> connections{0};
  std::atomic<std::size_t> acceptors{0};  // coroutines that accept
};

// Everything but the constructor is called on the set's loop, or when no loop runs.
class ConnectionSet : public std::enable_shared_from_this<ConnectionSet> {
 public:
  ConnectionSet(Executor executor, std::shared_ptr<ServerState> state);

  void add(Connection& connection);
  void remove(Connection& connection);

  // Idle connections close, the others after the response that they are at.
  void begin_drain();
  // Everything ends at once, running handlers too.
  void abort();
  bool is_draining() const { return is_draining_; }

  // The tick at which a time from now is surely over.
  std::uint64_t tick_after(std::chrono::milliseconds time) const {
    return tick_ + static_cast<std::uint64_t>(time / period_) + 2;
  }
  // Made once a second.
  std::string_view date_line() const { return date_line_; }
  const ServerLimits& limits() const { return state_->limits; }

 private:
  void schedule();
  void tick();
  void refresh_date();

  const std::shared_ptr<ServerState> state_;
  const std::chrono::milliseconds period_;
  Timer timer_;
  bool is_ticking_ = false;  // only while there are connections: an idle server sleeps
  bool is_draining_ = false;
  std::uint64_t tick_ = 0;
  std::int64_t date_second_ = 0;
  std::string date_line_;
  std::vector<Connection*> connections_;
};

}  // namespace gatehouse::http
