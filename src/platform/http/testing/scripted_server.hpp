// For tests: a server that says what it is told, whatever is asked, and counts its connections.
#pragma once

#include <arpa/inet.h>
#include <sys/socket.h>
#include <unistd.h>

#include <atomic>
#include <string>
#include <thread>
#include <vector>

namespace gatehouse::http::testing {

class ScriptedServer {
 public:
  // One entry for each connection, in order; each is the list of its answers. After its answers a connection is closed,
  // or kept open silently where the last answer is empty. After the last entry nobody is answered.
  using Script = std::vector<std::vector<std::string>>;

  explicit ScriptedServer(Script script) : file_(::socket(AF_INET, SOCK_STREAM, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    ::bind(file_, reinterpret_cast<sockaddr*>(&address), sizeof address);
    ::listen(file_, 8);
    socklen_t size = sizeof address;
    ::getsockname(file_, reinterpret_cast<sockaddr*>(&address), &size);
    port_ = ntohs(address.sin_port);
    thread_ = std::thread([this, answers = std::move(script)] { serve(answers); });
  }
  ~ScriptedServer() {
    ::shutdown(file_, SHUT_RDWR);
    thread_.join();
    ::close(file_);
  }

  std::string url(const std::string& target) const { return "http://127.0.0.1:" + std::to_string(port_) + target; }
  int connections() const { return connections_; }
  const std::vector<std::string>& requests() const { return requests_; }  // once nothing runs any more

 private:
  void serve(const Script& script) {
    std::vector<int> silent;
    for (const auto& answers : script) {
      const int connection = ::accept(file_, nullptr, nullptr);
      if (connection < 0) break;
      ++connections_;
      for (const std::string& answer : answers) {
        if (!answer.empty()) {
          if (!read_request(connection)) break;
          ::send(connection, answer.data(), answer.size(), MSG_NOSIGNAL);
        }
      }
      if (!answers.empty() && answers.back().empty()) {
        silent.push_back(connection);
      } else {
        ::close(connection);
      }
    }
    for (const int connection : silent) ::close(connection);
  }
  bool read_request(int connection) {
    std::string request;
    char byte = 0;
    while (!request.ends_with("\r\n\r\n")) {
      if (::recv(connection, &byte, 1, 0) != 1) return false;
      request.push_back(byte);
    }
    requests_.push_back(std::move(request));
    return true;
  }

  int file_;
  std::uint16_t port_ = 0;
  std::atomic<int> connections_{0};
  std::vector<std::string> requests_;
  std::thread thread_;
};

}  // namespace gatehouse::http::testing
