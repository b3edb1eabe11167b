// POST /oauth2/revoke (RFC 7009; Cognito: revoke endpoint). Refresh tokens only, with all that they gave.
#include "services/identity/oauth/client_authentication.hpp"
#include "services/identity/oauth/endpoints.hpp"

namespace gatehouse::identity {

Task<http::Response> revoke_endpoint(DomainContext& context) {
  if (context.request.method == "OPTIONS") co_return preflight("POST, OPTIONS");
  if (context.request.method != "POST") co_return method_not_allowed("POST");
  Span span(context.request.journey, "identity", "revoke");
  if (context.request.body_too_large) co_return oauth_error(413, "invalid_request");
  const auto form = read_form(context.request);
  if (!form) co_return oauth_error(400, "invalid_request");
  const auto client = authenticate_client(*context.pool, context.request, *form, span);
  if (!client) co_return oauth_error(client.error().code == "invalid_client" ? 401 : 400, client.error().code);
  const std::string token = value_of(*form, "token");
  if (token.empty() || !(*client)->config.enables_token_revocation) {
    span.explain("token is missing, or the client's EnableTokenRevocation is false.", "Send the refresh token.");
    co_return oauth_error(400, "invalid_request");
  }
  if (token.find('.') != std::string::npos) {
    span.explain("The token is an access or ID token: only refresh tokens can be revoked.", "Send the refresh token.");
    co_return oauth_error(400, "unsupported_token_type");
  }
  auto found = co_await context.parts.grants.find(context.pool, token);
  if (!found) co_return oauth_error(found.error());
  // Unknown or another client's: nothing to do, and nothing to learn (RFC 7009 section 2.2).
  const bool is_ours = *found && (*found)->grant.client_id == (*client)->id &&
                       ((*found)->state != TokenState::kReplayed || (*client)->config.rotates_refresh_tokens);
  if (is_ours) {
    const Grant& grant = (*found)->grant;
    auto revoked = co_await context.parts.grants.revoke(context.pool, grant.sub, grant.handle, grant.origin_jti);
    if (!revoked) co_return oauth_error(revoked.error());
    context.parts.sign_in.audit("token_revoked", *context.pool, (*client)->id, grant.username, "", context.origin());
  } else {
    span.note("token", "unknown, or another client's: nothing was revoked");
  }
  http::Response response;
  response.headers.add("Cache-Control", "no-store");
  response.headers.add("Access-Control-Allow-Origin", "*");
  co_return response;
}

}  // namespace gatehouse::identity
