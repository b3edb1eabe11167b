// The challenge to choose a new password: the sealed text that a client (or the sign-in page) carries from the answer
// to its right temporary password to the new one. Nothing is stored for it, so it survives a restart.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/result.hpp"
#include "services/identity/identity.hpp"
#include "services/identity/pool.hpp"
#include "services/identity/users.hpp"

namespace gatehouse::identity {

struct Challenge {
  std::string username;
  std::string sub;
  std::int64_t password_version = 0;
};

std::string seal_challenge(const Surroundings& around, const Pool& pool, const Client& client, const User& user);

// NotAuthorizedException when it is forged, of another client, or too old (AuthSessionValidity).
Result<Challenge> unseal_challenge(const Surroundings& around, const Pool& pool, const Client& client,
                                   std::string_view text);

}  // namespace gatehouse::identity
