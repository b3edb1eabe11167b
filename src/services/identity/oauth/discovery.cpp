// What lies below the issuer: the discovery document (OpenID Connect Discovery section 3) and the key set (RFC 7517).
#include "base/encoding.hpp"
#include "services/identity/oauth/endpoints.hpp"

namespace gatehouse::identity {
namespace {

http::Response cacheable_json(const http::Request& request, const json::object& body) {
  if (request.method == "OPTIONS") return preflight("GET, OPTIONS");
  if (request.method != "GET" && request.method != "HEAD") return method_not_allowed("GET");
  http::Response response = http::make_response(200, "application/json", json::serialize(body));
  response.headers.add("Cache-Control", "public, max-age=300");
  response.headers.add("X-Content-Type-Options", "nosniff");
  response.headers.add("Access-Control-Allow-Origin", "*");
  return response;
}

json::object jwk(const SigningKey& key) {
  return {{"alg", "RS256"}, {"e", base64url_encode(key.public_key.exponent())}, {"kid", key.key_id},
          {"kty", "RSA"},   {"n", base64url_encode(key.public_key.modulus())},  {"use", "sig"}};
}

}  // namespace

http::Response key_set(const Pool& pool, const http::Request& request) {
  json::array keys;
  keys.push_back(jwk(*pool.id_token_key));
  keys.push_back(jwk(*pool.access_token_key));
  return cacheable_json(request, {{"keys", std::move(keys)}});
}

http::Response discovery_document(const Parts& parts, const Pool& pool, const http::Request& request) {
  json::object document{{"issuer", pool.issuer}, {"jwks_uri", pool.issuer + "/.well-known/jwks.json"}};
  document["response_types_supported"] = json::array{"code"};
  document["id_token_signing_alg_values_supported"] = json::array{"RS256"};
  document["subject_types_supported"] = json::array{"public"};
  document["code_challenge_methods_supported"] = json::array{"S256"};
  document["scopes_supported"] = json::array{"openid", "email", "phone", "profile"};
  document["token_endpoint_auth_methods_supported"] = json::array{"client_secret_basic", "client_secret_post"};
  if (!pool.domain.empty()) {
    const std::string base = parts.config.public_base_url + "/_aws/auth/" + pool.domain;
    document["authorization_endpoint"] = base + "/oauth2/authorize";
    document["token_endpoint"] = base + "/oauth2/token";
    document["userinfo_endpoint"] = base + "/oauth2/userInfo";
    document["revocation_endpoint"] = base + "/oauth2/revoke";
    document["end_session_endpoint"] = base + "/logout";
  }
  return cacheable_json(request, document);
}

}  // namespace gatehouse::identity
