// What API Gateway asks a function and what the function answers (Lambda proxy integration, payload version 1.0).
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "gatehouse/sdk/fields.hpp"
#include "gatehouse/sdk/json.hpp"
#include "gatehouse/sdk/result.hpp"

namespace gatehouse::sdk {

// The event, decoded: escapes in the query are resolved, a base64 body is bytes again.
struct ApiRequest {
  std::string method;
  std::string path;      // without the stage, as the client spelled it
  std::string resource;  // the route that matched: "/products/{productId}"
  Headers headers;
  Parameters query;
  Parameters path_parameters;
  Parameters stage_variables;
  // What the authorizer knows of the caller, all values strings ("cognito:groups" is "Admin,Users").
  Parameters claims;
  std::string body;

  // requestContext
  std::string request_id;
  std::string stage;
  std::string api_id;
  std::string account_id;
  std::string domain_name;
  std::string context_path;  // path with the stage: what the client asked this domain for
  std::string protocol;
  std::string source_ip;
  std::string user_agent;

  // Reads the JSON event. The error says which member is missing or of the wrong type.
  static Result<ApiRequest> from_json(std::string_view event);
  // The event's members that this struct has, as API Gateway writes them (absent maps are null).
  std::string to_json() const;
};

struct ApiResponse {
  int status = 200;
  Headers headers;
  std::string body;
  // The body is bytes, not text: it travels as base64 and leaves the API as bytes when the API allows the type.
  bool is_binary = false;

  static ApiResponse json(int status, const gatehouse::sdk::json::value& body);
  static ApiResponse text(int status, std::string body);
  static ApiResponse empty(int status = 204);

  // {"statusCode", "multiValueHeaders", "body", "isBase64Encoded"}.
  std::string to_json() const;
  static Result<ApiResponse> from_json(std::string_view payload);
};

}  // namespace gatehouse::sdk
