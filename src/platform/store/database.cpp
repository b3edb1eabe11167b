#include "platform/store/database.hpp"

#include <fcntl.h>
#include <rocksdb/cache.h>
#include <rocksdb/db.h>
#include <rocksdb/env.h>
#include <rocksdb/filter_policy.h>
#include <rocksdb/listener.h>
#include <rocksdb/table.h>
#include <rocksdb/write_batch.h>
#include <unistd.h>

#include <cstdarg>
#include <cstdio>
#include <vector>

#include "base/log.hpp"
#include "base/text.hpp"
#include "platform/store/keys.hpp"

namespace gatehouse::store {
namespace {

constexpr std::string_view kFormatVersion = "1";
constexpr std::size_t kWriteBufferBytes = 8 * 1024 * 1024;
// What opening may need: the log's writes go into table files then.
constexpr off_t kProbeBytes = 4 * kWriteBufferBytes;

std::string own_key(std::string_view name) { return std::string(4, '\0').append(name); }

// RocksDB's errors go to the process's log. Its own log file is worse than none: on a full disk some builds abort in
// it.
class ErrorsToOurLog final : public rocksdb::Logger {
 public:
  ErrorsToOurLog() : Logger(rocksdb::ERROR_LEVEL) {}
  using rocksdb::Logger::Logv;
  void Logv(const char* format, va_list arguments) override {
    char line[512];
    std::vsnprintf(line, sizeof line, format, arguments);
    log::error("the store's engine: {}", line);
  }
};

// RocksDB's own way back after a full disk goes through the log that failed, which some builds answer with an abort.
class NoRecoveryByItself final : public rocksdb::EventListener {
 public:
  void OnErrorRecoveryBegin(rocksdb::BackgroundErrorReason, rocksdb::Status, bool* auto_recovery) override {
    *auto_recovery = false;
  }
};

rocksdb::Options database_options(const EmbeddedOptions& options) {
  rocksdb::BlockBasedTableOptions blocks;
  blocks.block_cache = rocksdb::NewLRUCache(options.cache_bytes);
  blocks.filter_policy.reset(rocksdb::NewBloomFilterPolicy(10));
  blocks.cache_index_and_filter_blocks = true;  // so that the cache bounds them too

  rocksdb::Options out;
  out.create_if_missing = true;
  out.table_factory.reset(rocksdb::NewBlockBasedTableFactory(blocks));
  out.write_buffer_size = kWriteBufferBytes;
  out.max_write_buffer_number = 3;
  out.max_background_jobs = 2;
  out.max_open_files = 256;
  out.max_total_wal_size = 64 * 1024 * 1024;
  out.compression = rocksdb::kLZ4Compression;
  // A torn last record is a group that was never acknowledged; behind it there is nothing, because every group is
  // synced before the next one begins.
  out.wal_recovery_mode = rocksdb::WALRecoveryMode::kPointInTimeRecovery;
  out.listeners.push_back(std::make_shared<NoRecoveryByItself>());
  out.max_bgerror_resume_count = 0;
  out.allow_fallocate = false;  // else the log of a small store takes ten times its size
  out.skip_stats_update_on_db_open = true;
  out.stats_dump_period_sec = 0;
  out.stats_persist_period_sec = 0;
  out.info_log = std::make_shared<ErrorsToOurLog>();
  out.info_log_level = rocksdb::ERROR_LEVEL;
  return out;
}

rocksdb::WriteOptions durable() {
  rocksdb::WriteOptions options;
  options.sync = true;
  return options;
}

std::unexpected<Error> unavailable(std::string message, std::string detail = {}) {
  return fail(Error::Kind::kUnavailable, "", std::move(message), std::move(detail));
}

bool is_empty(rocksdb::DB& db) {
  const std::unique_ptr<rocksdb::Iterator> it(db.NewIterator(rocksdb::ReadOptions()));
  it->SeekToFirst();
  return !it->Valid() && it->status().ok();
}

Result<void> check_format(rocksdb::DB& db, const std::string& folder) {
  std::string version;
  const rocksdb::Status status = db.Get(rocksdb::ReadOptions(), own_key("format"), &version);
  if (status.ok()) {
    if (version == kFormatVersion) return {};
    return unavailable(
        fmt::format("the data in {} has format {}, this Gatehouse reads format {}: use the version that wrote it",
                    folder, version, kFormatVersion));
  }
  if (!status.IsNotFound())
    return unavailable(fmt::format("cannot read the data in {}: {}", folder, status.ToString()));
  if (!is_empty(db)) {
    return unavailable(
        fmt::format("the data in {} was not written by Gatehouse: name another folder with --data", folder));
  }
  const rocksdb::Status written = db.Put(durable(), own_key("format"), std::string(kFormatVersion));
  if (!written.ok()) return unavailable(fmt::format("cannot write to {}: {}", folder, written.ToString()));
  return {};
}

bool is_lock_held(const rocksdb::Status& status) {
  const std::string text = status.ToString();
  return status.IsIOError() &&
         (text.find("While lock file") != std::string::npos || text.find("lock hold by") != std::string::npos);
}

}  // namespace

std::string schema_key(std::string_view table_name) { return own_key("table/").append(table_name); }
std::string size_key(std::uint32_t table_id) { return own_key("size/") + std::to_string(table_id); }
std::string last_id_key() { return own_key("last_id"); }

Database::Database(EmbeddedOptions options) : options_(std::move(options)) {}
Database::~Database() = default;

Error Database::closed() {
  return {Error::Kind::kUnavailable,
          "InternalServerError",
          "Internal server error",
          "the store is closed since the disk failed",
          {}};
}

Result<std::unique_ptr<Database>> Database::open(const EmbeddedOptions& options) {
  std::unique_ptr<Database> database(new Database(options));
  Result<std::unique_ptr<rocksdb::DB>> db = database->open_files();
  if (!db) return std::unexpected(db.error());
  database->db_ = std::move(*db);
  return database;
}

Result<std::unique_ptr<rocksdb::DB>> Database::open_files() const {
  const std::string folder = options_.directory.string();
  std::error_code failed;
  std::filesystem::create_directories(options_.directory, failed);
  if (failed) return unavailable(fmt::format("cannot make the folder {}: {}", folder, failed.message()));
  rocksdb::DB* opened = nullptr;
  const rocksdb::Status status = rocksdb::DB::Open(database_options(options_), folder, &opened);
  std::unique_ptr<rocksdb::DB> db(opened);
  if (!status.ok()) {
    if (is_lock_held(status)) {
      return unavailable(
          fmt::format("the data in {} is in use by another process: stop that one, or name another folder with --data",
                      folder),
          status.ToString());
    }
    return unavailable(fmt::format("cannot open the data in {}: {}", folder, status.ToString()));
  }
  const Result<void> checked = check_format(*db, folder);
  if (!checked) return std::unexpected(checked.error());
  return db;
}

Result<void> Database::commit(rocksdb::WriteBatch& batch) {
  const rocksdb::Status status = db_ ? db_->Write(durable(), &batch) : rocksdb::Status::IOError("closed");
  if (status.ok()) return {};
  if (is_healthy_) log::error("the store cannot write to {}: {}", options_.directory.string(), status.ToString());
  is_healthy_ = false;
  return fail(Error::Kind::kUnavailable, "InternalServerError", "Internal server error",
              "the disk refused a write: " + status.ToString());
}

// After a failed write RocksDB takes no more of them until it is opened again. That takes reads away for the moment, so
// it is tried only when the disk takes writes.
bool Database::recover() {
  if (!disk_takes_writes()) return false;
  {
    const std::unique_lock lock(mutex_);
    db_.reset();
    Result<std::unique_ptr<rocksdb::DB>> db = open_files();
    if (!db) {
      log::error("the store cannot be opened again: {}", db.error().message);
      return false;
    }
    db_ = std::move(*db);
  }
  is_healthy_ = true;
  log::info("the store writes to {} again", options_.directory.string());
  return true;
}

bool Database::disk_takes_writes() const {
  const std::string path = (options_.directory / "probe").string();
  const int file = ::open(path.c_str(), O_CREAT | O_WRONLY | O_TRUNC | O_CLOEXEC, 0600);
  if (file < 0) return false;
  const std::vector<char> bytes(4096, 'x');
  const bool is_good = ::posix_fallocate(file, 0, kProbeBytes) == 0 &&
                       ::write(file, bytes.data(), bytes.size()) == static_cast<ssize_t>(bytes.size()) &&
                       ::fsync(file) == 0;
  ::close(file);
  ::unlink(path.c_str());
  return is_good;
}

Result<std::uint32_t> load_catalog(rocksdb::DB& db, Catalog& catalog) {
  std::uint32_t highest = 0;
  std::vector<std::pair<TableHandle, Store::Size>> tables;
  const std::string prefix = own_key("table/");
  const std::unique_ptr<rocksdb::Iterator> it(db.NewIterator(rocksdb::ReadOptions()));
  for (it->Seek(prefix); it->Valid() && it->key().starts_with(prefix); it->Next()) {
    std::optional<TableHandle> table = decode_schema({it->value().data(), it->value().size()});
    if (!table) return unavailable("the store's catalog is damaged: " + it->key().ToString().substr(4));
    highest = std::max(highest, table->id);
    std::string text;
    Store::Size size;
    if (db.Get(rocksdb::ReadOptions(), size_key(table->id), &text).ok()) size = decode_size(text).value_or(size);
    tables.emplace_back(std::move(*table), size);
  }
  if (!it->status().ok()) return unavailable("cannot read the store's catalog: " + it->status().ToString());
  catalog.replace(std::move(tables));
  // Ids are never used again, so that a handle of a dropped table cannot reach another one.
  std::string last;
  if (db.Get(rocksdb::ReadOptions(), last_id_key(), &last).ok())
    highest = std::max(highest, static_cast<std::uint32_t>(parse_unsigned(last).value_or(0)));
  return highest;
}

}  // namespace gatehouse::store
