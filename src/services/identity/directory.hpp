// All user pools with their clients, groups and domains: in the store, and in memory as snapshots that every request
// reads without waiting. Writes go to the store first, then a new snapshot is published.
#pragma once

#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <shared_mutex>
#include <string>
#include <string_view>
#include <vector>

#include "services/identity/identity.hpp"
#include "services/identity/pool.hpp"
#include "services/identity/tables.hpp"

namespace gatehouse::identity {

// Thread-safe.
class Directory {
 public:
  Directory(const Config& config, const Surroundings& around, Tables tables)
      : config_(&config), around_(around), tables_(std::move(tables)) {}

  Task<Result<void>> load();

  PoolPtr find(std::string_view pool_id) const;
  PoolPtr find_by_domain(std::string_view domain) const;
  PoolPtr find_by_client(std::string_view client_id) const;
  std::vector<PoolPtr> all() const;  // by id

  Task<Result<PoolPtr>> ensure_pool(UserPoolConfig config, std::optional<std::string> pool_id);
  Task<Result<std::shared_ptr<const Client>>> ensure_client(std::string pool_id, ClientConfig config,
                                                            std::optional<std::string> client_id);
  Task<Result<void>> ensure_domain(std::string pool_id, DomainConfig config);
  Task<Result<void>> ensure_group(std::string pool_id, GroupConfig config);

  Task<Result<void>> remove_pool(std::string pool_id);  // its users must be gone already
  Task<Result<void>> remove_client(std::string pool_id, std::string client_id);
  Task<Result<void>> remove_domain(std::string pool_id, std::string domain);
  Task<Result<void>> remove_group(std::string pool_id, std::string group);

 private:
  static constexpr std::string_view kPools = "pools";
  static constexpr std::string_view kDomains = "domains";
  static constexpr std::string_view kClientPrefix = "client/";
  static constexpr std::string_view kGroupPrefix = "group/";

  Task<Result<PoolPtr>> load_pool(const store::Record& record);
  Task<Result<void>> load_parts(Pool& pool);
  Task<Result<PoolPtr>> create_pool(std::string pool_id, UserPoolConfig config);
  Task<Result<PoolPtr>> update_pool(PoolPtr present, UserPoolConfig config);
  Result<std::shared_ptr<const SigningKey>> unseal_key(const std::string& pool_id, const json::object& record,
                                                       std::string_view use) const;
  Result<std::shared_ptr<const Client>> client_of(const std::string& pool_id, const store::Record& record) const;
  Pool make_pool(std::string pool_id, UserPoolConfig config) const;
  // Changes a copy of the present snapshot and publishes it. Null when the pool is gone.
  PoolPtr publish(const std::string& pool_id, const std::function<void(Pool&)>& change);
  void insert(PoolPtr pool);

  const Config* config_;
  Surroundings around_;
  Tables tables_;
  mutable std::shared_mutex mutex_;
  std::map<std::string, PoolPtr, std::less<>> pools_;          // by id
  std::map<std::string, std::string, std::less<>> by_domain_;  // domain -> pool id
  std::map<std::string, std::string, std::less<>> by_client_;  // client id -> pool id
};

}  // namespace gatehouse::identity
