#include "proxy/forward.hpp"

#include <array>

#include "proxy/answers.hpp"

namespace products {
namespace {

using sdk::ApiRequest;
using sdk::ApiResponse;
using sdk::Context;
using sdk::Result;
using sdk::Task;

constexpr std::chrono::milliseconds kCrudTimeout{8'000};

// Of the client's headers only these go on. What is not listed (x-api-key, Authorization, Host, X-Forwarded-*,
// hop-by-hop fields, whatever comes next) stays here.
constexpr std::array<std::string_view, 2> kForwarded{"Content-Type", "Accept"};
// And of the CRUD API's answer these come back.
constexpr std::array<std::string_view, 3> kReturned{"Content-Type", "Location", "Retry-After"};

// API Gateway joins the groups with commas. Only this verified claim counts; nothing else in the request is looked at.
bool is_admin(const ApiRequest& request) {
  std::string_view groups = request.claims.get("cognito:groups");
  while (!groups.empty()) {
    const std::size_t comma = std::min(groups.find(','), groups.size());
    if (groups.substr(0, comma) == "Admin") return true;
    groups.remove_prefix(std::min(comma + 1, groups.size()));
  }
  return false;
}

// What only an Admin may do; empty for what every signed-in user may.
std::string_view admin_deed(const ApiRequest& request) {
  if (request.method == "POST") return "create products";
  if (request.method == "PUT") return "change products";
  if (request.method == "DELETE") return "delete products";
  return request.path_parameters.contains("productId") ? "" : "list products";
}

std::string crud_url(const ApiRequest& request, const Settings& settings) {
  std::string url = settings.crud_api_url + "/products";
  if (const std::string* id = request.path_parameters.find("productId")) return url + "/" + sdk::percent_encode(*id);
  const std::string query = sdk::encode_form(request.query);
  return query.empty() ? url : url + "?" + query;
}

sdk::HttpRequest crud_request(const ApiRequest& request, const Settings& settings, const std::string& api_key) {
  sdk::HttpRequest out;
  out.method = request.method;
  out.url = crud_url(request, settings);
  if (request.method == "POST" || request.method == "PUT") out.body = request.body;
  for (const std::string_view name : kForwarded) {
    if (const std::string* value = request.headers.find(name)) out.headers.add(std::string(name), *value);
  }
  out.headers.set("x-api-key", api_key);
  return out;
}

ApiResponse client_answer(const sdk::HttpResponse& answer) {
  ApiResponse out;
  out.status = answer.status;
  out.body = answer.body;
  for (const std::string_view name : kReturned) {
    if (const std::string* value = answer.headers.find(name)) out.headers.add(std::string(name), *value);
  }
  // The CRUD API names its products relative to the address that was called; anything else would show its own.
  if (!out.headers.get("Location").starts_with("./")) out.headers.remove("Location");
  return out;
}

ApiResponse unusable(Context& context, const std::string& why) {
  context.log("502: " + why);
  return message(502, "The products service could not be used");
}

ApiResponse no_answer(Context& context, const Settings& settings, const sdk::Error& error) {
  if (error.code != "Timeout") {
    return unusable(context, settings.crud_api_url + ": " + error.code + ": " + error.message);
  }
  context.log("504: " + settings.crud_api_url + " did not answer in time");
  return message(504, "The products service did not answer in time");
}

// Sends the request with the API key; reads the key again when it is refused, for it may have been rotated.
Task<ApiResponse> call_crud(ApiRequest request, const Settings& settings, sdk::SecretCache& secrets, Context& context) {
  for (bool is_retry = false;; is_retry = true) {
    Task<Result<std::string>> getting = secrets.get(context, settings.api_key_secret_id);
    const Result<std::string> api_key = co_await getting;
    if (!api_key) {
      co_return unusable(context, "the API key " + settings.api_key_secret_id +
                                      " cannot be read: " + api_key.error().code + ": " + api_key.error().message);
    }
    Task<Result<sdk::HttpResponse>> sending =
        context.http().send(crud_request(request, settings, *api_key), kCrudTimeout);
    const Result<sdk::HttpResponse> answer = co_await sending;
    if (!answer) co_return no_answer(context, settings, answer.error());
    if (answer->status >= 500 && answer->status != 503) {
      co_return unusable(context, settings.crud_api_url + " answered " + std::to_string(answer->status));
    }
    if (answer->status != 403) co_return client_answer(*answer);

    // The CRUD API itself refuses nobody who has the key.
    Task<Result<bool>> reading = secrets.changed(context, settings.api_key_secret_id, *api_key);
    const Result<bool> changed = co_await reading;
    if (!is_retry && changed && *changed) continue;
    co_return unusable(context, settings.crud_api_url + " answered 403: the secret " + settings.api_key_secret_id +
                                    " does not hold a key of its usage plan, or the address is wrong");
  }
}

}  // namespace

Task<ApiResponse> forward(ApiRequest request, const Settings& settings, sdk::SecretCache& secrets, Context& context) {
  // The authorizer takes the tokens of every client of the pool; this application is for its own.
  if (settings.client_id.empty() || request.claims.get("client_id") != settings.client_id) {
    co_return message(403, "This token was issued to another application");
  }
  if (const std::string_view deed = admin_deed(request); !deed.empty() && !is_admin(request)) {
    co_return message(403, "Only an Admin may " + std::string(deed));
  }
  // As a path segment these two would not name a product but lead out of the collection (RFC 3986 section 5.2.4).
  const std::string_view id = request.path_parameters.get("productId");
  if (id == "." || id == "..") co_return message(404, "There is no product with this productId");
  Task<ApiResponse> calling = call_crud(std::move(request), settings, secrets, context);
  ApiResponse answer = co_await calling;
  co_return answer;
}

}  // namespace products
