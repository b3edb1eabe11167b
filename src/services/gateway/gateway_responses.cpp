#include "services/gateway/gateway_responses.hpp"

#include <algorithm>

#include "base/encoding.hpp"
#include "base/json.hpp"
#include "base/text.hpp"
#include "services/gateway/exchange.hpp"
#include "services/gateway/header_rules.hpp"
#include "services/gateway/response_values.hpp"

namespace gatehouse::gateway {
namespace {

std::unexpected<Error> invalid(std::string message) { return fail(Error::Kind::kInvalid, {}, std::move(message)); }

bool is_variable_character(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' || c == '_' ||
         c == '-' || c == ':';
}

// Escaped for the kind of text that surrounds it, so that a request cannot write into the template.
void append_escaped(std::string& out, std::string_view content_type, std::string_view value) {
  if (content_type.contains("json")) {
    std::string quoted;
    append_json_string(quoted, value);
    out.append(quoted, 1, quoted.size() - 2);
  } else if (content_type.contains("html") || content_type.contains("xml")) {
    out += html_escape(value);
  } else {
    out += value;
  }
}

}  // namespace

Result<std::vector<ResponseValue>> GatewayResponses::compile_template(std::string_view text) {
  std::vector<ResponseValue> pieces;
  std::string literal;
  while (!text.empty()) {
    const std::size_t dollar = text.find('$');
    literal += text.substr(0, dollar);
    if (dollar == std::string_view::npos) break;
    text.remove_prefix(dollar + 1);
    const bool is_braced = text.starts_with('{');
    if (is_braced) text.remove_prefix(1);
    std::size_t length = 0;
    while (length < text.size() && is_variable_character(text[length])) ++length;
    const bool is_price = length > 0 && text.front() >= '0' && text.front() <= '9';
    if ((length == 0 || is_price) && !is_braced) {  // a dollar sign that names nothing
      literal += '$';
      continue;
    }
    std::string_view name = text.substr(0, length);
    text.remove_prefix(length);
    if (is_braced) {
      if (!text.starts_with('}')) return invalid("a \"${\" is not closed");
      text.remove_prefix(1);
    } else {
      // In running text a variable may end a sentence: "$context.requestId."
      while (name.ends_with('.') || name.ends_with(':') || name.ends_with('-')) {
        text = std::string_view(text.data() - 1, text.size() + 1);
        name.remove_suffix(1);
      }
    }
    auto value = template_variable(name);
    if (!value) return std::unexpected(value.error());
    if (!literal.empty()) pieces.push_back({ResponseValue::Source::kLiteral, std::exchange(literal, {})});
    pieces.push_back(std::move(*value));
  }
  if (!literal.empty()) pieces.push_back({ResponseValue::Source::kLiteral, std::move(literal)});
  return pieces;
}

Result<GatewayResponses::Rule> GatewayResponses::compile_rule(const GatewayResponseConfig& config) {
  const std::string place = "Gateway response " + config.type + ": ";
  Rule rule;
  if (config.status) {
    if (*config.status < 400 || *config.status > 599) return invalid(place + "the status code must be 400 to 599");
    rule.status = *config.status;
  }
  constexpr std::string_view kPrefix = "gatewayresponse.header.";
  for (const auto& [target, source] : config.parameters) {
    const std::string_view name = std::string_view(target).substr(std::min(kPrefix.size(), target.size()));
    if (!target.starts_with(kPrefix) || !is_header_name(name))
      return invalid(place + "\"" + target + "\" is not gatewayresponse.header.NAME");
    auto value = parameter_source(source);
    if (!value) return invalid(place + "\"" + target + "\": " + value.error().message);
    rule.headers.emplace_back(name, std::move(*value));
  }
  for (const auto& [content_type, text] : config.templates) {
    if (content_type.empty() || !is_header_value(content_type))
      return invalid(place + "a template has no content type");
    auto pieces = compile_template(text);
    if (!pieces) return invalid(place + pieces.error().message);
    rule.templates.push_back({content_type, std::move(*pieces)});
  }
  return rule;
}

Result<GatewayResponses> GatewayResponses::compile(const std::vector<GatewayResponseConfig>& configs) {
  std::array<std::optional<Rule>, kResponseTypes.size()> custom;
  for (const GatewayResponseConfig& config : configs) {
    const auto type = response_type_of(config.type);
    if (!type) {
      std::vector<std::string_view> names;
      for (const ResponseTypeInfo& entry : kResponseTypes) names.push_back(entry.name);
      const auto nearest = nearest_name(config.type, names);
      return invalid("Gateway response " + config.type + ": no such response type" +
                     (nearest ? "; did you mean " + *nearest + "?" : std::string()));
    }
    auto& slot = custom[static_cast<std::size_t>(*type)];
    if (slot) return invalid("Gateway response " + config.type + ": defined twice");
    auto rule = compile_rule(config);
    if (!rule) return std::unexpected(rule.error());
    slot = std::move(*rule);
  }

  GatewayResponses responses;
  for (const ResponseTypeInfo& entry : kResponseTypes) {
    const auto index = static_cast<std::size_t>(entry.type);
    const bool is_server_fault = entry.type == ResponseType::kDefault5xx || entry.status >= 500;
    const auto fallback =
        static_cast<std::size_t>(is_server_fault ? ResponseType::kDefault5xx : ResponseType::kDefault4xx);
    if (custom[index]) {
      responses.rules_[index] = *custom[index];
    } else if (custom[fallback]) {
      responses.rules_[index] = *custom[fallback];
    }
  }
  return responses;
}

const GatewayResponses::Template* GatewayResponses::choose_template(const Rule& rule, const Exchange& exchange) const {
  if (rule.templates.empty()) return nullptr;
  const std::string_view accept = exchange.request->headers.get("Accept");
  const Template* json = nullptr;
  for (const Template& candidate : rule.templates) {
    if (!accept.empty() &&
        equals_ignoring_case(trim(accept.substr(0, accept.find_first_of(",;"))), candidate.content_type))
      return &candidate;
    if (candidate.content_type == "application/json") json = &candidate;
  }
  return json != nullptr ? json : rule.templates.data();
}

http::Response GatewayResponses::render(const Refusal& refusal, const Exchange& exchange) const {
  const Rule& rule = rules_[static_cast<std::size_t>(refusal.type)];
  http::Response response;
  response.status = rule.status != 0 ? rule.status : refusal.status;
  response.headers.reserve(rule.headers.size() + 8);

  std::string_view content_type = "application/json";
  if (const Template* chosen = choose_template(rule, exchange)) {
    content_type = chosen->content_type;
    for (const ResponseValue& piece : chosen->pieces) {
      if (piece.source == ResponseValue::Source::kLiteral) {
        response.body += piece.text;
      } else if (piece.source == ResponseValue::Source::kErrorMessageString) {
        append_json_string(response.body, refusal.message);
      } else {
        append_escaped(response.body, content_type, value_of(piece, refusal, exchange));
      }
    }
  } else {
    // Clients have come to know the blank of the integration errors (AWS's recorded answers).
    const bool is_integration = refusal.status >= 500;
    response.body = is_integration ? "{\"message\": " : "{\"message\":";
    append_json_string(response.body, refusal.message);
    response.body += '}';
  }
  for (const auto& [name, source] : rule.headers) {
    std::string value = value_of(source, refusal, exchange);
    // A decoded query value may hold a line end: such a header is left out, never sent.
    if (!value.empty() && is_header_value(value)) response.headers.add(name, std::move(value));
  }
  if (!response.headers.contains("Content-Type")) response.headers.add("Content-Type", std::string(content_type));
  response.headers.set("x-amzn-ErrorType", std::string(refusal.error_type));
  return response;
}

}  // namespace gatehouse::gateway
