// ID and access tokens with exactly Cognito's claims ("Using tokens with user pools").
#pragma once

#include <string>
#include <string_view>

#include "base/json.hpp"
#include "base/result.hpp"
#include "base/task.hpp"
#include "services/identity/directory.hpp"
#include "services/identity/grants.hpp"
#include "services/identity/identity.hpp"
#include "services/identity/pool.hpp"
#include "services/identity/users.hpp"

namespace gatehouse::identity {

struct TokenSet {
  std::string id_token;  // empty when the grant has no openid scope
  std::string access_token;
  std::string refresh_token;  // empty when none is handed out
  std::int64_t expires_in = 0;
};

struct AccessClaims {
  std::string pool_id;
  std::string client_id;
  std::string username;
  std::string sub;
  std::string origin_jti;
  std::vector<std::string> scopes;
};

// Thread-safe. Signs on the worker pool.
class Tokens {
 public:
  Tokens(const Surroundings& around, const Directory& directory) : around_(around), directory_(&directory) {}

  // `nonce` only at the first issue: a refreshed ID token has none (OpenID Connect Core section 12.2).
  Task<Result<TokenSet>> issue(PoolPtr pool, std::string client_id, User user, Grant grant, std::string nonce) const;

  // An access token of one of our pools: signature, issuer, use and expiry. Whether it was revoked is asked elsewhere.
  Result<AccessClaims> verify_access(std::string_view token) const;

  // Claims, without signing: for tests.
  json::object id_claims(const Pool& pool, const Client& client, const User& user, const Grant& grant,
                         const std::string& nonce) const;
  json::object access_claims(const Pool& pool, const Client& client, const User& user, const Grant& grant) const;

 private:
  Surroundings around_;
  const Directory* directory_;
};

// The user's attributes that these scopes and the client's ReadAttributes let through, as claims of an ID token.
json::object attribute_claims(const Client& client, const User& user, const Grant& grant);
// Whether the scopes let an attribute through.
bool scopes_permit(const std::vector<std::string>& scopes, std::string_view attribute);
// The user's groups that exist, in the order of their precedence.
std::vector<std::shared_ptr<const Group>> groups_of(const Pool& pool, const User& user);

}  // namespace gatehouse::identity
