#include "services/identity/lockout.hpp"

#include "base/encoding.hpp"
#include "platform/crypto/hash.hpp"
#include "services/identity/config_json.hpp"
#include "services/identity/errors.hpp"
#include "services/identity/users.hpp"

namespace gatehouse::identity {
namespace {

constexpr int kMaxTries = 32;
constexpr std::int64_t kQuietMs = 900'000;

// Names are hashed: whatever was typed is a key of bounded size.
std::string counter_partition(const Pool& pool, std::string_view name) {
  return fmt::format("lockout/{}/{}", pool.id, hex_encode(crypto::sha256(Users::key_of(pool, name))));
}

std::int64_t lock_seconds(std::int64_t failures) {
  if (failures < Lockout::kFreeAttempts) return 0;
  const std::int64_t doublings = std::min<std::int64_t>(failures - Lockout::kFreeAttempts, 10);
  return std::min(std::int64_t{1} << doublings, Lockout::kLongestSeconds);
}

json::object counter(std::int64_t failures, std::int64_t now) {
  const std::int64_t locked_until = now + lock_seconds(failures) * 1000;
  return {{"failures", failures}, {"lockedUntil", locked_until}, {"purgeAt", locked_until + kQuietMs}};
}

}  // namespace

Task<Result<Lockout::Attempt>> Lockout::begin(PoolPtr pool, std::string name) const {
  Attempt attempt;
  attempt.partition = counter_partition(*pool, name);
  for (int tries = 0; tries < kMaxTries; ++tries) {
    auto record = co_await tables_.flows.get(attempt.partition);
    if (!record) co_return std::unexpected(record.error());
    const std::int64_t now = around_.clock.now_ms();
    if (!*record) {
      json::object first = counter(1, now);
      auto noted = co_await expiry_.note(Expiry::Table::kFlows, attempt.partition, "-", number_of(first, "purgeAt"));
      if (!noted) co_return std::unexpected(noted.error());
      auto created = co_await tables_.flows.create(attempt.partition, "-", std::move(first));
      if (created) co_return attempt;
      if (created.error().kind != Error::Kind::kConflict) co_return std::unexpected(created.error());
      continue;
    }
    const json::object& body = (*record)->body;
    if (number_of(body, "lockedUntil") > now) {
      attempt.is_locked = true;
      co_return attempt;
    }
    const bool is_forgotten = number_of(body, "purgeAt") <= now;
    const std::int64_t failures = is_forgotten ? 1 : number_of(body, "failures") + 1;
    (*record)->body = counter(failures, now);
    auto replaced = co_await tables_.flows.replace(**record);
    if (replaced) co_return attempt;
    if (replaced.error().kind != Error::Kind::kConflict) co_return std::unexpected(replaced.error());
  }
  co_return errors::too_many_requests("too many sign-ins of one user at the same time");
}

Task<Result<void>> Lockout::succeeded(Attempt attempt) const {
  auto erased = co_await tables_.flows.erase(attempt.partition);
  if (!erased) co_return std::unexpected(erased.error());
  co_return Result<void>{};
}

Task<void> Lockout::abandoned(Attempt attempt) const {
  for (int tries = 0; tries < kMaxTries; ++tries) {
    auto record = co_await tables_.flows.get(attempt.partition);
    if (!record || !*record) co_return;
    const std::int64_t failures = number_of((*record)->body, "failures");
    if (failures <= 1) {
      // Nothing stays of it: a flood of names must not fill the store.
      const std::int64_t purge_at = number_of((*record)->body, "purgeAt");
      auto erased = co_await tables_.flows.erase_unchanged(**record);
      if (!erased && erased.error().kind == Error::Kind::kConflict) continue;
      co_await expiry_.forget(Expiry::Table::kFlows, attempt.partition, "-", purge_at);
      co_return;
    }
    // The lock that this attempt brought about, if any, goes too.
    (*record)->body["failures"] = failures - 1;
    (*record)->body["lockedUntil"] = around_.clock.now_ms();
    auto replaced = co_await tables_.flows.replace(**record);
    if (replaced || replaced.error().kind != Error::Kind::kConflict) co_return;
  }
}

Task<Result<void>> Lockout::forget(PoolPtr pool, std::string name) const {
  auto erased = co_await tables_.flows.erase(counter_partition(*pool, name));
  if (!erased) co_return std::unexpected(erased.error());
  co_return Result<void>{};
}

}  // namespace gatehouse::identity
