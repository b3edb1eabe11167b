#include "app/stack/site_port.hpp"

#include <mutex>

namespace gatehouse::app {
namespace {

http::Response no_site() {
  return http::make_response(
      404, "text/html; charset=utf-8",
      "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><title>No website</title>"
      "</head>\n<body><h1>No website</h1>\n<p>The stack has no bucket with a "
      "WebsiteConfiguration, so nothing is served here.</p></body></html>\n");
}

}  // namespace

void SitePort::serve(std::shared_ptr<http::Handler> sites) {
  const std::unique_lock lock(mutex_);
  sites_.swap(sites);
}

std::shared_ptr<http::Handler> SitePort::current() const {
  const std::shared_lock lock(mutex_);
  return sites_;
}

Task<http::Response> SitePort::handle(http::Request& request) {
  const std::shared_ptr<http::Handler> sites = current();
  if (sites == nullptr) co_return no_site();
  co_return co_await sites->handle(request);
}

}  // namespace gatehouse::app
