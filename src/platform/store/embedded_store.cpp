// The embedded engine: reads on the caller's loop, writes by group commit on one thread.
#include <rocksdb/db.h>

#include "platform/store/committer.hpp"
#include "platform/store/database.hpp"
#include "platform/store/keys.hpp"
#include "platform/store/page_reader.hpp"

namespace gatehouse::store {
namespace {

Error dropped() {
  return {
      Error::Kind::kNotFound, "ResourceNotFoundException", "Requested resource not found", "the table was dropped", {}};
}

// Why the commit thread did not take a job.
Error refused(CommitQueue::Push why) {
  if (why == CommitQueue::Push::kClosed)
    return {Error::Kind::kUnavailable, "InternalServerError", "Internal server error", "the store is closing", {}};
  return {Error::Kind::kThrottled, "ThrottlingException", "Rate exceeded", "too many writes wait for the disk", {}};
}

Result<std::optional<std::string>> start_key(const TableHandle& table, const std::optional<Item>& attributes) {
  if (!attributes) return std::optional<std::string>();
  Result<std::string> key = item_key(table, *attributes);
  if (!key) return std::unexpected(key.error());
  return std::optional<std::string>(std::move(*key));
}

class EmbeddedStore final : public Store {
 public:
  EmbeddedStore(std::unique_ptr<Database> database, std::unique_ptr<Catalog> catalog, std::uint32_t last_id,
                std::size_t max_waiting)
      : database_(std::move(database)),
        catalog_(std::move(catalog)),
        committer_(*database_, *catalog_, last_id, max_waiting) {}

  Task<Result<TableHandle>> create_table(TableSchema schema) override {
    std::optional<Result<TableHandle>> result;
    auto work = [this, &schema, &result] { result.emplace(committer_.create_table(std::move(schema))); };
    const CommitQueue::Push pushed = co_await run_exclusively(std::move(work));
    if (pushed != CommitQueue::Push::kQueued) co_return std::unexpected(refused(pushed));
    co_return std::move(*result);
  }
  Task<Result<void>> drop_table(std::string name) override {
    std::optional<Result<void>> result;
    auto work = [this, &name, &result] { result.emplace(committer_.drop_table(name)); };
    const CommitQueue::Push pushed = co_await run_exclusively(std::move(work));
    if (pushed != CommitQueue::Push::kQueued) co_return std::unexpected(refused(pushed));
    co_return std::move(*result);
  }
  std::optional<TableHandle> find_table(std::string_view name) const override { return catalog_->find(name); }
  std::vector<TableHandle> list_tables() const override { return catalog_->list(); }

  Task<Result<std::optional<Item>>> get(const TableHandle& table, const Item& key) override {
    if (!catalog_->has(table.id)) co_return std::unexpected(dropped());
    const Result<std::string> bytes = item_key(table, key);
    if (!bytes) co_return std::unexpected(bytes.error());
    co_return database_->read([&](rocksdb::DB& db) { return get_now(db, *bytes); });
  }

  Task<Result<Page>> query(const TableHandle& table, const Query& query) override {
    if (!catalog_->has(table.id)) co_return std::unexpected(dropped());
    Result<KeyRange> range = query_range(table, query);
    if (!range) co_return std::unexpected(range.error());
    Result<std::optional<std::string>> start = start_key(table, query.start_after);
    if (!start) co_return std::unexpected(start.error());
    if (range->begin >= range->end) co_return Page{};
    const PageRequest request{std::move(*range), std::move(*start), query.forward, query.limits};
    co_return database_->read([&](rocksdb::DB& db) { return read_page(db, *table.schema, request); });
  }

  Task<Result<Page>> scan(const TableHandle& table, const Scan& scan) override {
    if (!catalog_->has(table.id)) co_return std::unexpected(dropped());
    Result<std::optional<std::string>> start = start_key(table, scan.start_after);
    if (!start) co_return std::unexpected(start.error());
    KeyRange range = segment_range(table.id, scan.segment, scan.total_segments);
    const PageRequest request{std::move(range), std::move(*start), true, scan.limits};
    co_return database_->read([&](rocksdb::DB& db) { return read_page(db, *table.schema, request); });
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
    if (writes.empty()) co_return std::vector<WriteOutcome>{};
    TransactionResult result;
    CommitQueue::Push pushed = CommitQueue::Push::kQueued;
    std::atomic<bool> is_released = false;
    const Executor executor = co_await net::this_coro::executor;
    // Nothing of this frame may be touched once the job is queued: the caller may run on before push() returns. So what
    // push() said is kept only when it refused, and then the caller is resumed from here.
    auto start = [&](auto handler) {
      Job job = WriteJob{std::move(writes), &result, Resume(posting(executor, std::move(handler)), is_released)};
      if (const CommitQueue::Push said = committer_.queue().push(job); said != CommitQueue::Push::kQueued) {
        pushed = said;
        std::get<WriteJob>(job).done();
      }
    };
    co_await net::async_initiate<const net::use_awaitable_t<Executor>, void()>(start, kUseTask);
    wait_until_released(is_released);
    if (pushed != CommitQueue::Push::kQueued) co_return std::unexpected(TransactionFailure{{}, refused(pushed)});
    co_return result;
  }

  Size approximate_size(const TableHandle& table) const override { return catalog_->size(table.id); }

 private:
  template <typename Handler>
  static std::move_only_function<void()> posting(Executor executor, Handler handler) {
    return [executor, held = std::move(handler)]() mutable { net::post(executor, std::move(held)); };
  }

  static Result<std::optional<Item>> get_now(rocksdb::DB& db, const std::string& key) {
    rocksdb::PinnableSlice value;
    const rocksdb::Status status = db.Get(rocksdb::ReadOptions(), db.DefaultColumnFamily(), key, &value);
    if (status.IsNotFound()) return std::optional<Item>();
    if (!status.ok())
      return fail(Error::Kind::kUnavailable, "InternalServerError", "Internal server error", status.ToString());
    Result<Item> item = decode_item({value.data(), value.size()});
    if (!item) return std::unexpected(item.error());
    return std::optional<Item>(std::move(*item));
  }

  // When queued, `work` has run on the commit thread.
  template <typename F>
  Task<CommitQueue::Push> run_exclusively(F work) {
    CommitQueue::Push pushed = CommitQueue::Push::kQueued;
    std::atomic<bool> is_released = false;
    const Executor executor = co_await net::this_coro::executor;
    auto start = [&](auto handler) {
      Job job = ExclusiveJob{std::ref(work), Resume(posting(executor, std::move(handler)), is_released)};
      if (const CommitQueue::Push said = committer_.queue().push(job); said != CommitQueue::Push::kQueued) {
        pushed = said;
        std::get<ExclusiveJob>(job).done();
      }
    };
    co_await net::async_initiate<const net::use_awaitable_t<Executor>, void()>(start, kUseTask);
    wait_until_released(is_released);
    co_return pushed;
  }

  std::unique_ptr<Database> database_;
  std::unique_ptr<Catalog> catalog_;
  Committer committer_;
};

}  // namespace

Result<std::unique_ptr<Store>> open_embedded_store(EmbeddedOptions options) {
  Result<std::unique_ptr<Database>> database = Database::open(options);
  if (!database) return std::unexpected(database.error());
  auto catalog = std::make_unique<Catalog>();
  const Result<std::uint32_t> last_id = load_catalog(*(*database)->get(), *catalog);
  if (!last_id) return std::unexpected(last_id.error());
  return std::make_unique<EmbeddedStore>(std::move(*database), std::move(catalog), *last_id,
                                         options.max_waiting_writes);
}

}  // namespace gatehouse::store
