#include "services/gateway/cognito_authorizer.hpp"

#include <algorithm>

#include "base/json.hpp"
#include "base/text.hpp"
#include "platform/crypto/jwt.hpp"

namespace gatehouse::gateway {
namespace {

constexpr std::size_t kMaxTokenBytes = 16 * 1024;

Denial unauthorized(std::string cause, std::string cure) {
  return {refusals::kUnauthorized, std::move(cause), std::move(cure)};
}

// "Fri Feb 23 21:36:46 UTC 2018": what API Gateway makes of exp and iat.
std::string date_text(std::int64_t seconds) {
  const auto time = static_cast<std::time_t>(seconds);
  std::tm parts{};
  if (gmtime_r(&time, &parts) == nullptr) return std::to_string(seconds);
  std::array<char, 64> text{};
  const std::size_t length = std::strftime(text.data(), text.size(), "%a %b %d %H:%M:%S UTC %Y", &parts);
  return {text.data(), length};
}

std::string claim_text(const json::value& value) {
  if (const auto* text = value.if_string()) return std::string(*text);
  if (const auto* list = value.if_array()) {
    std::string joined;
    for (const json::value& element : *list) {
      if (!joined.empty()) joined += ',';
      joined += claim_text(element);
    }
    return joined;
  }
  return json::serialize(value);
}

std::vector<std::string> scopes_of(const json::object& claims) {
  std::vector<std::string> scopes;
  for (const std::string_view scope : split(string_member(claims, "scope").value_or(""), ' '))
    if (!scope.empty()) scopes.emplace_back(scope);
  return scopes;
}

Verdict check_use(const VerifiedToken& token, const std::vector<std::string>& scopes,
                  std::shared_ptr<const VerifiedToken> held) {
  if (scopes.empty()) {
    if (token.is_access_token)
      return unauthorized("An access token was sent to a method without authorization scopes, which takes ID tokens",
                          "Send the ID token, or give the method AuthorizationScopes");
    return held;
  }
  if (!token.is_access_token)
    return unauthorized("An ID token was sent to a method with authorization scopes, which takes access tokens",
                        "Send the access token");
  const bool has_scope = std::ranges::any_of(
      scopes, [&](const std::string& scope) { return std::ranges::find(token.scopes, scope) != token.scopes.end(); });
  if (has_scope) return held;
  return unauthorized("The access token's scopes (" + join(token.scopes, " ") + ") have none of the method's (" +
                          join(scopes, " ") + ")",
                      "Ask for one of the method's scopes when signing in");
}

}  // namespace

std::string_view token_of(const http::Headers& headers, std::string_view header_name) {
  // Two tokens are no token: which one would another layer have read?
  if (headers.count(header_name) != 1) return {};
  std::string_view text = trim(headers.get(header_name));
  constexpr std::string_view kBearer = "Bearer ";
  if (text.size() > kBearer.size() && equals_ignoring_case(text.substr(0, kBearer.size()), kBearer))
    text = trim(text.substr(kBearer.size()));
  return text;
}

Claims flatten_claims(const json::object& claims) {
  Claims flat;
  flat.values.reserve(claims.size());
  for (const auto& [name, value] : claims) {
    const bool is_date = (name == "exp" || name == "iat") && value.is_int64();
    flat.values.emplace_back(name, is_date ? date_text(value.as_int64()) : claim_text(value));
  }
  return flat;
}

Verdict CognitoAuthorizer::judge(const AuthorizerConfig& authorizer, const std::vector<std::string>& scopes,
                                 const http::Headers& headers) {
  const std::string_view token = token_of(headers, authorizer.identity_header);
  if (token.empty()) {
    const bool is_double = headers.count(authorizer.identity_header) > 1;
    return unauthorized("The request has " + std::string(is_double ? "more than one " : "no token in its ") +
                            authorizer.identity_header + " header",
                        "Send the token once, as \"" + authorizer.identity_header + ": Bearer TOKEN\"");
  }
  if (token.size() > kMaxTokenBytes) return unauthorized("The token is larger than 16 KiB", "Send a Cognito token");

  Verdict verdict = verified_token(authorizer, token);
  const auto* held = std::get_if<std::shared_ptr<const VerifiedToken>>(&verdict);
  if (held == nullptr) return verdict;
  return check_use(**held, scopes, *held);
}

Verdict CognitoAuthorizer::verified_token(const AuthorizerConfig& authorizer, std::string_view token) {
  std::shared_ptr<const VerifiedToken> cached = cache_.find(token);
  if (cached && !still_holds(*cached, authorizer)) cached = nullptr;
  if (!cached) {
    Verdict verdict = verify(authorizer, token);
    const auto* fresh = std::get_if<std::shared_ptr<const VerifiedToken>>(&verdict);
    if (fresh == nullptr) return verdict;
    cached = *fresh;
    if (cached->expires_s > clock_.now_s()) cache_.put(token, cached);
  }
  if (cached->expires_s > clock_.now_s()) return cached;
  cache_.erase(token);
  return Denial{refusals::kExpired, "The token has expired", "Refresh the token or sign in again"};
}

// A cached token counts only for an authorizer of its pool, and only while the pool is what it was.
bool CognitoAuthorizer::still_holds(const VerifiedToken& token, const AuthorizerConfig& authorizer) const {
  if (std::ranges::find(authorizer.pool_arns, token.pool_arn) == authorizer.pool_arns.end()) return false;
  return pools_.find(token.pool_arn) == token.pool;
}

Verdict CognitoAuthorizer::verify(const AuthorizerConfig& authorizer, std::string_view token) const {
  std::vector<std::pair<const std::string*, std::shared_ptr<const PoolSnapshot>>> pools;
  for (const std::string& arn : authorizer.pool_arns)
    if (auto pool = pools_.find(arn)) pools.emplace_back(&arn, std::move(pool));
  if (pools.empty())
    return Denial{refusals::kAuthorizerBroken,
                  "The authorizer " + authorizer.name + " names a user pool that does not exist",
                  "Point its ProviderARNs at a user pool of this stack"};

  std::size_t owner = pools.size();
  const auto key_of = [&](std::string_view key_id) -> const crypto::RsaPublicKey* {
    for (std::size_t i = 0; i < pools.size(); ++i)
      for (const PoolSnapshot::Key& key : pools[i].second->keys)
        if (key.key_id == key_id) {
          owner = i;
          return &key.key;
        }
    return nullptr;
  };
  const auto parsed = crypto::verify_jwt(token, key_of);
  if (!parsed)
    return unauthorized("The token is not valid: " + parsed.error().detail,
                        "Send a token that the authorizer's user pool issued, unchanged");

  const auto& [arn, pool] = pools[owner];
  const json::object& claims = parsed->claims;
  if (string_member(claims, "iss") != pool->issuer)
    return unauthorized("The token's issuer is not the user pool's (" + pool->issuer + ")",
                        "Sign in to that user pool");
  const std::string_view use = string_member(claims, "token_use").value_or("");
  if (use != "id" && use != "access")
    return unauthorized("The token's token_use is neither id nor access", "Send a Cognito token");
  const std::string_view client = string_member(claims, use == "id" ? "aud" : "client_id").value_or("");
  if (client.empty() || std::ranges::find(pool->client_ids, client) == pool->client_ids.end())
    return unauthorized("The token's client is not a client of the user pool",
                        "Sign in through one of the pool's clients");
  const auto expires = integer_member(claims, "exp");
  if (!expires) return unauthorized("The token has no exp", "Send a Cognito token");

  auto verified = std::make_shared<VerifiedToken>();
  verified->pool_arn = *arn;
  verified->pool = pool;
  verified->is_access_token = use == "access";
  verified->client_id = client;
  verified->scopes = scopes_of(claims);
  verified->expires_s = *expires;
  verified->claims = std::make_shared<const Claims>(flatten_claims(claims));
  return std::shared_ptr<const VerifiedToken>(std::move(verified));
}

}  // namespace gatehouse::gateway
