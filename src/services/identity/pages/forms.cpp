#include "services/identity/pages/forms.hpp"

#include "base/encoding.hpp"
#include "base/log.hpp"
#include "services/identity/oauth/endpoints.hpp"
#include "services/identity/pages/csrf.hpp"
#include "services/identity/pages/layout.hpp"
#include "services/identity/password_policy.hpp"
#include "services/identity/redirect_uri.hpp"

namespace gatehouse::identity {
namespace {

// The form, with the cookie that its token must match.
http::Response with_form(const DomainContext& context, Page page, const AuthorizeRequest& question,
                         const std::string& session, std::string_view action, std::string fields) {
  const std::string token = csrf_token(context, session);
  page.form_target = source_expression(question.redirect_uri);
  page.content = fmt::format("<form method=\"post\" action=\"{}{}?{}\">\n{}{}</form>\n", context.to_root(), action,
                             html_escape(question.query), hidden("_csrf", token), fields);
  http::Response response = render(context, page);
  response.headers.add("Set-Cookie", context.set_cookie(kCsrfCookie, token, 3600));
  return response;
}

std::string label_of(std::string_view attribute) {
  std::string label(attribute);
  std::ranges::replace(label, '_', ' ');
  if (!label.empty() && label[0] >= 'a' && label[0] <= 'z') label[0] = static_cast<char>(label[0] - 'a' + 'A');
  return label;
}

}  // namespace

Task<std::string> session_hash(DomainContext& context) {
  const auto id = context.cookie(kSessionCookie);
  if (!id) co_return std::string{};
  auto session = co_await context.parts.sessions.find(context.pool, *id);
  if (!session || !*session) co_return std::string{};
  co_return (*session)->id_hash;
}

http::Response show_login(const DomainContext& context, const AuthorizeRequest& question, const std::string& session,
                          const LoginForm& form) {
  Page page;
  page.title = "Sign in";
  page.alert = form.alert;
  std::string fields = input({.name = "username",
                              .label = "Username",
                              .type = "text",
                              .autocomplete = "username",
                              .value = form.username,
                              .description_id = {},
                              .has_focus = form.username.empty()});
  fields += input({.name = "password",
                   .label = "Password",
                   .type = "password",
                   .autocomplete = "current-password",
                   .value = {},
                   .description_id = {},
                   .has_focus = !form.username.empty()});
  fields += "<button type=\"submit\">Sign in</button>\n";
  return with_form(context, std::move(page), question, session, "login", std::move(fields));
}

http::Response show_new_password(const DomainContext& context, const AuthorizeRequest& question,
                                 const std::string& session, const NewPasswordForm& form) {
  Page page;
  page.title = "Change password";
  page.alert = form.alert;
  std::string fields = "<p class=\"soft\">Your password is a temporary one: choose your own.</p>\n";
  fields += hidden("challenge", form.challenge);
  for (const std::string& attribute : form.missing_attributes) {
    const auto given = form.given.find(attribute);
    const std::string name = std::string(kAttributeFieldPrefix) + attribute + "]";
    const std::string label = label_of(attribute);
    fields += input({.name = name,
                     .label = label,
                     .type = "text",
                     .autocomplete = "off",
                     .value = given == form.given.end() ? "" : given->second,
                     .description_id = {},
                     .has_focus = false});
  }
  fields += input({.name = "new_password",
                   .label = "New password",
                   .type = "password",
                   .autocomplete = "new-password",
                   .value = {},
                   .description_id = "policy",
                   .has_focus = true});
  fields += fmt::format("<p class=\"hint\" id=\"policy\">{}</p>\n",
                        html_escape(describe(context.pool->config.password_policy)));
  fields += input({.name = "confirm_new_password",
                   .label = "Confirm new password",
                   .type = "password",
                   .autocomplete = "new-password",
                   .value = {},
                   .description_id = {},
                   .has_focus = false});
  fields += "<button type=\"submit\">Change password</button>\n";
  return with_form(context, std::move(page), question, session, "changePassword", std::move(fields));
}

Task<http::Response> complete_sign_in(DomainContext& context, AuthorizeRequest question, User user) {
  const std::int64_t now = context.parts.around.clock.now_s();
  // The session that the browser came with ends: its id is never used for the new one.
  if (const auto old = context.cookie(kSessionCookie)) {
    auto ended = co_await context.parts.sessions.end(*old);
    if (!ended) log::warn("identity: {}", ended.error().message);
  }
  auto session = co_await context.parts.sessions.create(context.pool, user, now);
  if (session) {
    auto answer = co_await answer_with_code(context, question, user, now);
    if (answer) {
      answer->headers.add("Set-Cookie", context.set_cookie(kSessionCookie, *session, Sessions::kLifetimeSeconds));
      answer->headers.add("Set-Cookie", context.set_cookie(kCsrfCookie, "", 0));
      co_return std::move(*answer);
    }
  }
  AuthorizeRefusal refusal{"server_error", question.redirect_uri, question.state, question.has_state,
                           question.client_id};
  co_return refuse(refusal, context.to_root());
}

bool is_from_our_page(const DomainContext& context, const std::string& session, const http::Parameters& form) {
  const std::string_view site = context.request.headers.get("Sec-Fetch-Site");
  if (site == "cross-site" || site == "same-site") return false;
  return is_csrf_token(context, session, value_of(form, "_csrf"));
}

std::string text_for_people(const Error& error) {
  switch (error.kind) {
    case Error::Kind::kInternal:
    case Error::Kind::kUnavailable:
      log::error("identity: {} {}", error.message, error.detail);
      return "Something went wrong. Please try again.";
    case Error::Kind::kThrottled:
      return "Too many sign-ins at the moment. Please try again.";
    default:
      return error.message;
  }
}

}  // namespace gatehouse::identity
