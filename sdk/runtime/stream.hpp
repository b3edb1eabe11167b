// A blocking byte stream to a server, over TCP or TLS, with a deadline on every wait.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "gatehouse/sdk/result.hpp"

namespace gatehouse::sdk::runtime {

using Deadline = std::chrono::steady_clock::time_point;

struct Origin {
  bool is_secure = false;
  std::string host;  // IPv6 without brackets
  std::uint16_t port = 0;
  bool operator==(const Origin&) const = default;
};

// Errors: "Unreachable" (refused, reset, unknown name, untrusted certificate), "Timeout".
class Stream {
 public:
  // TLS verifies the certificate against the machine's authorities and the host's name.
  static Result<std::unique_ptr<Stream>> connect(const Origin& origin, Deadline deadline);
  virtual ~Stream() = default;
  virtual Result<void> write(std::string_view bytes, Deadline deadline) = 0;
  // Appends what comes next to `out`; false at the end of the stream.
  virtual Result<bool> read(std::string& out, Deadline deadline) = 0;
  // True when the peer has not closed and sent nothing unasked: fit for another request.
  virtual bool is_reusable() = 0;
};

}  // namespace gatehouse::sdk::runtime
