// Changes to pools, clients, domains and groups: the store first, then the snapshot.
#include "base/encoding.hpp"
#include "base/id.hpp"
#include "base/worker_pool.hpp"
#include "platform/crypto/hash.hpp"
#include "platform/crypto/seal.hpp"
#include "services/identity/attributes.hpp"
#include "services/identity/config_json.hpp"
#include "services/identity/directory.hpp"
#include "services/identity/errors.hpp"
#include "services/identity/signing_key.hpp"

namespace gatehouse::identity {
namespace {

std::int64_t milliseconds_of(Timestamp time) {
  return std::chrono::duration_cast<std::chrono::milliseconds>(time.time_since_epoch()).count();
}

}  // namespace

Task<Result<PoolPtr>> Directory::ensure_pool(UserPoolConfig config, std::optional<std::string> pool_id) {
  if (auto checked = check(config); !checked) co_return std::unexpected(checked.error());
  if (pool_id) {
    if (PoolPtr present = find(*pool_id)) {
      auto updated = co_await update_pool(std::move(present), std::move(config));
      co_return updated;
    }
  } else {
    pool_id = config_->region + "_" + around_.random.text(kAlphanumeric, 9);
  }
  auto created = co_await create_pool(std::move(*pool_id), std::move(config));
  co_return created;
}

Task<Result<PoolPtr>> Directory::create_pool(std::string pool_id, UserPoolConfig config) {
  auto keys = co_await around_.signing_pool.run(
      [] { return std::pair(crypto::RsaPrivateKey::generate(), crypto::RsaPrivateKey::generate()); });
  if (!keys) co_return std::unexpected(keys.error());
  const auto seal = [&](const crypto::RsaPrivateKey& key, std::string_view use) {
    std::string pem = key.to_pem();
    std::string sealed = base64_encode(around_.sealer.seal(pem, key_context(pool_id, use)));
    crypto::wipe(pem);
    return sealed;
  };
  const std::int64_t now = around_.clock.now_ms();
  json::object record{{"config", to_json(config)},
                      {"created", now},
                      {"modified", now},
                      {"idKey", seal(keys->first, "idKey")},
                      {"accessKey", seal(keys->second, "accessKey")}};
  auto kept = co_await tables_.pools.create(std::string(kPools), pool_id, std::move(record));
  if (!kept) co_return std::unexpected(kept.error());
  Pool pool = make_pool(std::move(pool_id), std::move(config));
  pool.created = pool.modified = Timestamp{std::chrono::milliseconds(now)};
  pool.id_token_key = make_signing_key(std::move(keys->first));
  pool.access_token_key = make_signing_key(std::move(keys->second));
  auto shared = std::make_shared<const Pool>(std::move(pool));
  insert(shared);
  co_return shared;
}

namespace {

// What Cognito fixes when a pool is made. Errors name the property.
Result<void> check_immutable(const UserPoolConfig& present, const UserPoolConfig& wanted) {
  const auto fixed = [](std::string_view property) {
    return errors::invalid_parameter(fmt::format(
        "{}: cannot be changed once the user pool exists; give the pool another logical id to make a new one",
        property));
  };
  if (present.username_attributes != wanted.username_attributes) return fixed("UsernameAttributes");
  if (present.alias_attributes != wanted.alias_attributes) return fixed("AliasAttributes");
  if (present.is_username_case_sensitive != wanted.is_username_case_sensitive) {
    return fixed("UsernameConfiguration.CaseSensitive");
  }
  for (const SchemaAttribute& attribute : present.schema) {
    const auto same = std::ranges::find(wanted.schema, attribute.name, &SchemaAttribute::name);
    UserPoolConfig before, after;
    before.schema = {attribute};
    if (same != wanted.schema.end()) after.schema = {*same};
    if (to_json(before) != to_json(after)) return fixed("Schema: " + attribute.name);
  }
  for (const SchemaAttribute& attribute : wanted.schema) {
    const bool is_new =
        std::ranges::find(present.schema, attribute.name, &SchemaAttribute::name) == present.schema.end();
    if (is_new && attribute.is_required) return fixed("Schema: " + attribute.name + ".Required");
  }
  return {};
}

}  // namespace

Task<Result<PoolPtr>> Directory::update_pool(PoolPtr present, UserPoolConfig config) {
  if (to_json(present->config) == to_json(config)) co_return present;
  if (auto allowed = check_immutable(present->config, config); !allowed) co_return std::unexpected(allowed.error());
  auto record = co_await tables_.pools.get(std::string(kPools), present->id);
  if (!record) co_return std::unexpected(record.error());
  if (!*record) co_return errors::pool_not_found(present->id);
  const std::int64_t now = around_.clock.now_ms();
  (*record)->body["config"] = to_json(config);
  (*record)->body["modified"] = now;
  auto kept = co_await tables_.pools.replace(**record);
  if (!kept) co_return std::unexpected(kept.error());
  co_return publish(present->id, [&](Pool& pool) {
    pool.config = config;
    pool.modified = Timestamp{std::chrono::milliseconds(now)};
  });
}

Task<Result<std::shared_ptr<const Client>>> Directory::ensure_client(std::string pool_id, ClientConfig config,
                                                                     std::optional<std::string> client_id) {
  if (auto checked = check(config); !checked) co_return std::unexpected(checked.error());
  const PoolPtr pool = find(pool_id);
  if (!pool) co_return errors::pool_not_found(pool_id);
  const auto same_pool = [&](const std::vector<std::string>& names) -> Result<void> {
    for (const std::string& name : names) {
      if (find_attribute(pool->config, name)) continue;
      return errors::invalid_parameter("Invalid read or write attributes specified: " + name);
    }
    return {};
  };
  for (const auto* chosen : {&config.read_attributes, &config.write_attributes}) {
    if (!*chosen) continue;
    if (auto known = same_pool(**chosen); !known) co_return std::unexpected(known.error());
  }
  const auto present = client_id ? pool->clients.find(*client_id) : pool->clients.end();
  Client client;
  const std::int64_t now = around_.clock.now_ms();
  client.created = client.modified = Timestamp{std::chrono::milliseconds(now)};
  if (present != pool->clients.end()) {
    if (to_json(present->second->config) == to_json(config)) co_return present->second;
    if (present->second->config.generate_secret != config.generate_secret) {
      co_return errors::invalid_parameter(
          "GenerateSecret: cannot be changed once the client exists; give the client another logical id");
    }
    client = *present->second;
    client.modified = Timestamp{std::chrono::milliseconds(now)};
  } else {
    client.id = client_id ? *client_id : around_.random.text(kLowerAlphanumeric, 26);
    if (config.generate_secret) client.secret = around_.random.text(kLowerAlphanumeric, 51);
  }
  client.config = std::move(config);
  std::string sort = std::string(kClientPrefix) + client.id;
  json::object record{
      {"config", to_json(client.config)}, {"created", milliseconds_of(client.created)}, {"modified", now}};
  if (!client.secret.empty()) {
    record["secret"] = base64_encode(around_.sealer.seal(client.secret, key_context(pool_id, sort)));
  }
  auto kept = co_await tables_.pools.put(pool_id, std::move(sort), std::move(record));
  if (!kept) co_return std::unexpected(kept.error());
  auto shared = std::make_shared<const Client>(std::move(client));
  publish(pool_id, [&](Pool& changed) { changed.clients[shared->id] = shared; });
  co_return shared;
}

Task<Result<void>> Directory::ensure_domain(std::string pool_id, DomainConfig config) {
  if (auto checked = check(config); !checked) co_return checked;
  const PoolPtr pool = find(pool_id);
  if (!pool) co_return errors::pool_not_found(pool_id);
  if (pool->domain == config.domain) co_return Result<void>{};
  json::object body{{"pool", pool_id}};
  auto created = co_await tables_.pools.create(std::string(kDomains), config.domain, std::move(body));
  if (!created) {
    if (created.error().kind != Error::Kind::kConflict) co_return created;
    // Ours already when the process ended between this step and the next one.
    auto owner = co_await tables_.pools.get(std::string(kDomains), config.domain);
    if (!owner) co_return std::unexpected(owner.error());
    if (!*owner || text_of((*owner)->body, "pool") != pool_id) {
      co_return errors::invalid_parameter("Domain already associated with another user pool.");
    }
  }
  if (!pool->domain.empty()) {
    auto erased = co_await tables_.pools.erase(std::string(kDomains), pool->domain);
    if (!erased) co_return std::unexpected(erased.error());
  }
  publish(pool_id, [&](Pool& changed) { changed.domain = config.domain; });
  co_return Result<void>{};
}

Task<Result<void>> Directory::ensure_group(std::string pool_id, GroupConfig config) {
  if (auto checked = check(config); !checked) co_return checked;
  const PoolPtr pool = find(pool_id);
  if (!pool) co_return errors::pool_not_found(pool_id);
  const std::int64_t now = around_.clock.now_ms();
  Group group{std::move(config), Timestamp{std::chrono::milliseconds(now)}, Timestamp{std::chrono::milliseconds(now)}};
  if (const auto present = pool->groups.find(group.config.name); present != pool->groups.end()) {
    if (to_json(present->second->config) == to_json(group.config)) co_return Result<void>{};
    group.created = present->second->created;
  }
  json::object record{
      {"config", to_json(group.config)}, {"created", milliseconds_of(group.created)}, {"modified", now}};
  auto kept = co_await tables_.pools.put(pool_id, std::string(kGroupPrefix) + group.config.name, std::move(record));
  if (!kept) co_return kept;
  auto shared = std::make_shared<const Group>(std::move(group));
  publish(pool_id, [&](Pool& changed) { changed.groups[shared->config.name] = shared; });
  co_return Result<void>{};
}

Task<Result<void>> Directory::remove_client(std::string pool_id, std::string client_id) {
  auto erased = co_await tables_.pools.erase(pool_id, std::string(kClientPrefix) + client_id);
  if (!erased) co_return std::unexpected(erased.error());
  publish(pool_id, [&](Pool& pool) { pool.clients.erase(client_id); });
  co_return Result<void>{};
}

Task<Result<void>> Directory::remove_domain(std::string pool_id, std::string domain) {
  const PoolPtr pool = find(pool_id);
  if (!pool || pool->domain != domain) co_return Result<void>{};
  auto erased = co_await tables_.pools.erase(std::string(kDomains), domain);
  if (!erased) co_return std::unexpected(erased.error());
  publish(pool_id, [](Pool& changed) { changed.domain.clear(); });
  co_return Result<void>{};
}

Task<Result<void>> Directory::remove_group(std::string pool_id, std::string group) {
  auto erased = co_await tables_.pools.erase(pool_id, std::string(kGroupPrefix) + group);
  if (!erased) co_return std::unexpected(erased.error());
  publish(pool_id, [&](Pool& pool) { pool.groups.erase(group); });
  co_return Result<void>{};
}

Task<Result<void>> Directory::remove_pool(std::string pool_id) {
  const PoolPtr pool = find(pool_id);
  if (!pool) co_return Result<void>{};
  if (!pool->domain.empty()) {
    auto freed = co_await remove_domain(pool_id, pool->domain);
    if (!freed) co_return freed;
  }
  for (const auto& [id, client] : pool->clients) {
    auto removed = co_await remove_client(pool_id, id);
    if (!removed) co_return removed;
  }
  for (const auto& [name, group] : pool->groups) {
    auto removed = co_await remove_group(pool_id, name);
    if (!removed) co_return removed;
  }
  auto erased = co_await tables_.pools.erase(std::string(kPools), pool_id);
  if (!erased) co_return std::unexpected(erased.error());
  const std::unique_lock lock(mutex_);
  pools_.erase(pool_id);
  co_return Result<void>{};
}

}  // namespace gatehouse::identity
