#include "services/identity/pages/context.hpp"

#include "base/text.hpp"

namespace gatehouse::identity {
namespace {

constexpr std::size_t kMaxFormBytes = 16 * 1024;

bool has_repeated_name(const http::Parameters& parameters) {
  for (std::size_t i = 0; i < parameters.size(); ++i) {
    for (std::size_t k = i + 1; k < parameters.size(); ++k) {
      if (parameters[i].first == parameters[k].first) return true;
    }
  }
  return false;
}

bool is_clean(const http::Parameters& parameters) {
  constexpr std::size_t kMaxParameters = 64;
  if (parameters.size() > kMaxParameters || has_repeated_name(parameters)) return false;
  return std::ranges::all_of(parameters, [](const auto& p) {
    return is_utf8(p.first) && is_utf8(p.second) && p.second.find('\0') == std::string::npos;
  });
}

std::string prefixed(const DomainContext& context, std::string_view name) {
  if (!context.is_secure()) return std::string(name);
  return (context.is_by_host() ? "__Host-" : "__Secure-") + std::string(name);
}

}  // namespace

std::string DomainContext::to_root() const {
  std::string up;
  for (std::size_t slash = rest.find('/', 1); slash != std::string::npos; slash = rest.find('/', slash + 1))
    up += "../";
  return up;
}

std::optional<std::string> DomainContext::cookie(std::string_view name) const {
  const std::string wanted = prefixed(*this, name);
  for (const http::Header& header : request.headers) {
    if (!equals_ignoring_case(header.name, "cookie")) continue;
    for (const std::string_view part : split(header.value, ';')) {
      const std::string_view pair = trim(part);
      const std::size_t equals = pair.find('=');
      if (equals != std::string_view::npos && pair.substr(0, equals) == wanted) {
        return std::string(pair.substr(equals + 1));
      }
    }
  }
  return std::nullopt;
}

std::string DomainContext::set_cookie(std::string_view name, std::string_view value, std::int64_t max_age_s) const {
  std::string cookie =
      fmt::format("{}={}; Max-Age={}; HttpOnly; SameSite=Lax", prefixed(*this, name), value, max_age_s);
  if (is_secure()) cookie += "; Secure";
  if (is_secure() && is_by_host()) cookie += "; Path=/";
  return cookie;
}

http::Response redirect(std::string location) {
  http::Response response;
  response.status = 302;
  response.headers.add("Location", std::move(location));
  response.headers.add("Cache-Control", "no-store");
  response.headers.add("Referrer-Policy", "no-referrer");
  return response;
}

std::optional<http::Parameters> read_form(const http::Request& request) {
  if (request.body_too_large || request.body.size() > kMaxFormBytes) return std::nullopt;
  const std::string_view type = request.headers.get("Content-Type");
  if (!equals_ignoring_case(trim(type.substr(0, type.find(';'))), "application/x-www-form-urlencoded")) {
    return std::nullopt;
  }
  auto form = http::parse_query(request.body);
  if (!form || !is_clean(*form)) return std::nullopt;
  return form;
}

std::optional<http::Parameters> read_query(std::string_view query) {
  auto parameters = http::parse_query(query);
  if (!parameters || !is_clean(*parameters)) return std::nullopt;
  return parameters;
}

std::string value_of(const http::Parameters& parameters, std::string_view name) {
  const std::string* value = http::find_parameter(parameters, name);
  return value == nullptr ? std::string{} : *value;
}

}  // namespace gatehouse::identity
