// GET /oauth2/authorize: a session answers at once, without one the sign-in page asks.
#include "base/journey.hpp"
#include "base/log.hpp"
#include "services/identity/oauth/endpoints.hpp"
#include "services/identity/redirect_uri.hpp"

namespace gatehouse::identity {

Task<Result<http::Response>> answer_with_code(DomainContext& context, AuthorizeRequest question, User user,
                                              std::int64_t auth_time_s) {
  CodeGrant grant;
  grant.pool_id = context.pool->id;
  grant.client_id = question.client_id;
  grant.redirect_uri = question.redirect_uri;
  grant.code_challenge = question.code_challenge;
  grant.nonce = question.nonce;
  grant.scopes = question.scopes;
  grant.username = user.username;
  grant.sub = user.sub;
  grant.auth_time_s = auth_time_s;
  grant.names = context.parts.grants.draw_names();
  auto code = co_await context.parts.codes.issue(std::move(grant));
  if (!code) co_return std::unexpected(code.error());
  context.parts.sign_in.audit("code_issued", *context.pool, question.client_id, user.username, "", context.origin());
  http::Parameters parameters{{"code", *code}};
  if (question.has_state) parameters.emplace_back("state", question.state);
  co_return redirect(with_parameters(question.redirect_uri, parameters));
}

Task<http::Response> authorize_endpoint(DomainContext& context) {
  if (context.request.method != "GET" && context.request.method != "HEAD") co_return method_not_allowed("GET");
  Span span(context.request.journey, "identity", "authorize");
  auto question = parse_authorize(*context.pool, context.request.query(), span);
  if (!question) co_return refuse(question.error(), context.to_root());

  const auto refuse_with = [&](std::string error) {
    return refuse({std::move(error), question->redirect_uri, question->state, question->has_state, question->client_id},
                  context.to_root());
  };
  if (!question->must_sign_in) {
    auto session = co_await context.parts.sessions.find(context.pool, context.cookie(kSessionCookie).value_or(""));
    if (!session) {
      log::error("identity: {} {}", session.error().message, session.error().detail);
      co_return refuse_with("server_error");
    }
    const std::int64_t now = context.parts.around.clock.now_s();
    if (*session && (!question->max_age_s || now - (*session)->auth_time_s <= *question->max_age_s)) {
      auto answer = co_await answer_with_code(context, *question, (*session)->user, (*session)->auth_time_s);
      if (answer) co_return std::move(*answer);
      co_return refuse_with("server_error");
    }
  }
  // OpenID Connect Core section 3.1.2.6
  if (question->must_not_ask) co_return refuse_with("login_required");
  co_return redirect(context.to_root() + "login?" + question->query);
}

}  // namespace gatehouse::identity
