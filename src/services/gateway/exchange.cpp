#include "services/gateway/exchange.hpp"

#include <algorithm>
#include <charconv>

#include "base/encoding.hpp"
#include "base/id.hpp"
#include "base/journey.hpp"
#include "base/text.hpp"
#include "platform/http/message.hpp"
#include "services/gateway/deployment.hpp"

namespace gatehouse::gateway {
namespace {

// What belongs to the connection, not to the request; API Gateway gives Content-Length to no function either.
constexpr std::array<std::string_view, 7> kHopByHop = {
    "Connection", "Content-Length", "Transfer-Encoding", "Keep-Alive", "Upgrade", "TE", "Proxy-Connection"};
// What the gateway itself says, whatever the client sent.
constexpr std::array<std::string_view, 5> kOwn = {"Host", "X-Forwarded-For", "X-Forwarded-Port", "X-Forwarded-Proto",
                                                  "X-Amzn-Trace-Id"};

bool is_in(std::span<const std::string_view> names, std::string_view name) {
  return std::ranges::any_of(
      names, [&](std::string_view known) { return known.size() == name.size() && equals_ignoring_case(known, name); });
}

// Without an early end, so that the compiler can take many bytes at a time: nearly all texts are ASCII.
bool is_ascii(std::string_view text) {
  unsigned char seen = 0;
  for (const char c : text) seen |= static_cast<unsigned char>(c);
  return seen < 0x80;
}

// Header bytes that are not UTF-8 are read as ISO 8859-1 (RFC 9110 section 5.5), so that the event is valid JSON.
std::string_view header_text(Exchange& exchange, std::string_view value) {
  if (is_ascii(value) || is_utf8(value)) return value;
  std::string text;
  for (const char c : value) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte < 0x80) {
      text += c;
    } else {
      text += static_cast<char>(0xC0U | (byte >> 6U));
      text += static_cast<char>(0x80U | (byte & 0x3FU));
    }
  }
  return exchange.keep(std::move(text));
}

void build_headers(Exchange& exchange) {
  const http::Request& request = *exchange.request;
  NamedViews& out = exchange.event.headers;
  out.reserve(request.headers.size() + kOwn.size());
  std::string forwarded_for;
  for (const http::Header& header : request.headers) {
    if (is_in(kHopByHop, header.name)) continue;
    if (is_in(kOwn, header.name)) {
      if (equals_ignoring_case(header.name, "X-Forwarded-For")) forwarded_for += header.value + ", ";
      continue;
    }
    out.push_back({header.name, header_text(exchange, header.value)});
  }
  out.push_back({"Host", exchange.api->config.domain_name});
  out.push_back({"X-Amzn-Trace-Id", exchange.trace_id});
  if (forwarded_for.empty()) {
    out.push_back({"X-Forwarded-For", request.peer_address});
  } else {
    const std::string_view whole = exchange.keep(forwarded_for + request.peer_address);
    out.push_back({"X-Forwarded-For", header_text(exchange, whole)});
  }
  out.push_back({"X-Forwarded-Port", exchange.keep(std::to_string(exchange.gateway->port))});
  out.push_back({"X-Forwarded-Proto", request.is_secure ? "https" : "http"});
}

bool build_query(Exchange& exchange) {
  std::string_view rest = exchange.request->query();
  while (!rest.empty()) {
    const std::size_t ampersand = rest.find('&');
    const std::string_view pair = rest.substr(0, ampersand);
    rest = ampersand == std::string_view::npos ? std::string_view{} : rest.substr(ampersand + 1);
    if (pair.empty()) continue;
    const std::size_t equals = pair.find('=');
    const auto name = decode_text(exchange, pair.substr(0, equals), true);
    const auto value =
        decode_text(exchange, equals == std::string_view::npos ? std::string_view{} : pair.substr(equals + 1), true);
    if (!name || !value) return false;
    exchange.event.query.push_back({*name, *value});
  }
  return true;
}

bool build_path_parameters(Exchange& exchange) {
  const auto& names = exchange.method->parameter_names;
  exchange.event.path_parameters.reserve(names.size());
  for (std::size_t i = 0; i < names.size(); ++i) {
    const auto value = decode_text(exchange, exchange.match.values[i], false);
    if (!value) return false;
    exchange.event.path_parameters.push_back({names[i], *value});
  }
  return true;
}

void build_context(Exchange& exchange) {
  const http::Request& request = *exchange.request;
  ProxyRequestContext& context = exchange.event.context;
  context.account_id = exchange.gateway->account_id;
  context.api_id = exchange.api->config.id;
  context.stage = exchange.stage->config.name;
  context.domain_name = exchange.api->config.domain_name;
  context.domain_prefix = exchange.api->domain_prefix;
  context.resource_id = exchange.method->config.resource_id;
  context.resource_path = exchange.method->config.path;
  context.http_method = request.method;
  context.path.reserve(exchange.rest_path.size() + context.stage.size() + 1);
  context.path.append("/").append(context.stage).append(exchange.event.path);
  context.request_id = exchange.request_id;
  context.extended_request_id = exchange.extended_request_id;
  context.request_time_ms =
      std::chrono::duration_cast<std::chrono::milliseconds>(exchange.now.time_since_epoch()).count();
  context.source_ip = request.peer_address;
  context.user_agent = header_text(exchange, request.headers.get("User-Agent"));
  context.api_key = exchange.api_key;
  context.api_key_id = exchange.api_key_id;
  context.claims = exchange.claims.get();
}

// "Root=1-67891233-abcdef012345678912345678", perhaps among other fields.
std::string_view root_of(std::string_view header) {
  constexpr std::string_view kRoot = "Root=";
  const std::size_t at = header.find(kRoot);
  if (at == std::string_view::npos) return {};
  std::string_view root = header.substr(at + kRoot.size());
  root = root.substr(0, root.find(';'));
  const bool is_well_formed =
      root.size() == 35 && root.starts_with("1-") && root[10] == '-' && std::ranges::all_of(root.substr(2), [](char c) {
        return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || c == '-';
      });
  return is_well_formed ? root : std::string_view{};
}

}  // namespace

std::string make_extended_request_id(Random& random) {
  constexpr std::string_view kAlphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
  std::string id(16, '=');
  std::array<std::uint8_t, 15> bytes{};
  random.fill(bytes);
  for (std::size_t i = 0; i < bytes.size(); ++i) id[i] = kAlphabet[bytes[i] & 63U];
  return id;
}

std::string make_trace_id(const http::Request& request, Timestamp now, Random& random) {
  std::string_view root = root_of(request.headers.get("X-Amzn-Trace-Id"));
  if (request.journey != nullptr && !request.journey->trace_root().empty()) root = request.journey->trace_root();
  std::string trace = "Root=";
  if (root.empty()) {
    constexpr std::string_view kDigits = "0123456789abcdef";
    std::array<std::uint8_t, 12> bytes{};
    random.fill(bytes);
    const auto seconds =
        static_cast<std::uint32_t>(std::chrono::duration_cast<std::chrono::seconds>(now.time_since_epoch()).count());
    trace += "1-";
    for (int shift = 28; shift >= 0; shift -= 4) trace += kDigits[(seconds >> static_cast<unsigned>(shift)) & 15U];
    trace += '-';
    for (const std::uint8_t byte : bytes) {
      trace += kDigits[byte >> 4U];
      trace += kDigits[byte & 15U];
    }
  } else {
    trace += root;
  }
  if (request.journey != nullptr && request.journey->trace_root().empty())
    request.journey->set_trace_root(trace.substr(5));
  return trace;
}

std::optional<std::string_view> decode_text(Exchange& exchange, std::string_view encoded, bool plus_is_space) {
  const bool is_encoded = encoded.contains('%') || (plus_is_space && encoded.contains('+'));
  if (!is_encoded) {
    if (!is_ascii(encoded) && !is_utf8(encoded)) return std::nullopt;
    return encoded;
  }
  auto decoded = percent_decode(encoded, plus_is_space);
  if (!decoded || !is_utf8(*decoded)) return std::nullopt;
  return exchange.keep(std::move(*decoded));
}

bool covers_media_type(const std::vector<std::string>& patterns, std::string_view value) {
  if (patterns.empty()) return false;
  const std::string_view type = trim(value.substr(0, value.find_first_of(",;")));
  return std::ranges::any_of(patterns, [&](std::string_view pattern) {
    if (pattern == "*/*") return true;
    if (pattern.ends_with("/*")) {
      pattern.remove_suffix(1);
      return type.size() > pattern.size() && equals_ignoring_case(type.substr(0, pattern.size()), pattern);
    }
    return equals_ignoring_case(type, pattern);
  });
}

bool build_event(Exchange& exchange) {
  const http::Request& request = *exchange.request;
  ProxyEvent& event = exchange.event;
  event.function_arn = exchange.method->config.integration.function_arn;
  event.resource = exchange.method->config.path;
  event.path = exchange.rest_path;
  event.http_method = request.method;
  event.stage_variables = &exchange.stage->config.variables;
  event.body = request.body;
  event.trace_id = exchange.trace_id;
  event.journey = request.journey;
  if (!build_path_parameters(exchange) || !build_query(exchange)) return false;
  if (!is_ascii(exchange.rest_path)) event.path = header_text(exchange, exchange.rest_path);
  build_headers(exchange);
  build_context(exchange);
  // Text that is not UTF-8 cannot stand in the event: it goes as base64, so that nothing is lost.
  event.is_base64_encoded = !request.body.empty() && (covers_media_type(exchange.api->config.binary_media_types,
                                                                        request.headers.get("Content-Type")) ||
                                                      !is_utf8(request.body));
  return true;
}

}  // namespace gatehouse::gateway
