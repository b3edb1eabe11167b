// Who is at the token endpoint (RFC 6749 section 2.3).
#pragma once

#include <string>

#include "base/journey.hpp"
#include "base/result.hpp"
#include "platform/http/message.hpp"
#include "platform/http/url.hpp"
#include "services/identity/pool.hpp"

namespace gatehouse::identity {

// client_secret_basic or client_secret_post, never both; a public client names itself by client_id alone. The error's
// code is OAuth's: "invalid_request" or "invalid_client". The client belongs to the pool.
Result<const Client*> authenticate_client(const Pool& pool, const http::Request& request, const http::Parameters& form,
                                          Span& span);

}  // namespace gatehouse::identity
