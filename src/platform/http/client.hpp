// The HTTP/1.1 client for addresses outside this process: kept connections per loop and origin, bounded. It follows no
// redirect, and speaks no TLS.
#pragma once

#include "platform/http/handler.hpp"

namespace gatehouse::http {

struct ClientLimits {
  std::size_t max_response_bytes = 16 * 1024 * 1024;
  std::size_t max_idle_per_origin = 8;  // on each loop
};

// One Client serves all loops.
class Client final : public Fetcher {
 public:
  explicit Client(ClientLimits limits = {}) : limits_(limits) {}

  // Host, Content-Length and what else concerns the connection is set here, whatever the request says of it. A request
  // that is safe to repeat is sent once more when a kept connection turns out to be closed. kTooLarge when the response
  // is over the limit.
  Task<Result<Response>> fetch(std::string_view url, Request request, std::chrono::milliseconds timeout) override;

 private:
  const ClientLimits limits_;
};

}  // namespace gatehouse::http
