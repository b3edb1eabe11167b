// The request as a Lambda proxy integration gives it to a function (API Gateway: input format of a Lambda function for
// proxy integration, payload version 1.0).
//
// Everything is a view: into the request, the deployment or the gateway's own frame, all of which outlive the
// invocation. In-process functions read the members; process functions get to_json().
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "services/gateway/config.hpp"

namespace gatehouse {
class Journey;
}

namespace gatehouse::gateway {

struct NamedView {
  std::string_view name;
  std::string_view value;
};

// In the order of the request; a name may stand more than once. In single-value maps the last one wins.
using NamedViews = std::vector<NamedView>;

// What a Cognito authorizer says about the caller: every claim as a string. Immutable, shared with the token cache.
struct Claims {
  std::vector<std::pair<std::string, std::string>> values;  // in the token's order
  const std::string* find(std::string_view name) const;
};

struct ProxyRequestContext {
  std::string_view account_id;
  std::string_view api_id;
  std::string_view stage;
  std::string_view domain_name;
  std::string_view domain_prefix;
  std::string_view resource_id;
  std::string_view resource_path;
  std::string_view http_method;
  std::string path;  // with the stage
  std::string_view protocol = "HTTP/1.1";
  std::string_view request_id;
  std::string_view extended_request_id;
  std::int64_t request_time_ms = 0;
  std::string_view source_ip;
  std::string_view user_agent;
  std::string_view api_key;  // empty unless the method requires one
  std::string_view api_key_id;
  const Claims* claims = nullptr;  // null without an authorizer
};

struct ProxyEvent {
  std::string_view function_arn;
  std::string_view resource;  // the path template
  std::string_view path;      // without the stage, as received
  std::string_view http_method;
  NamedViews headers;
  NamedViews query;                            // decoded
  NamedViews path_parameters;                  // decoded
  const StringMap* stage_variables = nullptr;  // null or empty: the event has null
  ProxyRequestContext context;
  std::string_view body;           // the request's bytes
  bool is_base64_encoded = false;  // binary: event_body() is base64
  std::string_view trace_id;       // X-Amzn-Trace-Id
  Journey* journey = nullptr;

  // The body as the function sees it: base64 when is_base64_encoded.
  std::string event_body() const;
  // Exactly the event that Lambda gets.
  std::string to_json() const;
};

}  // namespace gatehouse::gateway
