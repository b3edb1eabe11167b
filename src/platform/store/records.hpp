// Small JSON documents under (partition, sort) keys with optimistic concurrency: how services keep their own state.
// Only single-item conditional writes underneath.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.hpp"
#include "platform/store/store.hpp"

namespace gatehouse::store {

struct Record {
  std::string partition;
  std::string sort;
  json::object body;
  std::uint64_t version = 0;  // changes with every write
};

struct RecordPage {
  std::vector<Record> records;      // by sort key
  std::optional<std::string> next;  // pass as `after` for the next page
};

// One store table of records. Copyable; the store must outlive it. Thread-safe.
class Records {
 public:
  static Task<Result<Records>> open(Store& store, std::string table_name);

  Task<Result<std::optional<Record>>> get(std::string partition, std::string sort = "-") const;
  // kConflict when it exists.
  Task<Result<void>> create(std::string partition, std::string sort, json::object body) const;
  // Unconditional: creates or replaces.
  Task<Result<void>> put(std::string partition, std::string sort, json::object body) const;
  // kConflict when the record is not at `version` any more.
  Task<Result<void>> replace(const Record& record) const;
  // Unconditional; absent is fine. True when it was there.
  Task<Result<bool>> erase(std::string partition, std::string sort = "-") const;
  // kConflict when the record is not at `version` any more, or gone.
  Task<Result<void>> erase_unchanged(const Record& record) const;
  // Takes the record out, once: of many callers exactly one gets it (single-use codes).
  Task<Result<std::optional<Record>>> take(std::string partition, std::string sort = "-") const;
  Task<Result<RecordPage>> list(std::string partition, std::string sort_prefix = "", std::size_t limit = 1000,
                                std::string after = "") const;

 private:
  Records(Store& store, TableHandle table) : store_(&store), table_(std::move(table)) {}
  Store* store_;
  TableHandle table_;
};

}  // namespace gatehouse::store
