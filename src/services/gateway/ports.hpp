// What the gateway needs from its neighbours, in its own words. src/app plugs the functions and identity services in.
#pragma once

#include <chrono>
#include <memory>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/result.hpp"
#include "base/task.hpp"
#include "platform/crypto/rsa.hpp"
#include "platform/http/message.hpp"
#include "services/gateway/proxy_event.hpp"

namespace gatehouse::gateway {

// A function's answer, already in parts (in-process functions).
struct ProxyResponse {
  unsigned status = 200;
  http::Headers headers{};
  http::Headers multi_value_headers{};  // flat: a name once per value
  std::string body{};                   // base64 text when is_base64_encoded
  bool is_base64_encoded = false;
};

// A function's answer as the JSON text that it returned; read by the rules of Lambda proxy integrations.
struct RawProxyResponse {
  std::string json;
};

using ProxyResult = std::variant<ProxyResponse, RawProxyResponse>;

// Runs functions. Called on any loop, concurrently.
class FunctionInvoker {
 public:
  virtual ~FunctionInvoker() = default;

  // `event` and all that it views live until the Task is done. Spans go to event.journey.
  // Failures by Error::code; `detail` says what happened, for the journey:
  //   "FunctionError"   the function threw, exited or answered with an error          -> 502
  //   "Timeout"         it ran into its own timeout                                    -> 502, as on AWS
  //   "TooManyRequests" no concurrency was left (kind kThrottled)                      -> 500, as on AWS
  //   "RequestTooLarge" the event is over the payload limit (kind kTooLarge)           -> 413
  //   "ResponseTooLarge" its answer is over the payload limit                          -> 502
  //   "NotFound"        there is no such function                                      -> 500
  // Anything else is 500.
  virtual Task<Result<ProxyResult>> invoke(const ProxyEvent& event) = 0;
};

// What the authorizer must know of a user pool. Immutable: a change makes a new one.
struct PoolSnapshot {
  struct Key {
    std::string key_id;
    crypto::RsaPublicKey key;
  };
  std::string issuer;  // the "iss" of its tokens, exactly
  std::vector<Key> keys;
  std::vector<std::string> client_ids;
};

class UserPools {
 public:
  virtual ~UserPools() = default;
  // Null when there is no such pool. Safe from any thread; called once a request, so it must be cheap.
  virtual std::shared_ptr<const PoolSnapshot> find(std::string_view pool_arn) const = 0;
};

}  // namespace gatehouse::gateway
