// GET and POST /login.
#include "base/journey.hpp"
#include "services/identity/oauth/endpoints.hpp"
#include "services/identity/pages/endpoints.hpp"
#include "services/identity/pages/forms.hpp"

namespace gatehouse::identity {
namespace {

constexpr std::size_t kMaxPasswordFieldBytes = 1024;  // 256 characters of up to four bytes

http::Response forbidden(http::Response page) {
  page.status = 403;
  return page;
}

}  // namespace

Task<http::Response> login_page(DomainContext& context) {
  Span span(context.request.journey, "identity", context.request.method + " /login");
  const std::string& method = context.request.method;
  const bool is_reading = method == "GET" || method == "HEAD";
  if (!is_reading && method != "POST") co_return method_not_allowed("GET, POST");
  auto question = parse_authorize(*context.pool, context.request.query(), span);
  if (!question) co_return refuse(question.error(), context.to_root());
  const std::string session = co_await session_hash(context);
  if (is_reading) {
    co_return show_login(context, *question, session, {.username = question->login_hint, .alert = {}});
  }
  const auto form = read_form(context.request);
  if (!form) {
    span.explain("The form is malformed.", "Send username, password and _csrf, each once.");
    http::Response page = show_login(context, *question, session,
                                     {.username = {}, .alert = "The form could not be read. Please try again."});
    page.status = context.request.body_too_large ? 413 : 400;
    co_return page;
  }
  LoginForm again{.username = value_of(*form, "username"), .alert = {}};
  if (again.username.size() > 512) again.username.clear();
  if (!is_from_our_page(context, session, *form)) {
    span.explain("The form's CSRF token is missing, old, or of another browser session.",
                 "Load the page again; cookies must be allowed.");
    again.alert = "This page was open for too long, or cookies are blocked. Please try again.";
    co_return forbidden(show_login(context, *question, session, again));
  }
  SignInRequest attempt;
  attempt.pool = context.pool;
  attempt.client_id = question->client_id;
  attempt.username = again.username;
  attempt.password = value_of(*form, "password");
  attempt.origin = context.origin();
  if (attempt.username.empty() || attempt.password.empty() || attempt.password.size() > kMaxPasswordFieldBytes) {
    again.alert = "Enter your username and your password.";
    co_return show_login(context, *question, session, again);
  }
  auto user = co_await context.parts.sign_in.authenticate(std::move(attempt));
  if (!user) {
    again.alert = text_for_people(user.error());
    // The page never tells which users exist, whatever the client's PreventUserExistenceErrors says about the API.
    if (user.error().code == "UserNotFoundException") again.alert = "Incorrect username or password.";
    co_return show_login(context, *question, session, again);
  }
  if (user->must_change_password()) {
    NewPasswordForm next;
    next.challenge =
        seal_challenge(context.parts.around, *context.pool, *context.pool->find_client(question->client_id), *user);
    next.missing_attributes = missing_required(context.pool->config, user->attributes);
    co_return show_new_password(context, *question, session, next);
  }
  auto done = co_await complete_sign_in(context, std::move(*question), std::move(*user));
  co_return done;
}

}  // namespace gatehouse::identity
