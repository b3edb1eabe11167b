// For tests: a server on a free port of 127.0.0.1, with its loops on threads of their own.
#pragma once

#include <gtest/gtest.h>

#include <thread>

#include "platform/http/server.hpp"
#include "platform/http/testing/raw_socket.hpp"

namespace gatehouse::http::testing {

class TestServer {
 public:
  // The handler outlives the server.
  explicit TestServer(Handler& handler, ServerLimits limits = {}, std::size_t loop_count = 1)
      : loops_(loop_count), server_(std::make_unique<Server>(loops_, limits)) {
    const Result<std::uint16_t> port = server_->listen("127.0.0.1", 0, handler);
    EXPECT_TRUE(port) << port.error().message;
    port_ = port.value_or(0);
    thread_ = std::thread([this] { loops_.run(); });
  }
  ~TestServer() {
    loops_.stop();
    thread_.join();
    server_.reset();
  }

  std::uint16_t port() const { return port_; }
  Server& server() { return *server_; }
  Loops& loops() { return loops_; }
  std::string url(std::string_view target) const { return fmt::format("http://127.0.0.1:{}{}", port_, target); }

  RawSocket connect() const { return RawSocket(port_); }
  // Sends bytes and reads until the server closes.
  std::string talk(std::string_view bytes, std::size_t at_a_time = SIZE_MAX) const {
    const RawSocket socket(port_);
    socket.send(bytes, at_a_time);
    return socket.read_all();
  }

 private:
  Loops loops_;
  std::unique_ptr<Server> server_;
  std::uint16_t port_ = 0;
  std::thread thread_;
};

}  // namespace gatehouse::http::testing
