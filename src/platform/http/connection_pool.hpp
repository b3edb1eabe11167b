// The client's kept connections of one loop, by origin.
#pragma once

#include <boost/asio/basic_stream_socket.hpp>
#include <boost/asio/execution_context.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <chrono>
#include <list>
#include <optional>
#include <string>
#include <string_view>

#include "base/task.hpp"

namespace gatehouse::http {

using Socket = net::basic_stream_socket<net::ip::tcp, Executor>;

// Belongs to its loop and ends with it, whoever made the connections: so no socket outlives the loop that it is bound
// to. Used on that loop only.
class ConnectionPool final : public net::execution_context::service {
 public:
  using key_type = ConnectionPool;
  static net::execution_context::id id;

  static constexpr std::size_t kMaxIdle = 64;  // of all origins together
  static constexpr std::chrono::seconds kMaxAge{30};

  explicit ConnectionPool(net::execution_context& context);

  // The most recently used connection to that origin that still seems to be open.
  std::optional<Socket> take(std::string_view origin);
  // Keeps at most `max_per_origin`; the oldest go.
  void keep(std::string_view origin, Socket socket, std::size_t max_per_origin);

 private:
  struct Idle {
    std::string origin;
    Socket socket;
    std::chrono::steady_clock::time_point since;
  };
  void shutdown() override { idle_.clear(); }
  void drop_old();

  std::list<Idle> idle_;  // the most recently used first
};

}  // namespace gatehouse::http
