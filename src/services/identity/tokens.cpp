#include "services/identity/tokens.hpp"

#include "base/encoding.hpp"
#include "base/id.hpp"
#include "base/text.hpp"
#include "base/worker_pool.hpp"
#include "platform/crypto/hash.hpp"
#include "platform/crypto/jwt.hpp"
#include "services/identity/attributes.hpp"
#include "services/identity/config_json.hpp"
#include "services/identity/errors.hpp"

namespace gatehouse::identity {
namespace {

constexpr std::string_view kApiScope = "aws.cognito.signin.user.admin";

bool contains(const std::vector<std::string>& scopes, std::string_view scope) {
  return std::ranges::find(scopes, scope) != scopes.end();
}

// OpenID Connect Core section 3.1.3.6: the left half of the access token's hash.
std::string at_hash(std::string_view access_token) {
  return base64url_encode(crypto::sha256(access_token).substr(0, 16));
}

void add_groups(json::object& claims, const std::vector<std::shared_ptr<const Group>>& groups) {
  if (groups.empty()) return;
  json::array names;
  for (const auto& group : groups) names.emplace_back(group->config.name);
  claims["cognito:groups"] = std::move(names);
}

// "Adding groups to a user pool": cognito:roles lists the groups' roles; the preferred one is that of the group with
// the lowest precedence, unless several share it with different roles.
void add_roles(json::object& claims, const std::vector<std::shared_ptr<const Group>>& groups) {
  json::array roles;
  const Group* best = nullptr;
  bool is_ambiguous = false;
  for (const auto& group : groups) {
    const GroupConfig& config = group->config;
    if (config.role_arn.empty()) continue;
    roles.emplace_back(config.role_arn);
    if (!config.precedence) continue;
    if (best == nullptr) {
      best = group.get();
    } else if (config.precedence == best->config.precedence && config.role_arn != best->config.role_arn) {
      is_ambiguous = true;
    }
  }
  if (roles.empty()) return;
  claims["cognito:roles"] = std::move(roles);
  if (best != nullptr && !is_ambiguous) claims["cognito:preferred_role"] = best->config.role_arn;
}

}  // namespace

std::vector<std::shared_ptr<const Group>> groups_of(const Pool& pool, const User& user) {
  std::vector<std::shared_ptr<const Group>> groups;
  for (const std::string& name : user.groups) {
    if (const auto found = pool.groups.find(name); found != pool.groups.end()) groups.push_back(found->second);
  }
  std::ranges::sort(groups, {}, [](const auto& group) {
    return std::pair(group->config.precedence.value_or(UINT32_MAX), std::string_view(group->config.name));
  });
  return groups;
}

bool scopes_permit(const std::vector<std::string>& scopes, std::string_view attribute) {
  // "Scopes, M2M, and resource servers": openid alone gives every attribute that the client can read; with others
  // beside it those decide.
  if (contains(scopes, "profile") || contains(scopes, kApiScope)) return true;
  const bool has_email = contains(scopes, "email");
  const bool has_phone = contains(scopes, "phone");
  if (!has_email && !has_phone) return contains(scopes, "openid");
  if (attribute == "email" || attribute == "email_verified") return has_email;
  if (attribute == "phone_number" || attribute == "phone_number_verified") return has_phone;
  return false;
}

json::object attribute_claims(const Client& client, const User& user, const Grant& grant) {
  json::object claims;
  for (const auto& [name, value] : user.attributes) {
    if (!permits(client.config.read_attributes, name)) continue;
    if (grant.is_oauth && !scopes_permit(grant.scopes, name)) continue;
    if (name == "email_verified" || name == "phone_number_verified") {
      claims[name] = value == "true";
    } else if (name == "address") {
      claims[name] = json::object{{"formatted", value}};
    } else {
      claims[name] = value;
    }
  }
  return claims;
}

json::object Tokens::id_claims(const Pool& pool, const Client& client, const User& user, const Grant& grant,
                               const std::string& nonce) const {
  const std::int64_t now = around_.clock.now_s();
  // The attributes first: no attribute can replace a claim below.
  json::object claims = attribute_claims(client, user, grant);
  const auto groups = groups_of(pool, user);
  add_groups(claims, groups);
  add_roles(claims, groups);
  claims["sub"] = user.sub;
  claims["iss"] = pool.issuer;
  claims["cognito:username"] = user.username;
  if (client.config.enables_token_revocation) claims["origin_jti"] = grant.origin_jti;
  claims["aud"] = client.id;
  claims["event_id"] = grant.event_id;
  claims["token_use"] = "id";
  claims["auth_time"] = grant.auth_time_s;
  claims["exp"] = now + client.config.id_token_validity.count();
  claims["iat"] = now;
  claims["jti"] = make_uuid(around_.random);
  if (!nonce.empty()) claims["nonce"] = nonce;
  return claims;
}

json::object Tokens::access_claims(const Pool& pool, const Client& client, const User& user, const Grant& grant) const {
  const std::int64_t now = around_.clock.now_s();
  json::object claims;
  claims["sub"] = user.sub;
  add_groups(claims, groups_of(pool, user));
  claims["iss"] = pool.issuer;
  if (grant.is_oauth) claims["version"] = 2;
  claims["client_id"] = client.id;
  if (client.config.enables_token_revocation) claims["origin_jti"] = grant.origin_jti;
  claims["event_id"] = grant.event_id;
  claims["token_use"] = "access";
  claims["scope"] = join(grant.scopes, " ");
  claims["auth_time"] = grant.auth_time_s;
  claims["exp"] = now + client.config.access_token_validity.count();
  claims["iat"] = now;
  claims["jti"] = make_uuid(around_.random);
  claims["username"] = user.username;
  return claims;
}

Task<Result<TokenSet>> Tokens::issue(PoolPtr pool, std::string client_id, User user, Grant grant,
                                     std::string nonce) const {
  const Client* client = pool->find_client(client_id);
  if (client == nullptr) co_return errors::client_not_found(client_id);
  const bool has_id_token = !grant.is_oauth || grant.has_scope("openid");
  const json::object access = access_claims(*pool, *client, user, grant);
  json::object id;
  if (has_id_token) id = id_claims(*pool, *client, user, grant, nonce);
  auto signed_set = co_await around_.signing_pool.run([&] {
    TokenSet set;
    set.access_token = crypto::sign_jwt(access, pool->access_token_key->private_key, pool->access_token_key->key_id);
    if (has_id_token) {
      if (grant.is_oauth) id["at_hash"] = at_hash(set.access_token);
      set.id_token = crypto::sign_jwt(id, pool->id_token_key->private_key, pool->id_token_key->key_id);
    }
    return set;
  });
  if (!signed_set) co_return std::unexpected(signed_set.error());
  signed_set->expires_in = client->config.access_token_validity.count();
  co_return std::move(*signed_set);
}

Result<AccessClaims> Tokens::verify_access(std::string_view token) const {
  const auto refuse = [](std::string why) { return errors::not_authorized("Invalid Access Token", std::move(why)); };
  const std::vector<PoolPtr> pools = directory_->all();
  PoolPtr pool;
  const auto jwt = crypto::verify_jwt(token, [&](std::string_view key_id) -> const crypto::RsaPublicKey* {
    for (const PoolPtr& candidate : pools) {
      if (key_id != candidate->access_token_key->key_id) continue;
      pool = candidate;
      return &candidate->access_token_key->public_key;
    }
    return nullptr;
  });
  if (!jwt) return refuse(jwt.error().detail);
  const json::object& claims = jwt->claims;
  if (text_of(claims, "token_use") != "access") return refuse("token_use is not access");
  if (text_of(claims, "iss") != pool->issuer) return refuse("issued by another issuer");
  if (number_of(claims, "exp") <= around_.clock.now_s()) {
    return errors::not_authorized("Access Token has expired", "exp has passed");
  }
  AccessClaims access;
  access.pool_id = pool->id;
  access.client_id = text_of(claims, "client_id");
  access.username = text_of(claims, "username");
  access.sub = text_of(claims, "sub");
  access.origin_jti = text_of(claims, "origin_jti");
  const std::string scope = text_of(claims, "scope");
  for (const std::string_view name : split(scope, ' ')) access.scopes.emplace_back(name);
  return access;
}

}  // namespace gatehouse::identity
