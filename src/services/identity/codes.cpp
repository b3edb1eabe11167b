#include "services/identity/codes.hpp"

#include "base/encoding.hpp"
#include "base/id.hpp"
#include "platform/crypto/hash.hpp"
#include "services/identity/config_json.hpp"

namespace gatehouse::identity {
namespace {

constexpr std::int64_t kRememberedMs = 25LL * 3600 * 1000;

std::string code_partition(std::string_view code) { return "code/" + hex_encode(crypto::sha256(code)); }

CodeGrant grant_from(const json::object& body) {
  CodeGrant grant;
  grant.pool_id = text_of(body, "pool");
  grant.client_id = text_of(body, "client");
  grant.redirect_uri = text_of(body, "redirect");
  grant.code_challenge = text_of(body, "challenge");
  grant.nonce = text_of(body, "nonce");
  grant.scopes = strings_of(body, "scopes");
  grant.username = text_of(body, "username");
  grant.sub = text_of(body, "sub");
  grant.auth_time_s = number_of(body, "authTime");
  grant.names = {text_of(body, "handle"), text_of(body, "originJti"), text_of(body, "eventId")};
  return grant;
}

}  // namespace

Task<Result<std::string>> Codes::issue(CodeGrant grant) const {
  std::string code = make_uuid(around_.random);
  const std::int64_t now = around_.clock.now_ms();
  json::object body{{"pool", grant.pool_id},
                    {"client", grant.client_id},
                    {"redirect", grant.redirect_uri},
                    {"challenge", grant.code_challenge},
                    {"nonce", grant.nonce},
                    {"scopes", to_json_array(grant.scopes)},
                    {"username", grant.username},
                    {"sub", grant.sub},
                    {"authTime", grant.auth_time_s},
                    {"handle", grant.names.handle},
                    {"originJti", grant.names.origin_jti},
                    {"eventId", grant.names.event_id},
                    {"expires", now + kLifetimeMs},
                    {"purgeAt", now + kRememberedMs}};
  const std::string partition = code_partition(code);
  auto noted = co_await expiry_.note(Expiry::Table::kFlows, partition, "-", now + kRememberedMs);
  if (!noted) co_return std::unexpected(noted.error());
  auto created = co_await tables_.flows.create(partition, "-", std::move(body));
  if (!created) co_return std::unexpected(created.error());
  co_return code;
}

Task<Result<std::optional<TakenCode>>> Codes::take(std::string code) const {
  if (code.empty() || code.size() > 256) co_return std::optional<TakenCode>{};
  auto record = co_await tables_.flows.get(code_partition(code));
  if (!record) co_return std::unexpected(record.error());
  if (!*record) co_return std::optional<TakenCode>{};
  TakenCode taken{.grant = grant_from((*record)->body)};
  taken.is_expired = number_of((*record)->body, "expires") <= around_.clock.now_ms();
  taken.is_replay = flag_of((*record)->body, "used");
  if (!taken.is_replay) {
    (*record)->body["used"] = true;
    auto replaced = co_await tables_.flows.replace(**record);
    if (!replaced) {
      if (replaced.error().kind != Error::Kind::kConflict) co_return std::unexpected(replaced.error());
      taken.is_replay = true;  // somebody else used it in this very moment
    }
  }
  co_return std::optional<TakenCode>(std::move(taken));
}

}  // namespace gatehouse::identity
