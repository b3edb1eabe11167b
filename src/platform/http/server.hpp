// The HTTP/1.1 server: one event loop a core, SO_REUSEPORT, a connection stays on its loop.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "platform/http/handler.hpp"

namespace gatehouse::http {

struct ServerLimits {
  std::size_t max_header_bytes = 16 * 1024;          // request line and fields together; over it: 431
  std::size_t max_body_bytes = 10 * 1024 * 1024;     // over it: Request::body_too_large
  std::size_t max_connections = 10'000;              // over all loops; further ones are closed at once
  std::chrono::milliseconds header_timeout{10'000};  // from the first byte of a request to the end of its fields: 408
  std::chrono::milliseconds body_timeout{30'000};    // for a body; a long one gets a second more for each 16 KiB of it
  std::chrono::milliseconds idle_timeout{75'000};    // between requests on a kept connection
  std::chrono::milliseconds write_timeout{30'000};   // without any progress
};

// Event loops and their threads. Owned by main; everything that runs on a loop must end before it.
class Loops {
 public:
  explicit Loops(std::size_t count);
  ~Loops();
  std::size_t size() const;
  net::io_context& at(std::size_t index);
  // Runs loop 0 on the calling thread and the others on their own; returns after stop().
  void run();
  void stop();
  bool is_running() const;  // run() has begun and has not returned

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

// Listens on addresses and answers with a handler. The handler must outlive the server, and the server ends before the
// loops. Its destructor ends what drain() did not: handlers that still run are cancelled.
class Server {
 public:
  Server(Loops& loops, ServerLimits limits);
  ~Server();

  // Binds one address ("127.0.0.1", "::1"); port 0 takes a free one. Returns the port. The error names the address, the
  // port and what to do. The port is this server's alone, although its loops share it.
  Result<std::uint16_t> listen(const std::string& address, std::uint16_t port, Handler& handler);

  // Stops accepting, closes idle connections at once, lets running requests finish for at most `grace`, then cancels
  // them. Done when nothing is left.
  Task<void> drain(std::chrono::milliseconds grace);

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace gatehouse::http
