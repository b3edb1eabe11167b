// Tokens that were verified before, by their exact text: a signature is checked once, not once a request.
//
// Only verified tokens get in, so strangers cannot fill it. Bounded; the least recently used goes first. Sharded: a
// lookup holds one of sixteen locks for the time of a hash lookup. Refusals are never remembered.
#pragma once

#include <array>
#include <cstdint>
#include <list>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "services/gateway/ports.hpp"

namespace gatehouse::gateway {

// What a token says, checked. Immutable.
struct VerifiedToken {
  std::string pool_arn;
  // Verified against exactly this state of the pool: when the pool changes (keys, clients), the token is verified
  // again.
  std::shared_ptr<const PoolSnapshot> pool;
  bool is_access_token = false;
  std::string client_id;
  std::vector<std::string> scopes;
  std::int64_t expires_s = 0;
  std::shared_ptr<const Claims> claims;
};

class TokenCache {
 public:
  explicit TokenCache(std::size_t entries);

  std::shared_ptr<const VerifiedToken> find(std::string_view token);
  void put(std::string_view token, std::shared_ptr<const VerifiedToken> verified);
  void erase(std::string_view token);
  std::size_t size() const;

 private:
  struct Entry {
    std::string token;
    std::shared_ptr<const VerifiedToken> verified;
  };
  struct Shard {
    mutable std::mutex mutex;
    std::list<Entry> entries;                                                // most recently used first
    std::unordered_map<std::string_view, std::list<Entry>::iterator> index;  // keys view into entries
  };
  static constexpr std::size_t kShards = 16;

  Shard& shard_of(std::string_view token);
  const std::size_t per_shard_;
  std::array<Shard, kShards> shards_;
};

}  // namespace gatehouse::gateway
