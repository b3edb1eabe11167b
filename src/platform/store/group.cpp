#include "platform/store/group.hpp"

#include "platform/store/keys.hpp"

namespace gatehouse::store {
namespace {

template <typename... Ts>
struct Overloaded : Ts... {
  using Ts::operator()...;
};

constexpr std::string_view kItemTooLarge = "Item size has exceeded the maximum allowed size";
constexpr std::string_view kUpdateTooLarge = "Item size to update has exceeded the maximum allowed size";
constexpr std::string_view kKeyUpdated =
    "One or more parameter values were invalid: Cannot update attribute {}. This attribute is part of the key";

std::unexpected<WriteFailure> failed(Error error, std::optional<Item> before = {}) {
  return std::unexpected(WriteFailure{std::move(error), std::move(before)});
}
Error invalid(std::string message) {
  return {Error::Kind::kInvalid, "ValidationException", std::move(message), {}, {}};
}

const Item& key_holder(const Write& write) {
  return std::visit(Overloaded{[](const Put& put) -> const Item& { return put.item; },
                               [](const auto& action) -> const Item& { return action.key; }},
                    write.action);
}

// The update applied to the item, or to a new one that has only its key.
Result<Item> modified(const Write& write, const Modify& modify, const std::optional<Item>& before) {
  const Item start = before ? *before : key_attributes(*write.table.schema, modify.key);
  Result<Item> after = apply(modify.update, start);
  if (!after) return after;
  for (const auto& [name, value] : key_attributes(*write.table.schema, start)) {
    const auto now = after->find(name);
    if (now == after->end() || !(now->second == value))
      return std::unexpected(invalid(fmt::format(fmt::runtime(kKeyUpdated), name)));
  }
  return after;
}

}  // namespace

std::string size_key(std::uint32_t table_id) {
  std::string key("\0\0\0\0size/", 9);
  return key + std::to_string(table_id);
}

Result<std::optional<Item>> Group::current(const std::string& key) const {
  if (const auto found = overlay_.find(key); found != overlay_.end()) return found->second;
  rocksdb::PinnableSlice bytes;
  const rocksdb::Status status = db_.Get(rocksdb::ReadOptions(), db_.DefaultColumnFamily(), key, &bytes);
  if (status.IsNotFound()) return std::optional<Item>();
  if (!status.ok())
    return fail(Error::Kind::kUnavailable, "InternalServerError", "Internal server error", status.ToString());
  Result<Item> item = decode_item({bytes.data(), bytes.size()});
  if (!item) return std::unexpected(item.error());
  return std::optional<Item>(std::move(*item));
}

std::expected<Group::Planned, WriteFailure> Group::plan(const Write& write) {
  if (!catalog_.has(write.table.id)) {
    return failed({Error::Kind::kNotFound,
                   "ResourceNotFoundException",
                   "Requested resource not found",
                   "the table was dropped",
                   {}});
  }
  Result<std::string> key = item_key(write.table, key_holder(write));
  if (!key) return failed(key.error());
  Planned planned;
  planned.key = std::move(*key);
  planned.table = write.table.id;
  Result<std::optional<Item>> before = current(planned.key);
  if (!before) return failed(before.error());
  planned.before = std::move(*before);

  static const Item kNothing;
  if (write.condition && !holds(*write.condition, planned.before ? *planned.before : kNothing)) {
    return failed({Error::Kind::kConflict, "ConditionalCheckFailedException", "The conditional request failed", {}, {}},
                  std::move(planned.before));
  }
  if (const auto* put = std::get_if<Put>(&write.action)) {
    if (item_size(put->item) > write.max_item_bytes) return failed(invalid(std::string(kItemTooLarge)));
    planned.after = put->item;
    planned.changes = true;
  } else if (const auto* modify = std::get_if<Modify>(&write.action)) {
    Result<Item> after = modified(write, *modify, planned.before);
    if (!after) return failed(after.error(), std::move(planned.before));
    if (item_size(*after) > write.max_item_bytes) return failed(invalid(std::string(kUpdateTooLarge)));
    planned.after = std::move(*after);
    planned.changes = true;
  } else if (std::holds_alternative<Erase>(write.action)) {
    planned.changes = planned.before.has_value();
  } else {
    planned.after = planned.before;
  }
  return planned;
}

void Group::record(const Planned& planned) {
  const auto [entry, is_new] = sizes_.try_emplace(planned.table);
  if (is_new) entry->second = catalog_.size(planned.table);
  Store::Size& size = entry->second;
  if (planned.before) {
    --size.items;
    size.bytes -= item_size(*planned.before);
  }
  if (planned.after) {
    ++size.items;
    size.bytes += item_size(*planned.after);
    batch_.Put(planned.key, encode_item(*planned.after));
  } else {
    batch_.Delete(planned.key);
  }
  overlay_.insert_or_assign(planned.key, planned.after);
}

TransactionResult Group::add(std::vector<Write>& writes) {
  // Each write of a transaction sees the state before it: no item may be written twice, so order does not matter.
  std::vector<Planned> plans;
  TransactionFailure failure;
  bool failed_any = false;
  for (const Write& write : writes) {
    std::expected<Planned, WriteFailure> planned = plan(write);
    failure.reasons.emplace_back();
    if (planned) {
      plans.push_back(std::move(*planned));
    } else {
      failure.reasons.back() = std::move(planned.error());
      failed_any = true;
    }
  }
  if (failed_any) return std::unexpected(std::move(failure));
  std::vector<WriteOutcome> outcomes;
  for (Planned& planned : plans) {
    if (planned.changes) record(planned);
    outcomes.push_back({std::move(planned.before), std::move(planned.after)});
  }
  return outcomes;
}

rocksdb::WriteBatch& Group::finish() {
  for (const auto& [table, size] : sizes_) batch_.Put(size_key(table), encode_size(size));
  return batch_;
}

void Group::publish_sizes(Catalog& catalog) const {
  for (const auto& [table, size] : sizes_) catalog.set_size(table, size);
}

}  // namespace gatehouse::store
