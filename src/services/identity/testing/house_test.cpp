#include "services/identity/testing/house.hpp"

#include <gtest/gtest.h>
#include <stdlib.h>

#include "base/encoding.hpp"
#include "platform/crypto/hash.hpp"

namespace gatehouse::identity::testing {
namespace {

ClientConfig client_config(std::string name, bool has_secret) {
  ClientConfig config;
  config.name = std::move(name);
  config.generate_secret = has_secret;
  config.explicit_auth_flows = {
      {"ALLOW_USER_PASSWORD_AUTH", "ALLOW_ADMIN_USER_PASSWORD_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"}};
  config.allowed_oauth_flows_user_pool_client = true;
  config.allowed_oauth_flows = {"code"};
  config.allowed_oauth_scopes = {"openid", "email", "profile", "aws.cognito.signin.user.admin"};
  config.callback_urls = {std::string(kCallback), "https://app.example.com/cb?source=pool", "myapp://callback"};
  config.logout_urls = {std::string(kSignedOut)};
  config.prevents_user_existence_errors = true;
  return config;
}

std::string make_folder() {
  char name[] = "/tmp/gatehouse-identity-XXXXXX";
  return ::mkdtemp(name);
}

struct Prepared {
  std::string folder;
  std::string pool_id, client_id, public_client_id, rotating_client_id;
  ~Prepared() { std::filesystem::remove_all(folder); }
};

std::string value_or_die(Result<std::shared_ptr<const Client>> client) {
  EXPECT_TRUE(client) << client.error().message;
  return (*client)->id;
}

}  // namespace

std::size_t RecordingAuditLog::count(std::string_view type) const {
  return static_cast<std::size_t>(std::ranges::count(events, type, &AuditEvent::type));
}

namespace {

const Prepared& prepared() {
  static const auto kPrepared = [] {
    auto made = std::make_unique<Prepared>();
    made->folder = make_folder();
    ManualClock clock;
    SystemRandom random;
    WorkerPool pool(2, 8);
    const crypto::Sealer sealer(std::string(32, 'k'), random);
    auto store = store::open_embedded_store({.directory = made->folder});
    EXPECT_TRUE(store);
    Config config{.public_base_url = "http://localhost:4566", .password_cost = {.memory_bytes = 8192, .passes = 1}};
    auto identity = *run_task(Identity::open(config, {**store, sealer, pool, pool, clock, random}));
    UserPoolConfig settings;
    settings.name = "Products";
    SchemaAttribute tier;
    tier.name = "tier";
    tier.max_length = 8;
    settings.schema = {tier};
    auto pool_made = run_task(identity->ensure_pool(settings, std::nullopt));
    EXPECT_TRUE(pool_made);
    made->pool_id = (*pool_made)->id;
    made->client_id = value_or_die(run_task(identity->ensure_client(made->pool_id, client_config("site", true), {})));
    made->public_client_id =
        value_or_die(run_task(identity->ensure_client(made->pool_id, client_config("spa", false), {})));
    ClientConfig rotating = client_config("rotating", true);
    rotating.explicit_auth_flows = {{"ALLOW_USER_PASSWORD_AUTH"}};
    rotating.rotates_refresh_tokens = true;
    rotating.rotation_grace = std::chrono::seconds(30);
    made->rotating_client_id = value_or_die(run_task(identity->ensure_client(made->pool_id, rotating, {})));
    EXPECT_TRUE(run_task(identity->ensure_domain(made->pool_id, {std::string(kDomain)})));
    EXPECT_TRUE(run_task(
        identity->ensure_group(made->pool_id, {"Admin", "may do all", 1, "arn:aws:iam::000000000000:role/Admin"})));
    EXPECT_TRUE(run_task(identity->ensure_group(made->pool_id, {"Reader", "", 5, ""})));
    return made;
  }();
  return *kPrepared;
}

}  // namespace

House::House(std::string public_url) : sealer(std::string(32, 'k'), random), public_url_(std::move(public_url)) {
  const Prepared& made = prepared();
  folder_ = make_folder();
  std::filesystem::copy(made.folder, folder_, std::filesystem::copy_options::recursive);
  pool_id = made.pool_id;
  client_id = made.client_id;
  public_client_id = made.public_client_id;
  rotating_client_id = made.rotating_client_id;
  open();
  add_user("jane", true,
           {json::object{{"Name", "email"}, {"Value", "jane@example.com"}},
            json::object{{"Name", "email_verified"}, {"Value", "true"}}});
  EXPECT_TRUE(run_task(identity->ensure_membership(pool_id, "jane", "Admin")));
  audit.events.clear();
}

House::~House() {
  api.reset();
  identity.reset();
  store_.reset();
  std::filesystem::remove_all(folder_);
}

void House::open() {
  auto opened = store::open_embedded_store({.directory = folder_});
  ASSERT_TRUE(opened) << opened.error().message;
  store_ = std::move(*opened);
  Config config{.public_base_url = public_url_, .password_cost = {.memory_bytes = 8192, .passes = 1}};
  auto made = run_task(Identity::open(config, {*store_, sealer, hashing_, signing_, clock, random, &audit}));
  ASSERT_TRUE(made) << made.error().message;
  identity = std::move(*made);
  api = identity->make_api(book_);
}

void House::restart() {
  api.reset();
  identity.reset();
  store_.reset();
  open();
}

Result<json::object> House::call(std::string_view operation, json::object input) {
  const aws::Caller caller{
      .arn = "arn:aws:iam::000000000000:root", .account = "000000000000", .is_administrator = true, .policies = {}};
  if (!input.contains("UserPoolId") && !input.contains("ClientId") && !input.contains("AccessToken") &&
      operation != "ListUserPools") {
    input["UserPoolId"] = pool_id;
  }
  return run_task(api->call(operation, input, caller, nullptr, "request-1"));
}

std::string House::code_of(std::string_view operation, json::object input) {
  auto answer = call(operation, std::move(input));
  return answer ? "none" : answer.error().code;
}

std::string House::message_of(std::string_view operation, json::object input) {
  auto answer = call(operation, std::move(input));
  return answer ? "none" : answer.error().message;
}

std::string House::add_user(std::string username, bool is_confirmed, json::array attributes) {
  auto made = call("AdminCreateUser", {{"Username", username},
                                       {"MessageAction", "SUPPRESS"},
                                       {"TemporaryPassword", kPassword},
                                       {"UserAttributes", std::move(attributes)}});
  EXPECT_TRUE(made) << made.error().message;
  if (is_confirmed) {
    EXPECT_TRUE(call("AdminSetUserPassword", {{"Username", username}, {"Password", kPassword}, {"Permanent", true}}));
  }
  return made ? std::string(made->at("User").at("Username").as_string()) : "";
}

http::Response House::send(http::Request request) {
  constexpr std::string_view kBelow = "/_aws/auth/shop";
  const std::string path(request.path());
  std::string rest = path.starts_with(kBelow) ? path.substr(kBelow.size()) : path;
  request.peer_address = "192.0.2.7";
  return run_task(identity->handle_domain(std::string(kDomain), rest, request));
}

http::Response House::get(std::string_view target, http::Headers headers) {
  http::Request request;
  request.method = "GET";
  request.target = "/_aws/auth/shop" + std::string(target);
  request.headers = std::move(headers);
  return send(std::move(request));
}

http::Response House::post(std::string_view target, const http::Parameters& form, http::Headers headers) {
  http::Request request;
  request.method = "POST";
  request.target = "/_aws/auth/shop" + std::string(target);
  request.headers = std::move(headers);
  request.headers.add("Content-Type", "application/x-www-form-urlencoded");
  request.body = http::encode_query(form);
  return send(std::move(request));
}

std::string House::basic(const Client& client) const {
  return "Basic " + base64_encode(client.id + ":" + client.secret);
}

http::Response House::token_as(const Client& client, http::Parameters form) {
  if (client.is_public()) {
    form.emplace_back("client_id", client.id);
    return post("/oauth2/token", form);
  }
  return post("/oauth2/token", form, {{"Authorization", basic(client)}});
}

http::Response House::token(http::Parameters form) { return token_as(client(), std::move(form)); }

http::Response House::issuer(std::string_view rest) {
  http::Request request;
  request.method = "GET";
  request.target = "/" + pool_id + std::string(rest);
  return run_task(identity->handle_issuer(pool_id, std::string(rest), request));
}

http::Response Browser::send(http::Request request) {
  std::string line;
  for (const auto& [name, value] : cookies) line += (line.empty() ? "" : "; ") + name + "=" + value;
  if (!line.empty()) request.headers.add("Cookie", line);
  for (const http::Header& header : more_headers) request.headers.add(header.name, header.value);
  http::Response response = house_.send(std::move(request));
  for (const http::Header& header : response.headers) {
    if (header.name != "Set-Cookie") continue;
    const std::string pair = header.value.substr(0, header.value.find(';'));
    const std::string name = pair.substr(0, pair.find('='));
    cookies.erase(name);
    if (header.value.find("Max-Age=0") == std::string::npos) cookies[name] = pair.substr(name.size() + 1);
  }
  return response;
}

http::Response Browser::get(std::string_view path_and_query) {
  http::Request request;
  request.method = "GET";
  request.target = "/_aws/auth/shop" + std::string(path_and_query);
  return send(std::move(request));
}

http::Response Browser::post(std::string_view path_and_query, const http::Parameters& form) {
  http::Request request;
  request.method = "POST";
  request.target = "/_aws/auth/shop" + std::string(path_and_query);
  request.headers.add("Content-Type", "application/x-www-form-urlencoded");
  request.body = http::encode_query(form);
  return send(std::move(request));
}

namespace {

std::string unescape(std::string text) {
  for (const auto& [from, to] : std::initializer_list<std::pair<std::string, std::string>>{
           {"&quot;", "\""}, {"&#39;", "'"}, {"&lt;", "<"}, {"&gt;", ">"}, {"&amp;", "&"}}) {
    for (std::size_t at = text.find(from); at != std::string::npos; at = text.find(from, at + 1))
      text.replace(at, from.size(), to);
  }
  return text;
}

std::string between(std::string_view text, std::string_view before, std::string_view after) {
  const std::size_t start = text.find(before);
  if (start == std::string_view::npos) return "";
  text.remove_prefix(start + before.size());
  return std::string(text.substr(0, text.find(after)));
}

}  // namespace

http::Response Browser::submit(const http::Response& page, const http::Parameters& values) {
  const std::string html(page.content());
  const std::string action = unescape(between(html, "action=\"", "\""));
  http::Parameters form = values;
  std::string_view rest = html;
  for (std::size_t at = rest.find("<input type=\"hidden\""); at != std::string_view::npos;
       at = rest.find("<input type=\"hidden\"")) {
    rest.remove_prefix(at + 1);
    const std::string tag(rest.substr(0, rest.find('>')));
    form.emplace_back(unescape(between(tag, "name=\"", "\"")), unescape(between(tag, "value=\"", "\"")));
  }
  return post("/" + action, form);
}

http::Response Browser::sign_in(const std::string& query, std::string_view username, std::string_view password) {
  http::Response response = get("/oauth2/authorize?" + query);
  if (response.status != 302 || !location(response).starts_with("../login?")) return response;
  const http::Response page = get(location(response).substr(2));
  return submit(page, {{"username", std::string(username)}, {"password", std::string(password)}});
}

std::string authorize_query(const AuthorizeQuery& question) {
  http::Parameters parameters{{"response_type", "code"},
                              {"client_id", question.client_id},
                              {"redirect_uri", question.redirect_uri},
                              {"scope", question.scope}};
  if (question.has_challenge) {
    parameters.emplace_back("code_challenge", base64url_encode(crypto::sha256(kVerifier)));
    parameters.emplace_back("code_challenge_method", "S256");
  }
  for (const auto& parameter : question.more) parameters.push_back(parameter);
  return http::encode_query(parameters);
}

std::string location(const http::Response& response) { return std::string(response.headers.get("Location")); }

std::string parameter_of(const http::Response& response, std::string_view name) {
  const std::string target = location(response);
  const auto parameters =
      http::parse_query(target.find('?') == std::string::npos ? "" : target.substr(target.find('?') + 1));
  if (!parameters) return "";
  const std::string* value = http::find_parameter(*parameters, name);
  return value == nullptr ? "" : *value;
}

json::object json_of(const http::Response& response) {
  auto value = parse_json(response.content());
  EXPECT_TRUE(value && value->is_object()) << response.content();
  return value && value->is_object() ? value->get_object() : json::object{};
}

json::object claims_of(std::string_view token) {
  const std::size_t first = token.find('.');
  const std::size_t second = token.find('.', first + 1);
  auto payload = base64url_decode(token.substr(first + 1, second - first - 1));
  if (!payload) return {};
  return parse_json(*payload)->as_object();
}

std::string text_of(const json::object& object, std::string_view name) {
  return std::string(string_member(object, name).value_or(""));
}

}  // namespace gatehouse::identity::testing
