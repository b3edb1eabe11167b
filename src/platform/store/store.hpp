// The store: where all state lives. One writer, many readers.
//
// Reads run on the caller's loop from a snapshot. A write is queued to the commit thread, which takes all that waits,
// judges each write's condition against the state that the writes before it left, and commits the lot with one fsync;
// then each caller resumes on its own loop. So conditional writes and transactions are serializable, a write that was
// answered is on disk, and durable throughput grows with the load.
//
// The interface is DynamoDB's model on purpose: later engines are DynamoDB-compatible clusters. Services other than
// tables must keep to single-item conditional writes, which every such engine has (records.hpp makes that easy).
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/result.hpp"
#include "base/task.hpp"
#include "platform/store/condition.hpp"
#include "platform/store/value.hpp"

namespace gatehouse::store {

struct KeyAttribute {
  enum class Type { kString, kNumber, kBinary };
  std::string name;
  Type type = Type::kString;
  bool operator==(const KeyAttribute&) const = default;
};

struct TableSchema {
  std::string name;  // unique in the store; services prefix theirs ("identity/users"), user tables carry "tables/NAME"
  KeyAttribute partition;
  std::optional<KeyAttribute> sort;
  bool operator==(const TableSchema&) const = default;
};

// Reads, writes and scans name a table by this handle, got from find_table or create_table. Cheap to copy; safe between
// threads; using one of a dropped table is kNotFound.
struct TableHandle {
  std::shared_ptr<const TableSchema> schema;
  std::uint32_t id = 0;
};

// A condition on the sort attribute of a query.
struct SortCondition {
  enum class Kind { kEqual, kLess, kLessOrEqual, kGreater, kGreaterOrEqual, kBetween, kBeginsWith };
  Kind kind = Kind::kEqual;
  Value value;
  Value high;  // kBetween only
};

struct ReadLimits {
  std::size_t max_items = SIZE_MAX;     // items read, before any filter
  std::size_t max_bytes = 1024 * 1024;  // by item_size; the item that crosses it is still returned
};

struct Query {
  Value partition;
  std::optional<SortCondition> sort;
  bool forward = true;
  std::optional<Item> start_after;  // the key attributes of the last item of the page before
  ReadLimits limits;
};

struct Scan {
  std::uint32_t segment = 0;
  std::uint32_t total_segments = 1;
  std::optional<Item> start_after;
  ReadLimits limits;
};

struct Page {
  std::vector<Item> items;
  std::size_t bytes = 0;         // sum of item_size
  std::optional<Item> last_key;  // set when a limit ended the page: where the next one starts
};

struct Put {
  Item item;
};
struct Modify {
  Item key;
  Update update;
};  // creates the item when there is none, as UpdateItem does
struct Erase {
  Item key;
};
struct Check {
  Item key;
};  // transactions only: a condition without a write

struct Write {
  TableHandle table;
  std::variant<Put, Modify, Erase, Check> action;
  ConditionPtr condition;  // null: none
  std::size_t max_item_bytes = 400 * 1024;
};

struct WriteOutcome {
  std::optional<Item> before;
  std::optional<Item> after;
};

// Codes of write errors: "ConditionalCheckFailedException" (kConflict), "ValidationException" (kInvalid).
struct WriteFailure {
  Error error;
  std::optional<Item> before;  // the item that the condition was judged against
};
using WriteResult = std::expected<WriteOutcome, WriteFailure>;

// Each write's own failure, in order; nothing was written. Writes without one did not fail themselves.
struct TransactionFailure {
  std::vector<std::optional<WriteFailure>> reasons;
  std::optional<Error> error;  // the transaction as a whole could not run (disk, shutdown)
};
using TransactionResult = std::expected<std::vector<WriteOutcome>, TransactionFailure>;

class Store {
 public:
  virtual ~Store() = default;

  // Making a table that exists with the same schema returns it; with another schema it is kConflict.
  virtual Task<Result<TableHandle>> create_table(TableSchema schema) = 0;
  // Frees the name at once; the data goes in the background.
  virtual Task<Result<void>> drop_table(std::string name) = 0;
  virtual std::optional<TableHandle> find_table(std::string_view name) const = 0;
  virtual std::vector<TableHandle> list_tables() const = 0;  // by name

  // `key` holds the key attributes (others are ignored); a wrong or missing one is kInvalid.
  virtual Task<Result<std::optional<Item>>> get(const TableHandle& table, const Item& key) = 0;
  virtual Task<Result<Page>> query(const TableHandle& table, const Query& query) = 0;
  virtual Task<Result<Page>> scan(const TableHandle& table, const Scan& scan) = 0;

  // Done when it is on disk.
  virtual Task<WriteResult> write(Write write) = 0;
  virtual Task<TransactionResult> transact(std::vector<Write> writes) = 0;

  // Approximate, for DescribeTable: items and bytes.
  struct Size {
    std::uint64_t items = 0, bytes = 0;
  };
  virtual Size approximate_size(const TableHandle& table) const = 0;
};

struct EmbeddedOptions {
  std::filesystem::path directory;
  std::size_t cache_bytes = 64 * 1024 * 1024;
  std::size_t max_waiting_writes = 65'536;  // further writes are kThrottled
};

// The engine on RocksDB. Opening a directory that another process holds fails with a message that says so and names
// the directory. The destructor commits what waits.
Result<std::unique_ptr<Store>> open_embedded_store(EmbeddedOptions options);

}  // namespace gatehouse::store
