// The gateway's UserPools port, answered by identity.
#pragma once

#include <memory>
#include <shared_mutex>
#include <string>
#include <unordered_map>

#include "services/gateway/ports.hpp"
#include "services/identity/identity.hpp"

namespace gatehouse::app {

// Keeps one snapshot per pool and makes a new one only when identity has published a new pool. Thread-safe.
class GatewayPools final : public gateway::UserPools {
 public:
  explicit GatewayPools(const identity::Identity& identity) : identity_(identity) {}
  std::shared_ptr<const gateway::PoolSnapshot> find(std::string_view pool_arn) const override;

 private:
  struct Entry {
    identity::PoolPtr pool;
    std::shared_ptr<const gateway::PoolSnapshot> snapshot;
  };
  const identity::Identity& identity_;
  mutable std::shared_mutex mutex_;
  mutable std::unordered_map<std::string, Entry> entries_;
};

}  // namespace gatehouse::app
