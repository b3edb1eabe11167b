// The users of all pools.
//
// A user's record holds all that a sign-in needs: password hash, status, attributes, groups. Aliases (an address that
// names a user), the index of a group's members and sealed temporary passwords are records beside it; they are written
// before and removed after the user's record, and whoever reads them looks at the user again: a crash in between leaves
// at most an index entry that names nobody.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "services/identity/attributes.hpp"
#include "services/identity/identity.hpp"
#include "services/identity/pool.hpp"
#include "services/identity/tables.hpp"

namespace gatehouse::identity {

struct User {
  static constexpr std::string_view kConfirmed = "CONFIRMED";
  static constexpr std::string_view kForceChangePassword = "FORCE_CHANGE_PASSWORD";

  std::string username;  // canonical: the sub in a pool with username attributes
  std::string sub;
  Attributes attributes;  // without sub
  std::vector<std::string> groups;
  std::string status;
  bool is_enabled = true;
  std::string password_hash;            // Argon2id; empty: no password fits
  std::int64_t password_version = 0;    // counts changes: challenges and sessions of an older one are void
  std::int64_t temporary_until_ms = 0;  // while the status is FORCE_CHANGE_PASSWORD
  std::int64_t created_ms = 0;
  std::int64_t modified_ms = 0;

  bool must_change_password() const { return status == kForceChangePassword; }
  // What the user types to sign in.
  const std::string& sign_in_name(const UserPoolConfig& pool) const;
};

struct NewUser {
  std::string username;  // as given: in a pool with username attributes an address or a number
  Attributes attributes;
  std::string password_hash;
  std::string temporary_password;  // kept sealed for whoever may show it; empty: not kept
  bool forces_alias = false;
};

struct UserPage {
  std::vector<User> users;
  std::optional<std::string> next;
};

// Thread-safe.
class Users {
 public:
  Users(const Surroundings& around, Tables tables, Expiry expiry)
      : around_(around), tables_(std::move(tables)), expiry_(std::move(expiry)) {}

  // By user name or alias, as typed.
  Task<Result<std::optional<User>>> find(PoolPtr pool, std::string name) const;
  // By canonical user name only.
  Task<Result<std::optional<User>>> get(PoolPtr pool, std::string username) const;
  // UsernameExistsException, AliasExistsException, InvalidParameterException.
  Task<Result<User>> create(PoolPtr pool, NewUser user) const;
  // Reads, changes, writes; again when somebody else was faster. UserNotFoundException when there is none. `change` may
  // run more than once.
  Task<Result<User>> change(PoolPtr pool, std::string username, std::function<Result<void>(User&)> change) const;
  // Changes attributes and the aliases that go with them. At the first sign-in immutable ones may be set, too.
  Task<Result<User>> change_attributes(PoolPtr pool, std::string username, Attributes attributes,
                                       bool is_first_sign_in = false) const;
  Task<Result<void>> remove(PoolPtr pool, User user) const;

  Task<Result<void>> add_to_group(PoolPtr pool, std::string username, std::string group) const;
  Task<Result<void>> remove_from_group(PoolPtr pool, std::string username, std::string group) const;

  // Before a group goes: one of the same name must not have its members.
  Task<Result<void>> clear_group(PoolPtr pool, std::string group) const;

  Task<Result<UserPage>> list(PoolPtr pool, std::size_t limit, std::string after) const;
  Task<Result<UserPage>> list_group(PoolPtr pool, std::string group, std::size_t limit, std::string after) const;

  Task<Result<void>> keep_temporary_password(PoolPtr pool, User user, std::string password) const;
  Task<Result<void>> forget_temporary_password(PoolPtr pool, std::string username) const;
  Task<Result<std::vector<PendingUser>>> pending(PoolPtr pool) const;

  // The key under which a name is stored and counted: lower case where the pool ignores case.
  static std::string key_of(const Pool& pool, std::string_view name);

  std::int64_t temporary_until(const Pool& pool) const;

 private:
  struct Loaded {
    User user;
    store::Record record;
  };
  Task<Result<std::optional<Loaded>>> load(PoolPtr pool, std::string username) const;
  Task<Result<std::optional<User>>> find_by_alias(PoolPtr pool, std::string alias) const;
  Task<Result<void>> claim_alias(PoolPtr pool, std::string alias, User user, bool takes_over) const;
  Task<Result<void>> release_alias(PoolPtr pool, std::string alias, std::string sub) const;
  // All of a user's, or none.
  Task<Result<void>> claim_aliases(PoolPtr pool, User user, bool takes_over) const;
  Task<Result<void>> release_aliases(PoolPtr pool, std::vector<std::string> aliases, std::string sub) const;

  Surroundings around_;
  Tables tables_;
  Expiry expiry_;
};

}  // namespace gatehouse::identity
