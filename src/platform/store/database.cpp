#include "platform/store/database.hpp"

#include <rocksdb/cache.h>
#include <rocksdb/filter_policy.h>
#include <rocksdb/table.h>

#include "platform/store/group.hpp"
#include "platform/store/keys.hpp"

namespace gatehouse::store {
namespace {

constexpr std::string_view kFormatVersion = "1";
constexpr std::size_t kWriteBufferBytes = 8 * 1024 * 1024;

std::string own_key(std::string_view name) { return std::string(4, '\0').append(name); }

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
  // A torn last record is a write that was never acknowledged.
  out.wal_recovery_mode = rocksdb::WALRecoveryMode::kTolerateCorruptedTailRecords;
  out.skip_stats_update_on_db_open = true;
  out.stats_dump_period_sec = 0;
  out.stats_persist_period_sec = 0;
  out.info_log_level = rocksdb::WARN_LEVEL;
  out.keep_log_file_num = 2;
  return out;
}

std::unexpected<Error> unavailable(std::string message, std::string detail = {}) {
  return fail(Error::Kind::kUnavailable, "", std::move(message), std::move(detail));
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
  rocksdb::WriteOptions durable;
  durable.sync = true;
  const rocksdb::Status written = db.Put(durable, own_key("format"), std::string(kFormatVersion));
  if (!written.ok()) return unavailable(fmt::format("cannot write to {}: {}", folder, written.ToString()));
  return {};
}

}  // namespace

std::string schema_key(std::string_view table_name) { return own_key("table/").append(table_name); }

Result<std::unique_ptr<rocksdb::DB>> open_database(const EmbeddedOptions& options) {
  const std::string folder = options.directory.string();
  rocksdb::DB* opened = nullptr;
  const rocksdb::Status status = rocksdb::DB::Open(database_options(options), folder, &opened);
  std::unique_ptr<rocksdb::DB> db(opened);
  if (!status.ok()) {
    const std::string text = status.ToString();
    if (status.IsIOError() && text.find("lock") != std::string::npos) {
      return unavailable(
          fmt::format("the data in {} is in use by another process: stop that one, or name another folder with --data",
                      folder),
          text);
    }
    return unavailable(fmt::format("cannot open the data in {}: {}", folder, text));
  }
  const Result<void> checked = check_format(*db, folder);
  if (!checked) return std::unexpected(checked.error());
  return db;
}

Result<std::uint32_t> load_catalog(rocksdb::DB& db, Catalog& catalog) {
  std::uint32_t highest = 0;
  const std::string prefix = own_key("table/");
  const std::unique_ptr<rocksdb::Iterator> it(db.NewIterator(rocksdb::ReadOptions()));
  for (it->Seek(prefix); it->Valid() && it->key().starts_with(prefix); it->Next()) {
    std::optional<TableHandle> table = decode_schema({it->value().data(), it->value().size()});
    if (!table) return unavailable("the store's catalog is damaged: " + it->key().ToString());
    highest = std::max(highest, table->id);
    const std::uint32_t id = table->id;
    catalog.add(std::move(*table));
    std::string size;
    if (db.Get(rocksdb::ReadOptions(), size_key(id), &size).ok())
      catalog.set_size(id, decode_size(size).value_or(Store::Size{}));
  }
  if (!it->status().ok()) return unavailable("cannot read the store's catalog: " + it->status().ToString());
  // Ids are never used again, so that a handle of a dropped table cannot reach another one.
  std::string last;
  if (db.Get(rocksdb::ReadOptions(), own_key("last_id"), &last).ok()) {
    highest = std::max(highest, static_cast<std::uint32_t>(std::strtoul(last.c_str(), nullptr, 10)));
  }
  return highest;
}

}  // namespace gatehouse::store
