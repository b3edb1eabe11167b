// Fetches of functions: an address of this very process is answered by a plain call through the front's routing,
// authorization and limits; every other address goes through the client.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "base/clock.hpp"
#include "base/random.hpp"
#include "platform/http/handler.hpp"

namespace gatehouse::app {

class LocalFetcher final : public http::Fetcher {
 public:
  // `local` answers requests to `origins` ("http://localhost:4566"). All references must outlive the fetcher.
  LocalFetcher(http::Fetcher& outside, Random& random) : outside_(outside), random_(random) {}
  // Called once, before the first fetch: the front is built after the functions that fetch.
  void connect(http::Handler& local, std::vector<std::string> origins);

  // A local call has no timer of its own: what answers it is bounded by its own limits.
  Task<Result<http::Response>> fetch(std::string_view url, http::Request request,
                                     std::chrono::milliseconds timeout) override;

 private:
  // The path and query of a local URL; empty when the URL is somebody else's.
  std::string_view local_target(std::string_view url) const;

  http::Fetcher& outside_;
  Random& random_;
  http::Handler* local_ = nullptr;
  std::vector<std::string> origins_;
};

}  // namespace gatehouse::app
