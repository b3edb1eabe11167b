#include "stream.hpp"

#include <fcntl.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "tls.hpp"

namespace gatehouse::sdk::runtime {
namespace {

constexpr std::size_t kReadBytes = 64 * 1024;

std::unexpected<Error> unreachable(std::string message) {
  return std::unexpected(Error{"Unreachable", std::move(message)});
}

Result<int> connect_address(const addrinfo& address, Deadline deadline) {
  const int descriptor = ::socket(address.ai_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  if (descriptor < 0) return unreachable(std::strerror(errno));
  const int on = 1;
  ::setsockopt(descriptor, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  int failure = ::connect(descriptor, address.ai_addr, address.ai_addrlen) == 0 ? 0 : errno;
  if (failure == EINPROGRESS) {
    if (!wait_for(descriptor, POLLOUT, deadline)) {
      ::close(descriptor);
      return std::unexpected(Error{"Timeout", "no connection in time"});
    }
    socklen_t size = sizeof failure;
    ::getsockopt(descriptor, SOL_SOCKET, SO_ERROR, &failure, &size);
  }
  if (failure == 0) return descriptor;
  ::close(descriptor);
  return unreachable(std::strerror(failure));
}

Result<int> connect_host(const Origin& origin, Deadline deadline) {
  addrinfo hints{};
  hints.ai_socktype = SOCK_STREAM;
  addrinfo* found = nullptr;
  if (const int code = ::getaddrinfo(origin.host.c_str(), std::to_string(origin.port).c_str(), &hints, &found);
      code != 0) {
    return unreachable(origin.host + ": " + ::gai_strerror(code));
  }
  const std::unique_ptr<addrinfo, decltype(&::freeaddrinfo)> addresses(found, &::freeaddrinfo);
  Result<int> connected = unreachable(origin.host + ": no address");
  for (const addrinfo* address = found; address != nullptr && !connected; address = address->ai_next) {
    connected = connect_address(*address, deadline);
  }
  return connected;
}

class PlainStream final : public Stream {
 public:
  explicit PlainStream(int descriptor) : descriptor_(descriptor) {}
  ~PlainStream() override { ::close(descriptor_); }

  Result<void> write(std::string_view bytes, Deadline deadline) override {
    while (!bytes.empty()) {
      const ssize_t count = ::send(descriptor_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
      if (count >= 0) {
        bytes.remove_prefix(static_cast<std::size_t>(count));
      } else if (errno != EAGAIN && errno != EINTR) {
        return unreachable(std::strerror(errno));
      } else if (!wait_for(descriptor_, POLLOUT, deadline)) {
        return std::unexpected(Error{"Timeout", "the request could not be sent in time"});
      }
    }
    return {};
  }

  Result<bool> read(std::string& out, Deadline deadline) override {
    for (;;) {
      const std::size_t before = out.size();
      out.resize(before + kReadBytes);
      const ssize_t count = ::recv(descriptor_, out.data() + before, kReadBytes, 0);
      const int failure = errno;
      out.resize(before + static_cast<std::size_t>(std::max<ssize_t>(count, 0)));
      if (count > 0) return true;
      if (count == 0) return false;
      if (failure != EAGAIN && failure != EINTR) return unreachable(std::strerror(failure));
      if (!wait_for(descriptor_, POLLIN, deadline)) return std::unexpected(Error{"Timeout", "no answer in time"});
    }
  }

  bool is_reusable() override {
    char byte = 0;
    return ::recv(descriptor_, &byte, 1, MSG_PEEK | MSG_DONTWAIT) < 0 && errno == EAGAIN;
  }

 private:
  const int descriptor_;
};

}  // namespace

bool wait_for(int descriptor, short events, Deadline deadline) {
  for (;;) {
    int wait_ms = -1;
    if (deadline != Deadline::max()) {
      const auto left = std::chrono::ceil<std::chrono::milliseconds>(deadline - std::chrono::steady_clock::now());
      if (left.count() <= 0) return false;
      wait_ms = static_cast<int>(std::min<std::int64_t>(left.count(), 1'000'000));
    }
    pollfd waiting{descriptor, events, 0};
    if (::poll(&waiting, 1, wait_ms) > 0) return true;
  }
}

Result<std::unique_ptr<Stream>> Stream::connect(const Origin& origin, Deadline deadline) {
  const Result<int> descriptor = connect_host(origin, deadline);
  if (!descriptor) return std::unexpected(descriptor.error());
  if (origin.is_secure) return start_tls(*descriptor, origin.host, deadline);
  return std::make_unique<PlainStream>(*descriptor);
}

}  // namespace gatehouse::sdk::runtime
