// The tables service: DynamoDB's tables and items over the store.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <shared_mutex>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.hpp"
#include "base/random.hpp"
#include "base/result.hpp"
#include "base/task.hpp"
#include "platform/store/records.hpp"
#include "platform/store/store.hpp"
#include "protocol/aws/json_service.hpp"
#include "services/tables/config.hpp"
#include "services/tables/request_tokens.hpp"

namespace gatehouse::tables {

struct CatalogEntry;

// One existing table. Immutable: a change makes a new one.
struct Table {
  TableConfig config;
  store::TableSchema schema;
  store::TableHandle handle;
  std::string id;  // a UUID
  std::string arn;
  std::int64_t created_ms = 0;
  std::uint64_t version = 0;  // of its catalog record
};
using TablePtr = std::shared_ptr<const Table>;

struct TablesConfig {
  std::string region;
  std::string account;
};

// The catalog of user tables, kept in the store and mirrored in memory. Thread-safe. The store, clock and random must
// outlive it.
class Tables {
 public:
  Tables(store::Store& store, const Clock& clock, Random& random, TablesConfig config);

  // Reads the catalog and finishes what a crash interrupted. Requires: called once, before anything else.
  Task<Result<void>> open();

  // Makes the table that a template declares, or brings an existing one up to it: billing, throughput, protection,
  // class and tags change, data stays. Another key schema is refused (kConflict).
  Task<Result<TablePtr>> ensure_table(TableConfig config);

  // kConflict (ResourceInUseException) when a table of this name exists or is being deleted.
  Task<Result<TablePtr>> create_table(TableConfig config);
  // Replaces the settings of a table (not its keys).
  Task<Result<TablePtr>> update_table(TablePtr table, TableConfig config);
  // Refused while the table is protected against deletion. The data goes in the background.
  Task<Result<TablePtr>> delete_table(std::string name);

  // "arn:aws:dynamodb:REGION:ACCOUNT:table/NAME", whether the table exists or not.
  std::string arn_of(std::string_view name) const;
  // Null when there is none. Takes an ARN of this region and account too.
  TablePtr find(std::string_view name_or_arn) const;
  std::vector<std::string> names() const;  // sorted

  RequestTokens& request_tokens() { return request_tokens_; }
  store::Store& store() const { return *store_; }
  const Clock& clock() const { return *clock_; }
  Random& random() const { return *random_; }
  const TablesConfig& config() const { return config_; }

 private:
  Task<Result<void>> load(store::Record record);
  Task<Result<TablePtr>> adopt(const CatalogEntry& entry, store::TableHandle handle);
  void remember(TablePtr table);
  void forget(std::string_view name);

  store::Store* store_;
  const Clock* clock_;
  Random* random_;
  TablesConfig config_;
  RequestTokens request_tokens_;
  std::string arn_prefix_;
  std::optional<store::Records> catalog_;  // set by open()
  mutable std::shared_mutex mutex_;
  std::map<std::string, TablePtr, std::less<>> by_name_;
};

// The DynamoDB API: give these to an aws::JsonService. `tables` must outlive them.
std::vector<aws::Operation> operations(Tables& tables);
// The configuration of that service: DynamoDB_20120810, JSON 1.0, x-amz-crc32.
aws::JsonServiceConfig service_config(std::string_view region);

}  // namespace gatehouse::tables
