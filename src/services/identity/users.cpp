#include "services/identity/users.hpp"

#include "base/id.hpp"
#include "base/text.hpp"
#include "services/identity/config_json.hpp"
#include "services/identity/errors.hpp"
#include "services/identity/user_records.hpp"

namespace gatehouse::identity {
namespace {

constexpr int kMaxTries = 16;  // optimistic writes that lose against others
constexpr std::size_t kMaxGroupsPerUser = 100;

// The user name of Cognito's request model: 1 to 128 characters, nothing that is blank or a control character.
Result<void> check_username(const std::string& name) {
  const auto length = count_code_points(name);
  const bool has_blank = std::ranges::any_of(name, [](unsigned char c) { return c <= ' ' || c == 0x7f; });
  if (length && *length >= 1 && *length <= 128 && !has_blank) return {};
  return errors::invalid_parameter(
      "1 validation error detected: Value at 'username' failed to satisfy constraint: Member must satisfy regular "
      "expression pattern: [\\p{L}\\p{M}\\p{S}\\p{N}\\p{P}]+");
}

// Where the user name is an address or a number: which one it is. InvalidParameterException when it is neither.
Result<std::string> username_attribute(const UserPoolConfig& pool, const std::string& name) {
  const auto has = [&](std::string_view attribute) {
    return std::ranges::find(pool.username_attributes, attribute) != pool.username_attributes.end();
  };
  if (has("email") && name.find('@') != std::string::npos) return "email";
  if (has("phone_number") && name.starts_with('+')) return "phone_number";
  return errors::invalid_parameter(has("email") ? "Username should be an email."
                                                : "Username should be a phone number.");
}

bool has_alias(const Pool& pool, const User& user, const std::string& alias) {
  const std::vector<std::string> aliases = aliases_of(pool, user.attributes);
  return std::ranges::find(aliases, alias) != aliases.end();
}

}  // namespace

const std::string& User::sign_in_name(const UserPoolConfig& pool) const {
  for (const std::string& attribute : pool.username_attributes) {
    const auto found = attributes.find(attribute);
    if (found != attributes.end() && !found->second.empty()) return found->second;
  }
  return username;
}

std::string Users::key_of(const Pool& pool, std::string_view name) {
  return pool.config.is_username_case_sensitive ? std::string(name) : lower(name);
}

std::int64_t Users::temporary_until(const Pool& pool) const {
  const unsigned configured = pool.config.password_policy.temporary_password_validity_days;
  const std::int64_t days = configured == 0 ? 7 : configured;
  return around_.clock.now_ms() + days * 86'400'000;
}

Task<Result<std::optional<Users::Loaded>>> Users::load(PoolPtr pool, std::string username) const {
  if (username.empty() || username.size() > 512) co_return std::optional<Loaded>{};
  auto record = co_await tables_.users.get(users_partition(*pool), key_of(*pool, username));
  if (!record) co_return std::unexpected(record.error());
  if (!*record) co_return std::optional<Loaded>{};
  User user = user_from_json((*record)->body);
  co_return std::optional<Loaded>(Loaded{std::move(user), std::move(**record)});
}

Task<Result<std::optional<User>>> Users::get(PoolPtr pool, std::string username) const {
  auto loaded = co_await load(std::move(pool), std::move(username));
  if (!loaded) co_return std::unexpected(loaded.error());
  if (!*loaded) co_return std::optional<User>{};
  co_return std::optional<User>(std::move((*loaded)->user));
}

Task<Result<std::optional<User>>> Users::find_by_alias(PoolPtr pool, std::string alias) const {
  auto record = co_await tables_.users.get(aliases_partition(*pool), alias);
  if (!record) co_return std::unexpected(record.error());
  if (!*record) co_return std::optional<User>{};
  auto user = co_await get(pool, text_of((*record)->body, "username"));
  if (!user || !*user) co_return user;
  // The alias of a user of that name that is no more, or of an address that was given up, names nobody.
  const bool is_theirs = (*user)->sub == text_of((*record)->body, "sub") && has_alias(*pool, **user, alias);
  if (!is_theirs) co_return std::optional<User>{};
  co_return user;
}

Task<Result<std::optional<User>>> Users::find(PoolPtr pool, std::string name) const {
  if (name.empty() || name.size() > 512) co_return std::optional<User>{};
  const UserPoolConfig& config = pool->config;
  if (config.username_attributes.empty() || is_uuid(name)) {
    auto user = co_await get(pool, name);
    if (!user || *user) co_return user;
  }
  const std::string key = key_of(*pool, name);
  for (const auto* attributes : {&config.username_attributes, &config.alias_attributes}) {
    for (const std::string& attribute : *attributes) {
      auto user = co_await find_by_alias(pool, attribute + ":" + key);
      if (!user || *user) co_return user;
    }
  }
  co_return std::optional<User>{};
}

Task<Result<void>> Users::claim_alias(PoolPtr pool, std::string alias, User user, bool takes_over) const {
  for (int tries = 0; tries < kMaxTries; ++tries) {
    auto record = co_await tables_.users.get(aliases_partition(*pool), alias);
    if (!record) co_return std::unexpected(record.error());
    json::object body{{"username", user.username}, {"sub", user.sub}};
    Result<void> written;
    if (!*record) {
      written = co_await tables_.users.create(aliases_partition(*pool), alias, std::move(body));
    } else {
      // Ours already: written again all the same, so that whoever took us for nobody a moment ago loses the race.
      const bool is_ours = text_of((*record)->body, "sub") == user.sub;
      auto owner = co_await find_by_alias(pool, alias);
      if (!owner) co_return std::unexpected(owner.error());
      if (*owner && !is_ours && !takes_over) {
        co_return fail(Error::Kind::kConflict, "AliasExistsException",
                       "An account with the " + alias.substr(0, alias.find(':')) + " already exists.");
      }
      (*record)->body = std::move(body);
      written = co_await tables_.users.replace(**record);
    }
    if (written || written.error().kind != Error::Kind::kConflict) co_return written;
  }
  co_return errors::too_many_requests("an alias changes too often");
}

Task<Result<void>> Users::release_alias(PoolPtr pool, std::string alias, std::string sub) const {
  auto record = co_await tables_.users.get(aliases_partition(*pool), alias);
  if (!record) co_return std::unexpected(record.error());
  if (!*record || text_of((*record)->body, "sub") != sub) co_return Result<void>{};
  auto erased = co_await tables_.users.erase_unchanged(**record);
  // Changed meanwhile: it is another user's now.
  if (!erased && erased.error().kind != Error::Kind::kConflict) co_return erased;
  co_return Result<void>{};
}

Task<Result<void>> Users::claim_aliases(PoolPtr pool, User user, bool takes_over) const {
  const std::vector<std::string> aliases = aliases_of(*pool, user.attributes);
  for (const std::string& alias : aliases) {
    auto claimed = co_await claim_alias(pool, alias, user, takes_over);
    if (claimed) continue;
    auto released = co_await release_aliases(pool, aliases, user.sub);
    if (!released) co_return released;
    co_return claimed;
  }
  co_return Result<void>{};
}

Task<Result<void>> Users::release_aliases(PoolPtr pool, std::vector<std::string> aliases, std::string sub) const {
  for (const std::string& alias : aliases) {
    auto released = co_await release_alias(pool, alias, sub);
    if (!released) co_return released;
  }
  co_return Result<void>{};
}

Task<Result<User>> Users::create(PoolPtr pool, NewUser wanted) const {
  if (auto checked = check_username(wanted.username); !checked) co_return std::unexpected(checked.error());
  User user;
  user.sub = make_uuid(around_.random);
  const bool has_generated_name = !pool->config.username_attributes.empty();
  if (has_generated_name) {
    auto attribute = username_attribute(pool->config, wanted.username);
    if (!attribute) co_return std::unexpected(attribute.error());
    wanted.attributes.insert_or_assign(*attribute, wanted.username);
    user.username = user.sub;
  } else {
    user.username = key_of(*pool, wanted.username);
  }
  if (auto checked = check_attributes(pool->config, wanted.attributes, true); !checked) {
    co_return std::unexpected(checked.error());
  }
  user.attributes = std::move(wanted.attributes);
  user.status = std::string(User::kForceChangePassword);
  user.password_hash = std::move(wanted.password_hash);
  user.password_version = 1;
  user.temporary_until_ms = temporary_until(*pool);
  user.created_ms = user.modified_ms = around_.clock.now_ms();

  if (!has_generated_name) {
    // Before any alias is claimed: the common mistake must not disturb the user that has the name.
    auto present = co_await get(pool, user.username);
    if (!present) co_return std::unexpected(present.error());
    if (*present) co_return fail(Error::Kind::kConflict, "UsernameExistsException", "User account already exists");
  }
  const bool takes_over = wanted.forces_alias && !has_generated_name;
  auto claimed = co_await claim_aliases(pool, user, takes_over);
  if (!claimed) {
    Error error = claimed.error();
    if (has_generated_name && error.code == "AliasExistsException") {
      error.code = "UsernameExistsException";
      error.message = "An account with the given user name already exists.";
    }
    co_return std::unexpected(std::move(error));
  }
  if (!wanted.temporary_password.empty()) {
    auto kept = co_await keep_temporary_password(pool, user, wanted.temporary_password);
    if (!kept) co_return std::unexpected(kept.error());
  }
  auto created = co_await tables_.users.create(users_partition(*pool), key_of(*pool, user.username), to_json(user));
  if (created) {
    // Until now the aliases named nobody, and another user in the making may have taken one.
    auto confirmed = co_await claim_aliases(pool, user, takes_over);
    if (!confirmed) {
      auto removed = co_await remove(pool, user);
      co_return std::unexpected(removed ? confirmed.error() : removed.error());
    }
    co_return user;
  }
  auto released = co_await release_aliases(pool, aliases_of(*pool, user.attributes), user.sub);
  if (!released) co_return std::unexpected(released.error());
  if (created.error().kind != Error::Kind::kConflict) co_return std::unexpected(created.error());
  co_return fail(Error::Kind::kConflict, "UsernameExistsException", "User account already exists");
}

Task<Result<User>> Users::change(PoolPtr pool, std::string username, std::function<Result<void>(User&)> change) const {
  for (int tries = 0; tries < kMaxTries; ++tries) {
    auto loaded = co_await load(pool, username);
    if (!loaded) co_return std::unexpected(loaded.error());
    if (!*loaded) co_return errors::user_not_found();
    User& user = (*loaded)->user;
    if (auto changed = change(user); !changed) co_return std::unexpected(changed.error());
    user.modified_ms = around_.clock.now_ms();
    (*loaded)->record.body = to_json(user);
    auto replaced = co_await tables_.users.replace((*loaded)->record);
    if (replaced) co_return user;
    if (replaced.error().kind != Error::Kind::kConflict) co_return std::unexpected(replaced.error());
  }
  co_return errors::too_many_requests("a user changes too often");
}

Task<Result<User>> Users::change_attributes(PoolPtr pool, std::string username, Attributes attributes,
                                            bool is_first_sign_in) const {
  if (auto checked = check_attributes(pool->config, attributes, is_first_sign_in); !checked) {
    co_return std::unexpected(checked.error());
  }
  auto before = co_await get(pool, username);
  if (!before) co_return std::unexpected(before.error());
  if (!*before) co_return errors::user_not_found();
  Attributes wanted = (*before)->attributes;
  // A new address is not verified until somebody says so.
  for (const std::string attribute : {"email", "phone_number"}) {
    const auto given = attributes.find(attribute);
    if (given == attributes.end() || attributes.contains(attribute + "_verified")) continue;
    if (wanted[attribute] != given->second) attributes[attribute + "_verified"] = "false";
  }
  for (const auto& [name, value] : attributes) wanted[name] = value;
  const std::vector<std::string> old_aliases = aliases_of(*pool, (*before)->attributes);
  const std::vector<std::string> new_aliases = aliases_of(*pool, wanted);
  for (const std::string& alias : new_aliases) {
    auto claimed = co_await claim_alias(pool, alias, **before, false);
    if (!claimed) co_return std::unexpected(claimed.error());
  }
  auto changed = co_await change(pool, username, [&attributes](User& user) -> Result<void> {
    for (const auto& [name, value] : attributes) user.attributes[name] = value;
    std::erase_if(user.attributes, [](const auto& entry) { return entry.second.empty(); });
    return {};
  });
  if (!changed) co_return changed;
  for (const std::string& alias : old_aliases) {
    if (std::ranges::find(new_aliases, alias) != new_aliases.end()) continue;
    auto released = co_await release_alias(pool, alias, changed->sub);
    if (!released) co_return std::unexpected(released.error());
  }
  co_return changed;
}

Task<Result<void>> Users::remove(PoolPtr pool, User user) const {
  auto erased = co_await tables_.users.erase(users_partition(*pool), key_of(*pool, user.username));
  if (!erased) co_return std::unexpected(erased.error());
  auto released = co_await release_aliases(pool, aliases_of(*pool, user.attributes), user.sub);
  if (!released) co_return released;
  for (const std::string& group : user.groups) {
    auto left = co_await tables_.users.erase(members_partition(*pool, group), key_of(*pool, user.username));
    if (!left) co_return std::unexpected(left.error());
  }
  auto forgotten = co_await forget_temporary_password(pool, user.username);
  co_return forgotten;
}

Task<Result<void>> Users::add_to_group(PoolPtr pool, std::string username, std::string group) const {
  auto user = co_await get(pool, username);
  if (!user) co_return std::unexpected(user.error());
  if (!*user) co_return errors::user_not_found();
  if (std::ranges::find((*user)->groups, group) != (*user)->groups.end()) co_return Result<void>{};
  json::object nothing;
  auto indexed = co_await tables_.users.put(members_partition(*pool, group), key_of(*pool, username), nothing);
  if (!indexed) co_return indexed;
  auto changed = co_await change(pool, username, [&group](User& present) -> Result<void> {
    if (std::ranges::find(present.groups, group) != present.groups.end()) return {};
    if (present.groups.size() >= kMaxGroupsPerUser) {
      return fail(Error::Kind::kInvalid, "LimitExceededException", "A user can be in at most 100 groups.");
    }
    present.groups.push_back(group);
    return {};
  });
  if (!changed) co_return std::unexpected(changed.error());
  co_return Result<void>{};
}

Task<Result<void>> Users::remove_from_group(PoolPtr pool, std::string username, std::string group) const {
  auto changed = co_await change(pool, username, [&group](User& present) -> Result<void> {
    std::erase(present.groups, group);
    return {};
  });
  if (!changed) co_return std::unexpected(changed.error());
  auto erased = co_await tables_.users.erase(members_partition(*pool, group), key_of(*pool, username));
  if (!erased) co_return std::unexpected(erased.error());
  co_return Result<void>{};
}

Task<Result<void>> Users::clear_group(PoolPtr pool, std::string group) const {
  while (true) {
    auto page = co_await tables_.users.list(members_partition(*pool, group), "", 100);
    if (!page) co_return std::unexpected(page.error());
    if (page->records.empty()) co_return Result<void>{};
    for (const store::Record& member : page->records) {
      auto removed = co_await remove_from_group(pool, member.sort, group);
      if (removed) continue;
      if (removed.error().code != "UserNotFoundException") co_return removed;
      auto erased = co_await tables_.users.erase(member.partition, member.sort);
      if (!erased) co_return std::unexpected(erased.error());
    }
  }
}

}  // namespace gatehouse::identity
