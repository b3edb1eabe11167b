#include "services/identity/directory.hpp"

#include "base/encoding.hpp"
#include "platform/crypto/hash.hpp"
#include "platform/crypto/seal.hpp"
#include "services/identity/config_json.hpp"
#include "services/identity/errors.hpp"
#include "services/identity/signing_key.hpp"

namespace gatehouse::identity {
namespace {

Timestamp time_of(const json::object& record, std::string_view member) {
  return Timestamp{std::chrono::milliseconds(number_of(record, member))};
}

}  // namespace

Result<std::shared_ptr<const SigningKey>> Directory::unseal_key(const std::string& pool_id, const json::object& record,
                                                                std::string_view use) const {
  const auto sealed = base64_decode(text_of(record, use));
  if (!sealed) return errors::internal("pool record without a signing key");
  auto pem = around_.sealer.unseal(*sealed, key_context(pool_id, use));
  if (!pem) return std::unexpected(pem.error());
  auto key = crypto::RsaPrivateKey::from_pem(*pem);
  crypto::wipe(*pem);
  if (!key) return std::unexpected(key.error());
  return make_signing_key(std::move(*key));
}

Pool Directory::make_pool(std::string pool_id, UserPoolConfig config) const {
  Pool pool;
  pool.arn = fmt::format("arn:aws:cognito-idp:{}:{}:userpool/{}", config_->region, config_->account, pool_id);
  pool.issuer = config_->public_base_url + "/" + pool_id;
  pool.id = std::move(pool_id);
  pool.config = std::move(config);
  return pool;
}

Result<std::shared_ptr<const Client>> Directory::client_of(const std::string& pool_id,
                                                           const store::Record& record) const {
  Client client;
  client.id = record.sort.substr(kClientPrefix.size());
  if (const json::object* config = object_member(record.body, "config"))
    client.config = client_config_from_json(*config);
  client.created = time_of(record.body, "created");
  client.modified = time_of(record.body, "modified");
  if (const auto sealed = base64_decode(text_of(record.body, "secret")); sealed && !sealed->empty()) {
    auto secret = around_.sealer.unseal(*sealed, key_context(pool_id, record.sort));
    if (!secret) return std::unexpected(secret.error());
    client.secret = std::move(*secret);
  }
  return std::make_shared<const Client>(std::move(client));
}

Task<Result<void>> Directory::load_parts(Pool& pool) {
  std::string after;
  while (true) {
    auto page = co_await tables_.pools.list(pool.id, "", 500, after);
    if (!page) co_return std::unexpected(page.error());
    for (const store::Record& record : page->records) {
      if (record.sort.starts_with(kClientPrefix)) {
        auto client = client_of(pool.id, record);
        if (!client) co_return std::unexpected(client.error());
        pool.clients.emplace((*client)->id, *client);
      } else if (record.sort.starts_with(kGroupPrefix)) {
        const json::object* config = object_member(record.body, "config");
        if (config == nullptr) continue;
        Group group{group_config_from_json(*config), time_of(record.body, "created"), time_of(record.body, "modified")};
        std::string name = group.config.name;
        pool.groups.emplace(std::move(name), std::make_shared<const Group>(std::move(group)));
      }
    }
    if (!page->next) co_return Result<void>{};
    after = *page->next;
  }
}

Task<Result<PoolPtr>> Directory::load_pool(const store::Record& record) {
  const json::object* config = object_member(record.body, "config");
  if (config == nullptr) co_return errors::internal("pool record without settings");
  Pool pool = make_pool(record.sort, pool_config_from_json(*config));
  pool.created = time_of(record.body, "created");
  pool.modified = time_of(record.body, "modified");
  auto id_key = unseal_key(pool.id, record.body, "idKey");
  if (!id_key) co_return std::unexpected(id_key.error());
  auto access_key = unseal_key(pool.id, record.body, "accessKey");
  if (!access_key) co_return std::unexpected(access_key.error());
  pool.id_token_key = *id_key;
  pool.access_token_key = *access_key;
  auto parts = co_await load_parts(pool);
  if (!parts) co_return std::unexpected(parts.error());
  co_return std::make_shared<const Pool>(std::move(pool));
}

Task<Result<void>> Directory::load() {
  std::string after;
  while (true) {
    auto page = co_await tables_.pools.list(std::string(kPools), "", 500, after);
    if (!page) co_return std::unexpected(page.error());
    for (const store::Record& record : page->records) {
      auto pool = co_await load_pool(record);
      if (!pool) co_return std::unexpected(pool.error());
      insert(*pool);
    }
    if (!page->next) break;
    after = *page->next;
  }
  after.clear();
  while (true) {
    auto page = co_await tables_.pools.list(std::string(kDomains), "", 500, after);
    if (!page) co_return std::unexpected(page.error());
    for (const store::Record& record : page->records) {
      publish(text_of(record.body, "pool"), [&](Pool& pool) { pool.domain = record.sort; });
    }
    if (!page->next) co_return Result<void>{};
    after = *page->next;
  }
}

void Directory::insert(PoolPtr pool) {
  const std::unique_lock lock(mutex_);
  if (!pool->domain.empty()) by_domain_[pool->domain] = pool->id;
  for (const auto& [id, client] : pool->clients) by_client_[id] = pool->id;
  pools_[pool->id] = std::move(pool);
}

PoolPtr Directory::publish(const std::string& pool_id, const std::function<void(Pool&)>& change) {
  const std::unique_lock lock(mutex_);
  const auto found = pools_.find(pool_id);
  if (found == pools_.end()) return nullptr;
  const PoolPtr before = found->second;
  Pool changed = *before;
  change(changed);
  if (before->domain != changed.domain) {
    by_domain_.erase(before->domain);
    if (!changed.domain.empty()) by_domain_[changed.domain] = pool_id;
  }
  for (const auto& [id, client] : before->clients) {
    if (!changed.clients.contains(id)) by_client_.erase(id);
  }
  for (const auto& [id, client] : changed.clients) by_client_[id] = pool_id;
  found->second = std::make_shared<const Pool>(std::move(changed));
  return found->second;
}

PoolPtr Directory::find(std::string_view pool_id) const {
  const std::shared_lock lock(mutex_);
  const auto found = pools_.find(pool_id);
  return found == pools_.end() ? nullptr : found->second;
}

PoolPtr Directory::find_by_domain(std::string_view domain) const {
  const std::shared_lock lock(mutex_);
  const auto id = by_domain_.find(domain);
  if (id == by_domain_.end()) return nullptr;
  const auto found = pools_.find(id->second);
  return found == pools_.end() ? nullptr : found->second;
}

PoolPtr Directory::find_by_client(std::string_view client_id) const {
  const std::shared_lock lock(mutex_);
  const auto id = by_client_.find(client_id);
  if (id == by_client_.end()) return nullptr;
  const auto found = pools_.find(id->second);
  return found == pools_.end() ? nullptr : found->second;
}

std::vector<PoolPtr> Directory::all() const {
  const std::shared_lock lock(mutex_);
  std::vector<PoolPtr> pools;
  pools.reserve(pools_.size());
  for (const auto& [id, pool] : pools_) pools.push_back(pool);
  return pools;
}

}  // namespace gatehouse::identity
