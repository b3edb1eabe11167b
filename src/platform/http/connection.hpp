// One client connection: reads requests, answers them in order, keeps its deadlines.
#pragma once

#include <atomic>
#include <boost/asio/basic_stream_socket.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <list>
#include <memory>
#include <string>

#include "platform/http/request_reader.hpp"
#include "platform/http/server.hpp"

namespace gatehouse::http {

using Socket = net::basic_stream_socket<net::ip::tcp, Executor>;

class Connection;

// The connections of one loop, and the coarse clock that ends those that are too slow: no timer is armed per read.
// Everything here runs on that loop, but for the counter.
class ConnectionSet {
 public:
  ConnectionSet(Executor executor, const ServerLimits& limits, std::atomic<std::size_t>& total)
      : executor_(executor), limits_(limits), total_(total) {}

  // Serves a fresh socket until it ends. `self` keeps the set alive meanwhile.
  static Task<void> serve(std::shared_ptr<ConnectionSet> self, Socket socket, Handler& handler);
  // Ends connections over their deadline, forever.
  static Task<void> watch(std::shared_ptr<ConnectionSet> self);

  // Running requests finish, everything else closes.
  void drain();
  void close_all();
  bool is_draining() const { return draining_; }

  const ServerLimits& limits() const { return limits_; }
  std::chrono::steady_clock::time_point now() const { return now_; }

 private:
  friend class Connection;
  Executor executor_;
  const ServerLimits& limits_;
  std::atomic<std::size_t>& total_;
  std::list<Connection*> connections_;
  std::chrono::steady_clock::time_point now_ = std::chrono::steady_clock::now();  // as of the last tick
  bool draining_ = false;
};

}  // namespace gatehouse::http
