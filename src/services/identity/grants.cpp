#include "services/identity/grants.hpp"

#include "base/encoding.hpp"
#include "base/id.hpp"
#include "platform/crypto/hash.hpp"
#include "platform/crypto/seal.hpp"
#include "services/identity/config_json.hpp"
#include "services/identity/errors.hpp"

namespace gatehouse::identity {
namespace {

constexpr std::size_t kSubBytes = 16;
constexpr std::size_t kHandleBytes = 16;
constexpr std::size_t kSecretBytes = 32;
// Access and ID tokens live a day at most: a tombstone need not be older.
constexpr std::int64_t kTombstoneMs = 25LL * 3600 * 1000;

std::string grants_partition(const Pool& pool, std::string_view sub) { return fmt::format("{}/{}", pool.id, sub); }
std::string tombstone_partition(std::string_view origin_jti) { return fmt::format("revoked/{}", origin_jti); }
std::string hash_of(std::string_view token) { return base64url_encode(crypto::sha256(token)); }
std::string successor_context(const Pool& pool, const Grant& grant) {
  return fmt::format("identity/successor/{}/{}/{}", pool.id, grant.sub, grant.handle);
}

json::object to_json(const Grant& grant) {
  return {{"originJti", grant.origin_jti},
          {"eventId", grant.event_id},
          {"client", grant.client_id},
          {"username", grant.username},
          {"sub", grant.sub},
          {"scopes", to_json_array(grant.scopes)},
          {"oauth", grant.is_oauth},
          {"authTime", grant.auth_time_s},
          {"purgeAt", grant.expires_ms},
          {"token", grant.token_hash},
          {"previous", grant.previous_hash},
          {"previousUntil", grant.previous_until_ms},
          {"successor", grant.successor}};
}

Grant grant_from(const store::Record& record) {
  const json::object& body = record.body;
  Grant grant;
  grant.handle = record.sort;
  grant.origin_jti = text_of(body, "originJti");
  grant.event_id = text_of(body, "eventId");
  grant.client_id = text_of(body, "client");
  grant.username = text_of(body, "username");
  grant.sub = text_of(body, "sub");
  grant.scopes = strings_of(body, "scopes");
  grant.is_oauth = flag_of(body, "oauth");
  grant.auth_time_s = number_of(body, "authTime");
  grant.expires_ms = number_of(body, "purgeAt");
  grant.token_hash = text_of(body, "token");
  grant.previous_hash = text_of(body, "previous");
  grant.previous_until_ms = number_of(body, "previousUntil");
  grant.successor = text_of(body, "successor");
  grant.version = record.version;
  return grant;
}

struct TokenParts {
  std::string sub;
  std::string handle;
};

std::optional<TokenParts> parse_token(std::string_view token) {
  if (token.size() > 128) return std::nullopt;
  const auto bytes = base64url_decode(token);
  if (!bytes || bytes->size() != kSubBytes + kHandleBytes + kSecretBytes) return std::nullopt;
  TokenParts parts;
  parts.sub = hex_encode(std::string_view(*bytes).substr(0, kSubBytes));
  for (const std::size_t dash : {8U, 13U, 18U, 23U}) parts.sub.insert(dash, "-");
  parts.handle = hex_encode(std::string_view(*bytes).substr(kSubBytes, kHandleBytes));
  return parts;
}

std::string make_token(const Grant& grant, Random& random) {
  std::string sub = grant.sub;
  std::erase(sub, '-');
  return base64url_encode(hex_decode(sub).value_or("") + hex_decode(grant.handle).value_or("") +
                          random.bytes(kSecretBytes));
}

}  // namespace

bool Grant::has_scope(std::string_view scope) const { return std::ranges::find(scopes, scope) != scopes.end(); }

GrantNames Grants::draw_names() const {
  return {hex_encode(around_.random.bytes(kHandleBytes)), make_uuid(around_.random), make_uuid(around_.random)};
}

Task<Result<std::string>> Grants::create(PoolPtr pool, Grant grant) const {
  std::string token = make_token(grant, around_.random);
  grant.token_hash = hash_of(token);
  const std::string partition = grants_partition(*pool, grant.sub);
  auto noted = co_await expiry_.note(Expiry::Table::kGrants, partition, grant.handle, grant.expires_ms);
  if (!noted) co_return std::unexpected(noted.error());
  auto created = co_await tables_.grants.create(partition, grant.handle, to_json(grant));
  if (!created) co_return std::unexpected(created.error());
  co_return token;
}

Task<Result<std::optional<FoundGrant>>> Grants::find(PoolPtr pool, std::string refresh_token) const {
  const auto parts = parse_token(refresh_token);
  if (!parts) co_return std::optional<FoundGrant>{};
  auto record = co_await tables_.grants.get(grants_partition(*pool, parts->sub), parts->handle);
  if (!record) co_return std::unexpected(record.error());
  if (!*record) co_return std::optional<FoundGrant>{};
  FoundGrant found{.grant = grant_from(**record)};
  const std::int64_t now = around_.clock.now_ms();
  if (found.grant.expires_ms <= now) co_return std::optional<FoundGrant>{};
  auto revoked = co_await is_revoked(found.grant.origin_jti);
  if (!revoked) co_return std::unexpected(revoked.error());
  if (*revoked) co_return std::optional<FoundGrant>{};
  const std::string hash = hash_of(refresh_token);
  if (crypto::equal_in_constant_time(hash, found.grant.token_hash)) {
    found.state = TokenState::kCurrent;
  } else if (crypto::equal_in_constant_time(hash, found.grant.previous_hash) && now < found.grant.previous_until_ms) {
    found.state = TokenState::kPrevious;
  } else {
    found.state = TokenState::kReplayed;
  }
  co_return std::optional<FoundGrant>(std::move(found));
}

Task<Result<std::string>> Grants::rotate(PoolPtr pool, Grant grant, std::string presented,
                                         std::chrono::seconds grace) const {
  std::string token = make_token(grant, around_.random);
  grant.token_hash = hash_of(token);
  grant.previous_hash = hash_of(presented);
  grant.previous_until_ms = around_.clock.now_ms() + grace.count() * 1000;
  grant.successor.clear();
  if (grace.count() > 0) {
    grant.successor = base64_encode(around_.sealer.seal(token, successor_context(*pool, grant)));
  }
  store::Record record;
  record.partition = grants_partition(*pool, grant.sub);
  record.sort = grant.handle;
  record.body = to_json(grant);
  record.version = grant.version;
  auto replaced = co_await tables_.grants.replace(record);
  if (!replaced) co_return std::unexpected(replaced.error());
  co_return token;
}

Result<std::string> Grants::successor_of(const Pool& pool, const Grant& grant) const {
  const auto sealed = base64_decode(grant.successor);
  if (!sealed) return errors::internal("grant without a successor");
  return around_.sealer.unseal(*sealed, successor_context(pool, grant));
}

Task<Result<void>> Grants::revoke(PoolPtr pool, std::string sub, std::string handle, std::string origin_jti) const {
  const std::int64_t until = around_.clock.now_ms() + kTombstoneMs;
  const std::string partition = tombstone_partition(origin_jti);
  auto noted = co_await expiry_.note(Expiry::Table::kFlows, partition, "-", until);
  if (!noted) co_return noted;
  // First: from here on neither the refresh token nor an access token is taken.
  json::object body{{"purgeAt", until}};
  auto kept = co_await tables_.flows.put(partition, "-", std::move(body));
  if (!kept) co_return kept;
  auto erased = co_await tables_.grants.erase(grants_partition(*pool, sub), std::move(handle));
  if (!erased) co_return std::unexpected(erased.error());
  co_return Result<void>{};
}

Task<Result<void>> Grants::revoke_all(PoolPtr pool, std::string sub) const {
  while (true) {
    auto page = co_await tables_.grants.list(grants_partition(*pool, sub), "", 100);
    if (!page) co_return std::unexpected(page.error());
    if (page->records.empty()) co_return Result<void>{};
    for (const store::Record& record : page->records) {
      const Grant grant = grant_from(record);
      auto revoked = co_await revoke(pool, sub, grant.handle, grant.origin_jti);
      if (!revoked) co_return revoked;
    }
  }
}

Task<Result<bool>> Grants::is_revoked(std::string origin_jti) const {
  auto record = co_await tables_.flows.get(tombstone_partition(origin_jti));
  if (!record) co_return std::unexpected(record.error());
  co_return record->has_value();
}

}  // namespace gatehouse::identity
