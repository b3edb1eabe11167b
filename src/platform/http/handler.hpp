// Something that answers a request: the one abstraction of the HTTP side. Servers, routers, services and test doubles
// are Handlers, and Handlers are made of Handlers.
#pragma once

#include <chrono>

#include "base/result.hpp"
#include "base/task.hpp"
#include "platform/http/message.hpp"

namespace gatehouse::http {

class Handler {
 public:
  virtual ~Handler() = default;
  // Called on any of the server's loops, concurrently. `request` lives until the Task is done; the handler may take
  // parts out of it. An exception becomes a 500 that tells nothing.
  virtual Task<Response> handle(Request& request) = 0;
};

// Sends a request to an absolute URL and answers with the response. The application's implementation serves addresses
// of this process by plain calls and everything else through the client (client.hpp).
class Fetcher {
 public:
  virtual ~Fetcher() = default;
  // `url` is absolute ("http://host:port/path?query"); request.target is set from it. Errors: kUnavailable when no
  // response came (refused, reset, time-out), kInvalid for a URL that cannot be used.
  virtual Task<Result<Response>> fetch(std::string_view url, Request request, std::chrono::milliseconds timeout) = 0;
};

}  // namespace gatehouse::http
