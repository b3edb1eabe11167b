// How a website answers one request.
#pragma once

#include <string>
#include <string_view>

#include "base/journey.hpp"
#include "base/random.hpp"
#include "platform/http/message.hpp"
#include "services/sites/conditions.hpp"
#include "services/sites/error_page.hpp"
#include "services/sites/objects.hpp"

namespace gatehouse::sites {

class Answer {
 public:
  // `mount` is the prefix of the website's paths that redirects must name again. All references outlive the answer.
  Answer(Objects& objects, Random& random, const http::Request& request, std::string_view mount);

  // `path` is encoded and without the mount.
  http::Response make(std::string_view path, Span& span);

 private:
  http::Response find(std::string_view path, Span& span);
  http::Response send(const Object& object);
  http::Response send_part(const Object& object, const RangeAnswer& range);
  http::Response not_modified(const Representation& form);
  http::Response redirect(std::string_view key);
  http::Response missing(const std::string& key);
  http::Response method_not_allowed();
  // With the configured error document, where there is one and the failure is one that S3 uses it for.
  http::Response error(ErrorPage page, bool use_document);

  const WebsiteConfig& config() const { return objects_.config(); }

  Objects& objects_;
  Random& random_;
  const http::Request& request_;
  const std::string_view mount_;
  const std::string request_id_;
};

// A request id in S3's form.
std::string make_request_id(Random& random);
// What S3 calls x-amz-id-2.
std::string make_host_id(Random& random);

}  // namespace gatehouse::sites
