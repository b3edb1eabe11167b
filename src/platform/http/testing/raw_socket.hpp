// For tests: a blocking TCP socket that says exactly what it is told, byte for byte.
#pragma once

#include <arpa/inet.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

namespace gatehouse::http::testing {

class RawSocket {
 public:
  // Connects to 127.0.0.1. Reading gives up after ten seconds, so that a test that would hang fails instead.
  explicit RawSocket(std::uint16_t port) : file_(::socket(AF_INET, SOCK_STREAM, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    is_connected_ = ::connect(file_, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0;
    const timeval patience{.tv_sec = 10, .tv_usec = 0};
    ::setsockopt(file_, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
  }
  ~RawSocket() { close(); }
  RawSocket(RawSocket&& other) noexcept : file_(std::exchange(other.file_, -1)), is_connected_(other.is_connected_) {}
  RawSocket& operator=(RawSocket&&) = delete;

  bool is_connected() const { return is_connected_; }

  // False when the peer takes no more.
  bool send(std::string_view bytes, std::size_t at_a_time = SIZE_MAX) const {
    while (!bytes.empty()) {
      const ssize_t count = ::send(file_, bytes.data(), std::min(bytes.size(), at_a_time), MSG_NOSIGNAL);
      if (count <= 0) return false;
      bytes.remove_prefix(static_cast<std::size_t>(count));
    }
    return true;
  }
  void finish_sending() const { ::shutdown(file_, SHUT_WR); }
  void close() {
    if (file_ >= 0) ::close(std::exchange(file_, -1));
  }

  // What comes until `mark` has come; all until the end when it never does.
  std::string read_until(std::string_view mark) const {
    std::string text;
    char byte = 0;
    while (!text.ends_with(mark) && ::recv(file_, &byte, 1, 0) == 1) text.push_back(byte);
    return text;
  }
  // What comes until the peer closes. Sets was_reset when it did so rudely or not at all.
  std::string read_all(bool* was_reset = nullptr) const {
    std::string text;
    char bytes[16 * 1024];
    ssize_t count = 0;
    while ((count = ::recv(file_, bytes, sizeof bytes, 0)) > 0) text.append(bytes, static_cast<std::size_t>(count));
    if (was_reset != nullptr) *was_reset = count < 0;
    return text;
  }
  // One response with a Content-Length, so that the connection can go on.
  std::string read_response() const {
    std::string text = read_until("\r\n\r\n");
    const std::size_t at = text.find("Content-Length: ");
    if (at == std::string::npos) return text;
    std::size_t missing = std::stoul(text.substr(at + 16));
    char byte = 0;
    while (missing-- > 0 && ::recv(file_, &byte, 1, 0) == 1) text.push_back(byte);
    return text;
  }

 private:
  int file_;
  bool is_connected_ = false;
};

}  // namespace gatehouse::http::testing
