#include "gatehouse/sdk/api.hpp"

#include "gatehouse/sdk/text.hpp"

namespace gatehouse::sdk {
namespace {

Error invalid(std::string message) { return Error{"InvalidEvent", std::move(message)}; }

std::string text_or_empty(const json::object& object, std::string_view name) {
  return std::string(string_member(object, name).value_or(std::string_view()));
}

std::string scalar_text(const json::value& value) {
  return value.is_string() ? std::string(value.get_string()) : json::serialize(value);
}

// The multi-value map when there is one, else the single-value map (AWS: a test event may carry only that).
template <typename Target>
void read_fields(const json::object& event, std::string_view single, std::string_view multi, Target& target) {
  const json::value* lists = multi.empty() ? nullptr : event.if_contains(multi);
  if (lists != nullptr && lists->is_object()) {
    for (const auto& [name, values] : lists->get_object()) {
      if (!values.is_array()) continue;
      for (const json::value& value : values.get_array()) target.add(std::string(name), scalar_text(value));
    }
    return;
  }
  const json::value* plain = event.if_contains(single);
  if (plain == nullptr || !plain->is_object()) return;
  for (const auto& [name, value] : plain->get_object()) target.add(std::string(name), scalar_text(value));
}

void read_claims(const json::object& context, Parameters& claims) {
  const json::value* authorizer = context.if_contains("authorizer");
  if (authorizer == nullptr || !authorizer->is_object()) return;
  const json::value* nested = authorizer->get_object().if_contains("claims");
  const json::object& source =
      nested != nullptr && nested->is_object() ? nested->get_object() : authorizer->get_object();
  for (const auto& [name, value] : source) claims.add(std::string(name), scalar_text(value));
}

void read_context(const json::object& context, ApiRequest& request) {
  request.request_id = text_or_empty(context, "requestId");
  request.stage = text_or_empty(context, "stage");
  request.api_id = text_or_empty(context, "apiId");
  request.account_id = text_or_empty(context, "accountId");
  request.domain_name = text_or_empty(context, "domainName");
  request.context_path = text_or_empty(context, "path");
  request.protocol = text_or_empty(context, "protocol");
  read_claims(context, request.claims);
  const json::value* identity = context.if_contains("identity");
  if (identity == nullptr || !identity->is_object()) return;
  request.source_ip = text_or_empty(identity->get_object(), "sourceIp");
  request.user_agent = text_or_empty(identity->get_object(), "userAgent");
}

// Lambda's rule for the single-value maps: the last value of a name counts.
template <typename Source>
json::value single_values(const Source& fields) {
  if (fields.empty()) return nullptr;
  json::object out;
  for (const auto& [name, value] : fields) out[name] = value;
  return out;
}

template <typename Source>
json::value multi_values(const Source& fields) {
  if (fields.empty()) return nullptr;
  json::object out;
  for (const auto& [name, value] : fields) {
    json::value& list = out[name];
    if (!list.is_array()) list.emplace_array();
    list.get_array().emplace_back(value);
  }
  return out;
}

}  // namespace

Result<ApiRequest> ApiRequest::from_json(std::string_view text) {
  const Result<json::value> parsed = parse_json(text, 64);
  if (!parsed || !parsed->is_object()) return std::unexpected(invalid("the event is not a JSON object"));
  const json::object& event = parsed->get_object();
  const std::optional<std::string_view> method = string_member(event, "httpMethod");
  const std::optional<std::string_view> path = string_member(event, "path");
  if (!method || !path)
    return std::unexpected(invalid("the event has no httpMethod or path: not an API Gateway event"));

  ApiRequest request;
  request.method = *method;
  request.path = *path;
  request.resource = text_or_empty(event, "resource");
  read_fields(event, "headers", "multiValueHeaders", request.headers);
  read_fields(event, "queryStringParameters", "multiValueQueryStringParameters", request.query);
  read_fields(event, "pathParameters", "", request.path_parameters);
  read_fields(event, "stageVariables", "", request.stage_variables);
  if (const json::value* context = event.if_contains("requestContext"); context != nullptr && context->is_object()) {
    read_context(context->get_object(), request);
  }
  request.body = text_or_empty(event, "body");
  const json::value* encoded = event.if_contains("isBase64Encoded");
  if (encoded != nullptr && encoded->is_bool() && encoded->get_bool()) {
    std::optional<std::string> bytes = base64_decode(request.body);
    if (!bytes) return std::unexpected(invalid("the event's body is not base64"));
    request.body = std::move(*bytes);
  }
  return request;
}

std::string ApiRequest::to_json() const {
  json::object context{{"accountId", account_id}, {"apiId", api_id},          {"domainName", domain_name},
                       {"httpMethod", method},    {"path", context_path},     {"protocol", protocol},
                       {"requestId", request_id}, {"resourcePath", resource}, {"stage", stage}};
  context["identity"] = json::object{{"sourceIp", source_ip}, {"userAgent", user_agent}};
  if (!claims.empty()) context["authorizer"] = json::object{{"claims", single_values(claims)}};
  const bool is_text = parse_json(json::serialize(json::string(body))).has_value();
  const json::object event{
      {"resource", resource},
      {"path", path},
      {"httpMethod", method},
      {"headers", single_values(headers)},
      {"multiValueHeaders", multi_values(headers)},
      {"queryStringParameters", single_values(query)},
      {"multiValueQueryStringParameters", multi_values(query)},
      {"pathParameters", single_values(path_parameters)},
      {"stageVariables", single_values(stage_variables)},
      {"requestContext", std::move(context)},
      {"body", body.empty() ? json::value(nullptr) : json::value(is_text ? body : base64_encode(body))},
      {"isBase64Encoded", !is_text},
  };
  return json::serialize(event);
}

ApiResponse ApiResponse::json(int status, const gatehouse::sdk::json::value& body) {
  ApiResponse response = text(status, to_text(body));
  response.headers.set("Content-Type", "application/json");
  return response;
}

ApiResponse ApiResponse::text(int status, std::string body) {
  ApiResponse response;
  response.status = status;
  response.headers.add("Content-Type", "text/plain; charset=utf-8");
  response.body = std::move(body);
  return response;
}

ApiResponse ApiResponse::empty(int status) {
  ApiResponse response;
  response.status = status;
  return response;
}

std::string ApiResponse::to_json() const {
  gatehouse::sdk::json::object out{{"statusCode", status}, {"isBase64Encoded", is_binary}};
  out["multiValueHeaders"] =
      headers.empty() ? gatehouse::sdk::json::value(gatehouse::sdk::json::object()) : multi_values(headers);
  out["body"] = is_binary ? base64_encode(body) : body;
  return gatehouse::sdk::json::serialize(out);
}

Result<ApiResponse> ApiResponse::from_json(std::string_view payload) {
  const Result<gatehouse::sdk::json::value> parsed = parse_json(payload, 64);
  if (!parsed || !parsed->is_object()) return std::unexpected(invalid("the response is not a JSON object"));
  const auto& object = parsed->get_object();
  const gatehouse::sdk::json::value* status = object.if_contains("statusCode");
  if (status == nullptr || !status->is_int64()) return std::unexpected(invalid("the response has no statusCode"));

  ApiResponse response;
  response.status = static_cast<int>(status->get_int64());
  read_fields(object, "headers", "multiValueHeaders", response.headers);
  response.body = text_or_empty(object, "body");
  const gatehouse::sdk::json::value* encoded = object.if_contains("isBase64Encoded");
  response.is_binary = encoded != nullptr && encoded->is_bool() && encoded->get_bool();
  if (response.is_binary) {
    std::optional<std::string> bytes = base64_decode(response.body);
    if (!bytes) return std::unexpected(invalid("the response's body is not base64"));
    response.body = std::move(*bytes);
  }
  return response;
}

}  // namespace gatehouse::sdk
