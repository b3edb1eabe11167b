#include "platform/http/url.hpp"

#include <algorithm>
#include <charconv>

#include "base/encoding.hpp"
#include "base/text.hpp"
#include "platform/http/syntax.hpp"

namespace gatehouse::http {
namespace {

std::uint16_t default_port(std::string_view scheme) { return scheme == "https" ? 443 : 80; }

std::optional<std::uint16_t> parse_port(std::string_view text) {
  unsigned value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size() || value == 0 || value > 65535) return std::nullopt;
  return static_cast<std::uint16_t>(value);
}

// Host and port of an authority that is_host() accepted.
bool read_authority(std::string_view authority, Url& url) {
  const std::size_t bracket = authority.starts_with('[') ? authority.find(']') : std::string_view::npos;
  const std::size_t colon = authority.find(':', bracket == std::string_view::npos ? 0 : bracket);
  std::string_view host = authority.substr(0, colon);
  if (bracket != std::string_view::npos) host = host.substr(1, bracket - 1);
  url.host = lower(host);
  url.port = default_port(url.scheme);
  // RFC 3986 section 3.2.3: an empty port is the default one.
  if (colon == std::string_view::npos || colon + 1 == authority.size()) return true;
  const std::optional<std::uint16_t> port = parse_port(authority.substr(colon + 1));
  if (!port) return false;
  url.port = *port;
  return true;
}

}  // namespace

std::optional<Url> Url::parse(std::string_view text) {
  const std::size_t scheme_end = text.find("://");
  if (scheme_end == std::string_view::npos) return std::nullopt;
  Url url;
  url.scheme = lower(text.substr(0, scheme_end));
  if (url.scheme != "http" && url.scheme != "https") return std::nullopt;

  text.remove_prefix(scheme_end + 3);
  text = text.substr(0, text.find('#'));  // a fragment is never sent (RFC 9110 section 4.2.5)
  const std::size_t authority_end = std::min(text.find_first_of("/?"), text.size());
  const std::string_view authority = text.substr(0, authority_end);
  // User information has no '@' left in is_host(): "http://trusted@evil/" is refused as a whole.
  if (!is_host(authority) || !read_authority(authority, url)) return std::nullopt;

  const std::string_view target = text.substr(authority_end);
  if (!target.empty() && !is_target(target)) return std::nullopt;
  url.target = target.starts_with('/') ? std::string(target) : "/" + std::string(target);
  return url;
}

std::string Url::origin() const {
  const bool is_ipv6 = host.contains(':');
  std::string text = scheme + "://" + (is_ipv6 ? "[" + host + "]" : host);
  if (port != default_port(scheme)) text += ":" + std::to_string(port);
  return text;
}

std::optional<Parameters> parse_query(std::string_view encoded) {
  Parameters parameters;
  if (encoded.empty()) return parameters;
  for (const std::string_view part : split(encoded, '&')) {
    if (part.empty()) continue;
    const std::size_t equals = part.find('=');
    auto name = percent_decode(part.substr(0, equals), true);
    auto value = equals == std::string_view::npos ? std::optional<std::string>(std::string())
                                                  : percent_decode(part.substr(equals + 1), true);
    if (!name || !value) return std::nullopt;
    parameters.emplace_back(std::move(*name), std::move(*value));
  }
  return parameters;
}

std::string encode_query(const Parameters& parameters) {
  std::string text;
  for (const auto& [name, value] : parameters) {
    if (!text.empty()) text += '&';
    text += percent_encode(name);
    text += '=';
    text += percent_encode(value);
  }
  return text;
}

const std::string* find_parameter(const Parameters& parameters, std::string_view name) {
  for (const auto& [known, value] : parameters)
    if (known == name) return &value;
  return nullptr;
}

}  // namespace gatehouse::http
