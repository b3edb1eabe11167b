// GET /oauth2/userInfo (OpenID Connect Core section 5.3; Cognito: userInfo endpoint).
#include "base/text.hpp"
#include "services/identity/oauth/endpoints.hpp"

namespace gatehouse::identity {
namespace {

http::Response unauthorized() {
  constexpr std::string_view kText =
      "Access token is expired, disabled, or deleted, or the user has globally signed out.";
  http::Response response = oauth_json(401, {{"error", "invalid_token"}, {"error_description", kText}});
  response.headers.add("WWW-Authenticate",
                       fmt::format("Bearer error=\"invalid_token\", error_description=\"{}\"", kText));
  return response;
}

http::Response bad_request() {
  constexpr std::string_view kText = "Bad OAuth2 request at UserInfo Endpoint";
  http::Response response = oauth_json(400, {{"error", "invalid_request"}, {"error_description", kText}});
  response.headers.add("WWW-Authenticate",
                       fmt::format("Bearer error=\"invalid_request\", error_description=\"{}\"", kText));
  return response;
}

}  // namespace

Task<http::Response> userinfo_endpoint(DomainContext& context) {
  const http::Request& request = context.request;
  if (request.method == "OPTIONS") co_return preflight("GET, POST, OPTIONS");
  if (request.method != "GET" && request.method != "POST") co_return method_not_allowed("GET, POST");
  Span span(request.journey, "identity", "userInfo");
  const std::string_view header = request.headers.get("Authorization");
  if (header.size() < 8 || !equals_ignoring_case(header.substr(0, 7), "bearer ")) {
    span.explain("There is no bearer token in the Authorization header.", "Send Authorization: Bearer ACCESS_TOKEN.");
    co_return bad_request();
  }
  const auto claims = context.parts.tokens.verify_access(trim(header.substr(7)));
  if (!claims || claims->pool_id != context.pool->id) {
    span.explain("The access token was refused: " + (claims ? "it is another pool's" : claims.error().detail) + ".",
                 "Send a fresh access token of this pool.");
    co_return unauthorized();
  }
  auto revoked = co_await context.parts.grants.is_revoked(claims->origin_jti);
  if (!revoked) co_return oauth_error(revoked.error());
  auto user = co_await context.parts.users.get(context.pool, claims->username);
  if (!user) co_return oauth_error(user.error());
  const Client* client = context.pool->find_client(claims->client_id);
  if (*revoked || client == nullptr || !*user || (*user)->sub != claims->sub || !(*user)->is_enabled) {
    span.explain("The token was revoked, or its client or user is gone or disabled.", "The user must sign in again.");
    co_return unauthorized();
  }
  if (std::ranges::find(claims->scopes, "openid") == claims->scopes.end()) {
    span.explain("The access token has no openid scope.", "Ask for openid at /oauth2/authorize.");
    co_return unauthorized();
  }
  json::object body{{"sub", (*user)->sub}};
  for (const auto& [name, value] : (*user)->attributes) {
    // Text, as Cognito has it here: "email_verified": "true".
    if (permits(client->config.read_attributes, name) && scopes_permit(claims->scopes, name)) body[name] = value;
  }
  body["username"] = (*user)->username;
  co_return oauth_json(200, body);
}

}  // namespace gatehouse::identity
