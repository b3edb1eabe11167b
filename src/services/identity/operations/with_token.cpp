// Operations that a token authorizes: GetUser, GlobalSignOut, GetTokensFromRefreshToken, RevokeToken.
#include "services/identity/client_rules.hpp"
#include "services/identity/errors.hpp"
#include "services/identity/operations/input.hpp"
#include "services/identity/operations/operations.hpp"
#include "services/identity/operations/output.hpp"

namespace gatehouse::identity {
namespace {

constexpr std::string_view kApiScope = "aws.cognito.signin.user.admin";

struct TokenHolder {
  PoolPtr pool;
  User user;
  AccessClaims claims;
};

Task<Result<TokenHolder>> holder_of(Parts& parts, const aws::Call& call) {
  Input input(call);
  const std::string token = input.required("AccessToken");
  if (auto checked = input.check(); !checked) co_return std::unexpected(checked.error());
  auto claims = parts.tokens.verify_access(token);
  if (!claims) co_return std::unexpected(claims.error());
  if (std::ranges::find(claims->scopes, kApiScope) == claims->scopes.end()) {
    co_return errors::not_authorized("Access Token does not have required scopes");
  }
  auto revoked = co_await parts.grants.is_revoked(claims->origin_jti);
  if (!revoked) co_return std::unexpected(revoked.error());
  if (*revoked) co_return errors::not_authorized("Access Token has been revoked");
  PoolPtr pool = parts.directory.find(claims->pool_id);
  if (!pool || pool->find_client(claims->client_id) == nullptr)
    co_return errors::not_authorized("Invalid Access Token");
  auto user = co_await parts.users.get(pool, claims->username);
  if (!user) co_return std::unexpected(user.error());
  if (!*user || (*user)->sub != claims->sub) co_return errors::user_not_found();
  if (!(*user)->is_enabled) co_return errors::not_authorized("User is disabled.");
  co_return TokenHolder{std::move(pool), std::move(**user), std::move(*claims)};
}

}  // namespace

Answer get_user(Parts& parts, const aws::Call& call) {
  auto holder = co_await holder_of(parts, call);
  if (!holder) co_return std::unexpected(holder.error());
  const Client* client = holder->pool->find_client(holder->claims.client_id);
  Attributes readable = holder->user.attributes;
  std::erase_if(readable, [&](const auto& entry) { return !permits(client->config.read_attributes, entry.first); });
  co_return json::object{{"Username", holder->user.username},
                         {"UserAttributes", attributes_to_json(holder->user.sub, readable)}};
}

Answer global_sign_out(Parts& parts, const aws::Call& call) {
  auto holder = co_await holder_of(parts, call);
  if (!holder) co_return std::unexpected(holder.error());
  auto revoked = co_await parts.grants.revoke_all(holder->pool, holder->user.sub);
  if (!revoked) co_return std::unexpected(revoked.error());
  parts.sign_in.audit("token_revoked", *holder->pool, holder->claims.client_id, holder->user.username,
                      "all, by the user", origin_of(call));
  co_return json::object{};
}

Answer get_tokens_from_refresh_token(Parts& parts, const aws::Call& call) {
  Input input(call);
  RefreshRequest request;
  request.refresh_token = input.required("RefreshToken");
  request.client_id = input.required("ClientId");
  const std::string secret = input.optional("ClientSecret");
  const std::string device = input.optional("DeviceKey");
  input.ignore({"ClientMetadata"});
  if (auto checked = input.check(); !checked) co_return std::unexpected(checked.error());
  if (!device.empty()) co_return errors::not_supported("Devices are not supported: leave DeviceKey out");
  request.pool = parts.directory.find_by_client(request.client_id);
  if (!request.pool) co_return errors::client_not_found(request.client_id);
  const Client* client = request.pool->find_client(request.client_id);
  if (client == nullptr) co_return errors::client_not_found(request.client_id);
  if (!is_right_secret(*client, secret)) {
    co_return errors::not_authorized(fmt::format("Unable to verify secret for client {}", client->id));
  }
  if (!client->config.rotates_refresh_tokens && !allows_flow(*client, "REFRESH_TOKEN_AUTH")) {
    co_return errors::invalid_parameter("REFRESH_TOKEN_AUTH flow not enabled for this client");
  }
  request.origin = origin_of(call);
  auto tokens = co_await parts.sign_in.refresh(std::move(request));
  if (!tokens) co_return std::unexpected(tokens.error());
  co_return json::object{{"AuthenticationResult", authentication_result(*tokens)}};
}

Answer revoke_token(Parts& parts, const aws::Call& call) {
  Input input(call);
  const std::string token = input.required("Token");
  const std::string client_id = input.required("ClientId");
  const std::string secret = input.optional("ClientSecret");
  if (auto checked = input.check(); !checked) co_return std::unexpected(checked.error());
  const PoolPtr pool = parts.directory.find_by_client(client_id);
  const Client* client = pool ? pool->find_client(client_id) : nullptr;
  if (client == nullptr) co_return errors::client_not_found(client_id);
  if (!is_right_secret(*client, secret)) {
    co_return fail(Error::Kind::kUnauthenticated, "UnauthorizedException",
                   "Unable to verify secret for client " + client->id);
  }
  if (!client->config.enables_token_revocation) {
    co_return fail(Error::Kind::kInvalid, "UnsupportedOperationException",
                   "Token revocation is not enabled for this client");
  }
  if (token.find('.') != std::string::npos) {
    co_return fail(Error::Kind::kInvalid, "UnsupportedTokenTypeException", "Unsupported token type");
  }
  auto found = co_await parts.grants.find(pool, token);
  if (!found) co_return std::unexpected(found.error());
  const bool is_ours = *found && (*found)->grant.client_id == client_id &&
                       ((*found)->state != TokenState::kReplayed || client->config.rotates_refresh_tokens);
  if (is_ours) {
    const Grant& grant = (*found)->grant;
    auto revoked = co_await parts.grants.revoke(pool, grant.sub, grant.handle, grant.origin_jti);
    if (!revoked) co_return std::unexpected(revoked.error());
    parts.sign_in.audit("token_revoked", *pool, client_id, grant.username, "", origin_of(call));
  }
  co_return json::object{};
}

}  // namespace gatehouse::identity
