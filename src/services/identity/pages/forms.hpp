// What the sign-in form and the new-password form have in common.
#pragma once

#include <string>

#include "base/task.hpp"
#include "services/identity/oauth/authorize_request.hpp"
#include "services/identity/pages/context.hpp"

namespace gatehouse::identity {

// The browser's session at this domain: what a CSRF token is bound to. Empty: none.
Task<std::string> session_hash(DomainContext& context);

struct LoginForm {
  std::string username;
  std::string alert;
  bool has_failed = false;  // puts the focus on the password
};
http::Response show_login(const DomainContext& context, const AuthorizeRequest& question, const std::string& session,
                          const LoginForm& form);

struct NewPasswordForm {
  std::string challenge;
  std::string alert;
  std::vector<std::string> missing_attributes;  // required ones without a value
  Attributes given;
};
http::Response show_new_password(const DomainContext& context, const AuthorizeRequest& question,
                                 const std::string& session, const NewPasswordForm& form);

// After a right password: a new session, a code, and back to the application.
Task<http::Response> complete_sign_in(DomainContext& context, AuthorizeRequest question, User user);

// True when the form came from our own page. A browser that says it came from elsewhere is believed.
bool is_from_our_page(const DomainContext& context, const std::string& session, const http::Parameters& form);

// An Error's text for people; what is our own fault tells nothing.
std::string text_for_people(const Error& error);

inline constexpr std::string_view kAttributeFieldPrefix = "requiredAttributes[";

}  // namespace gatehouse::identity
