#include "services/sites/website.hpp"

#include <algorithm>
#include <array>

#include "base/journey.hpp"
#include "base/text.hpp"
#include "services/sites/answer.hpp"
#include "services/sites/key.hpp"

namespace gatehouse::sites {
namespace {

// What describes one object or one message cannot be the same for a whole site.
bool is_own_field(std::string_view name) {
  constexpr std::array<std::string_view, 13> kOwn{
      "Accept-Ranges", "Allow", "Connection", "Content-Encoding", "Content-Length", "Content-Range",
      "Content-Type",  "Date",  "ETag",       "Last-Modified",    "Location",       "Transfer-Encoding",
      "Vary"};
  return std::ranges::any_of(kOwn, [name](std::string_view own) { return equals_ignoring_case(own, name); });
}

}  // namespace

struct Website::Impl {
  Objects objects;
  Random& random;
};

Website::Website(WebsiteConfig config, SiteLimits limits, const Clock& clock, Random& random)
    : impl_(new Impl{Objects(std::move(config), limits, clock.now()), random}) {}
Website::~Website() = default;

const std::string& Website::bucket() const { return impl_->objects.config().bucket; }

Result<void> Website::check(const WebsiteConfig& config) {
  const auto refuse = [&](std::string problem) {
    return fail(Error::Kind::kInvalid, "InvalidWebsite", fmt::format("Website {}: {}", config.bucket, problem));
  };
  if (config.bucket.empty()) return fail(Error::Kind::kInvalid, "InvalidWebsite", "A website needs a bucket name");
  // CreateBucketWebsite: the suffix must not be empty and must not include a slash.
  if (config.index_suffix.empty() || config.index_suffix.contains('/'))
    return refuse("the index document's suffix must not be empty or contain a slash");
  if (!is_servable(config.index_suffix)) return refuse("the index document's name must not begin with a dot");
  if (!config.error_document.empty() && !is_servable(config.error_document) &&
      !config.objects.contains(config.error_document))
    return refuse("the error document's key has a part that is empty or begins with a dot");
  for (const http::Header& field : config.headers) {
    if (is_own_field(field.name)) return refuse("the header " + field.name + " is the website's own");
    if (field.name.empty() ||
        (field.name + field.value).find_first_of(std::string_view("\r\n\0", 3)) != std::string::npos)
      return refuse("the header " + field.name + " is empty or has a line break in it");
  }
  if (config.folder.empty()) return {};
  std::error_code error;
  if (!config.folder.is_absolute()) return refuse("the content folder's path is not absolute");
  if (!std::filesystem::is_directory(config.folder, error))
    return refuse(fmt::format("the content folder {} does not exist", config.folder.string()));
  return {};
}

http::Response Website::respond(const http::Request& request, std::string_view path, std::string_view mount) const {
  Span span(request.journey, "site", request.journey ? request.method + " " + std::string(path) : std::string());
  span.note("bucket", bucket());
  return Answer(impl_->objects, impl_->random, request, mount).make(path, span);
}

Task<http::Response> Website::handle(http::Request& request) { co_return respond(request, request.path(), ""); }

}  // namespace gatehouse::sites
