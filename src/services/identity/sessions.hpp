// Browser sessions of the hosted pages: single sign-on for one hour (Cognito: "managed login session duration").
#pragma once

#include <optional>
#include <string>

#include "services/identity/identity.hpp"
#include "services/identity/pool.hpp"
#include "services/identity/tables.hpp"
#include "services/identity/users.hpp"

namespace gatehouse::identity {

struct Session {
  std::string id_hash;  // what a CSRF token is bound to
  User user;
  std::int64_t auth_time_s = 0;
};

// Thread-safe. The cookie's value is random; the store has only its hash.
class Sessions {
 public:
  static constexpr std::int64_t kLifetimeSeconds = 3600;

  Sessions(const Surroundings& around, Tables tables, Expiry expiry, const Users& users)
      : around_(around), tables_(std::move(tables)), expiry_(std::move(expiry)), users_(&users) {}

  // Always a new id: one that the browser had before is never taken over (session fixation).
  Task<Result<std::string>> create(PoolPtr pool, User user, std::int64_t auth_time_s) const;
  // Nothing when it is unknown, expired, of another pool, or its user is gone, disabled or has got another password.
  Task<Result<std::optional<Session>>> find(PoolPtr pool, std::string id) const;
  Task<Result<void>> end(std::string id) const;

 private:
  Surroundings around_;
  Tables tables_;
  Expiry expiry_;
  const Users* users_;
};

}  // namespace gatehouse::identity
