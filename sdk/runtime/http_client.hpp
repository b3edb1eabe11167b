// A blocking HTTP/1.1 client: one request at a time, one kept connection per origin.
#pragma once

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "gatehouse/sdk/host.hpp"
#include "stream.hpp"

namespace gatehouse::sdk::runtime {

struct Url {
  Origin origin;
  std::string authority;  // as the Host header has it
  std::string target;     // path and query, at least "/"

  // http or https, without user information; nothing for anything else.
  static std::optional<Url> parse(std::string_view text);
};

class HttpClient {
 public:
  static constexpr std::size_t kMaxResponseBytes = 16 * 1024 * 1024;
  static constexpr std::size_t kMaxHeaderBytes = 64 * 1024;
  static constexpr std::size_t kMaxKept = 8;

  // Errors: "InvalidUrl", "InvalidRequest", "Unreachable", "Timeout", "InvalidResponse".
  Result<HttpResponse> send(const HttpRequest& request, Deadline deadline);

 private:
  std::unique_ptr<Stream> take_kept(const Origin& origin);

  std::vector<std::pair<Origin, std::unique_ptr<Stream>>> kept_;
};

}  // namespace gatehouse::sdk::runtime
