// Protection of the hosted forms against other sites: a double-submit token, sealed here and bound to the domain and to
// the browser's session (OWASP: signed double-submit cookie).
#pragma once

#include <string>
#include <string_view>

#include "services/identity/pages/context.hpp"

namespace gatehouse::identity {

// The token for a form: the one that the browser's cookie has while that is good, so that several open tabs work, else
// a new one. `session_hash` is empty before there is a session.
std::string csrf_token(const DomainContext& context, std::string_view session_hash);

// True when the form's token is the cookie's, was made here for this domain and session, and is not older than an hour.
bool is_csrf_token(const DomainContext& context, std::string_view session_hash, std::string_view from_form);

}  // namespace gatehouse::identity
