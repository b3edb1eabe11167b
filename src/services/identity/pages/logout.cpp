// GET /logout, in Cognito's two forms: to a registered logout_uri, or back to sign in again. It ends the browser's
// session here; tokens that were given stay as they are.
#include "base/journey.hpp"
#include "services/identity/oauth/authorize_request.hpp"
#include "services/identity/oauth/endpoints.hpp"
#include "services/identity/pages/endpoints.hpp"
#include "services/identity/pages/forms.hpp"
#include "services/identity/pages/layout.hpp"
#include "services/identity/redirect_uri.hpp"

namespace gatehouse::identity {
namespace {

Task<http::Response> end_session(DomainContext& context, http::Response answer) {
  const std::string id = context.cookie(kSessionCookie).value_or("");
  auto session = co_await context.parts.sessions.find(context.pool, id);
  auto ended = co_await context.parts.sessions.end(id);
  if (!session || !ended) {
    Page page;
    page.status = 500;
    page.title = "Sign out";
    page.alert = text_for_people(session ? ended.error() : session.error());
    co_return render(context, page);
  }
  if (*session) {
    context.parts.sign_in.audit("signed_out", *context.pool, "", (*session)->user.username, "", context.origin());
  }
  answer.headers.add("Set-Cookie", context.set_cookie(kSessionCookie, "", 0));
  co_return answer;
}

http::Response to_error(const DomainContext& context, std::string error, std::string client_id) {
  return refuse({std::move(error), "", "", false, std::move(client_id)}, context.to_root());
}

}  // namespace

Task<http::Response> logout_page(DomainContext& context) {
  if (context.request.method != "GET" && context.request.method != "HEAD") co_return method_not_allowed("GET");
  Span span(context.request.journey, "identity", "logout");
  const auto parameters = read_query(context.request.query());
  if (!parameters) co_return to_error(context, "invalid_request", "");
  const Client* client = context.pool->find_client(value_of(*parameters, "client_id"));
  if (client == nullptr) {
    span.explain("client_id is missing or not a client of this pool.", "Send client_id and logout_uri.");
    co_return to_error(context, "Required parameters missing", "");
  }
  const std::string logout_uri = value_of(*parameters, "logout_uri");
  if (!logout_uri.empty()) {
    const auto& registered = client->config.logout_urls;
    if (std::ranges::find(registered, logout_uri) == registered.end()) {
      span.explain(
          "The logout_uri is not one of the client's LogoutURLs: " + explain_mismatch(logout_uri, registered) + ".",
          "Send it exactly as registered, or add it to the client's LogoutURLs.");
      co_return to_error(context, "redirect_mismatch", client->id);
    }
    http::Parameters back;
    if (const std::string* state = http::find_parameter(*parameters, "state")) back.emplace_back("state", *state);
    auto answer = co_await end_session(context, redirect(with_parameters(logout_uri, back)));
    co_return answer;
  }
  if (http::find_parameter(*parameters, "redirect_uri") != nullptr ||
      http::find_parameter(*parameters, "response_type") != nullptr) {
    const auto question = parse_authorize(*context.pool, context.request.query(), span);
    if (!question) co_return refuse(question.error(), context.to_root());
    auto answer = co_await end_session(context, redirect(context.to_root() + "login?" + question->query));
    co_return answer;
  }
  Page page;
  page.title = "Signed out";
  page.content = "<p>You are signed out. You can close this page.</p>\n";
  auto answer = co_await end_session(context, render(context, page));
  co_return answer;
}

}  // namespace gatehouse::identity
