#include "services/gateway/proxy_response.hpp"

#include <algorithm>

#include "base/encoding.hpp"
#include "base/json.hpp"
#include "base/text.hpp"
#include "services/gateway/deployment.hpp"
#include "services/gateway/exchange.hpp"
#include "services/gateway/header_rules.hpp"

namespace gatehouse::gateway {
namespace {

std::unexpected<Error> malformed(std::string detail) {
  return fail(Error::Kind::kInvalid, "MalformedProxyResponse", "Internal server error", std::move(detail));
}

// A whole number, or such a number as text, as AWS's own function blueprints write it ("200").
std::optional<unsigned> status_of(const json::value& value) {
  std::int64_t status = 0;
  if (value.is_int64()) {
    status = value.as_int64();
  } else if (const auto* text = value.if_string()) {
    const auto number = parse_unsigned(*text);
    if (!number || *number > 999) return std::nullopt;
    status = static_cast<std::int64_t>(*number);
  } else {
    return std::nullopt;
  }
  if (status < 200 || status > 599) return std::nullopt;
  return static_cast<unsigned>(status);
}

// Strings, and true and false as text; numbers, lists and null are malformed (as measured on AWS by others).
std::optional<std::string> header_text(const json::value& value) {
  if (const auto* text = value.if_string()) return std::string(*text);
  if (const auto* flag = value.if_bool()) return std::string(*flag ? "true" : "false");
  return std::nullopt;
}

Result<void> read_headers(const json::value& value, ProxyResponse& out) {
  if (value.is_null()) return {};
  const auto* members = value.if_object();
  if (members == nullptr) return malformed("headers is not an object");
  for (const auto& [name, member] : *members) {
    auto text = header_text(member);
    if (!text) return malformed("the value of the header " + std::string(name) + " is not a string");
    out.headers.add(std::string(name), std::move(*text));
  }
  return {};
}

Result<void> read_multi_value_headers(const json::value& value, ProxyResponse& out) {
  if (value.is_null()) return {};
  const auto* members = value.if_object();
  if (members == nullptr) return malformed("multiValueHeaders is not an object");
  for (const auto& [name, member] : *members) {
    const auto* list = member.if_array();
    if (list == nullptr) return malformed("multiValueHeaders: " + std::string(name) + " is not a list");
    for (const json::value& element : *list) {
      auto text = header_text(element);
      if (!text) return malformed("multiValueHeaders: a value of " + std::string(name) + " is not a string");
      out.multi_value_headers.add(std::string(name), std::move(*text));
    }
  }
  return {};
}

Result<void> read_member(std::string_view name, const json::value& value, ProxyResponse& out) {
  if (name == "statusCode") {
    const auto status = status_of(value);
    if (!status) return malformed("statusCode is not a whole number from 200 to 599");
    out.status = *status;
  } else if (name == "headers") {
    return read_headers(value, out);
  } else if (name == "multiValueHeaders") {
    return read_multi_value_headers(value, out);
  } else if (name == "body") {
    if (!value.is_string() && !value.is_null()) return malformed("body is not a string");
    if (const auto* text = value.if_string()) out.body = *text;
  } else if (name == "isBase64Encoded") {
    if (!value.is_bool()) return malformed("isBase64Encoded is not true or false");
    out.is_base64_encoded = value.as_bool();
  } else {
    return malformed("the member " + std::string(name) + " is not one of a proxy response");
  }
  return {};
}

Result<void> add_header(http::Headers& out, http::Header&& header) {
  if (!is_header_name(header.name)) return malformed("a header's name is not a token");
  if (!is_header_value(header.value))
    return malformed("the value of the header " + header.name + " has control characters");
  if (is_remapped_header(header.name)) header.name.insert(0, "x-amzn-Remapped-");
  out.add(std::move(header.name), std::move(header.value));
  return {};
}

// API Gateway: "To return binary media, the Accept header's first type must match"; without one the answer's own type.
bool is_served_as_binary(const Exchange& exchange, const http::Headers& headers) {
  const auto& patterns = exchange.api->config.binary_media_types;
  const std::string_view accept = exchange.request->headers.get("Accept");
  if (!accept.empty() && covers_media_type(patterns, accept)) return true;
  return (accept.empty() || accept.starts_with("*/*")) && covers_media_type(patterns, headers.get("Content-Type"));
}

}  // namespace

Result<ProxyResponse> parse_proxy_response(std::string_view json_text) {
  const auto parsed = parse_json(json_text);
  if (!parsed) return malformed("the function's answer is not JSON: " + parsed.error().message);
  const auto* members = parsed->if_object();
  if (members == nullptr) return malformed("the function's answer is not a JSON object");
  ProxyResponse answer;
  for (const auto& [name, value] : *members)
    if (auto read = read_member(name, value, answer); !read) return std::unexpected(read.error());
  return answer;
}

Result<http::Response> finish_proxy_response(ProxyResponse&& answer, const Exchange& exchange) {
  if (answer.status < 200 || answer.status > 599) return malformed("the status is not 200 to 599");
  http::Response response;
  response.status = answer.status;
  response.headers.reserve(answer.headers.size() + answer.multi_value_headers.size() + 4);
  for (http::Header& header : answer.headers) {
    if (answer.multi_value_headers.contains(header.name)) continue;
    if (auto added = add_header(response.headers, std::move(header)); !added) return std::unexpected(added.error());
  }
  for (http::Header& header : answer.multi_value_headers)
    if (auto added = add_header(response.headers, std::move(header)); !added) return std::unexpected(added.error());
  if (!response.headers.contains("Content-Type")) response.headers.add("Content-Type", "application/json");

  response.body = std::move(answer.body);
  if (answer.is_base64_encoded && is_served_as_binary(exchange, response.headers)) {
    auto bytes = base64_decode(response.body);
    if (!bytes) return malformed("isBase64Encoded is true but the body is not base64");
    response.body = std::move(*bytes);
  }
  response.headers.add("X-Amzn-Trace-Id", exchange.trace_id);
  return response;
}

}  // namespace gatehouse::gateway
