#include "platform/store/committer.hpp"

#include <rocksdb/convenience.h>
#include <rocksdb/db.h>
#include <rocksdb/write_batch.h>

#include "base/log.hpp"
#include "platform/store/group.hpp"
#include "platform/store/keys.hpp"

namespace gatehouse::store {
namespace {

Error disk_failed() {
  return {Error::Kind::kUnavailable, "InternalServerError", "Internal server error", "the disk refuses writes", {}};
}

}  // namespace

Committer::Committer(Database& database, Catalog& catalog, std::uint32_t last_id, std::size_t max_waiting)
    : database_(database), catalog_(catalog), last_id_(last_id), queue_(max_waiting), thread_([this] { run(); }) {}

Committer::~Committer() {
  queue_.close();
  thread_.join();
}

void Committer::run() {
  for (;;) {
    std::vector<Job> jobs = queue_.take_all();
    if (jobs.empty()) return;
    for (std::size_t next = 0; next < jobs.size();) {
      if (auto* alone = std::get_if<ExclusiveJob>(&jobs[next])) {
        alone->run();
        alone->done();
        ++next;
      } else {
        next = can_write() ? commit_group(jobs, next) : fail_group(jobs, next);
      }
    }
  }
}

// Healthy, or just brought back. Tried again only now and then: a broken disk answers slowly.
bool Committer::can_write() {
  if (database_.is_healthy()) return true;
  const auto now = std::chrono::steady_clock::now();
  if (now < next_recovery_) return false;
  next_recovery_ = now + kRecoveryInterval;
  if (!database_.recover()) return false;
  const Result<std::uint32_t> last_id = load_catalog(*database_.get(), catalog_);
  if (!last_id) log::error("{}", last_id.error().message);
  if (last_id) last_id_ = std::max(last_id_, *last_id);
  return last_id.has_value();
}

// Commits the writes from `first` on, up to the next exclusive job or the size limit; returns where it stopped.
std::size_t Committer::commit_group(std::vector<Job>& jobs, std::size_t first) {
  Group group(*database_.get(), catalog_);
  std::size_t next = first;
  for (; next < jobs.size() && group.bytes() < kMaxGroupBytes; ++next) {
    auto* job = std::get_if<WriteJob>(&jobs[next]);
    if (job == nullptr) break;
    *job->result = group.add(job->writes);
  }
  Result<void> committed;
  if (!group.is_empty()) committed = database_.commit(group.finish());
  if (committed) group.publish_sizes(catalog_);
  for (std::size_t i = first; i < next; ++i) {
    WriteJob& job = std::get<WriteJob>(jobs[i]);
    // Failed conditions too: they may have been judged against writes that now are not there.
    if (!committed) *job.result = std::unexpected(TransactionFailure{{}, committed.error()});
    job.done();
  }
  return next;
}

std::size_t Committer::fail_group(std::vector<Job>& jobs, std::size_t first) {
  std::size_t next = first;
  for (; next < jobs.size(); ++next) {
    auto* job = std::get_if<WriteJob>(&jobs[next]);
    if (job == nullptr) break;
    *job->result = std::unexpected(TransactionFailure{{}, disk_failed()});
    job->done();
  }
  return next;
}

Result<TableHandle> Committer::create_table(TableSchema schema) {
  if (std::optional<TableHandle> present = catalog_.find(schema.name)) {
    if (*present->schema == schema) return *present;
    return fail(Error::Kind::kConflict, "ResourceInUseException", "Table already exists: " + schema.name);
  }
  if (!can_write()) return std::unexpected(disk_failed());
  TableHandle table{std::make_shared<const TableSchema>(std::move(schema)), last_id_ + 1};
  rocksdb::WriteBatch batch;
  batch.Put(schema_key(table.schema->name), encode_schema(table));
  batch.Put(last_id_key(), std::to_string(table.id));
  const Result<void> committed = database_.commit(batch);
  if (!committed) return std::unexpected(committed.error());
  last_id_ = table.id;
  catalog_.add(table);
  return table;
}

// One small record deletes the range. Files that hold nothing else go at once, the rest with later compactions; both
// need no memory of it after a restart.
Result<void> Committer::drop_table(const std::string& name) {
  const std::optional<TableHandle> table = catalog_.find(name);
  if (!table) return fail(Error::Kind::kNotFound, "ResourceNotFoundException", "Requested resource not found");
  if (!can_write()) return std::unexpected(disk_failed());
  const KeyRange range = table_range(table->id);
  rocksdb::WriteBatch batch;
  batch.Delete(schema_key(name));
  batch.Delete(size_key(table->id));
  batch.DeleteRange(range.begin, range.end);
  const Result<void> committed = database_.commit(batch);
  if (!committed) return committed;
  catalog_.remove(name);
  const rocksdb::Slice begin(range.begin), end(range.end);
  rocksdb::DB& db = *database_.get();
  const rocksdb::Status freed = rocksdb::DeleteFilesInRange(&db, db.DefaultColumnFamily(), &begin, &end, false);
  if (!freed.ok()) log::warn("the space of a dropped table is not free yet: {}", freed.ToString());
  return {};
}

}  // namespace gatehouse::store
