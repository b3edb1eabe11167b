// POST /oauth2/token: authorization_code and refresh_token (RFC 6749 sections 4.1.3 and 6, RFC 7636 section 4.6).
#include "base/encoding.hpp"
#include "base/text.hpp"
#include "platform/crypto/hash.hpp"
#include "services/identity/client_rules.hpp"
#include "services/identity/oauth/client_authentication.hpp"
#include "services/identity/oauth/endpoints.hpp"

namespace gatehouse::identity {
namespace {

http::Response answer(const TokenSet& tokens) {
  json::object body;
  if (!tokens.id_token.empty()) body["id_token"] = tokens.id_token;
  body["access_token"] = tokens.access_token;
  if (!tokens.refresh_token.empty()) body["refresh_token"] = tokens.refresh_token;
  body["expires_in"] = tokens.expires_in;
  body["token_type"] = "Bearer";
  return oauth_json(200, body);
}

// RFC 7636 section 4.1
bool is_verifier(std::string_view text) {
  return text.size() >= 43 && text.size() <= 128 && std::ranges::all_of(text, [](char c) {
           return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '.' ||
                  c == '_' || c == '~';
         });
}

// Why a code cannot be exchanged by this client with these parameters; nothing when it can.
std::optional<std::string> mismatch(const TakenCode& code, const Pool& pool, const Client& client,
                                    const http::Parameters& form) {
  if (code.grant.pool_id != pool.id || code.grant.client_id != client.id) return "the code was given to another client";
  if (code.is_expired) return "the code is older than five minutes";
  if (code.grant.redirect_uri != value_of(form, "redirect_uri"))
    return "redirect_uri is not the one of the authorization request";
  const std::string* verifier = http::find_parameter(form, "code_verifier");
  if (code.grant.code_challenge.empty()) {
    // RFC 9700 section 2.1.1: a verifier without a challenge means that somebody took the challenge out.
    if (verifier != nullptr) return "code_verifier was sent, but the authorization request had no code_challenge";
    return std::nullopt;
  }
  if (verifier == nullptr) return "code_verifier is missing: the authorization request had a code_challenge";
  if (!is_verifier(*verifier)) return "code_verifier is not 43 to 128 unreserved characters";
  if (!crypto::equal_in_constant_time(base64url_encode(crypto::sha256(*verifier)), code.grant.code_challenge)) {
    return "code_verifier does not match the code_challenge";
  }
  return std::nullopt;
}

Task<http::Response> revoke_replayed(DomainContext& context, CodeGrant grant, std::string client_id) {
  // RFC 6749 section 4.1.2: tokens that the code gave before are revoked too. The code may be another pool's.
  const PoolPtr owner = context.parts.directory.find(grant.pool_id);
  if (owner) {
    auto revoked = co_await context.parts.grants.revoke(owner, grant.sub, grant.names.handle, grant.names.origin_jti);
    if (!revoked) co_return oauth_error(revoked.error());
  }
  context.parts.sign_in.audit("code_reused", *context.pool, client_id, grant.username, "what the code gave is revoked",
                              context.origin());
  co_return oauth_error(400, "invalid_grant");
}

Task<http::Response> exchange_code(DomainContext& context, const Client& client, const http::Parameters& form,
                                   Span& span) {
  const std::string code_text = value_of(form, "code");
  if (code_text.empty() || value_of(form, "redirect_uri").empty()) {
    span.explain("code or redirect_uri is missing.", "Send both, redirect_uri as in the authorization request.");
    co_return oauth_error(400, "invalid_request");
  }
  if (!client.config.allowed_oauth_flows_user_pool_client) co_return oauth_error(400, "unauthorized_client");
  auto code = co_await context.parts.codes.take(code_text);
  if (!code) co_return oauth_error(code.error());
  if (!*code) {
    span.explain("The code is unknown.", "Start again at /oauth2/authorize.");
    co_return oauth_error(400, "invalid_grant");
  }
  if ((*code)->is_replay) {
    span.explain("The code was used before: what it gave then is revoked.",
                 "Exchange each code once. Start again at /oauth2/authorize.");
    auto refused = co_await revoke_replayed(context, (*code)->grant, client.id);
    co_return refused;
  }
  if (const auto problem = mismatch(**code, *context.pool, client, form)) {
    span.explain("The code was refused and is burnt: " + *problem + ".", "Start again at /oauth2/authorize.");
    context.parts.sign_in.audit("token_refused", *context.pool, client.id, (*code)->grant.username, *problem,
                                context.origin());
    co_return oauth_error(400, "invalid_grant");
  }
  const CodeGrant& granted = (*code)->grant;
  auto user = co_await context.parts.users.get(context.pool, granted.username);
  if (!user) co_return oauth_error(user.error());
  if (!*user || (*user)->sub != granted.sub || !(*user)->is_enabled) {
    span.explain("The user is disabled or does not exist any more.", "An administrator can enable the user.");
    co_return oauth_error(400, "invalid_grant");
  }
  Grant wanted;
  wanted.handle = granted.names.handle;
  wanted.origin_jti = granted.names.origin_jti;
  wanted.event_id = granted.names.event_id;
  wanted.client_id = client.id;
  wanted.scopes = granted.scopes;
  wanted.is_oauth = true;
  wanted.auth_time_s = granted.auth_time_s;
  auto tokens = co_await context.parts.sign_in.grant(context.pool, **user, wanted, granted.nonce, context.origin());
  if (!tokens) co_return oauth_error(tokens.error());
  // A replay that came while the grant was being made has left its tombstone: then this grant must go as well.
  auto revoked = co_await context.parts.grants.is_revoked(wanted.origin_jti);
  if (!revoked) co_return oauth_error(revoked.error());
  if (*revoked) {
    auto refused = co_await revoke_replayed(context, granted, client.id);
    co_return refused;
  }
  co_return answer(*tokens);
}

Task<http::Response> refresh(DomainContext& context, const Client& client, const http::Parameters& form, Span& span) {
  RefreshRequest request;
  request.refresh_token = value_of(form, "refresh_token");
  if (request.refresh_token.empty()) {
    span.explain("refresh_token is missing.", "Send the refresh token of the last answer.");
    co_return oauth_error(400, "invalid_request");
  }
  if (!client.config.rotates_refresh_tokens && !allows_flow(client, "REFRESH_TOKEN_AUTH")) {
    span.explain("The client's ExplicitAuthFlows do not include ALLOW_REFRESH_TOKEN_AUTH.",
                 "Add it, or enable RefreshTokenRotation.");
    co_return oauth_error(400, "unauthorized_client");
  }
  const std::string scope_text = value_of(form, "scope");
  for (const std::string_view scope : split(scope_text, ' ')) {
    if (!scope.empty()) request.scopes.emplace_back(scope);
  }
  request.pool = context.pool;
  request.client_id = client.id;
  request.origin = context.origin();
  auto tokens = co_await context.parts.sign_in.refresh(std::move(request));
  if (!tokens) co_return oauth_error(tokens.error());
  co_return answer(*tokens);
}

}  // namespace

Task<http::Response> token_endpoint(DomainContext& context) {
  if (context.request.method == "OPTIONS") co_return preflight("POST, OPTIONS");
  if (context.request.method != "POST") co_return method_not_allowed("POST");
  Span span(context.request.journey, "identity", "token");
  if (context.request.body_too_large) co_return oauth_error(413, "invalid_request");
  const auto form = read_form(context.request);
  if (!form) {
    span.explain("The body is not a form, or names a parameter twice.",
                 "Send application/x-www-form-urlencoded, each parameter once.");
    co_return oauth_error(400, "invalid_request");
  }
  const auto client = authenticate_client(*context.pool, context.request, *form, span);
  if (!client) co_return oauth_error(400, client.error().code);
  const std::string grant_type = value_of(*form, "grant_type");
  span.note("grant_type", grant_type);
  if (grant_type == "authorization_code") {
    auto response = co_await exchange_code(context, **client, *form, span);
    co_return response;
  }
  if (grant_type == "refresh_token") {
    auto response = co_await refresh(context, **client, *form, span);
    co_return response;
  }
  span.explain("grant_type is missing or not supported.", "Use authorization_code or refresh_token.");
  if (grant_type == "client_credentials") co_return oauth_error(400, "unauthorized_client");
  co_return oauth_error(400, grant_type.empty() ? "invalid_request" : "unsupported_grant_type");
}

}  // namespace gatehouse::identity
