#include "services/identity/challenge.hpp"

#include "base/encoding.hpp"
#include "platform/crypto/seal.hpp"
#include "services/identity/config_json.hpp"
#include "services/identity/errors.hpp"

namespace gatehouse::identity {
namespace {

std::string context_of(const Pool& pool, const Client& client) {
  return fmt::format("identity/challenge/{}/{}", pool.id, client.id);
}

}  // namespace

std::string seal_challenge(const Surroundings& around, const Pool& pool, const Client& client, const User& user) {
  const json::object content{{"username", user.username},
                             {"sub", user.sub},
                             {"passwordVersion", user.password_version},
                             {"issued", around.clock.now_ms()}};
  return base64url_encode(around.sealer.seal(json::serialize(content), context_of(pool, client)));
}

Result<Challenge> unseal_challenge(const Surroundings& around, const Pool& pool, const Client& client,
                                   std::string_view text) {
  const auto invalid = [](std::string why) {
    return errors::not_authorized("Invalid session for the user.", std::move(why));
  };
  if (text.size() > 2048) return invalid("longer than a session can be");
  const auto sealed = base64url_decode(text);
  if (!sealed) return invalid("not base64url");
  const auto plain = around.sealer.unseal(*sealed, context_of(pool, client));
  if (!plain) return invalid("not sealed here, or for another client");
  const auto content = parse_json(*plain);
  if (!content || !content->is_object()) return invalid("not a challenge");
  const json::object& members = content->get_object();
  const auto lifetime = std::chrono::milliseconds(client.config.auth_session_validity);
  if (number_of(members, "issued") + lifetime.count() <= around.clock.now_ms()) {
    return errors::not_authorized("Invalid session for the user, session is expired.",
                                  "AuthSessionValidity has passed");
  }
  return Challenge{text_of(members, "username"), text_of(members, "sub"), number_of(members, "passwordVersion")};
}

}  // namespace gatehouse::identity
