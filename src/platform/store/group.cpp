#include "platform/store/group.hpp"

#include <rocksdb/db.h>
#include <rocksdb/write_batch.h>

#include <unordered_set>

#include "platform/store/database.hpp"
#include "platform/store/keys.hpp"

namespace gatehouse::store {
namespace {

template <typename... Ts>
struct Overloaded : Ts... {
  using Ts::operator()...;
};

// DynamoDB: "Supports nested attributes up to 32 levels deep." The codec reads a little more.
constexpr std::size_t kMaxDepth = 32;

constexpr std::string_view kItemTooLarge = "Item size has exceeded the maximum allowed size";
constexpr std::string_view kUpdateTooLarge = "Item size to update has exceeded the maximum allowed size";
constexpr std::string_view kTooDeep = "Nesting Levels have exceeded supported limits";
constexpr std::string_view kKeyUpdated =
    "One or more parameter values were invalid: Cannot update attribute {}. This attribute is part of the key";
constexpr std::string_view kSameItem = "Transaction request cannot include multiple operations on one item";

std::unexpected<WriteFailure> failed(Error error, std::optional<Item> before = {}) {
  return std::unexpected(WriteFailure{std::move(error), std::move(before)});
}
Error invalid(std::string_view message) {
  return {Error::Kind::kInvalid, "ValidationException", std::string(message), {}, {}};
}
Error no_table() {
  return {
      Error::Kind::kNotFound, "ResourceNotFoundException", "Requested resource not found", "the table was dropped", {}};
}
Error condition_failed() {
  return {Error::Kind::kConflict, "ConditionalCheckFailedException", "The conditional request failed", {}, {}};
}

const Item& key_holder(const Write& write) {
  return std::visit(Overloaded{[](const Put& put) -> const Item& { return put.item; },
                               [](const auto& action) -> const Item& { return action.key; }},
                    write.action);
}

bool is_too_deep(const Value& value, std::size_t levels) {
  const auto is_member_too_deep = [&](const auto& member) { return is_too_deep(member, levels - 1); };
  if (const auto* list = value.get_if<List>()) return levels == 0 || std::ranges::any_of(*list, is_member_too_deep);
  if (const auto* map = value.get_if<Item>()) {
    return levels == 0 ||
           std::ranges::any_of(*map, [&](const auto& member) { return is_member_too_deep(member.second); });
  }
  return false;
}
bool is_too_deep(const Item& item) {
  return std::ranges::any_of(item, [](const auto& member) { return is_too_deep(member.second, kMaxDepth); });
}

// An update that only takes away makes no item where there is none, as UpdateItem has it.
bool only_removes(const Update& update) {
  return update.sets.empty() && update.adds.empty() && !(update.removes.empty() && update.deletes.empty());
}

// The update applied to the item, or to a new one that has only its key.
Result<Item> modified(const TableSchema& schema, const Modify& modify, const std::optional<Item>& before) {
  const Item start = before ? *before : key_attributes(schema, modify.key);
  Result<Item> after = apply(modify.update, start);
  if (!after) return after;
  for (const auto& [name, value] : key_attributes(schema, start)) {
    const auto now = after->find(name);
    if (now == after->end() || !(now->second == value))
      return std::unexpected(invalid(fmt::format(fmt::runtime(kKeyUpdated), name)));
  }
  return after;
}

}  // namespace

Group::Group(rocksdb::DB& db, const Catalog& catalog)
    : db_(db), catalog_(catalog), batch_(std::make_unique<rocksdb::WriteBatch>()) {}
Group::~Group() = default;

bool Group::is_empty() const { return batch_->Count() == 0; }
std::size_t Group::bytes() const { return batch_->GetDataSize(); }

Result<std::optional<Item>> Group::current(const std::string& key) const {
  rocksdb::PinnableSlice read;
  std::string_view bytes;
  if (const auto found = overlay_.find(key); found != overlay_.end()) {
    if (!found->second) return std::optional<Item>();
    bytes = *found->second;
  } else {
    const rocksdb::Status status = db_.Get(rocksdb::ReadOptions(), db_.DefaultColumnFamily(), key, &read);
    if (status.IsNotFound()) return std::optional<Item>();
    if (!status.ok())
      return fail(Error::Kind::kUnavailable, "InternalServerError", "Internal server error", status.ToString());
    bytes = {read.data(), read.size()};
  }
  Result<Item> item = decode_item(bytes);
  if (!item) return std::unexpected(item.error());
  return std::optional<Item>(std::move(*item));
}

std::expected<Group::Planned, WriteFailure> Group::plan(Write& write) {
  if (!catalog_.has(write.table.id)) return failed(no_table());
  Result<std::string> key = item_key(write.table, key_holder(write));
  if (!key) return failed(key.error());
  Planned planned;
  planned.key = std::move(*key);
  planned.table = write.table.id;
  Result<std::optional<Item>> before = current(planned.key);
  if (!before) return failed(before.error());
  planned.before = std::move(*before);

  static const Item kNothing;
  if (write.condition && !holds(*write.condition, planned.before ? *planned.before : kNothing))
    return failed(condition_failed(), std::move(planned.before));
  std::expected<void, WriteFailure> done = plan_action(write, planned);
  if (!done) return std::unexpected(std::move(done.error()));
  return planned;
}

std::expected<void, WriteFailure> Group::plan_action(Write& write, Planned& planned) const {
  std::string_view too_large = kItemTooLarge;
  if (auto* put = std::get_if<Put>(&write.action)) {
    planned.after = std::move(put->item);
    planned.changes = true;
  } else if (const auto* modify = std::get_if<Modify>(&write.action)) {
    Result<Item> after = modified(*write.table.schema, *modify, planned.before);
    if (!after) return failed(after.error(), std::move(planned.before));
    too_large = kUpdateTooLarge;
    if (!planned.before && only_removes(modify->update)) return {};
    planned.after = std::move(*after);
    planned.changes = true;
  } else if (std::holds_alternative<Erase>(write.action)) {
    planned.changes = planned.before.has_value();
    return {};
  } else {
    planned.after = planned.before;
    return {};
  }
  planned.after_bytes = item_size(*planned.after);
  if (planned.after_bytes > write.max_item_bytes) return failed(invalid(too_large));
  // An item that could be written and not read again would be lost.
  if (is_too_deep(*planned.after)) return failed(invalid(kTooDeep));
  return {};
}

void Group::record(Planned& planned) {
  const auto [entry, is_new] = sizes_.try_emplace(planned.table);
  if (is_new) entry->second = catalog_.size(planned.table);
  Store::Size& size = entry->second;
  if (planned.before) {
    size.items -= std::min<std::uint64_t>(size.items, 1);
    size.bytes -= std::min<std::uint64_t>(size.bytes, item_size(*planned.before));
  }
  std::optional<std::string> bytes;
  if (planned.after) {
    ++size.items;
    size.bytes += planned.after_bytes;
    bytes = encode_item(*planned.after);
    batch_->Put(planned.key, *bytes);
  } else {
    batch_->Delete(planned.key);
  }
  overlay_.insert_or_assign(std::move(planned.key), std::move(bytes));
}

TransactionResult Group::add(std::vector<Write>& writes) {
  // Each write of a transaction sees the state before it: no item may be named twice, so order does not matter.
  std::vector<Planned> plans;
  std::unordered_set<std::string_view> keys;
  TransactionFailure failure;
  bool failed_any = false;
  plans.reserve(writes.size());  // keeps the keys where they are
  for (Write& write : writes) {
    std::expected<Planned, WriteFailure> planned = plan(write);
    failure.reasons.emplace_back();
    if (planned) {
      plans.push_back(std::move(*planned));
      if (!keys.insert(plans.back().key).second) return std::unexpected(TransactionFailure{{}, invalid(kSameItem)});
    } else {
      failure.reasons.back() = std::move(planned.error());
      failed_any = true;
    }
  }
  if (failed_any) return std::unexpected(std::move(failure));
  std::vector<WriteOutcome> outcomes;
  outcomes.reserve(plans.size());
  for (Planned& planned : plans) {
    if (planned.changes) record(planned);
    outcomes.push_back({std::move(planned.before), std::move(planned.after)});
  }
  return outcomes;
}

rocksdb::WriteBatch& Group::finish() {
  for (const auto& [table, size] : sizes_) batch_->Put(size_key(table), encode_size(size));
  return *batch_;
}

void Group::publish_sizes(Catalog& catalog) const {
  for (const auto& [table, size] : sizes_) catalog.set_size(table, size);
}

}  // namespace gatehouse::store
