// One bucket's website endpoint: GET and HEAD of the files of a folder, with the semantics of S3 website hosting
// (Amazon S3 User Guide, "Website endpoints", "Configuring an index document", "Configuring a custom error document").
//
// Safe from any loop. A cached file costs one look-up; a file that is not cached yet is read on the loop that asks:
// blocking, for files of the size that websites are made of, and once until it changes.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "base/clock.hpp"
#include "base/random.hpp"
#include "platform/http/handler.hpp"
#include "services/sites/config.hpp"

namespace gatehouse::sites {

class Website final : public http::Handler {
 public:
  // Requires: check(config) found nothing. The clock dates the virtual files, the randomness makes request ids.
  Website(WebsiteConfig config, SiteLimits limits, const Clock& clock, Random& random);
  ~Website() override;

  // What makes a configuration unusable (a folder that does not exist, an index suffix with a slash), for the operator.
  static Result<void> check(const WebsiteConfig& config);

  Task<http::Response> handle(http::Request& request) override;

  // The answer for `path` (encoded, begins with "/"), which is the request's own path without `mount`: the prefix that
  // redirects must name again, empty when the website has the whole host.
  http::Response respond(const http::Request& request, std::string_view path, std::string_view mount) const;

  const std::string& bucket() const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace gatehouse::sites
