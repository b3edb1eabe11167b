// For tests: a gateway with one API, a user pool with real keys, and functions that answer what the test says.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "base/clock.hpp"
#include "base/json.hpp"
#include "base/random.hpp"
#include "base/testing/run_task.hpp"
#include "platform/crypto/jwt.hpp"
#include "platform/crypto/rsa.hpp"
#include "services/gateway/gateway.hpp"

namespace gatehouse::gateway::testing {

inline const crypto::RsaPrivateKey& test_key(std::size_t index) {
  static const std::array<crypto::RsaPrivateKey, 2> keys = {crypto::RsaPrivateKey::generate(),
                                                            crypto::RsaPrivateKey::generate()};
  return keys[index];
}

// Answers with `answer`, and keeps the event's JSON.
class FakeFunctions final : public FunctionInvoker {
 public:
  std::function<Task<Result<ProxyResult>>(const ProxyEvent&)> answer;
  std::vector<std::string> events;

  Task<Result<ProxyResult>> invoke(const ProxyEvent& event) override {
    events.push_back(event.to_json());
    if (answer) {
      auto answered = co_await answer(event);
      co_return answered;
    }
    co_return ProxyResult{ProxyResponse{.status = 200, .headers = {}, .multi_value_headers = {}, .body = "ok"}};
  }

  void always(Result<ProxyResult> result) {
    answer = [result](const ProxyEvent&) -> Task<Result<ProxyResult>> { co_return result; };
  }
  json::object last_event() const { return parse_json(events.back())->as_object(); }
};

class FakePools final : public UserPools {
 public:
  std::map<std::string, std::shared_ptr<const PoolSnapshot>, std::less<>> pools;
  std::shared_ptr<const PoolSnapshot> find(std::string_view pool_arn) const override {
    const auto found = pools.find(pool_arn);
    return found == pools.end() ? nullptr : found->second;
  }
};

inline constexpr std::string_view kPool = "arn:aws:cognito-idp:us-east-1:000000000000:userpool/us-east-1_A";
inline constexpr std::string_view kOtherPool = "arn:aws:cognito-idp:us-east-1:000000000000:userpool/us-east-1_B";
inline constexpr std::string_view kKeyValue = "abcdefghijklmnopqrstuvwxyz012345";

inline MethodConfig proxy_method(std::string http_method, std::string path) {
  MethodConfig method;
  method.http_method = std::move(http_method);
  method.path = std::move(path);
  method.resource_id = "abc123";
  method.integration.function_arn = "arn:aws:lambda:us-east-1:000000000000:function:f";
  method.integration.function_timeout = std::chrono::seconds(3);
  return method;
}

inline std::shared_ptr<const PoolSnapshot> pool(std::string issuer, std::string key_id, std::size_t key) {
  auto made = std::make_shared<PoolSnapshot>();
  made->issuer = std::move(issuer);
  made->keys.push_back({std::move(key_id), test_key(key).public_key()});
  made->client_ids = {"client-1"};
  return made;
}

inline http::Request request_to(std::string method, std::string target, http::Headers headers = {}) {
  http::Request request;
  request.method = std::move(method);
  request.target = std::move(target);
  request.headers = std::move(headers);
  return request;
}

struct World {
  ManualClock clock;
  SystemRandom random;
  FakeFunctions functions;
  FakePools pools;
  RestApiConfig api;
  std::unique_ptr<Gateway> gateway;

  explicit World(GatewayConfig config = {}) {
    pools.pools[std::string(kPool)] = pool("http://localhost:4566/us-east-1_A", "kid-a", 0);
    pools.pools[std::string(kOtherPool)] = pool("http://localhost:4566/us-east-1_B", "kid-b", 1);
    api.id = "api1";
    api.name = "Test";
    api.domain_name = "api1.execute-api.localhost:4566";
    api.stages = {{.name = "prod", .variables = {}, .method_settings = {}}};
    api.authorizers = {{.name = "Cognito", .pool_arns = {std::string(kPool)}}};
    gateway = std::make_unique<Gateway>(std::move(config), functions, pools, clock, random);
  }

  MethodConfig& add(std::string http_method, std::string path) {
    api.methods.push_back(proxy_method(std::move(http_method), std::move(path)));
    return api.methods.back();
  }
  MethodConfig& add_protected(std::string http_method, std::string path, std::vector<std::string> scopes = {}) {
    MethodConfig& method = add(std::move(http_method), std::move(path));
    method.authorization = AuthorizationType::kCognitoUserPools;
    method.authorizer = "Cognito";
    method.scopes = std::move(scopes);
    return method;
  }
  Result<void> deploy() { return gateway->deploy(api); }

  http::Response send(http::Request request, std::string_view stage = "prod") {
    if (request.peer_address.empty()) request.peer_address = "192.0.2.7";
    if (request.request_id.empty()) request.request_id = "11111111-2222-4333-8444-555555555555";
    const std::string path(request.path());
    return gatehouse::testing::run_task(gateway->handle("api1", stage, path, request));
  }
  http::Response send(std::string method, std::string target, http::Headers headers = {}, std::string body = {}) {
    http::Request request = request_to(std::move(method), std::move(target), std::move(headers));
    request.body = std::move(body);
    return send(std::move(request));
  }

  json::object id_claims() const {
    return {{"sub", "user-1"},
            {"aud", "client-1"},
            {"token_use", "id"},
            {"iss", "http://localhost:4566/us-east-1_A"},
            {"cognito:username", "jane"},
            {"cognito:groups", json::array{"Admin", "Users"}},
            {"email_verified", true},
            {"auth_time", clock.now_s()},
            {"iat", clock.now_s()},
            {"exp", clock.now_s() + 3600}};
  }
  json::object access_claims(std::string_view scope = "openid email") const {
    return {{"sub", "user-1"},
            {"client_id", "client-1"},
            {"token_use", "access"},
            {"scope", scope},
            {"iss", "http://localhost:4566/us-east-1_A"},
            {"username", "jane"},
            {"iat", clock.now_s()},
            {"exp", clock.now_s() + 3600}};
  }
  static std::string sign(const json::object& claims, std::size_t key = 0, std::string_view key_id = "kid-a") {
    return crypto::sign_jwt(claims, test_key(key), key_id);
  }
};

inline http::Headers bearer(const std::string& token) { return {{"Authorization", "Bearer " + token}}; }

}  // namespace gatehouse::gateway::testing
