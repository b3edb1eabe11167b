#include "services/gateway/token_cache.hpp"

#include <algorithm>

namespace gatehouse::gateway {

TokenCache::TokenCache(std::size_t entries) : per_shard_(std::max<std::size_t>(1, entries / kShards)) {}

TokenCache::Shard& TokenCache::shard_of(std::string_view token) {
  // Another mix than the map's own, or each shard's map would use a sixteenth of its buckets.
  const std::size_t hash = std::hash<std::string_view>{}(token);
  return shards_[(hash >> 32U) % kShards];
}

std::shared_ptr<const VerifiedToken> TokenCache::find(std::string_view token) {
  Shard& shard = shard_of(token);
  const std::scoped_lock lock(shard.mutex);
  const auto found = shard.index.find(token);
  if (found == shard.index.end()) return nullptr;
  shard.entries.splice(shard.entries.begin(), shard.entries, found->second);
  return found->second->verified;
}

void TokenCache::put(std::string_view token, std::shared_ptr<const VerifiedToken> verified) {
  Shard& shard = shard_of(token);
  const std::scoped_lock lock(shard.mutex);
  if (const auto found = shard.index.find(token); found != shard.index.end()) {
    found->second->verified = std::move(verified);
    return;
  }
  if (shard.entries.size() >= per_shard_) {
    shard.index.erase(shard.entries.back().token);
    shard.entries.pop_back();
  }
  shard.entries.push_front({std::string(token), std::move(verified)});
  shard.index.emplace(shard.entries.front().token, shard.entries.begin());
}

void TokenCache::erase(std::string_view token) {
  Shard& shard = shard_of(token);
  const std::scoped_lock lock(shard.mutex);
  const auto found = shard.index.find(token);
  if (found == shard.index.end()) return;
  const auto entry = found->second;
  shard.index.erase(found);
  shard.entries.erase(entry);
}

std::size_t TokenCache::size() const {
  std::size_t total = 0;
  for (const Shard& shard : shards_) {
    const std::scoped_lock lock(shard.mutex);
    total += shard.entries.size();
  }
  return total;
}

}  // namespace gatehouse::gateway
