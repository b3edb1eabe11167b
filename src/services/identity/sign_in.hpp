// Signing in with a password, for the hosted page and the API alike.
#pragma once

#include <string>

#include "services/identity/challenge.hpp"
#include "services/identity/grants.hpp"
#include "services/identity/identity.hpp"
#include "services/identity/lockout.hpp"
#include "services/identity/origin.hpp"
#include "services/identity/passwords.hpp"
#include "services/identity/pool.hpp"
#include "services/identity/tokens.hpp"
#include "services/identity/users.hpp"

namespace gatehouse::identity {

// What one attempt is about. `client` belongs to `pool` and lives as long.
struct SignInRequest {
  PoolPtr pool;
  std::string client_id;
  std::string username;
  std::string password;
  Origin origin;
};

struct NewPasswordRequest {
  PoolPtr pool;
  std::string client_id;
  std::string challenge;  // as seal_challenge() made it
  std::string username;   // as the client repeats it; empty: not repeated
  std::string new_password;
  Attributes attributes;  // required ones that had no value, and writable ones
  Origin origin;
};

struct RefreshRequest {
  PoolPtr pool;
  std::string client_id;
  std::string refresh_token;
  std::vector<std::string> scopes;  // a subset of the grant's; empty: all of them
  Origin origin;
};

// Thread-safe.
class SignIn {
 public:
  SignIn(const Surroundings& around, const Users& users, const Passwords& passwords, const Lockout& lockout,
         const Grants& grants, const Tokens& tokens)
      : around_(around),
        users_(&users),
        passwords_(&passwords),
        lockout_(&lockout),
        grants_(&grants),
        tokens_(&tokens) {}

  // The user behind a right password; must_change_password() may be true. Every refusal costs the same work, and takes
  // the same words where the client hides which users exist: NotAuthorizedException or UserNotFoundException.
  Task<Result<User>> authenticate(SignInRequest request) const;

  // Sets the password that a challenge asked for. InvalidPasswordException leaves the challenge valid.
  Task<Result<User>> choose_password(NewPasswordRequest request) const;

  // A new grant with its tokens.
  Task<Result<TokenSet>> grant(PoolPtr pool, User user, Grant wanted, std::string nonce, Origin origin) const;

  // New tokens for a refresh token; a new refresh token when the client rotates. NotAuthorizedException for one that is
  // unknown, expired, revoked or of another client; RefreshTokenReuseException for a replay, which revokes the grant.
  Task<Result<TokenSet>> refresh(RefreshRequest request) const;

  void audit(std::string_view type, const Pool& pool, std::string client_id, std::string username, std::string reason,
             const Origin& origin) const;

 private:
  Task<Result<bool>> matches(SignInRequest request, std::string name, std::string encoded,
                             Lockout::Attempt attempt) const;
  Result<void> check_usable(const User& user) const;
  Task<Result<std::string>> rotate(RefreshRequest request, FoundGrant found) const;

  Surroundings around_;
  const Users* users_;
  const Passwords* passwords_;
  const Lockout* lockout_;
  const Grants* grants_;
  const Tokens* tokens_;
};

}  // namespace gatehouse::identity
