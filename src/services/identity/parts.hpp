// Everything that identity's endpoints and operations work with, in build order.
#pragma once

#include "services/identity/codes.hpp"
#include "services/identity/directory.hpp"
#include "services/identity/grants.hpp"
#include "services/identity/identity.hpp"
#include "services/identity/lockout.hpp"
#include "services/identity/passwords.hpp"
#include "services/identity/sessions.hpp"
#include "services/identity/sign_in.hpp"
#include "services/identity/tables.hpp"
#include "services/identity/tokens.hpp"
#include "services/identity/users.hpp"

namespace gatehouse::identity {

struct Parts {
  Parts(Config settings, Surroundings surroundings, const Tables& tables)
      : config(std::move(settings)),
        around(surroundings),
        expiry(tables, around.clock),
        directory(config, around, tables),
        users(around, tables, expiry),
        lockout(around, tables, expiry),
        grants(around, tables, expiry),
        codes(around, tables, expiry),
        sessions(around, tables, expiry, users),
        passwords(around.hashing_pool, config.password_cost),
        tokens(around, directory),
        sign_in(around, users, passwords, lockout, grants, tokens) {}
  Parts(const Parts&) = delete;
  Parts& operator=(const Parts&) = delete;

  Config config;
  Surroundings around;
  Expiry expiry;
  Directory directory;
  Users users;
  Lockout lockout;
  Grants grants;
  Codes codes;
  Sessions sessions;
  Passwords passwords;
  Tokens tokens;
  SignIn sign_in;
};

}  // namespace gatehouse::identity
