// The HTTP/1.1 client for addresses outside this process: kept connections per loop and origin, bounded.
#pragma once

#include <memory>

#include "platform/http/handler.hpp"

namespace gatehouse::http {

struct ClientLimits {
  std::size_t max_response_bytes = 16 * 1024 * 1024;
  std::size_t max_idle_per_origin = 8;
};

// One Client serves all loops.
class Client final : public Fetcher {
 public:
  explicit Client(ClientLimits limits = {});
  ~Client() override;
  Task<Result<Response>> fetch(std::string_view url, Request request, std::chrono::milliseconds timeout) override;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace gatehouse::http
