#include "platform/http/url.hpp"

#include <boost/url/parse.hpp>
#include <boost/url/url_view.hpp>

#include "base/encoding.hpp"
#include "base/text.hpp"

namespace gatehouse::http {
namespace {

std::uint16_t default_port(std::string_view scheme) { return scheme == "https" ? 443 : 80; }

}  // namespace

std::optional<Url> Url::parse(std::string_view text) {
  const auto parsed = boost::urls::parse_uri(text);
  if (!parsed || parsed->has_userinfo()) return std::nullopt;
  Url url;
  url.scheme = lower(parsed->scheme());
  if (url.scheme != "http" && url.scheme != "https") return std::nullopt;
  url.host = lower(parsed->host_address());
  if (url.host.empty()) return std::nullopt;
  url.port = default_port(url.scheme);
  if (parsed->has_port() && !parsed->port().empty()) {
    const std::optional<std::uint64_t> port = parse_unsigned(std::string_view(parsed->port()));
    if (!port || *port == 0 || *port > 65535) return std::nullopt;
    url.port = static_cast<std::uint16_t>(*port);
  }
  const std::string_view path = parsed->encoded_path();
  url.target = path.empty() ? "/" : std::string(path);
  if (parsed->has_query()) url.target.append("?").append(std::string_view(parsed->encoded_query()));
  return url;
}

std::string Url::origin() const {
  const bool is_ipv6 = host.find(':') != std::string::npos;
  std::string out = scheme + "://" + (is_ipv6 ? '[' + host + ']' : host);
  if (port != default_port(scheme)) out += ':' + std::to_string(port);
  return out;
}

std::optional<Parameters> parse_query(std::string_view encoded) {
  Parameters parameters;
  if (encoded.empty()) return parameters;
  for (const std::string_view pair : split(encoded, '&')) {
    if (pair.empty()) continue;
    const std::size_t equals = pair.find('=');
    std::optional<std::string> name = percent_decode(pair.substr(0, equals), true);
    std::optional<std::string> value =
        equals == std::string_view::npos ? std::string() : percent_decode(pair.substr(equals + 1), true);
    if (!name || !value) return std::nullopt;
    parameters.emplace_back(std::move(*name), std::move(*value));
  }
  return parameters;
}

std::string encode_query(const Parameters& parameters) {
  std::string out;
  for (const auto& [name, value] : parameters) {
    if (!out.empty()) out.push_back('&');
    out.append(percent_encode(name)).append("=").append(percent_encode(value));
  }
  return out;
}

const std::string* find_parameter(const Parameters& parameters, std::string_view name) {
  for (const auto& [key, value] : parameters) {
    if (key == name) return &value;
  }
  return nullptr;
}

}  // namespace gatehouse::http
