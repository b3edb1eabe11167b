#include "services/identity/client_rules.hpp"

#include "base/encoding.hpp"
#include "platform/crypto/hash.hpp"

namespace gatehouse::identity {

bool allows_flow(const Client& client, std::string_view flow) {
  const auto& chosen = client.config.explicit_auth_flows;
  if (!chosen || chosen->empty()) return flow == "REFRESH_TOKEN_AUTH" || flow == "USER_SRP_AUTH";
  const auto has = [&](std::string_view name) { return std::ranges::find(*chosen, name) != chosen->end(); };
  if (has("ALLOW_" + std::string(flow))) return true;
  const bool is_legacy = !chosen->front().starts_with("ALLOW_");
  if (!is_legacy) return false;
  if (flow == "REFRESH_TOKEN_AUTH") return true;
  return has(flow) || (flow == "ADMIN_USER_PASSWORD_AUTH" && has("ADMIN_NO_SRP_AUTH"));
}

std::string secret_hash(const Client& client, std::string_view username) {
  return base64_encode(crypto::hmac_sha256(client.secret, std::string(username) + client.id));
}

bool is_right_secret(const Client& client, std::string_view secret) {
  return crypto::equal_in_constant_time(client.secret, secret);
}

}  // namespace gatehouse::identity
