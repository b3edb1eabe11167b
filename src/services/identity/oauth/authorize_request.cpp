#include "services/identity/oauth/authorize_request.hpp"

#include "base/text.hpp"
#include "services/identity/pages/context.hpp"
#include "services/identity/redirect_uri.hpp"

namespace gatehouse::identity {
namespace {

constexpr std::string_view kRecognised[] = {"response_type", "client_id", "redirect_uri",   "state",
                                            "scope",         "nonce",     "code_challenge", "code_challenge_method",
                                            "login_hint",    "prompt",    "max_age",        "identity_provider",
                                            "lang"};

std::string recognised_query(const http::Parameters& parameters) {
  http::Parameters kept;
  for (const auto& parameter : parameters) {
    if (std::ranges::find(kRecognised, parameter.first) != std::end(kRecognised)) kept.push_back(parameter);
  }
  return http::encode_query(kept);
}

// RFC 7636 section 4.2: the base64url text of a SHA-256, 43 characters.
bool is_challenge(std::string_view text) {
  return text.size() == 43 && std::ranges::all_of(text, [](char c) {
           return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '_';
         });
}

// Reads the parameters after client and redirect URI; returns the error, or nothing.
class Reader {
 public:
  Reader(const Client& client, const http::Parameters& parameters, AuthorizeRequest& into)
      : client_(client), parameters_(parameters), into_(into) {}

  struct Problem {
    std::string_view error;
    std::string cause;
  };

  std::optional<Problem> read() {
    if (auto problem = read_response_type()) return problem;
    if (auto problem = read_unsupported()) return problem;
    if (auto problem = read_pkce()) return problem;
    if (auto problem = read_prompt()) return problem;
    into_.nonce = value_of(parameters_, "nonce");
    into_.login_hint = value_of(parameters_, "login_hint");
    if (into_.login_hint.size() > 256) into_.login_hint.clear();
    if (into_.nonce.size() > 1024) return Problem{"invalid_request", "the nonce is longer than 1024 characters"};
    return read_scopes();
  }

 private:
  bool has(std::string_view name) const { return http::find_parameter(parameters_, name) != nullptr; }

  std::optional<Problem> read_response_type() const {
    const std::string type = value_of(parameters_, "response_type");
    if (type.empty()) return Problem{"invalid_request", "response_type is missing"};
    if (type != "code" && type != "token") return Problem{"invalid_request", "response_type is neither code nor token"};
    const ClientConfig& config = client_.config;
    const bool may_code = config.allowed_oauth_flows_user_pool_client &&
                          std::ranges::find(config.allowed_oauth_flows, "code") != config.allowed_oauth_flows.end();
    if (type == "code" && may_code) return std::nullopt;
    return Problem{"unauthorized_client", "the client's AllowedOAuthFlows do not allow response_type=" + type};
  }

  // What would change the answer and is not supported must not be overlooked.
  std::optional<Problem> read_unsupported() const {
    for (const std::string_view name : {"request", "request_uri", "idp_identifier", "resource", "claims"}) {
      if (has(name)) return Problem{"invalid_request", fmt::format("the parameter {} is not supported", name)};
    }
    const std::string provider = value_of(parameters_, "identity_provider");
    if (!provider.empty() && provider != "COGNITO")
      return Problem{"invalid_request", "the only identity_provider is COGNITO"};
    const std::string mode = value_of(parameters_, "response_mode");
    if (!mode.empty() && mode != "query") return Problem{"invalid_request", "the only response_mode is query"};
    return std::nullopt;
  }

  std::optional<Problem> read_pkce() {
    const std::string challenge = value_of(parameters_, "code_challenge");
    const std::string method = value_of(parameters_, "code_challenge_method");
    if (!has("code_challenge") && !has("code_challenge_method")) return std::nullopt;
    if (method != "S256") return Problem{"invalid_request", "code_challenge_method must be S256"};
    if (!is_challenge(challenge)) return Problem{"invalid_request", "code_challenge is not a base64url SHA-256"};
    into_.code_challenge = challenge;
    return std::nullopt;
  }

  std::optional<Problem> read_prompt() {
    const std::string prompt = value_of(parameters_, "prompt");
    const std::vector<std::string_view> wishes = split(prompt, ' ');
    for (const std::string_view wish : wishes) {
      if (wish == "login" || wish == "select_account") into_.must_sign_in = true;
      if (wish == "none") into_.must_not_ask = true;
    }
    if (into_.must_not_ask && wishes.size() > 1) return Problem{"invalid_request", "prompt=none stands alone"};
    if (!has("max_age")) return std::nullopt;
    const auto age = parse_unsigned(value_of(parameters_, "max_age"));
    if (!age || *age > INT32_MAX) return Problem{"invalid_request", "max_age is not a number of seconds"};
    into_.max_age_s = static_cast<std::int64_t>(*age);
    return std::nullopt;
  }

  std::optional<Problem> read_scopes() {
    const std::vector<std::string>& allowed = client_.config.allowed_oauth_scopes;
    const std::string text = value_of(parameters_, "scope");
    for (const std::string_view scope : split(text, ' ')) {
      if (scope.empty()) continue;
      if (std::ranges::find(allowed, scope) == allowed.end()) {
        return Problem{"invalid_scope", "a scope is not among the client's AllowedOAuthScopes: " + std::string(scope)};
      }
      if (std::ranges::find(into_.scopes, scope) == into_.scopes.end()) into_.scopes.emplace_back(scope);
    }
    if (into_.scopes.empty()) into_.scopes = allowed;  // Cognito: all of the client's
    const auto asks = [&](std::string_view scope) {
      return std::ranges::find(into_.scopes, scope) != into_.scopes.end();
    };
    if (!asks("openid") && (asks("email") || asks("phone") || asks("profile"))) {
      return Problem{"invalid_scope", "email, phone and profile can only be asked for together with openid"};
    }
    return std::nullopt;
  }

  const Client& client_;
  const http::Parameters& parameters_;
  AuthorizeRequest& into_;
};

}  // namespace

AuthorizeResult parse_authorize(const Pool& pool, std::string_view query, Span& span) {
  AuthorizeRefusal refusal;
  const auto refused = [&](std::string error, std::string cause, std::string cure) {
    span.explain(std::move(cause), std::move(cure));
    refusal.error = std::move(error);
    return std::unexpected(refusal);
  };
  const auto parameters = read_query(query);
  if (!parameters) {
    return refused("invalid_request", "The query is malformed or names a parameter twice.",
                   "Send each parameter once, percent-encoded.");
  }
  AuthorizeRequest request;
  request.client_id = value_of(*parameters, "client_id");
  request.redirect_uri = value_of(*parameters, "redirect_uri");
  if (request.client_id.empty()) {
    return refused("Required parameters missing", "client_id is missing.", "Send client_id and redirect_uri.");
  }
  const Client* client = pool.find_client(request.client_id);
  if (client == nullptr) {
    return refused("invalid_client", "The pool has no client with this client_id.",
                   "Use the client id from the stack's outputs.");
  }
  refusal.client_id = request.client_id;
  if (request.redirect_uri.empty()) request.redirect_uri = client->config.default_redirect_uri.value_or("");
  if (request.redirect_uri.empty()) {
    return refused("Required parameters missing", "redirect_uri is missing.", "Send client_id and redirect_uri.");
  }
  // Character by character (RFC 6749 section 3.1.2.3, RFC 9700 section 2.1).
  const std::vector<std::string>& registered = client->config.callback_urls;
  if (std::ranges::find(registered, request.redirect_uri) == registered.end()) {
    return refused("redirect_mismatch",
                   "The redirect_uri is not one of the client's CallbackURLs: " +
                       explain_mismatch(request.redirect_uri, registered) + ".",
                   "Send it exactly as registered, or add it to the client's CallbackURLs.");
  }
  if (const std::string* state = http::find_parameter(*parameters, "state")) {
    request.state = refusal.state = *state;
    request.has_state = refusal.has_state = true;
  }
  refusal.redirect_uri = request.redirect_uri;
  if (const auto problem = Reader(*client, *parameters, request).read()) {
    return refused(std::string(problem->error), "The request was refused: " + problem->cause + ".",
                   "Change the authorization request or the client's settings.");
  }
  request.query = recognised_query(*parameters);
  return request;
}

http::Response refuse(const AuthorizeRefusal& refusal, const std::string& to_root) {
  if (refusal.redirect_uri.empty()) {
    http::Parameters parameters{{"error", refusal.error}};
    if (!refusal.client_id.empty()) parameters.emplace_back("client_id", refusal.client_id);
    return redirect(to_root + "error?" + http::encode_query(parameters));
  }
  http::Parameters parameters{{"error", refusal.error}};
  if (refusal.has_state) parameters.emplace_back("state", refusal.state);
  return redirect(with_parameters(refusal.redirect_uri, parameters));
}

}  // namespace gatehouse::identity
