// Who is calling? The authorizer of type COGNITO_USER_POOLS.
//
// A method without scopes takes ID tokens, one with scopes takes access tokens that carry one of them (API Gateway:
// integrate a REST API with a user pool). Everything is verified here: signature, issuer, client, use, expiry, scope.
#pragma once

#include <string>
#include <string_view>
#include <variant>

#include "base/clock.hpp"
#include "base/json.hpp"
#include "platform/http/message.hpp"
#include "services/gateway/config.hpp"
#include "services/gateway/ports.hpp"
#include "services/gateway/response_type.hpp"
#include "services/gateway/token_cache.hpp"

namespace gatehouse::gateway {

struct Denial {
  Refusal refusal = refusals::kUnauthorized;
  std::string cause;  // for the journey
  std::string cure;
};

using Verdict = std::variant<std::shared_ptr<const VerifiedToken>, Denial>;

class CognitoAuthorizer {
 public:
  CognitoAuthorizer(const UserPools& pools, const Clock& clock, std::size_t cache_entries)
      : pools_(pools), clock_(clock), cache_(cache_entries) {}

  Verdict judge(const AuthorizerConfig& authorizer, const std::vector<std::string>& scopes,
                const http::Headers& headers);
  std::size_t cached_tokens() const { return cache_.size(); }

 private:
  Verdict verified_token(const AuthorizerConfig& authorizer, std::string_view token);
  Verdict verify(const AuthorizerConfig& authorizer, std::string_view token) const;
  bool still_holds(const VerifiedToken& token, const AuthorizerConfig& authorizer) const;

  const UserPools& pools_;
  const Clock& clock_;
  TokenCache cache_;
};

// The token of the identity source: raw, or after "Bearer" in any case. Empty when there is none or more than one.
std::string_view token_of(const http::Headers& headers, std::string_view header_name);

// Claims as the event has them: all strings; arrays joined with commas; exp and iat as dates, as AWS writes them.
Claims flatten_claims(const json::object& claims);

}  // namespace gatehouse::gateway
