// The OAuth 2.0 and OpenID Connect endpoints of a pool: one function each.
#pragma once

#include "base/task.hpp"
#include "platform/http/message.hpp"
#include "services/identity/oauth/authorize_request.hpp"
#include "services/identity/pages/context.hpp"

namespace gatehouse::identity {

Task<http::Response> authorize_endpoint(DomainContext& context);
Task<http::Response> token_endpoint(DomainContext& context);
Task<http::Response> userinfo_endpoint(DomainContext& context);
Task<http::Response> revoke_endpoint(DomainContext& context);

// Below the issuer.
http::Response discovery_document(const Parts& parts, const Pool& pool, const http::Request& request);
http::Response key_set(const Pool& pool, const http::Request& request);

// Sends the browser back with a code. On disk before the answer leaves.
Task<Result<http::Response>> answer_with_code(DomainContext& context, AuthorizeRequest question, User user,
                                              std::int64_t auth_time_s);

// JSON with the headers that RFC 6749 section 5.1 asks for, readable from any origin: no cookie counts here.
http::Response oauth_json(unsigned status, const json::object& body);
http::Response oauth_error(unsigned status, std::string_view error);
// For one of our own errors.
http::Response oauth_error(const Error& error);
http::Response method_not_allowed(std::string_view allowed);
// The answer to a CORS preflight.
http::Response preflight(std::string_view methods);

}  // namespace gatehouse::identity
