#include "services/identity/sessions.hpp"

#include "base/encoding.hpp"
#include "platform/crypto/hash.hpp"
#include "services/identity/config_json.hpp"

namespace gatehouse::identity {
namespace {

constexpr std::size_t kIdBytes = 32;
constexpr std::size_t kIdCharacters = 43;  // in base64url

std::string hash_of(std::string_view id) { return hex_encode(crypto::sha256(id)); }
std::string session_partition(std::string_view hash) { return fmt::format("session/{}", hash); }

}  // namespace

Task<Result<std::string>> Sessions::create(PoolPtr pool, User user, std::int64_t auth_time_s) const {
  std::string id = base64url_encode(around_.random.bytes(kIdBytes));
  const std::int64_t ends = around_.clock.now_ms() + kLifetimeSeconds * 1000;
  json::object body{{"pool", pool->id},        {"username", user.username},
                    {"sub", user.sub},         {"passwordVersion", user.password_version},
                    {"authTime", auth_time_s}, {"purgeAt", ends}};
  const std::string partition = session_partition(hash_of(id));
  auto noted = co_await expiry_.note(Expiry::Table::kFlows, partition, "-", ends);
  if (!noted) co_return std::unexpected(noted.error());
  auto created = co_await tables_.flows.create(partition, "-", std::move(body));
  if (!created) co_return std::unexpected(created.error());
  co_return id;
}

Task<Result<std::optional<Session>>> Sessions::find(PoolPtr pool, std::string id) const {
  if (id.size() != kIdCharacters) co_return std::optional<Session>{};
  Session session;
  session.id_hash = hash_of(id);
  auto record = co_await tables_.flows.get(session_partition(session.id_hash));
  if (!record) co_return std::unexpected(record.error());
  if (!*record) co_return std::optional<Session>{};
  const json::object& body = (*record)->body;
  if (number_of(body, "purgeAt") <= around_.clock.now_ms() || text_of(body, "pool") != pool->id) {
    co_return std::optional<Session>{};
  }
  auto user = co_await users_->get(pool, text_of(body, "username"));
  if (!user) co_return std::unexpected(user.error());
  const bool is_same = *user && (*user)->is_enabled && (*user)->sub == text_of(body, "sub") &&
                       (*user)->password_version == number_of(body, "passwordVersion");
  if (!is_same) co_return std::optional<Session>{};
  session.user = std::move(**user);
  session.auth_time_s = number_of(body, "authTime");
  co_return std::optional<Session>(std::move(session));
}

Task<Result<void>> Sessions::end(std::string id) const {
  if (id.size() != kIdCharacters) co_return Result<void>{};
  auto erased = co_await tables_.flows.erase(session_partition(hash_of(id)));
  if (!erased) co_return std::unexpected(erased.error());
  co_return Result<void>{};
}

}  // namespace gatehouse::identity
