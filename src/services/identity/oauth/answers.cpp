#include "base/log.hpp"
#include "services/identity/oauth/endpoints.hpp"

namespace gatehouse::identity {

http::Response oauth_json(unsigned status, const json::object& body) {
  http::Response response = http::make_response(status, "application/json;charset=UTF-8", json::serialize(body));
  response.headers.add("Cache-Control", "no-store");
  response.headers.add("Pragma", "no-cache");
  response.headers.add("X-Content-Type-Options", "nosniff");
  response.headers.add("Access-Control-Allow-Origin", "*");
  return response;
}

http::Response oauth_error(unsigned status, std::string_view error) {
  return oauth_json(status, {{"error", std::string(error)}});
}

http::Response oauth_error(const Error& error) {
  switch (error.kind) {
    case Error::Kind::kThrottled:
      return oauth_error(429, "temporarily_unavailable");
    case Error::Kind::kUnavailable:
      return oauth_error(503, "temporarily_unavailable");
    case Error::Kind::kInternal:
      log::error("identity: {} {}", error.message, error.detail);
      return oauth_error(500, "server_error");
    default:
      break;
  }
  // Our own codes pass; those of the API are all the grant's fault (RFC 6749 section 5.2).
  const bool is_oauth_code = error.code == "invalid_scope" || error.code == "invalid_request";
  return oauth_error(400, is_oauth_code ? std::string_view(error.code) : "invalid_grant");
}

http::Response method_not_allowed(std::string_view allowed) {
  http::Response response = oauth_error(405, "invalid_request");
  response.headers.add("Allow", std::string(allowed));
  return response;
}

http::Response preflight(std::string_view methods) {
  http::Response response;
  response.status = 204;
  response.headers.add("Access-Control-Allow-Origin", "*");
  response.headers.add("Access-Control-Allow-Methods", std::string(methods));
  response.headers.add("Access-Control-Allow-Headers", "Authorization, Content-Type");
  response.headers.add("Access-Control-Max-Age", "600");
  return response;
}

}  // namespace gatehouse::identity
