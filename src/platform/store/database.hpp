// RocksDB, opened and tuned for a small process, and brought back after the disk failed.
#pragma once

#include <cstdint>
#include <memory>
#include <shared_mutex>
#include <string>
#include <string_view>
#include <type_traits>

#include "platform/store/catalog.hpp"
#include "platform/store/store.hpp"

namespace rocksdb {
class DB;
class Status;
class WriteBatch;
}  // namespace rocksdb

namespace gatehouse::store {

// Reads from any thread; commits and recovery from the commit thread alone.
class Database {
 public:
  // Opens or makes the database and checks its format version.
  static Result<std::unique_ptr<Database>> open(const EmbeddedOptions& options);
  ~Database();

  // Calls `use` with the open database. `use` returns a Result and must not suspend: it holds recovery up. While there
  // is no open database (the disk failed and has not come back), kUnavailable.
  template <typename F>
  std::invoke_result_t<F, rocksdb::DB&> read(F use) const {
    const std::shared_lock lock(mutex_);
    if (!db_) return std::unexpected(closed());
    return use(*db_);
  }

  // Commit thread only. Null as in read().
  rocksdb::DB* get() const { return db_.get(); }
  // On disk when it returns; after a failure nothing more is written until recover() says so.
  Result<void> commit(rocksdb::WriteBatch& batch);
  bool is_healthy() const { return is_healthy_; }
  // Opens the database again. When true, what is on disk counts, whatever this process believed before: a write that
  // failed may be there.
  bool recover();

 private:
  explicit Database(EmbeddedOptions options);
  static Error closed();
  Result<std::unique_ptr<rocksdb::DB>> open_files() const;
  bool disk_takes_writes() const;

  const EmbeddedOptions options_;
  mutable std::shared_mutex mutex_;  // exclusive only while the database is closed and opened again
  std::unique_ptr<rocksdb::DB> db_;
  bool is_healthy_ = true;
};

// Fills the catalog with what is on disk, in place of what it held; returns the highest table id ever used.
Result<std::uint32_t> load_catalog(rocksdb::DB& db, Catalog& catalog);

// Keys of the store's own records, under table id 0 (docs/formats.md).
std::string schema_key(std::string_view table_name);
std::string size_key(std::uint32_t table_id);
std::string last_id_key();

}  // namespace gatehouse::store
