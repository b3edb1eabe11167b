// Grants: what a sign-in gave a client, and the refresh token that keeps it alive.
//
// A refresh token is opaque: base64url of the user's sub, the grant's handle and 32 random bytes. The store has only a
// hash of it. With rotation each use replaces it; the token before it works on for the grace period and then answers
// with the very same successor (kept sealed until then), so that a retry after a lost answer does not fork the grant.
// Any other token of the grant is a replay: the grant is revoked (RFC 9700 section 4.14.2).
//
// Access tokens name their grant by origin_jti. Revoking writes a tombstone for it, which the user pool's own endpoints
// look for; it outlives every access token of the grant.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "services/identity/identity.hpp"
#include "services/identity/pool.hpp"
#include "services/identity/tables.hpp"
#include "services/identity/users.hpp"

namespace gatehouse::identity {

struct Grant {
  std::string handle;      // 32 hexadecimal digits: known only to who holds a refresh token
  std::string origin_jti;  // the claim
  std::string event_id;    // the claim
  std::string client_id;
  std::string username;
  std::string sub;
  std::vector<std::string> scopes;
  bool is_oauth = false;  // from the token endpoint: scopes as asked, "version" 2
  std::int64_t auth_time_s = 0;
  std::int64_t expires_ms = 0;
  std::string token_hash;
  std::string previous_hash;           // rotation: the token before,
  std::int64_t previous_until_ms = 0;  // how long it is still taken,
  std::string successor;               // and the present token, sealed, base64
  std::uint64_t version = 0;           // of the record

  bool has_scope(std::string_view scope) const;
};

// A grant's names, drawn before it exists: an authorization code carries them, so that a replay of the code revokes the
// grant whether it was made already or is being made.
struct GrantNames {
  std::string handle;
  std::string origin_jti;
  std::string event_id;
};

enum class TokenState { kCurrent, kPrevious, kReplayed };

struct FoundGrant {
  Grant grant;
  TokenState state = TokenState::kCurrent;
};

// Thread-safe.
class Grants {
 public:
  Grants(const Surroundings& around, Tables tables, Expiry expiry)
      : around_(around), tables_(std::move(tables)), expiry_(std::move(expiry)) {}

  GrantNames draw_names() const;
  // Returns the refresh token; on disk when it does.
  Task<Result<std::string>> create(PoolPtr pool, Grant grant) const;

  // The grant that a refresh token belongs to: nothing for an unknown, expired or revoked one.
  Task<Result<std::optional<FoundGrant>>> find(PoolPtr pool, std::string refresh_token) const;

  // Replaces the token; returns the new one. A lost race is kConflict: find again.
  Task<Result<std::string>> rotate(PoolPtr pool, Grant grant, std::string presented, std::chrono::seconds grace) const;
  // The successor that the previous token's first use got.
  Result<std::string> successor_of(const Pool& pool, const Grant& grant) const;

  Task<Result<void>> revoke(PoolPtr pool, std::string sub, std::string handle, std::string origin_jti) const;
  Task<Result<void>> revoke_all(PoolPtr pool, std::string sub) const;
  Task<Result<bool>> is_revoked(std::string origin_jti) const;

 private:
  Surroundings around_;
  Tables tables_;
  Expiry expiry_;
};

}  // namespace gatehouse::identity
