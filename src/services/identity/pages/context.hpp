// One request to a pool's domain, and what every endpoint below it needs to know of it.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "platform/http/message.hpp"
#include "platform/http/url.hpp"
#include "services/identity/origin.hpp"
#include "services/identity/parts.hpp"

namespace gatehouse::identity {

// Lives as long as the handling of the request.
struct DomainContext {
  Parts& parts;
  PoolPtr pool;
  std::string domain;
  std::string rest;  // the path below the domain: "/oauth2/authorize"
  http::Request& request;

  Origin origin() const { return {request.peer_address, request.request_id, request.journey}; }
  bool is_secure() const { return request.is_secure || parts.config.public_base_url.starts_with("https://"); }
  // On the domain's own host, where nothing else shares the root.
  bool is_by_host() const { return request.path() == rest; }
  // The way from the requested path up to the domain's root: "", "../" ...
  std::string to_root() const;

  // Cookies: named __Host- on the domain's own host over HTTPS, __Secure- below a path over HTTPS, else plain. Without
  // a Path attribute a cookie is sent below the page's own folder only (RFC 6265 section 5.1.4): the other services on
  // this host never see it.
  std::optional<std::string> cookie(std::string_view name) const;
  std::string set_cookie(std::string_view name, std::string_view value, std::int64_t max_age_s) const;
};

inline constexpr std::string_view kSessionCookie = "cognito";
inline constexpr std::string_view kCsrfCookie = "XSRF-TOKEN";

http::Response redirect(std::string location);

// application/x-www-form-urlencoded, strictly: right type, at most 16 KiB, UTF-8, no name twice. Nothing otherwise.
std::optional<http::Parameters> read_form(const http::Request& request);
// A query without repeated names; nothing otherwise.
std::optional<http::Parameters> read_query(std::string_view query);
std::string value_of(const http::Parameters& parameters, std::string_view name);

}  // namespace gatehouse::identity
