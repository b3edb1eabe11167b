// InitiateAuth, RespondToAuthChallenge and their Admin forms.
#include "platform/crypto/hash.hpp"
#include "services/identity/client_rules.hpp"
#include "services/identity/errors.hpp"
#include "services/identity/operations/input.hpp"
#include "services/identity/operations/operations.hpp"
#include "services/identity/operations/output.hpp"

namespace gatehouse::identity {
namespace {

using Texts = std::map<std::string, std::string>;

constexpr std::string_view kApiScope = "aws.cognito.signin.user.admin";
constexpr std::string_view kChallengeName = "NEW_PASSWORD_REQUIRED";
constexpr std::string_view kAttributePrefix = "userAttributes.";

// One call, read.
struct AuthCall {
  PoolPtr pool;
  std::string client_id;
  std::string flow;  // or the challenge's name
  Texts parameters;
  std::string session;
  bool is_admin = false;
  Origin origin;

  const Client& client() const { return *pool->find_client(client_id); }
  std::string parameter(const std::string& name) const {
    const auto found = parameters.find(name);
    return found == parameters.end() ? std::string{} : found->second;
  }
};

Result<AuthCall> read_call(Parts& parts, const aws::Call& call, bool is_admin, std::string_view flow,
                           std::string_view texts) {
  Input input(call);
  AuthCall read;
  read.is_admin = is_admin;
  const std::string pool_id = is_admin ? input.required("UserPoolId") : std::string{};
  read.client_id = input.required("ClientId");
  read.flow = input.required(flow);
  read.parameters = input.map(texts);
  read.session = input.optional("Session");
  input.ignore({"ClientMetadata", "AnalyticsMetadata", "UserContextData", "ContextData"});
  if (auto checked = input.check(); !checked) return std::unexpected(checked.error());
  read.pool = is_admin ? parts.directory.find(pool_id) : parts.directory.find_by_client(read.client_id);
  if (is_admin && !read.pool) return errors::pool_not_found(pool_id);
  if (!read.pool || read.pool->find_client(read.client_id) == nullptr) return errors::client_not_found(read.client_id);
  read.origin = origin_of(call);
  return read;
}

// `names`: what the hash may be made over.
Result<void> check_secret_hash(const AuthCall& call, std::initializer_list<std::string_view> names) {
  const Client& client = call.client();
  const std::string given = call.parameter("SECRET_HASH");
  if (client.is_public()) {
    if (given.empty()) return {};
    return errors::not_authorized(
        fmt::format("Client {} is configured without secret but SECRET_HASH was received", client.id));
  }
  if (given.empty()) {
    return errors::not_authorized(
        fmt::format("Client {} is configured with secret but SECRET_HASH was not received", client.id));
  }
  for (const std::string_view name : names) {
    if (crypto::equal_in_constant_time(secret_hash(client, name), given)) return {};
  }
  return errors::not_authorized(fmt::format("Unable to verify secret hash for client {}", client.id));
}

json::object new_password_challenge(const Parts& parts, const AuthCall& call, const User& user) {
  json::object attributes;
  for (const auto& [name, value] : user.attributes) attributes[name] = value;
  json::array required;
  for (const std::string& name : missing_required(call.pool->config, user.attributes)) {
    required.emplace_back(std::string(kAttributePrefix) + name);
  }
  return {{"ChallengeName", kChallengeName},
          {"Session", seal_challenge(parts.around, *call.pool, call.client(), user)},
          {"ChallengeParameters",
           {{"USER_ID_FOR_SRP", user.username},
            {"requiredAttributes", json::serialize(required)},
            {"userAttributes", json::serialize(attributes)}}}};
}

json::object success(const TokenSet& tokens) {
  return {{"AuthenticationResult", authentication_result(tokens)}, {"ChallengeParameters", json::object{}}};
}

Answer grant_tokens(Parts& parts, AuthCall call, User user) {
  Grant wanted;
  const GrantNames names = parts.grants.draw_names();
  wanted.handle = names.handle;
  wanted.origin_jti = names.origin_jti;
  wanted.event_id = names.event_id;
  wanted.client_id = call.client_id;
  wanted.scopes = {std::string(kApiScope)};
  wanted.auth_time_s = parts.around.clock.now_s();
  auto tokens = co_await parts.sign_in.grant(call.pool, std::move(user), std::move(wanted), "", call.origin);
  if (!tokens) co_return std::unexpected(tokens.error());
  co_return success(*tokens);
}

Answer with_password(Parts& parts, AuthCall call) {
  for (const std::string name : {"USERNAME", "PASSWORD"}) {
    if (call.parameter(name).empty()) co_return errors::invalid_parameter("Missing required parameter " + name);
  }
  const std::string username = call.parameter("USERNAME");
  if (auto checked = check_secret_hash(call, {username}); !checked) co_return std::unexpected(checked.error());
  SignInRequest attempt;
  attempt.pool = call.pool;
  attempt.client_id = call.client_id;
  attempt.username = username;
  attempt.password = call.parameter("PASSWORD");
  attempt.origin = call.origin;
  if (attempt.password.size() > 1024 || username.size() > 512) {
    co_return errors::invalid_parameter("USERNAME or PASSWORD is too long");
  }
  auto user = co_await parts.sign_in.authenticate(std::move(attempt));
  if (!user) co_return std::unexpected(user.error());
  if (user->must_change_password()) co_return new_password_challenge(parts, call, *user);
  auto answer = co_await grant_tokens(parts, std::move(call), std::move(*user));
  co_return answer;
}

Answer with_refresh_token(Parts& parts, AuthCall call) {
  if (call.client().config.rotates_refresh_tokens) {
    co_return errors::invalid_parameter(
        "The client rotates refresh tokens: use GetTokensFromRefreshToken or the token endpoint");
  }
  RefreshRequest request;
  request.refresh_token = call.parameter("REFRESH_TOKEN");
  if (request.refresh_token.empty()) co_return errors::invalid_parameter("Missing required parameter REFRESH_TOKEN");
  if (!call.parameter("DEVICE_KEY").empty())
    co_return errors::not_supported("Devices are not supported: leave DEVICE_KEY out");
  // The hash is over the user's name or sub, which only the grant knows.
  auto found = co_await parts.grants.find(call.pool, request.refresh_token);
  if (!found) co_return std::unexpected(found.error());
  const std::string name = *found ? (*found)->grant.username : std::string{};
  const std::string sub = *found ? (*found)->grant.sub : std::string{};
  if (*found || call.parameter("SECRET_HASH").empty()) {
    if (auto checked = check_secret_hash(call, {name, sub}); !checked) co_return std::unexpected(checked.error());
  }
  request.pool = call.pool;
  request.client_id = call.client_id;
  request.origin = call.origin;
  auto tokens = co_await parts.sign_in.refresh(std::move(request));
  if (!tokens) co_return std::unexpected(tokens.error());
  co_return success(*tokens);
}

std::unexpected<Error> flow_not_enabled(std::string_view flow) {
  return errors::invalid_parameter(fmt::format("{} flow not enabled for this client", flow));
}

Answer start(Parts& parts, const aws::Call& call, bool is_admin) {
  auto read = read_call(parts, call, is_admin, "AuthFlow", "AuthParameters");
  if (!read) co_return std::unexpected(read.error());
  const std::string flow = read->flow;
  if (flow == "REFRESH_TOKEN_AUTH" || flow == "REFRESH_TOKEN") {
    if (!read->client().config.rotates_refresh_tokens && !allows_flow(read->client(), "REFRESH_TOKEN_AUTH")) {
      co_return flow_not_enabled("REFRESH_TOKEN_AUTH");
    }
    auto answer = co_await with_refresh_token(parts, std::move(*read));
    co_return answer;
  }
  const bool is_admin_flow = flow == "ADMIN_USER_PASSWORD_AUTH" || flow == "ADMIN_NO_SRP_AUTH";
  if (is_admin_flow || flow == "USER_PASSWORD_AUTH") {
    if (is_admin_flow != is_admin) co_return errors::invalid_parameter("Initiate Auth method not supported.");
    if (!allows_flow(read->client(), is_admin_flow ? "ADMIN_USER_PASSWORD_AUTH" : "USER_PASSWORD_AUTH")) {
      co_return flow_not_enabled(flow);
    }
    auto answer = co_await with_password(parts, std::move(*read));
    co_return answer;
  }
  co_return errors::not_supported(fmt::format(
      "The flow {} is not supported; use USER_PASSWORD_AUTH, ADMIN_USER_PASSWORD_AUTH, REFRESH_TOKEN_AUTH or "
      "the hosted sign-in page",
      flow));
}

Answer respond(Parts& parts, const aws::Call& call, bool is_admin) {
  auto read = read_call(parts, call, is_admin, "ChallengeName", "ChallengeResponses");
  if (!read) co_return std::unexpected(read.error());
  if (read->flow != kChallengeName) {
    co_return errors::not_supported(
        fmt::format("The challenge {} is not supported; the only one is {}", read->flow, kChallengeName));
  }
  for (const std::string name : {"USERNAME", "NEW_PASSWORD"}) {
    if (read->parameter(name).empty()) co_return errors::invalid_parameter("Missing required parameter " + name);
  }
  if (read->session.empty()) co_return errors::invalid_parameter("Missing required parameter Session");
  NewPasswordRequest request;
  request.username = read->parameter("USERNAME");
  if (auto checked = check_secret_hash(*read, {request.username}); !checked) co_return std::unexpected(checked.error());
  for (const auto& [name, value] : read->parameters) {
    if (name.starts_with(kAttributePrefix)) {
      request.attributes[name.substr(kAttributePrefix.size())] = value;
    } else if (name != "USERNAME" && name != "NEW_PASSWORD" && name != "SECRET_HASH") {
      co_return errors::not_supported("The challenge response " + name + " is not supported");
    }
  }
  request.pool = read->pool;
  request.client_id = read->client_id;
  request.challenge = read->session;
  request.new_password = read->parameter("NEW_PASSWORD");
  request.origin = read->origin;
  auto user = co_await parts.sign_in.choose_password(std::move(request));
  if (!user) co_return std::unexpected(user.error());
  auto answer = co_await grant_tokens(parts, std::move(*read), std::move(*user));
  co_return answer;
}

}  // namespace

Answer initiate_auth(Parts& parts, const aws::Call& call) { return start(parts, call, false); }
Answer admin_initiate_auth(Parts& parts, const aws::Call& call) { return start(parts, call, true); }
Answer respond_to_auth_challenge(Parts& parts, const aws::Call& call) { return respond(parts, call, false); }
Answer admin_respond_to_auth_challenge(Parts& parts, const aws::Call& call) { return respond(parts, call, true); }

}  // namespace gatehouse::identity
