#include "services/gateway/response_values.hpp"

#include <array>
#include <utility>
#include <vector>

#include "base/encoding.hpp"
#include "base/json.hpp"
#include "base/text.hpp"
#include "base/time_format.hpp"
#include "platform/http/message.hpp"
#include "services/gateway/deployment.hpp"
#include "services/gateway/exchange.hpp"
#include "services/gateway/header_rules.hpp"

namespace gatehouse::gateway {
namespace {

using Source = ResponseValue::Source;

constexpr std::array<std::pair<std::string_view, Source>, 21> kContext = {{
    {"error.message", Source::kErrorMessage},
    {"error.messageString", Source::kErrorMessageString},
    {"error.responseType", Source::kErrorType},
    {"error.validationErrorString", Source::kValidationError},
    {"requestId", Source::kRequestId},
    {"extendedRequestId", Source::kExtendedRequestId},
    {"apiId", Source::kApiId},
    {"stage", Source::kStage},
    {"httpMethod", Source::kHttpMethod},
    {"path", Source::kRequestPath},
    {"resourcePath", Source::kResourcePath},
    {"resourceId", Source::kResourceId},
    {"accountId", Source::kAccountId},
    {"domainName", Source::kDomainName},
    {"domainPrefix", Source::kDomainPrefix},
    {"protocol", Source::kProtocol},
    {"requestTime", Source::kRequestTime},
    {"requestTimeEpoch", Source::kRequestTimeEpoch},
    {"identity.sourceIp", Source::kSourceIp},
    {"identity.userAgent", Source::kUserAgent},
    {"identity.apiKeyId", Source::kApiKeyId},
}};

std::unexpected<Error> invalid(std::string message) { return fail(Error::Kind::kInvalid, {}, std::move(message)); }

Result<ResponseValue> context_variable(std::string_view name, std::string_view whole) {
  constexpr std::string_view kClaims = "authorizer.claims.";
  if (name.starts_with(kClaims) && name.size() > kClaims.size())
    return ResponseValue{Source::kClaim, std::string(name.substr(kClaims.size()))};
  std::vector<std::string_view> known;
  for (const auto& [text, source] : kContext) {
    if (text == name) return ResponseValue{source, {}};
    known.push_back(text);
  }
  const auto nearest = nearest_name(name, known);
  return invalid("the variable \"" + std::string(whole) + "\" is not implemented" +
                 (nearest ? "; did you mean context." + *nearest + "?" : std::string()));
}

Result<ResponseValue> shared_variable(std::string_view name) {
  constexpr std::string_view kContextPrefix = "context.";
  constexpr std::string_view kStagePrefix = "stageVariables.";
  if (name.starts_with(kContextPrefix)) return context_variable(name.substr(kContextPrefix.size()), name);
  if (name.starts_with(kStagePrefix) && name.size() > kStagePrefix.size())
    return ResponseValue{Source::kStageVariable, std::string(name.substr(kStagePrefix.size()))};
  return invalid("the variable \"" + std::string(name) + "\" is not implemented; $context and $stageVariables are");
}

// The last value of that name, decoded, as the event has it.
std::string query_value(const Exchange& exchange, std::string_view wanted) {
  std::string found;
  for (const std::string_view pair : split(exchange.request->query(), '&')) {
    const std::size_t equals = pair.find('=');
    const auto name = percent_decode(pair.substr(0, equals), true);
    if (!name || *name != wanted) continue;
    const auto value = percent_decode(equals == std::string_view::npos ? "" : pair.substr(equals + 1), true);
    found = value.value_or(std::string());
  }
  return found;
}

std::string path_value(const Exchange& exchange, std::string_view wanted) {
  if (exchange.method == nullptr) return {};
  const auto& names = exchange.method->parameter_names;
  for (std::size_t i = 0; i < names.size() && i < exchange.match.parameter_count; ++i)
    if (names[i] == wanted) return percent_decode(exchange.match.values[i]).value_or(std::string());
  return {};
}

std::string stage_variable(const Exchange& exchange, std::string_view wanted) {
  if (exchange.stage == nullptr) return {};
  const auto found = exchange.stage->config.variables.find(wanted);
  return found == exchange.stage->config.variables.end() ? std::string() : found->second;
}

std::string claim_value(const Exchange& exchange, std::string_view wanted) {
  const std::string* found = exchange.claims ? exchange.claims->find(wanted) : nullptr;
  return found == nullptr ? std::string() : *found;
}

}  // namespace

Result<ResponseValue> template_variable(std::string_view name) { return shared_variable(name); }

Result<ResponseValue> parameter_source(std::string_view source) {
  if (source.size() >= 2 && source.starts_with('\'') && source.ends_with('\'')) {
    const std::string_view literal = source.substr(1, source.size() - 2);
    if (!is_header_value(literal)) return invalid("the literal has control characters");
    return ResponseValue{Source::kLiteral, std::string(literal)};
  }
  constexpr std::array<std::pair<std::string_view, Source>, 3> kRequest = {{
      {"method.request.header.", Source::kHeader},
      {"method.request.querystring.", Source::kQuery},
      {"method.request.path.", Source::kPath},
  }};
  for (const auto& [prefix, kind] : kRequest)
    if (source.starts_with(prefix) && source.size() > prefix.size())
      return ResponseValue{kind, std::string(source.substr(prefix.size()))};
  if (source.starts_with("context.") || source.starts_with("stageVariables.")) return shared_variable(source);
  return invalid(
      "the value \"" + std::string(source) +
      "\" is neither a literal in single quotes ('*') nor method.request..., context... or stageVariables...");
}

std::string value_of(const ResponseValue& value, const Refusal& refusal, const Exchange& exchange) {
  const http::Request& request = *exchange.request;
  switch (value.source) {
    case Source::kLiteral:
      return value.text;
    case Source::kHeader:
      return std::string(request.headers.get(value.text));
    case Source::kQuery:
      return query_value(exchange, value.text);
    case Source::kPath:
      return path_value(exchange, value.text);
    case Source::kStageVariable:
      return stage_variable(exchange, value.text);
    case Source::kClaim:
      return claim_value(exchange, value.text);
    case Source::kErrorMessage:
      return std::string(refusal.message);
    case Source::kErrorMessageString: {
      std::string quoted;
      append_json_string(quoted, refusal.message);
      return quoted;
    }
    case Source::kErrorType:
      return std::string(info(refusal.type).name);
    case Source::kValidationError:
      return {};
    case Source::kRequestId:
      return exchange.request_id;
    case Source::kExtendedRequestId:
      return exchange.extended_request_id;
    case Source::kApiId:
      return exchange.api == nullptr ? std::string() : exchange.api->config.id;
    case Source::kStage:
      return exchange.stage == nullptr ? std::string() : exchange.stage->config.name;
    case Source::kHttpMethod:
      return request.method;
    case Source::kRequestPath: {
      const std::string stage = exchange.stage == nullptr ? std::string() : "/" + exchange.stage->config.name;
      return stage + std::string(exchange.rest_path);
    }
    case Source::kResourcePath:
      return exchange.method == nullptr ? std::string() : exchange.method->config.path;
    case Source::kResourceId:
      return exchange.method == nullptr ? std::string() : exchange.method->config.resource_id;
    case Source::kAccountId:
      return exchange.gateway->account_id;
    case Source::kDomainName:
      return exchange.api == nullptr ? std::string() : exchange.api->config.domain_name;
    case Source::kDomainPrefix:
      return exchange.api == nullptr ? std::string() : exchange.api->domain_prefix;
    case Source::kProtocol:
      return "HTTP/1.1";
    case Source::kRequestTime:
      return format_access_log(exchange.now);
    case Source::kRequestTimeEpoch:
      return std::to_string(
          std::chrono::duration_cast<std::chrono::milliseconds>(exchange.now.time_since_epoch()).count());
    case Source::kSourceIp:
      return request.peer_address;
    case Source::kUserAgent:
      return std::string(request.headers.get("User-Agent"));
    case Source::kApiKeyId:
      return std::string(exchange.api_key_id);
  }
  return {};
}

}  // namespace gatehouse::gateway
