// The question that /oauth2/authorize and /login are asked (RFC 6749 section 4.1.1, RFC 7636, OpenID Connect
// Core 3.1.2.1).
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/journey.hpp"
#include "platform/http/message.hpp"
#include "platform/http/url.hpp"
#include "services/identity/pool.hpp"

namespace gatehouse::identity {

struct AuthorizeRequest {
  std::string client_id;
  std::string redirect_uri;
  std::vector<std::string> scopes;
  std::string state;
  bool has_state = false;
  std::string nonce;
  std::string code_challenge;
  std::string login_hint;
  bool must_sign_in = false;  // prompt=login: a session does not count
  bool must_not_ask = false;  // prompt=none
  std::optional<std::int64_t> max_age_s;

  // The recognised parameters, as given: what /login is asked with.
  std::string query;
};

// A refusal. Before client and redirect URI are known to be right, nothing may be redirected there.
struct AuthorizeRefusal {
  std::string error;         // "invalid_request", "redirect_mismatch" ...
  std::string redirect_uri;  // empty: our own error page
  std::string state;
  bool has_state = false;
  std::string client_id;
};

using AuthorizeResult = std::expected<AuthorizeRequest, AuthorizeRefusal>;

AuthorizeResult parse_authorize(const Pool& pool, std::string_view query, Span& span);

// To the application, or to our error page (`to_root`: the way to the domain's root).
http::Response refuse(const AuthorizeRefusal& refusal, const std::string& to_root);

}  // namespace gatehouse::identity
