// HTTP requests from a handler.
#pragma once

#include <chrono>

#include "gatehouse/sdk/host.hpp"

namespace gatehouse::sdk {

// The invocation's trace id is sent along as X-Amzn-Trace-Id. Redirects are not followed.
class Http {
 public:
  Http(Host& host, const Context& context) : host_(&host), context_(&context) {}

  // Ends with "Timeout" after `timeout`, and in any case before the invocation's own deadline.
  Task<Result<HttpResponse>> send(HttpRequest request,
                                  std::chrono::milliseconds timeout = std::chrono::milliseconds{10'000});

 private:
  Host* host_;
  const Context* context_;
};

// application/x-www-form-urlencoded.
std::string encode_form(const Parameters& parameters);

}  // namespace gatehouse::sdk
