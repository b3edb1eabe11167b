#include "app/stack/gateway_pools.hpp"

namespace gatehouse::app {
namespace {

std::shared_ptr<const gateway::PoolSnapshot> snapshot_of(const identity::Pool& pool) {
  auto snapshot = std::make_shared<gateway::PoolSnapshot>();
  snapshot->issuer = pool.issuer;
  for (const auto& key : {pool.id_token_key, pool.access_token_key})
    snapshot->keys.push_back({key->key_id, key->public_key});
  for (const auto& [id, client] : pool.clients) snapshot->client_ids.push_back(id);
  return snapshot;
}

}  // namespace

std::shared_ptr<const gateway::PoolSnapshot> GatewayPools::find(std::string_view pool_arn) const {
  identity::PoolPtr pool = identity_.find_pool_by_arn(pool_arn);
  if (pool == nullptr) return nullptr;
  const std::string arn(pool_arn);
  {
    const std::shared_lock lock(mutex_);
    const auto found = entries_.find(arn);
    if (found != entries_.end() && found->second.pool == pool) return found->second.snapshot;
  }
  std::shared_ptr<const gateway::PoolSnapshot> snapshot = snapshot_of(*pool);
  const std::unique_lock lock(mutex_);
  entries_[arn] = {std::move(pool), snapshot};
  return snapshot;
}

}  // namespace gatehouse::app
