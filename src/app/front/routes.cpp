#include "app/front/routes.hpp"

namespace gatehouse::app {
namespace {

constexpr std::string_view kGatewayPrefix = "/_aws/execute-api/";
constexpr std::string_view kDomainPrefix = "/_aws/auth/";
constexpr std::string_view kOwnPrefix = "/_gatehouse/";

// Takes the first segment off "a/b/c": returns "a" and leaves "/b/c" ("/" when nothing is left).
std::string_view take_segment(std::string_view& path) {
  const std::size_t slash = path.find('/');
  const std::string_view segment = path.substr(0, slash);
  path = slash == std::string_view::npos ? std::string_view("/") : path.substr(slash);
  return segment;
}

std::string_view host_without_port(std::string_view host) {
  const std::size_t colon = host.rfind(':');
  return colon == std::string_view::npos || host.ends_with(']') ? host : host.substr(0, colon);
}

// The label before `.execute-api.` and the like, when the host has it.
std::string_view label_before(std::string_view host, std::string_view infix) {
  const std::size_t at = host.find(infix);
  return at == std::string_view::npos || at == 0 ? std::string_view{} : host.substr(0, at);
}

// "us-east-1_AbCdEfGhI": what a user pool's id looks like.
bool is_pool_id(std::string_view text) {
  const std::size_t underscore = text.rfind('_');
  if (underscore == std::string_view::npos || underscore == 0 || underscore + 1 == text.size() || text.size() > 55)
    return false;
  for (const char c : text) {
    const bool is_word =
        (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '_';
    if (!is_word) return false;
  }
  return true;
}

Route gateway_route(std::string_view api, std::string_view path) {
  Route route{Route::Target::kGateway, api, {}, path.substr(1)};
  route.second = take_segment(route.rest);
  return route;
}

}  // namespace

Route find_route(const http::Request& request) {
  const std::string_view path = request.path();
  const std::string_view host = host_without_port(request.headers.get("host"));
  if (const std::string_view api = label_before(host, ".execute-api."); !api.empty()) return gateway_route(api, path);
  if (const std::string_view domain = label_before(host, ".auth."); !domain.empty()) {
    return {Route::Target::kPoolDomain, domain, {}, path};
  }
  if (path.starts_with(kGatewayPrefix)) {
    std::string_view rest = path.substr(kGatewayPrefix.size());
    const std::string_view api = take_segment(rest);
    return gateway_route(api, rest);
  }
  if (path.starts_with(kDomainPrefix)) {
    std::string_view rest = path.substr(kDomainPrefix.size());
    const std::string_view domain = take_segment(rest);
    return {Route::Target::kPoolDomain, domain, {}, rest};
  }
  if (path.starts_with(kOwnPrefix)) return {Route::Target::kOwn, {}, {}, path.substr(kOwnPrefix.size() - 1)};
  std::string_view rest = path.substr(1);
  const std::string_view pool = take_segment(rest);
  if (is_pool_id(pool) && rest != "/") return {Route::Target::kIssuer, pool, {}, rest};
  if (path == "/") return {Route::Target::kAwsApi, {}, {}, path};
  return {Route::Target::kNone, {}, {}, path};
}

}  // namespace gatehouse::app
