// One request on its way through the gateway: what it is, what was found out about it, what the function will see.
#pragma once

#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/clock.hpp"
#include "base/random.hpp"
#include "services/gateway/config.hpp"
#include "services/gateway/proxy_event.hpp"
#include "services/gateway/routes.hpp"

namespace gatehouse::http {
struct Request;
}

namespace gatehouse::gateway {

struct Deployment;
struct CompiledMethod;
struct CompiledStage;
struct Subscription;

struct Exchange {
  const GatewayConfig* gateway = nullptr;
  std::shared_ptr<const void> snapshot;  // keeps all that the pointers below point into
  const http::Request* request = nullptr;
  std::string_view rest_path;
  Timestamp now;

  const Deployment* api = nullptr;
  const CompiledStage* stage = nullptr;
  const CompiledMethod* method = nullptr;
  RouteMatch match;

  std::string request_id;
  std::string extended_request_id;
  std::string trace_id;
  std::shared_ptr<const Claims> claims;
  const Subscription* subscription = nullptr;  // set when the method requires a key
  std::string_view api_key;
  std::string_view api_key_id;
  std::deque<std::string> storage;  // texts that had to be decoded; a deque never moves them
  ProxyEvent event;

  // Keeps a text that no part of the request holds.
  std::string_view keep(std::string text) { return storage.emplace_back(std::move(text)); }
};

// x-amz-apigw-id's shape: 15 characters of base64 and a "=".
std::string make_extended_request_id(Random& random);

// The trace id: the client's root when it sent a well-formed one, the journey's, or a new one.
std::string make_trace_id(const http::Request& request, Timestamp now, Random& random);

// Fills exchange.event for the matched method. False when a path parameter or the query is not well-formed
// percent-encoded UTF-8.
bool build_event(Exchange& exchange);

// Decodes one name or value: views the request where nothing is encoded. Nothing when malformed.
std::optional<std::string_view> decode_text(Exchange& exchange, std::string_view encoded, bool plus_is_space);

// True when one of the patterns ("image/png", "image/*", "*/*") covers the media type of a Content-Type or Accept
// value.
bool covers_media_type(const std::vector<std::string>& patterns, std::string_view value);

}  // namespace gatehouse::gateway
