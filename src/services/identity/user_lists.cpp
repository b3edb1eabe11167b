// Lists of users: a pool's, a group's, and those whose temporary password is still to be told.
#include "base/encoding.hpp"
#include "platform/crypto/hash.hpp"
#include "platform/crypto/seal.hpp"
#include "services/identity/config_json.hpp"
#include "services/identity/user_records.hpp"
#include "services/identity/users.hpp"

namespace gatehouse::identity {
namespace {

std::string temporary_context(const Pool& pool, std::string_view username) {
  return fmt::format("identity/temporary/{}/{}", pool.id, username);
}

}  // namespace

Task<Result<UserPage>> Users::list(PoolPtr pool, std::size_t limit, std::string after) const {
  auto page = co_await tables_.users.list(users_partition(*pool), "", limit, std::move(after));
  if (!page) co_return std::unexpected(page.error());
  UserPage users;
  for (const store::Record& record : page->records) users.users.push_back(user_from_json(record.body));
  users.next = std::move(page->next);
  co_return users;
}

Task<Result<UserPage>> Users::list_group(PoolPtr pool, std::string group, std::size_t limit, std::string after) const {
  auto page = co_await tables_.users.list(members_partition(*pool, group), "", limit, std::move(after));
  if (!page) co_return std::unexpected(page.error());
  UserPage users;
  for (const store::Record& record : page->records) {
    auto user = co_await get(pool, record.sort);
    if (!user) co_return std::unexpected(user.error());
    if (*user && std::ranges::find((*user)->groups, group) != (*user)->groups.end()) {
      users.users.push_back(std::move(**user));
    }
  }
  users.next = std::move(page->next);
  co_return users;
}

Task<Result<void>> Users::keep_temporary_password(PoolPtr pool, User user, std::string password) const {
  json::object body{{"sealed", base64_encode(around_.sealer.seal(password, temporary_context(*pool, user.username)))},
                    {"sub", user.sub},
                    {"passwordVersion", user.password_version},
                    {"purgeAt", user.temporary_until_ms}};
  crypto::wipe(password);
  const std::string key = key_of(*pool, user.username);
  auto noted = co_await expiry_.note(Expiry::Table::kUsers, temporaries_partition(*pool), key, user.temporary_until_ms);
  if (!noted) co_return noted;
  auto kept = co_await tables_.users.put(temporaries_partition(*pool), key, std::move(body));
  co_return kept;
}

Task<Result<void>> Users::forget_temporary_password(PoolPtr pool, std::string username) const {
  auto erased = co_await tables_.users.erase(temporaries_partition(*pool), key_of(*pool, username));
  if (!erased) co_return std::unexpected(erased.error());
  co_return Result<void>{};
}

Task<Result<std::vector<PendingUser>>> Users::pending(PoolPtr pool) const {
  std::vector<PendingUser> pending;
  std::string after;
  while (true) {
    auto page = co_await tables_.users.list(temporaries_partition(*pool), "", 200, after);
    if (!page) co_return std::unexpected(page.error());
    for (const store::Record& record : page->records) {
      auto user = co_await get(pool, record.sort);
      if (!user) co_return std::unexpected(user.error());
      if (!*user) continue;  // being made at this moment, or left over from a crash: purging takes it away
      const std::int64_t until = number_of(record.body, "purgeAt");
      const bool is_valid = (*user)->must_change_password() && until > around_.clock.now_ms() &&
                            (*user)->sub == text_of(record.body, "sub") &&
                            (*user)->password_version == number_of(record.body, "passwordVersion");
      if (!is_valid) {
        auto forgotten = co_await forget_temporary_password(pool, record.sort);
        if (!forgotten) co_return std::unexpected(forgotten.error());
        continue;
      }
      const auto sealed = base64_decode(text_of(record.body, "sealed"));
      if (!sealed) continue;
      auto password = around_.sealer.unseal(*sealed, temporary_context(*pool, (*user)->username));
      if (!password) co_return std::unexpected(password.error());
      pending.push_back(
          {(*user)->sign_in_name(pool->config), std::move(*password), Timestamp{std::chrono::milliseconds(until)}});
    }
    if (!page->next) co_return pending;
    after = *page->next;
  }
}

}  // namespace gatehouse::identity
