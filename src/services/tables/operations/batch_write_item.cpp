#include "services/tables/capacity.hpp"
#include "services/tables/errors.hpp"
#include "services/tables/input.hpp"
#include "services/tables/keys.hpp"
#include "services/tables/operations/operations.hpp"
#include "services/tables/values.hpp"

namespace gatehouse::tables {
namespace {

constexpr std::size_t kMaxWrites = 25;
constexpr std::size_t kMaxBytes = 16 * 1024 * 1024;

struct Batch {
  std::vector<store::Write> writes;
  std::vector<TablePtr> tables;   // of each write
  std::vector<store::Item> keys;  // of each write
  std::size_t bytes = 0;
};

// One {"PutRequest": {"Item": ...}} or {"DeleteRequest": {"Key": ...}}.
Result<void> read_one(const TablePtr& table, const json::value& value, Batch& batch) {
  const json::object* members = value.if_object();
  const json::object* put = members != nullptr ? object_member(*members, "PutRequest") : nullptr;
  const json::object* erase = members != nullptr ? object_member(*members, "DeleteRequest") : nullptr;
  if ((put == nullptr) == (erase == nullptr)) {
    return errors::validation(
        put == nullptr ? "Supplied write request is empty, must contain "
                         "exactly one of PutRequest and DeleteRequest"
                       : "Supplied write request has both a PutRequest and a DeleteRequest, must contain exactly one");
  }
  const json::object* attributes = put != nullptr ? object_member(*put, "Item") : object_member(*erase, "Key");
  if (attributes == nullptr) {
    return errors::validation(
        std::string("1 validation error detected: Value null at 'requestItems.") + table->config.name +
        (put != nullptr ? ".member.1.member.putRequest.item'" : ".member.1.member.deleteRequest.key'") +
        " failed to satisfy constraint: Member must not be null");
  }
  Result<store::Item> item = parse_item(*attributes);
  if (!item) return std::unexpected(std::move(item.error()));
  Result<void> valid = put != nullptr ? check_item(*item, table->schema) : check_key(*item, table->schema);
  if (!valid) return valid;
  batch.bytes += store::item_size(*item);
  store::Item key = key_of(*item, table->schema);
  for (std::size_t i = 0; i < batch.keys.size(); ++i) {
    if (batch.tables[i] == table && batch.keys[i] == key) {
      return errors::validation("Provided list of item keys contains duplicates");
    }
  }
  store::Write write;
  write.table = table->handle;
  if (put != nullptr) {
    write.action = store::Put{std::move(*item)};
  } else {
    write.action = store::Erase{std::move(*item)};
  }
  batch.writes.push_back(std::move(write));
  batch.tables.push_back(table);
  batch.keys.push_back(std::move(key));
  return {};
}

Result<Batch> read_batch(const Tables& tables, const json::object& items) {
  Batch batch;
  for (const auto& [name, value] : items) {
    const json::array* list = value.if_array();
    if (list == nullptr) return errors::serialization("Unexpected field type");
    if (list->empty() || batch.writes.size() + list->size() > kMaxWrites) {
      return list->empty() ? errors::validation("The batch write request list for a table cannot be null or empty")
                           : errors::validation("Too many items requested for the BatchWriteItem call");
    }
    Result<TablePtr> table = find_table(tables, name);
    if (!table) return std::unexpected(std::move(table.error()));
    for (const json::value& one : *list) {
      if (Result<void> valid = read_one(*table, one, batch); !valid) return std::unexpected(std::move(valid.error()));
    }
  }
  if (batch.writes.empty()) {
    return errors::validation(
        "1 validation error detected: Value '{}' at 'requestItems' failed to satisfy constraint: Member must have "
        "length greater than or equal to 1");
  }
  if (batch.bytes > kMaxBytes) return errors::validation("The batch of writes is larger than 16 MB");
  return batch;
}

json::array capacities(const Batch& batch, const std::vector<store::WriteOutcome>& outcomes, CapacityReport report) {
  std::map<std::string_view, double> units;
  for (std::size_t i = 0; i < outcomes.size(); ++i) {
    const store::WriteOutcome& outcome = outcomes[i];
    const std::size_t before = outcome.before ? store::item_size(*outcome.before) : 0;
    const std::size_t after = outcome.after ? store::item_size(*outcome.after) : 0;
    units[batch.tables[i]->config.name] += write_units(std::max(before, after));
  }
  json::array list;
  for (const auto& [name, sum] : units) list.emplace_back(capacity_json(name, sum, report));
  return list;
}

}  // namespace

Task<Answer> batch_write_item(Request& request) {
  Input input(request.input);
  const json::object& items = input.required_map("RequestItems");
  const CapacityReport report = read_capacity_report(input);
  constexpr std::string_view kMetrics[] = {"SIZE", "NONE"};
  input.choice("ReturnItemCollectionMetrics", kMetrics, "NONE");
  if (Result<void> valid = input.check(); !valid) co_return std::unexpected(std::move(valid.error()));
  Result<Batch> batch = read_batch(request.tables, items);
  if (!batch) co_return std::unexpected(std::move(batch.error()));
  request.span.note("count", std::to_string(batch->writes.size()));

  // DynamoDB promises each write alone; one transaction promises more and costs one commit.
  store::TransactionResult result = co_await request.tables.store().transact(std::move(batch->writes));
  if (!result) {
    if (result.error().error) co_return std::unexpected(from_store(std::move(*result.error().error)));
    for (std::optional<store::WriteFailure>& reason : result.error().reasons) {
      if (reason) co_return std::unexpected(from_store(std::move(reason->error)));
    }
    co_return errors::internal("a batch failed without a reason");
  }
  json::object answer{{"UnprocessedItems", json::object{}}};
  if (report != CapacityReport::kNone) answer.emplace("ConsumedCapacity", capacities(*batch, *result, report));
  co_return answer;
}

}  // namespace gatehouse::tables
