#include "services/sites/sites.hpp"

#include <algorithm>

#include "base/text.hpp"
#include "services/sites/answer.hpp"

namespace gatehouse::sites {
namespace {

constexpr std::string_view kPathPrefix = "/_aws/s3-website/";

// The bucket in "{bucket}.s3-website.…" or "{bucket}.s3-website-{region}.…"; empty in any other host. A bucket's name
// may have dots itself.
std::string_view bucket_of_host(std::string_view host) {
  constexpr std::string_view kMark = ".s3-website";
  const std::size_t mark = host.find(kMark);
  if (mark == std::string_view::npos) return {};
  const std::string_view rest = host.substr(mark + kMark.size());
  return rest.starts_with('.') || rest.starts_with('-') ? host.substr(0, mark) : std::string_view();
}

// Relative links work only below a final slash.
http::Response to_folder(std::string_view path) {
  http::Response response;
  response.status = 302;
  response.headers.add("Location", std::string(path) + "/");
  return response;
}

}  // namespace

Sites::Sites(std::vector<std::unique_ptr<Website>> websites, Random& random)
    : websites_(std::move(websites)), random_(random) {}
Sites::~Sites() = default;

Result<std::unique_ptr<Sites>> Sites::create(std::vector<WebsiteConfig> configs, SiteLimits limits, const Clock& clock,
                                             Random& random) {
  std::vector<std::unique_ptr<Website>> websites;
  for (WebsiteConfig& config : configs) {
    if (Result<void> checked = Website::check(config); !checked) return std::unexpected(checked.error());
    for (const auto& other : websites) {
      if (other->bucket() == config.bucket)
        return fail(Error::Kind::kConflict, "BucketAlreadyExists", "Two websites have the bucket " + config.bucket);
    }
    websites.push_back(std::make_unique<Website>(std::move(config), limits, clock, random));
  }
  return std::unique_ptr<Sites>(new Sites(std::move(websites), random));
}

const Website* Sites::find(std::string_view bucket) const {
  const auto found = std::ranges::find_if(websites_, [&](const auto& site) { return site->bucket() == bucket; });
  return found == websites_.end() ? nullptr : found->get();
}

Task<http::Response> Sites::handle(http::Request& request) {
  const std::string_view path = request.path();
  const std::string host = lower(request.headers.get("Host"));
  std::string_view bucket = bucket_of_host(host);
  if (!bucket.empty()) {
    if (const Website* website = find(bucket)) co_return website->respond(request, path, "");
  } else if (path.starts_with(kPathPrefix)) {
    const std::size_t end = path.find('/', kPathPrefix.size());
    bucket = path.substr(kPathPrefix.size(), end - kPathPrefix.size());
    const std::string_view mount = path.substr(0, end);
    const Website* website = find(bucket);
    if (website != nullptr && end == std::string_view::npos) co_return to_folder(path);
    if (website != nullptr) co_return website->respond(request, path.substr(end), mount);
  } else if (websites_.size() == 1) {
    co_return websites_.front()->respond(request, path, "");
  }

  const std::string request_id = request.request_id.empty() ? make_request_id(random_) : request.request_id;
  const ErrorPage page{.status = 404,
                       .code = "NoSuchBucket",
                       .message = "The specified bucket does not exist",
                       .details = {{"BucketName", std::string(bucket)}}};
  http::Response response =
      http::make_response(404, "text/html; charset=utf-8", render(page, request_id, make_host_id(random_), ""));
  response.headers.add("x-amz-request-id", request_id);
  co_return response;
}

}  // namespace gatehouse::sites
