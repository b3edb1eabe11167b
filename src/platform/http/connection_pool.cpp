#include "platform/http/connection_pool.hpp"

#include <boost/asio/buffer.hpp>
#include <utility>

namespace gatehouse::http {
namespace {

// A server that closed, or that sent what nobody asked for, made the socket readable.
bool is_open(Socket& socket) {
  boost::system::error_code error;
  char byte = 0;
  socket.non_blocking(true, error);
  if (error) return false;
  socket.receive(net::mutable_buffer(&byte, 1), Socket::message_peek, error);
  return error == net::error::would_block || error == net::error::try_again;
}

}  // namespace

net::execution_context::id ConnectionPool::id;

// The socket that is made here and dropped brings the loop's socket service into being before this one: services end in
// reverse order, and the kept sockets still need theirs.
ConnectionPool::ConnectionPool(net::execution_context& context) : service(context) {
  const Socket first(static_cast<net::io_context&>(context).get_executor());
}

void ConnectionPool::drop_old() {
  const auto oldest = std::chrono::steady_clock::now() - kMaxAge;
  while (!idle_.empty() && idle_.back().since < oldest) idle_.pop_back();
}

std::optional<Socket> ConnectionPool::take(std::string_view origin) {
  drop_old();
  for (auto entry = idle_.begin(); entry != idle_.end();) {
    if (entry->origin != origin) {
      ++entry;
      continue;
    }
    std::optional<Socket> socket(std::move(entry->socket));
    entry = idle_.erase(entry);
    if (is_open(*socket)) return socket;
  }
  return std::nullopt;
}

void ConnectionPool::keep(std::string_view origin, Socket socket, std::size_t max_per_origin) {
  drop_old();
  if (max_per_origin == 0) return;
  idle_.push_front({std::string(origin), std::move(socket), std::chrono::steady_clock::now()});
  std::size_t count = 0;
  for (auto entry = idle_.begin(); entry != idle_.end();) {
    count += entry->origin == origin ? 1 : 0;
    entry = entry->origin == origin && count > max_per_origin ? idle_.erase(entry) : std::next(entry);
  }
  if (idle_.size() > kMaxIdle) idle_.pop_back();
}

}  // namespace gatehouse::http
