#include "proxy/auth.hpp"

#include <algorithm>
#include <array>
#include <map>
#include <span>

#include "proxy/answers.hpp"

namespace products {
namespace {

namespace json = sdk::json;
using sdk::ApiResponse;
using sdk::Context;
using sdk::Result;
using sdk::Task;

constexpr std::size_t kMaxBodyBytes = 4096;
constexpr std::chrono::milliseconds kTokenEndpointTimeout{5'000};
constexpr std::array<std::string_view, 5> kTokenMembers{"id_token", "access_token", "refresh_token", "token_type",
                                                        "expires_in"};

using Members = std::map<std::string, std::string, std::less<>>;

std::unexpected<ApiResponse> invalid(std::string_view description) {
  return std::unexpected(oauth_error(400, "invalid_request", description));
}

// Exactly these members, all non-empty strings.
std::expected<Members, ApiResponse> read_members(const std::string& body, std::span<const std::string_view> names) {
  if (body.size() > kMaxBodyBytes) return invalid("The body is larger than 4 KiB");
  const Result<sdk::StrictObject> object = sdk::parse_object(body);
  if (!object) return invalid("The body is not a JSON object");
  if (!object->repeated.empty()) return invalid("A member is given twice");
  Members members;
  for (const std::string_view name : names) {
    const std::optional<std::string_view> value = sdk::string_member(object->members, name);
    if (!value || value->empty()) return invalid(std::string(name) + " must be given, as a string");
    members.emplace(name, *value);
  }
  if (object->members.size() != names.size()) return invalid("The body has a member that is not known");
  return members;
}

struct OAuthAnswer {
  int status = 0;
  json::object body;
  std::string error;  // the body's "error"
};

Task<Result<sdk::HttpResponse>> post_form(Context& context, const Settings& settings, std::string path,
                                          sdk::Parameters form, std::string secret) {
  sdk::HttpRequest request;
  request.method = "POST";
  request.url = settings.sign_in_url + path;
  request.headers = {{"Content-Type", "application/x-www-form-urlencoded"},
                     {"Accept", "application/json"},
                     {"Authorization", "Basic " + sdk::base64_encode(settings.client_id + ":" + secret)}};
  request.body = sdk::encode_form(form);
  return context.http().send(std::move(request), kTokenEndpointTimeout);
}

std::unexpected<ApiResponse> bad_gateway(Context& context, const std::string& why) {
  context.log("502: " + why);
  return std::unexpected(message(502, "The sign-in service could not be used"));
}

// Calls the pool with the client's secret; reads the secret again when the client is refused, for it may have been
// rotated. What the browser cannot mend is a 502 here and told in the log.
Task<std::expected<OAuthAnswer, ApiResponse>> call_pool(Context& context, const Settings& settings,
                                                        sdk::SecretCache& secrets, std::string path,
                                                        sdk::Parameters form) {
  for (bool is_retry = false;; is_retry = true) {
    Task<Result<std::string>> getting = secrets.get(context, settings.client_secret_id);
    const Result<std::string> secret = co_await getting;
    if (!secret) {
      co_return bad_gateway(context, "the client secret " + settings.client_secret_id +
                                         " cannot be read: " + secret.error().code + ": " + secret.error().message);
    }
    Task<Result<sdk::HttpResponse>> posting = post_form(context, settings, path, form, *secret);
    const Result<sdk::HttpResponse> response = co_await posting;
    if (!response) {
      co_return bad_gateway(context, settings.sign_in_url + path + " does not answer: " + response.error().code + ": " +
                                         response.error().message);
    }
    OAuthAnswer answer{.status = response->status, .body = {}, .error = {}};
    if (const Result<json::value> body = sdk::parse_json(response->body); body && body->is_object()) {
      answer.body = body->get_object();
      answer.error = sdk::string_member(answer.body, "error").value_or("");
    }
    if (answer.error != "invalid_client") co_return answer;

    Task<Result<bool>> reading = secrets.changed(context, settings.client_secret_id, *secret);
    const Result<bool> changed = co_await reading;
    if (!is_retry && changed && *changed) continue;
    co_return bad_gateway(context, "the token endpoint refuses the client " + settings.client_id +
                                       " (invalid_client): the secret " + settings.client_secret_id +
                                       " does not hold this client's secret");
  }
}

std::string_view description_of(std::string_view error) {
  if (error == "invalid_grant")
    return "The code or token is unknown, was used, revoked or has expired, or does not belong to this request";
  if (error == "invalid_request") return "The sign-in service cannot read the request";
  if (error == "invalid_scope") return "A scope is not allowed";
  return "The sign-in service refused the request";
}

// An OAuth error that the browser can act on, always with a description; anything else is a failure of ours.
ApiResponse refusal(Context& context, const OAuthAnswer& answer, std::string_view hint) {
  const bool is_ours = answer.status < 400 || answer.status >= 500 || answer.error.empty() ||
                       answer.error == "unauthorized_client" || answer.error == "unsupported_grant_type";
  if (is_ours) {
    return bad_gateway(context, "the token endpoint answered " + std::to_string(answer.status) + " " + answer.error +
                                    ": check SIGN_IN_URL and the client's allowed flows")
        .error();
  }
  context.log("the token endpoint answered " + answer.error + std::string(hint));
  const std::optional<std::string_view> given = sdk::string_member(answer.body, "error_description");
  return oauth_error(400, answer.error, given && !given->empty() ? *given : description_of(answer.error));
}

// Passes on what the browser is meant to have, and nothing else that the endpoint may say.
ApiResponse tokens(Context& context, const OAuthAnswer& answer) {
  json::object out;
  for (const std::string_view name : kTokenMembers) {
    if (const json::value* value = answer.body.if_contains(name)) out[name] = *value;
  }
  if (!out.contains("access_token")) {
    return bad_gateway(context, "the token endpoint's answer holds no access_token: check SIGN_IN_URL").error();
  }
  if (!out.contains("token_type")) out["token_type"] = "Bearer";
  return ApiResponse::json(200, out);
}

}  // namespace

Task<ApiResponse> exchange(std::string body, const Settings& settings, sdk::SecretCache& secrets, Context& context) {
  static constexpr std::array<std::string_view, 3> kMembers{"code", "redirect_uri", "code_verifier"};
  const auto members = read_members(body, kMembers);
  if (!members) co_return members.error();
  const std::string& redirect = members->at("redirect_uri");
  sdk::Parameters form{{"grant_type", "authorization_code"},
                       {"client_id", settings.client_id},
                       {"code", members->at("code")},
                       {"redirect_uri", redirect},
                       {"code_verifier", members->at("code_verifier")}};
  auto calling = call_pool(context, settings, secrets, "/oauth2/token", std::move(form));
  const auto answer = co_await calling;
  if (!answer) co_return answer.error();
  if (answer->status == 200) co_return tokens(context, *answer);
  const bool is_own_page = redirect == settings.site_url + "/callback.html";
  co_return refusal(context, *answer,
                    is_own_page ? "" : " (redirect mismatch: redirect_uri is not the site's callback page)");
}

Task<ApiResponse> refresh(std::string body, const Settings& settings, sdk::SecretCache& secrets, Context& context) {
  static constexpr std::array<std::string_view, 1> kMembers{"refresh_token"};
  const auto members = read_members(body, kMembers);
  if (!members) co_return members.error();
  sdk::Parameters form{{"grant_type", "refresh_token"},
                       {"client_id", settings.client_id},
                       {"refresh_token", members->at("refresh_token")}};
  auto calling = call_pool(context, settings, secrets, "/oauth2/token", std::move(form));
  const auto answer = co_await calling;
  if (!answer) co_return answer.error();
  if (answer->status == 200) co_return tokens(context, *answer);
  co_return refusal(context, *answer, "");
}

Task<ApiResponse> logout(std::string body, const Settings& settings, sdk::SecretCache& secrets, Context& context) {
  static constexpr std::array<std::string_view, 1> kMembers{"refresh_token"};
  const auto members = read_members(body, kMembers);
  if (!members) co_return members.error();
  sdk::Parameters form{{"token", members->at("refresh_token")}, {"client_id", settings.client_id}};
  auto calling = call_pool(context, settings, secrets, "/oauth2/revoke", std::move(form));
  const auto answer = co_await calling;
  if (!answer) co_return answer.error();
  // RFC 7009 section 2.2: a token that is not valid is not an error, for what the client wants is so already.
  static constexpr std::array<std::string_view, 3> kNotValid{"invalid_grant", "invalid_request",
                                                             "unsupported_token_type"};
  const bool is_not_valid = answer->status == 400 && std::ranges::find(kNotValid, answer->error) != kNotValid.end();
  if (answer->status == 200 || is_not_valid) co_return ApiResponse::json(200, json::object());
  co_return refusal(context, *answer, "");
}

}  // namespace products
