#include "app/stack/local_fetcher.hpp"

#include "base/id.hpp"
#include "base/journey.hpp"

namespace gatehouse::app {

void LocalFetcher::connect(http::Handler& local, std::vector<std::string> origins) {
  local_ = &local;
  origins_ = std::move(origins);
}

std::string_view LocalFetcher::local_target(std::string_view url) const {
  for (const std::string& origin : origins_) {
    if (!url.starts_with(origin)) continue;
    const std::string_view target = url.substr(origin.size());
    if (target.empty()) return "/";
    if (target.front() == '/') return target.substr(0, target.find('#'));
  }
  return {};
}

Task<Result<http::Response>> LocalFetcher::fetch(std::string_view url, http::Request request,
                                                 std::chrono::milliseconds timeout) {
  const std::string_view target = local_target(url);
  if (target.empty() || local_ == nullptr) co_return co_await outside_.fetch(url, std::move(request), timeout);

  const std::string_view origin = url.substr(0, url.find('/', url.find("://") + 3));
  request.target = target;
  request.headers.set("host", std::string(origin.substr(origin.find("://") + 3)));
  request.peer_address = "127.0.0.1";
  request.request_id = request.journey != nullptr ? request.journey->request_id() : make_uuid(random_);
  http::Response response = co_await local_->handle(request);
  if (response.shared_body) response.body = *std::exchange(response.shared_body, nullptr);
  co_return response;
}

}  // namespace gatehouse::app
