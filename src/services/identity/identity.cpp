#include "services/identity/identity.hpp"

#include "protocol/aws/json_service.hpp"
#include "services/identity/errors.hpp"
#include "services/identity/oauth/endpoints.hpp"
#include "services/identity/operations/operations.hpp"
#include "services/identity/pages/endpoints.hpp"
#include "services/identity/pages/layout.hpp"
#include "services/identity/parts.hpp"
#include "services/identity/password_policy.hpp"

namespace gatehouse::identity {
namespace {

http::Response not_found() { return http::make_response(404, "application/json", R"({"message":"Not found"})"); }

}  // namespace

Identity::Identity(std::unique_ptr<Parts> parts) : parts_(std::move(parts)) {}
Identity::~Identity() = default;

Task<Result<std::unique_ptr<Identity>>> Identity::open(Config config, Surroundings surroundings) {
  while (config.public_base_url.ends_with('/')) config.public_base_url.pop_back();
  auto tables = co_await Tables::open(surroundings.store);
  if (!tables) co_return std::unexpected(tables.error());
  auto parts = std::make_unique<Parts>(std::move(config), surroundings, *tables);
  auto begun = co_await parts->expiry.begin();
  if (!begun) co_return std::unexpected(begun.error());
  auto loaded = co_await parts->directory.load();
  if (!loaded) co_return std::unexpected(loaded.error());
  co_return std::unique_ptr<Identity>(new Identity(std::move(parts)));
}

Task<Result<PoolPtr>> Identity::ensure_pool(UserPoolConfig config, std::optional<std::string> pool_id) {
  return parts_->directory.ensure_pool(std::move(config), std::move(pool_id));
}
Task<Result<std::shared_ptr<const Client>>> Identity::ensure_client(std::string pool_id, ClientConfig config,
                                                                    std::optional<std::string> client_id) {
  return parts_->directory.ensure_client(std::move(pool_id), std::move(config), std::move(client_id));
}
Task<Result<void>> Identity::ensure_domain(std::string pool_id, DomainConfig config) {
  return parts_->directory.ensure_domain(std::move(pool_id), std::move(config));
}
Task<Result<void>> Identity::ensure_group(std::string pool_id, GroupConfig config) {
  return parts_->directory.ensure_group(std::move(pool_id), std::move(config));
}

Task<Result<std::string>> Identity::ensure_user(std::string pool_id, UserConfig config) {
  const PoolPtr pool = parts_->directory.find(pool_id);
  if (!pool) co_return errors::pool_not_found(pool_id);
  auto present = co_await parts_->users.find(pool, config.username);
  if (!present) co_return std::unexpected(present.error());
  if (*present) co_return (*present)->username;
  NewUser wanted;
  wanted.username = std::move(config.username);
  wanted.attributes = std::move(config.attributes);
  wanted.forces_alias = config.force_alias_creation;
  wanted.temporary_password = generate_password(pool->config.password_policy, parts_->around.random);
  auto hash = co_await parts_->passwords.hash(wanted.temporary_password);
  if (!hash) co_return std::unexpected(hash.error());
  wanted.password_hash = std::move(*hash);
  auto user = co_await parts_->users.create(pool, std::move(wanted));
  if (!user) co_return std::unexpected(user.error());
  co_return std::move(user->username);
}

Task<Result<void>> Identity::ensure_membership(std::string pool_id, std::string username, std::string group) {
  const PoolPtr pool = parts_->directory.find(pool_id);
  if (!pool) co_return errors::pool_not_found(pool_id);
  if (!pool->groups.contains(group)) co_return errors::group_not_found();
  auto user = co_await parts_->users.find(pool, std::move(username));
  if (!user) co_return std::unexpected(user.error());
  if (!*user) co_return errors::user_not_found();
  auto added = co_await parts_->users.add_to_group(pool, (*user)->username, std::move(group));
  co_return added;
}

Task<Result<void>> Identity::remove_user(std::string pool_id, std::string username) {
  const PoolPtr pool = parts_->directory.find(pool_id);
  if (!pool) co_return Result<void>{};
  auto user = co_await parts_->users.find(pool, std::move(username));
  if (!user) co_return std::unexpected(user.error());
  if (!*user) co_return Result<void>{};
  auto removed = co_await parts_->users.remove(pool, **user);
  if (!removed) co_return removed;
  auto revoked = co_await parts_->grants.revoke_all(pool, (*user)->sub);
  co_return revoked;
}

Task<Result<void>> Identity::remove_pool(std::string pool_id) {
  const PoolPtr pool = parts_->directory.find(pool_id);
  if (!pool) co_return Result<void>{};
  while (true) {
    auto page = co_await parts_->users.list(pool, 100, "");
    if (!page) co_return std::unexpected(page.error());
    if (page->users.empty()) break;
    for (const User& user : page->users) {
      auto removed = co_await parts_->users.remove(pool, user);
      if (!removed) co_return removed;
      auto revoked = co_await parts_->grants.revoke_all(pool, user.sub);
      if (!revoked) co_return revoked;
    }
  }
  auto removed = co_await parts_->directory.remove_pool(pool_id);
  co_return removed;
}

Task<Result<void>> Identity::remove_client(std::string pool_id, std::string client_id) {
  return parts_->directory.remove_client(std::move(pool_id), std::move(client_id));
}
Task<Result<void>> Identity::remove_domain(std::string pool_id, std::string domain) {
  return parts_->directory.remove_domain(std::move(pool_id), std::move(domain));
}
Task<Result<void>> Identity::remove_group(std::string pool_id, std::string group) {
  const PoolPtr pool = parts_->directory.find(pool_id);
  if (!pool) co_return Result<void>{};
  // First the group, so that nobody is added any more.
  auto removed = co_await parts_->directory.remove_group(std::move(pool_id), group);
  if (!removed) co_return removed;
  auto cleared = co_await parts_->users.clear_group(pool, std::move(group));
  co_return cleared;
}

Task<Result<void>> Identity::remove_membership(std::string pool_id, std::string username, std::string group) {
  const PoolPtr pool = parts_->directory.find(pool_id);
  if (!pool) co_return Result<void>{};
  auto user = co_await parts_->users.find(pool, std::move(username));
  if (!user) co_return std::unexpected(user.error());
  if (!*user) co_return Result<void>{};
  auto removed = co_await parts_->users.remove_from_group(pool, (*user)->username, std::move(group));
  co_return removed;
}

Task<Result<std::vector<PendingUser>>> Identity::pending_users(std::string pool_id) {
  const PoolPtr pool = parts_->directory.find(pool_id);
  if (!pool) co_return errors::pool_not_found(pool_id);
  auto pending = co_await parts_->users.pending(pool);
  co_return pending;
}

PoolPtr Identity::find_pool(std::string_view pool_id) const { return parts_->directory.find(pool_id); }

PoolPtr Identity::find_pool_by_arn(std::string_view arn) const {
  PoolPtr pool = parts_->directory.find(arn.substr(arn.rfind('/') + 1));
  return pool && pool->arn == arn ? pool : nullptr;
}

PoolPtr Identity::find_pool_by_domain(std::string_view domain) const {
  return parts_->directory.find_by_domain(domain);
}

std::string Identity::domain_url(std::string_view domain) const {
  return fmt::format("{}/_aws/auth/{}", parts_->config.public_base_url, domain);
}

Task<http::Response> Identity::handle_issuer(std::string pool_id, std::string rest, http::Request& request) {
  const PoolPtr pool = parts_->directory.find(pool_id);
  if (!pool) co_return not_found();
  if (rest == "/.well-known/jwks.json") co_return key_set(*pool, request);
  if (rest == "/.well-known/openid-configuration") co_return discovery_document(*parts_, *pool, request);
  co_return not_found();
}

Task<http::Response> Identity::handle_domain(std::string domain, std::string rest, http::Request& request) {
  using Endpoint = Task<http::Response> (*)(DomainContext&);
  struct Route {
    std::string_view path;
    Endpoint endpoint;
  };
  constexpr Route kRoutes[] = {{"/oauth2/authorize", authorize_endpoint},
                               {"/oauth2/token", token_endpoint},
                               {"/oauth2/userInfo", userinfo_endpoint},
                               {"/oauth2/revoke", revoke_endpoint},
                               {"/login", login_page},
                               {"/changePassword", new_password_page},
                               {"/logout", logout_page}};
  PoolPtr pool = parts_->directory.find_by_domain(domain);
  if (!pool) co_return not_found();
  DomainContext context{*parts_, std::move(pool), std::move(domain), std::move(rest), request};
  for (const Route& route : kRoutes) {
    if (context.rest != route.path) continue;
    auto response = co_await route.endpoint(context);
    co_return response;
  }
  if (context.rest == "/error") co_return error_page(context);
  if (context.rest == "/style.css") co_return style_sheet(request);
  if (context.rest == "/icon.svg") co_return icon(request);
  co_return not_found_page(context);
}

std::unique_ptr<aws::JsonService> Identity::make_api(const aws::CredentialBook& book) {
  aws::JsonServiceConfig config;
  config.signing_name = "cognito-idp";
  config.action_prefix = "cognito-idp";
  config.target_prefix = "AWSCognitoIdentityProviderService";
  config.json_version = "1.1";
  config.region = parts_->config.region;
  return std::make_unique<aws::JsonService>(std::move(config), make_operations(*parts_), book, parts_->around.clock);
}

Task<void> Identity::purge_expired() { return parts_->expiry.purge(); }

}  // namespace gatehouse::identity
