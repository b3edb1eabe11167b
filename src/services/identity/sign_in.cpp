#include "services/identity/sign_in.hpp"

#include "base/journey.hpp"
#include "services/identity/errors.hpp"
#include "services/identity/password_policy.hpp"

namespace gatehouse::identity {
namespace {

constexpr std::string_view kLayer = "identity";

std::unexpected<Error> locked_out() {
  return errors::not_authorized("Password attempts exceeded", "locked out after repeated wrong passwords");
}

}  // namespace

void SignIn::audit(std::string_view type, const Pool& pool, std::string client_id, std::string username,
                   std::string reason, const Origin& origin) const {
  if (around_.audit == nullptr) return;
  AuditEvent event;
  event.type = type;
  event.time = around_.clock.now();
  event.pool_id = pool.id;
  event.client_id = std::move(client_id);
  event.username = std::move(username);
  event.reason = std::move(reason);
  event.peer_address = origin.peer_address;
  event.request_id = origin.request_id;
  around_.audit->audit(event);
}

Task<Result<bool>> SignIn::matches(SignInRequest request, std::string name, std::string encoded,
                                   Lockout::Attempt attempt) const {
  auto verified = co_await passwords_->verify(std::move(encoded), std::move(request.password));
  if (!verified) co_await lockout_->abandoned(attempt);
  co_return verified;
}

Result<void> SignIn::check_usable(const User& user) const {
  if (!user.is_enabled) return errors::not_authorized("User is disabled.", "the user is disabled");
  if (user.must_change_password() && user.temporary_until_ms <= around_.clock.now_ms()) {
    return errors::not_authorized("Temporary password has expired and must be reset by an administrator.",
                                  "TemporaryPasswordValidityDays have passed");
  }
  return {};
}

Task<Result<User>> SignIn::authenticate(SignInRequest request) const {
  Span span(request.origin.journey, kLayer, "check password");
  const PoolPtr pool = request.pool;
  auto found = co_await users_->find(pool, request.username);
  if (!found) co_return std::unexpected(found.error());
  const bool is_known = found->has_value();
  // Aliases share their user's counter.
  const std::string name = is_known ? (*found)->username : request.username;
  auto attempt = co_await lockout_->begin(pool, name);
  if (!attempt) co_return std::unexpected(attempt.error());
  if (attempt->is_locked) {
    span.explain("The user is locked out after repeated wrong passwords.",
                 "Wait (at most 15 minutes), or set a password with admin-set-user-password.");
    audit("sign_in_locked_out", *pool, request.client_id, is_known ? name : "",
          "locked out after repeated wrong passwords", request.origin);
    co_return locked_out();
  }
  const std::string encoded = is_known ? (*found)->password_hash : std::string{};
  auto matching = co_await matches(request, name, encoded, *attempt);
  if (!matching) co_return std::unexpected(matching.error());
  if (!*matching) {
    const std::string why = is_known ? "the password is wrong" : "no such user in this pool";
    span.explain("Sign-in refused: " + why + ".", "Check the user name; an administrator can set another password.");
    audit("sign_in_failed", *pool, request.client_id, is_known ? name : "", why, request.origin);
    const Client* client = pool->find_client(request.client_id);
    const bool hides = client == nullptr || client->config.prevents_user_existence_errors;
    if (!is_known && !hides) co_return errors::user_not_found();
    co_return errors::wrong_credentials(why);
  }
  auto cleared = co_await lockout_->succeeded(*attempt);
  if (!cleared) co_return std::unexpected(cleared.error());
  if (auto usable = check_usable(**found); !usable) {
    span.explain("The password is right, but " + usable.error().detail + ".",
                 "admin-enable-user, or admin-create-user --message-action RESEND for a new temporary password.");
    audit("sign_in_failed", *pool, request.client_id, name, usable.error().detail, request.origin);
    co_return std::unexpected(usable.error());
  }
  span.note("user", name);
  audit("sign_in_succeeded", *pool, request.client_id, name, "", request.origin);
  co_return std::move(**found);
}

namespace {

// Cognito (RespondToAuthChallenge): required attributes without a value may be set, and writable ones; a required
// attribute that has a value cannot be changed here.
Result<Attributes> merge_attributes(const Pool& pool, const Client& client, const User& user, const Attributes& given) {
  Attributes merged = user.attributes;
  const auto required = missing_required(pool.config, user.attributes);
  for (const auto& [name, value] : given) {
    if (std::ranges::find(required, name) == required.end()) {
      if (!permits(client.config.write_attributes, name) || name.ends_with("_verified")) {
        return errors::not_authorized("A client attempted to write unauthorized attribute");
      }
      const auto schema = find_attribute(pool.config, name);
      if (schema && schema->is_required) return errors::not_authorized("Cannot modify an already provided " + name);
    }
    merged[name] = value;
  }
  if (auto checked = check_attributes(pool.config, given, true); !checked) return std::unexpected(checked.error());
  const auto missing = missing_required(pool.config, merged);
  if (!missing.empty()) {
    return errors::invalid_parameter("Invalid attributes given, " + missing.front() + " is missing");
  }
  return given;
}

}  // namespace

Task<Result<User>> SignIn::choose_password(NewPasswordRequest request) const {
  Span span(request.origin.journey, kLayer, "choose password");
  const PoolPtr pool = request.pool;
  const Client* client = pool->find_client(request.client_id);
  if (client == nullptr) co_return errors::client_not_found(request.client_id);
  auto challenge = unseal_challenge(around_, *pool, *client, request.challenge);
  if (!challenge) {
    span.explain("The session is not valid: " + challenge.error().detail + ".",
                 "Sign in again with the temporary password.");
    co_return std::unexpected(challenge.error());
  }
  auto user = co_await users_->get(pool, challenge->username);
  if (!user) co_return std::unexpected(user.error());
  const bool is_same = *user && (*user)->sub == challenge->sub;
  if (is_same && !request.username.empty() &&
      Users::key_of(*pool, request.username) != Users::key_of(*pool, (*user)->username)) {
    // Amplify and others repeat what was typed; it must at least name the same user.
    auto named = co_await users_->find(pool, request.username);
    if (!named) co_return std::unexpected(named.error());
    if (!*named || (*named)->username != (*user)->username) {
      co_return errors::not_authorized("Invalid session for the user.", "the session is another user's");
    }
  }
  if (!is_same || (*user)->password_version != challenge->password_version || !(*user)->must_change_password()) {
    co_return errors::not_authorized("Invalid session for the user, session can only be used once.",
                                     "the password was changed since");
  }
  if (auto usable = check_usable(**user); !usable) co_return std::unexpected(usable.error());
  if (auto good = check_password(pool->config.password_policy, request.new_password); !good) {
    co_return std::unexpected(good.error());
  }
  auto attributes = merge_attributes(*pool, *client, **user, request.attributes);
  if (!attributes) co_return std::unexpected(attributes.error());
  if (!attributes->empty()) {
    auto changed = co_await users_->change_attributes(pool, (*user)->username, *attributes, true);
    if (!changed) co_return changed;
  }
  auto hashed = co_await passwords_->hash(std::move(request.new_password));
  if (!hashed) co_return std::unexpected(hashed.error());
  const std::int64_t version = challenge->password_version;
  auto changed = co_await users_->change(pool, (*user)->username, [&hashed, version](User& present) -> Result<void> {
    if (present.password_version != version) {
      return errors::not_authorized("Invalid session for the user, session can only be used once.");
    }
    present.password_hash = *hashed;
    ++present.password_version;
    present.status = std::string(User::kConfirmed);
    present.temporary_until_ms = 0;
    return {};
  });
  if (!changed) co_return changed;
  auto forgotten = co_await users_->forget_temporary_password(pool, changed->username);
  if (!forgotten) co_return std::unexpected(forgotten.error());
  audit("password_changed", *pool, request.client_id, changed->username, "", request.origin);
  co_return changed;
}

Task<Result<TokenSet>> SignIn::grant(PoolPtr pool, User user, Grant wanted, std::string nonce, Origin origin) const {
  const Client* client = pool->find_client(wanted.client_id);
  if (client == nullptr) co_return errors::client_not_found(wanted.client_id);
  wanted.username = user.username;
  wanted.sub = user.sub;
  const auto lifetime = std::chrono::milliseconds(client->config.refresh_token_validity);
  wanted.expires_ms = around_.clock.now_ms() + lifetime.count();
  auto tokens = co_await tokens_->issue(pool, wanted.client_id, user, wanted, std::move(nonce));
  if (!tokens) co_return tokens;
  auto refresh_token = co_await grants_->create(pool, wanted);
  if (!refresh_token) co_return std::unexpected(refresh_token.error());
  tokens->refresh_token = std::move(*refresh_token);
  audit("tokens_issued", *pool, wanted.client_id, user.username, "", origin);
  co_return tokens;
}

Task<Result<std::string>> SignIn::rotate(RefreshRequest request, FoundGrant found) const {
  const PoolPtr pool = request.pool;
  const Client* client = pool->find_client(request.client_id);
  if (client == nullptr || !client->config.rotates_refresh_tokens) co_return std::string{};
  if (found.state == TokenState::kPrevious) co_return grants_->successor_of(*pool, found.grant);
  auto rotated = co_await grants_->rotate(pool, found.grant, request.refresh_token, client->config.rotation_grace);
  co_return rotated;
}

Task<Result<TokenSet>> SignIn::refresh(RefreshRequest request) const {
  Span span(request.origin.journey, kLayer, "refresh tokens");
  const PoolPtr pool = request.pool;
  const Client* client = pool->find_client(request.client_id);
  if (client == nullptr) co_return errors::client_not_found(request.client_id);
  const auto refuse = [&](std::string why) {
    span.explain("The refresh token was refused: " + why + ".", "The user must sign in again.");
    audit("token_refused", *pool, request.client_id, "", why, request.origin);
    return errors::not_authorized("Invalid Refresh Token", why);
  };
  // A lost race of two rotations with one token: look again; the winner's result decides what this one is.
  for (int tries = 0; tries < 4; ++tries) {
    auto looked_up = co_await grants_->find(pool, request.refresh_token);
    if (!looked_up) co_return std::unexpected(looked_up.error());
    if (!*looked_up) co_return refuse("it is unknown, expired or revoked");
    const FoundGrant& found = **looked_up;
    if (found.grant.client_id != request.client_id) co_return refuse("it belongs to another client");
    if (found.state == TokenState::kReplayed) {
      if (!client->config.rotates_refresh_tokens) co_return refuse("it is unknown, expired or revoked");
      auto revoked = co_await grants_->revoke(pool, found.grant.sub, found.grant.handle, found.grant.origin_jti);
      if (!revoked) co_return std::unexpected(revoked.error());
      span.explain("A refresh token was used again after it had been rotated: the whole grant is revoked.",
                   "Keep the newest refresh token of each answer; or raise RetryGracePeriodSeconds. Sign in again.");
      audit("refresh_token_reused", *pool, request.client_id, found.grant.username, "the grant is revoked",
            request.origin);
      co_return fail(Error::Kind::kUnauthenticated, "RefreshTokenReuseException", "Refresh token reuse detected");
    }
    auto user = co_await users_->get(pool, found.grant.username);
    if (!user) co_return std::unexpected(user.error());
    if (!*user || (*user)->sub != found.grant.sub) co_return refuse("its user does not exist any more");
    if (!(*user)->is_enabled) co_return refuse("its user is disabled");
    Grant grant = found.grant;
    if (!request.scopes.empty()) {
      for (const std::string& scope : request.scopes) {
        if (!grant.has_scope(scope))
          co_return fail(Error::Kind::kInvalid, "invalid_scope", "The grant has no scope " + scope);
      }
      grant.scopes = request.scopes;
    }
    auto tokens = co_await tokens_->issue(pool, request.client_id, **user, grant, "");
    if (!tokens) co_return tokens;
    auto rotated = co_await rotate(request, found);
    if (!rotated && rotated.error().kind == Error::Kind::kConflict) continue;
    if (!rotated) co_return std::unexpected(rotated.error());
    tokens->refresh_token = std::move(*rotated);
    audit("tokens_refreshed", *pool, request.client_id, (*user)->username, "", request.origin);
    co_return tokens;
  }
  co_return errors::too_many_requests("a refresh token is used too often at the same time");
}

}  // namespace gatehouse::identity
