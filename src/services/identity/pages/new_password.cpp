// POST /changePassword: the second step of a first sign-in.
#include "base/journey.hpp"
#include "services/identity/pages/endpoints.hpp"
#include "services/identity/pages/forms.hpp"

namespace gatehouse::identity {
namespace {

// "requiredAttributes[email]" -> "email"
Attributes read_attributes(const http::Parameters& form) {
  Attributes attributes;
  for (const auto& [name, value] : form) {
    if (!name.starts_with(kAttributeFieldPrefix) || !name.ends_with(']')) continue;
    attributes[name.substr(kAttributeFieldPrefix.size(), name.size() - kAttributeFieldPrefix.size() - 1)] = value;
  }
  return attributes;
}

}  // namespace

Task<http::Response> new_password_page(DomainContext& context) {
  Span span(context.request.journey, "identity", context.request.method + " /changePassword");
  auto question = parse_authorize(*context.pool, context.request.query(), span);
  if (!question) co_return refuse(question.error(), context.to_root());
  if (context.request.method != "POST") co_return redirect(context.to_root() + "login?" + question->query);
  const std::string session = co_await session_hash(context);
  const auto form = read_form(context.request);
  const bool is_ours = form && is_from_our_page(context, session, *form);
  if (!is_ours) {
    span.explain("The form is malformed, or its CSRF token is missing, old, or of another browser session.",
                 "Sign in again.");
    http::Response page =
        show_login(context, *question, session,
                   {.username = {}, .alert = "This page was open for too long. Please sign in again."});
    page.status = form ? 403 : 400;
    co_return page;
  }
  NewPasswordRequest request;
  request.pool = context.pool;
  request.client_id = question->client_id;
  request.challenge = value_of(*form, "challenge");
  request.new_password = value_of(*form, "new_password");
  request.attributes = read_attributes(*form);
  request.origin = context.origin();

  NewPasswordForm again;
  again.challenge = request.challenge;
  again.given = request.attributes;
  for (const auto& [name, value] : again.given) {
    // Only what the page asks for is shown again.
    const auto schema = find_attribute(context.pool->config, name);
    if (schema && schema->is_required) again.missing_attributes.push_back(name);
  }
  if (request.new_password != value_of(*form, "confirm_new_password")) {
    again.alert = "The two passwords do not match.";
    co_return show_new_password(context, *question, session, again);
  }
  auto user = co_await context.parts.sign_in.choose_password(std::move(request));
  if (user) {
    auto done = co_await complete_sign_in(context, std::move(*question), std::move(*user));
    co_return done;
  }
  if (user.error().code == "NotAuthorizedException" && user.error().message.starts_with("Invalid session")) {
    co_return show_login(
        context, *question, session,
        {.username = {}, .alert = "This step took too long, or was done before. Please sign in again."});
  }
  again.alert = text_for_people(user.error());
  if (user.error().message.find("'password'") != std::string::npos) {
    again.alert = "A password must not begin or end with a space, and has at most 256 characters.";
  }
  co_return show_new_password(context, *question, session, again);
}

}  // namespace gatehouse::identity
