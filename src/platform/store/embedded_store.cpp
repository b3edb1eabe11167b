// The embedded engine: reads on the caller's loop, writes by group commit on one thread.
#include <rocksdb/db.h>
#include <rocksdb/write_batch.h>

#include <thread>

#include "base/log.hpp"
#include "platform/store/commit_queue.hpp"
#include "platform/store/database.hpp"
#include "platform/store/group.hpp"
#include "platform/store/keys.hpp"

namespace gatehouse::store {
namespace {

constexpr std::size_t kMaxGroupBytes = 8 * 1024 * 1024;

std::unexpected<Error> read_failed(const rocksdb::Status& status) {
  return fail(Error::Kind::kUnavailable, "InternalServerError", "Internal server error", status.ToString());
}
Error dropped() {
  return {
      Error::Kind::kNotFound, "ResourceNotFoundException", "Requested resource not found", "the table was dropped", {}};
}
Error full() {
  return {Error::Kind::kThrottled, "ThrottlingException", "Rate exceeded", "too many writes wait for the disk", {}};
}
Error disk_failed(const rocksdb::Status& status) {
  return {Error::Kind::kUnavailable,
          "InternalServerError",
          "Internal server error",
          "the disk refused a write: " + status.ToString(),
          {}};
}

rocksdb::WriteOptions durable() {
  rocksdb::WriteOptions options;
  options.sync = true;
  return options;
}

// Reads items off an iterator until a limit or the end of the range.
class PageReader {
 public:
  PageReader(rocksdb::DB& db, const TableSchema& schema, KeyRange range, const ReadLimits& limits)
      : schema_(schema), range_(std::move(range)), limits_(limits), lower_(range_.begin), upper_(range_.end) {
    rocksdb::ReadOptions options;
    options.iterate_lower_bound = &lower_;
    options.iterate_upper_bound = &upper_;
    it_.reset(db.NewIterator(options));
  }

  Result<Page> forward(const std::optional<std::string>& after) {
    if (after)
      it_->Seek(*after + '\0');
    else
      it_->SeekToFirst();
    return read([this] { it_->Next(); });
  }
  Result<Page> backward(const std::optional<std::string>& before) {
    if (before) {
      it_->SeekForPrev(*before);
      if (it_->Valid() && it_->key() == *before) it_->Prev();
    } else {
      it_->SeekToLast();
    }
    return read([this] { it_->Prev(); });
  }

 private:
  template <typename Step>
  Result<Page> read(Step step) {
    Page page;
    for (; it_->Valid(); step()) {
      Result<Item> item = decode_item({it_->value().data(), it_->value().size()});
      if (!item) return std::unexpected(item.error());
      page.bytes += item_size(*item);
      page.items.push_back(std::move(*item));
      if (page.items.size() >= limits_.max_items || page.bytes >= limits_.max_bytes) {
        page.last_key = key_attributes(schema_, page.items.back());
        break;
      }
    }
    if (!it_->status().ok()) return read_failed(it_->status());
    return page;
  }

  const TableSchema& schema_;
  KeyRange range_;
  const ReadLimits& limits_;
  rocksdb::Slice lower_, upper_;
  std::unique_ptr<rocksdb::Iterator> it_;
};

class EmbeddedStore final : public Store {
 public:
  EmbeddedStore(std::unique_ptr<rocksdb::DB> db, std::unique_ptr<Catalog> catalog, std::uint32_t last_id,
                std::size_t max_waiting)
      : db_(std::move(db)), catalog_(std::move(catalog)), last_id_(last_id), queue_(max_waiting), thread_([this] {
          commit_loop();
        }) {}

  ~EmbeddedStore() override {
    queue_.close();
    thread_.join();
  }

  Task<Result<TableHandle>> create_table(TableSchema schema) override {
    std::optional<Result<TableHandle>> result;
    auto work = [this, &schema, &result] { result.emplace(create_now(std::move(schema))); };
    const bool queued = co_await run_exclusively(std::move(work));
    if (!queued) co_return std::unexpected(full());
    co_return std::move(*result);
  }
  Task<Result<void>> drop_table(std::string name) override {
    std::optional<Result<void>> result;
    auto work = [this, &name, &result] { result.emplace(drop_now(name)); };
    const bool queued = co_await run_exclusively(std::move(work));
    if (!queued) co_return std::unexpected(full());
    co_return std::move(*result);
  }
  std::optional<TableHandle> find_table(std::string_view name) const override { return catalog_->find(name); }
  std::vector<TableHandle> list_tables() const override { return catalog_->list(); }

  Task<Result<std::optional<Item>>> get(const TableHandle& table, const Item& key) override {
    if (!catalog_->has(table.id)) co_return std::unexpected(dropped());
    const Result<std::string> bytes = item_key(table, key);
    if (!bytes) co_return std::unexpected(bytes.error());
    rocksdb::PinnableSlice value;
    const rocksdb::Status status = db_->Get(rocksdb::ReadOptions(), db_->DefaultColumnFamily(), *bytes, &value);
    if (status.IsNotFound()) co_return std::optional<Item>();
    if (!status.ok()) co_return read_failed(status);
    Result<Item> item = decode_item({value.data(), value.size()});
    if (!item) co_return std::unexpected(item.error());
    co_return std::optional<Item>(std::move(*item));
  }

  Task<Result<Page>> query(const TableHandle& table, const Query& query) override {
    if (!catalog_->has(table.id)) co_return std::unexpected(dropped());
    Result<KeyRange> range = query_range(table, query);
    if (!range) co_return std::unexpected(range.error());
    const Result<std::optional<std::string>> start = start_key(table, query.start_after);
    if (!start) co_return std::unexpected(start.error());
    if (range->begin >= range->end) co_return Page{};
    PageReader reader(*db_, *table.schema, std::move(*range), query.limits);
    co_return query.forward ? reader.forward(*start) : reader.backward(*start);
  }

  Task<Result<Page>> scan(const TableHandle& table, const Scan& scan) override {
    if (!catalog_->has(table.id)) co_return std::unexpected(dropped());
    const Result<std::optional<std::string>> start = start_key(table, scan.start_after);
    if (!start) co_return std::unexpected(start.error());
    PageReader reader(*db_, *table.schema, segment_range(table.id, scan.segment, scan.total_segments), scan.limits);
    co_return reader.forward(*start);
  }

  Task<WriteResult> write(Write write) override {
    std::vector<Write> writes;
    writes.push_back(std::move(write));
    TransactionResult result = co_await transact(std::move(writes));
    if (result) co_return std::move(result->front());
    TransactionFailure& failure = result.error();
    if (failure.error) co_return std::unexpected(WriteFailure{std::move(*failure.error), {}});
    co_return std::unexpected(std::move(*failure.reasons.front()));
  }

  Task<TransactionResult> transact(std::vector<Write> writes) override {
    TransactionResult result;
    bool queued = true;
    const Executor executor = co_await net::this_coro::executor;
    auto start = [&](auto handler) {
      Job job = WriteJob{std::move(writes), &result,
                         [executor, held = std::move(handler)]() mutable { net::post(executor, std::move(held)); }};
      queued = queue_.push(job);
      if (!queued) std::get<WriteJob>(job).done();
    };
    co_await net::async_initiate<const net::use_awaitable_t<Executor>, void()>(start, kUseTask);
    if (!queued) co_return std::unexpected(TransactionFailure{{}, full()});
    co_return result;
  }

  Size approximate_size(const TableHandle& table) const override { return catalog_->size(table.id); }

 private:
  static Result<std::optional<std::string>> start_key(const TableHandle& table, const std::optional<Item>& attributes) {
    if (!attributes) return std::optional<std::string>();
    Result<std::string> key = item_key(table, *attributes);
    if (!key) return std::unexpected(key.error());
    return std::optional<std::string>(std::move(*key));
  }

  // False when the queue is full; else `work` ran on the commit thread.
  template <typename F>
  Task<bool> run_exclusively(F work) {
    bool queued = true;
    const Executor executor = co_await net::this_coro::executor;
    auto start = [&](auto handler) {
      Job job = ExclusiveJob{std::ref(work),
                             [executor, held = std::move(handler)]() mutable { net::post(executor, std::move(held)); }};
      queued = queue_.push(job);
      if (!queued) std::get<ExclusiveJob>(job).done();
    };
    co_await net::async_initiate<const net::use_awaitable_t<Executor>, void()>(start, kUseTask);
    co_return queued;
  }

  Result<TableHandle> create_now(TableSchema schema) {
    if (std::optional<TableHandle> present = catalog_->find(schema.name)) {
      if (*present->schema == schema) return *present;
      return fail(Error::Kind::kConflict, "ResourceInUseException", "Table already exists: " + schema.name);
    }
    TableHandle table{std::make_shared<const TableSchema>(std::move(schema)), last_id_ + 1};
    rocksdb::WriteBatch batch;
    batch.Put(schema_key(table.schema->name), encode_schema(table));
    batch.Put(std::string(4, '\0') + "last_id", std::to_string(table.id));
    if (const rocksdb::Status status = db_->Write(durable(), &batch); !status.ok())
      return std::unexpected(disk_failed(status));
    last_id_ = table.id;
    catalog_->add(table);
    return table;
  }

  // The range deletion is one small record; compaction frees the space later.
  Result<void> drop_now(const std::string& name) {
    const std::optional<TableHandle> table = catalog_->find(name);
    if (!table) return std::unexpected(dropped());
    const KeyRange range = table_range(table->id);
    rocksdb::WriteBatch batch;
    batch.Delete(schema_key(name));
    batch.Delete(size_key(table->id));
    batch.DeleteRange(range.begin, range.end);
    if (const rocksdb::Status status = db_->Write(durable(), &batch); !status.ok())
      return std::unexpected(disk_failed(status));
    catalog_->remove(name);
    return {};
  }

  void commit_loop() {
    for (;;) {
      std::vector<Job> jobs = queue_.take_all();
      if (jobs.empty()) return;
      for (std::size_t next = 0; next < jobs.size();) {
        if (auto* alone = std::get_if<ExclusiveJob>(&jobs[next])) {
          alone->run();
          alone->done();
          ++next;
        } else {
          next = commit_group(jobs, next);
        }
      }
    }
  }

  // Commits the writes from `first` on, up to the next exclusive job or the size limit; returns where it stopped.
  std::size_t commit_group(std::vector<Job>& jobs, std::size_t first) {
    Group group(*db_, *catalog_);
    std::size_t next = first;
    for (; next < jobs.size() && group.bytes() < kMaxGroupBytes; ++next) {
      auto* job = std::get_if<WriteJob>(&jobs[next]);
      if (job == nullptr) break;
      *job->result = group.add(job->writes);
    }
    rocksdb::Status status;
    if (!group.is_empty()) status = db_->Write(durable(), &group.finish());
    if (status.ok()) {
      group.publish_sizes(*catalog_);
    } else {
      log::error("the store could not commit: {}", status.ToString());
      // The engine stops writing after such an error; a later attempt may succeed once the disk does.
      db_->Resume();
    }
    for (std::size_t i = first; i < next; ++i) {
      WriteJob& job = std::get<WriteJob>(jobs[i]);
      if (!status.ok()) *job.result = std::unexpected(TransactionFailure{{}, disk_failed(status)});
      job.done();
    }
    return next;
  }

  std::unique_ptr<rocksdb::DB> db_;
  std::unique_ptr<Catalog> catalog_;
  std::uint32_t last_id_;  // commit thread only
  CommitQueue queue_;
  std::thread thread_;
};

}  // namespace

Result<std::unique_ptr<Store>> open_embedded_store(EmbeddedOptions options) {
  Result<std::unique_ptr<rocksdb::DB>> db = open_database(options);
  if (!db) return std::unexpected(db.error());
  auto catalog = std::make_unique<Catalog>();
  const Result<std::uint32_t> last_id = load_catalog(**db, *catalog);
  if (!last_id) return std::unexpected(last_id.error());
  return std::make_unique<EmbeddedStore>(std::move(*db), std::move(catalog), *last_id, options.max_waiting_writes);
}

}  // namespace gatehouse::store
