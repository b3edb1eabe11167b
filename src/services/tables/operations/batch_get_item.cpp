#include <algorithm>

#include "services/tables/capacity.hpp"
#include "services/tables/errors.hpp"
#include "services/tables/expressions.hpp"
#include "services/tables/keys.hpp"
#include "services/tables/operations/operations.hpp"
#include "services/tables/values.hpp"

namespace gatehouse::tables {
namespace {

constexpr std::size_t kMaxKeys = 100;
constexpr std::size_t kMaxBytes = 16 * 1024 * 1024;

// What is asked of one table.
struct TableReads {
  TablePtr table;
  std::string_view name;  // as the request has it: answers use the same
  const json::object* asked = nullptr;
  std::vector<store::Item> keys;
  Expressions expressions;
  ReadKind kind = ReadKind::kEventual;
  double units = 0;
};

Result<void> read_keys(const json::array& list, TableReads& reads) {
  for (const json::value& value : list) {
    const json::object* members = value.if_object();
    if (members == nullptr) return errors::serialization("Unexpected field type");
    Result<store::Item> key = parse_item(*members);
    if (!key) return std::unexpected(std::move(key.error()));
    if (std::ranges::find(reads.keys, *key) != reads.keys.end()) {
      return errors::validation("Provided list of item keys contains duplicates");
    }
    reads.keys.push_back(std::move(*key));
  }
  return {};
}

Result<TableReads> read_table(const Tables& tables, std::string_view name, const json::value& asked) {
  TableReads reads;
  reads.name = name;
  reads.asked = asked.if_object();
  if (reads.asked == nullptr) return errors::serialization("Unexpected field type");
  Input input(*reads.asked, "requestItems." + std::string(name) + ".member.");
  const json::array& keys = input.required_list("Keys", {1, kMaxKeys});
  if (input.flag("ConsistentRead")) reads.kind = ReadKind::kConsistent;
  const ExpressionTexts texts = read_expressions(input, {.projection = true});
  refuse_legacy_parameters(input);
  Result<void> valid = input.check();
  if (valid) valid = read_keys(keys, reads);
  if (!valid) return std::unexpected(std::move(valid.error()));
  Result<Expressions> expressions = parse_expressions(texts);
  if (!expressions) return std::unexpected(std::move(expressions.error()));
  reads.expressions = std::move(*expressions);
  Result<TablePtr> table = find_table(tables, name);
  if (!table) return std::unexpected(std::move(table.error()));
  reads.table = std::move(*table);
  for (const store::Item& key : reads.keys) {
    valid = check_key(key, reads.table->schema);
    if (!valid) return std::unexpected(std::move(valid.error()));
  }
  if (reads.expressions.projection) {
    valid = check_key_paths(reads.expressions.projection->attributes, reads.table->schema);
    if (!valid) return std::unexpected(std::move(valid.error()));
  }
  return reads;
}

// The part of one table's request that the answer had no room for.
json::object unprocessed(const TableReads& reads, std::size_t from, const json::storage_ptr& storage) {
  json::object left(*reads.asked, storage);
  json::array keys(storage);
  for (std::size_t i = from; i < reads.keys.size(); ++i) keys.emplace_back(to_json(reads.keys[i], storage));
  left.insert_or_assign("Keys", std::move(keys));
  return left;
}

json::object shown(const TableReads& reads, const store::Item& item, const json::storage_ptr& storage) {
  if (!reads.expressions.projection) return to_json(item, storage);
  return to_json(reads.expressions.projection->projection.apply(item), storage);
}

}  // namespace

Task<Answer> batch_get_item(Request& request) {
  Input input(request.input);
  const json::object& items = input.required_map("RequestItems");
  const CapacityReport report = read_capacity_report(input);
  if (Result<void> valid = input.check(); !valid) co_return std::unexpected(std::move(valid.error()));
  if (items.empty()) {
    co_return errors::validation(
        "1 validation error detected: Value '{}' at 'requestItems' failed to satisfy constraint: Member must have "
        "length greater than or equal to 1");
  }
  std::vector<TableReads> all;
  std::size_t count = 0;
  for (const auto& [name, asked] : items) {
    Result<TableReads> reads = read_table(request.tables, name, asked);
    if (!reads) co_return std::unexpected(std::move(reads.error()));
    count += reads->keys.size();
    if (count > kMaxKeys) co_return errors::validation("Too many items requested for the BatchGetItem call");
    all.push_back(std::move(*reads));
  }

  json::object answer = make_answer();
  json::object responses(answer.storage());
  json::object left_over(answer.storage());
  std::size_t bytes = 0;
  for (TableReads& reads : all) {
    json::array found(answer.storage());
    for (std::size_t i = 0; i < reads.keys.size(); ++i) {
      if (bytes > kMaxBytes) {
        left_over.emplace(reads.name, unprocessed(reads, i, answer.storage()));
        break;
      }
      Result<std::optional<store::Item>> item = co_await request.tables.store().get(reads.table->handle, reads.keys[i]);
      if (!item) co_return std::unexpected(from_store(std::move(item.error())));
      const std::size_t size = *item ? store::item_size(**item) : 0;
      reads.units += read_units(size, reads.kind);
      bytes += size;
      if (*item) found.emplace_back(shown(reads, **item, answer.storage()));
    }
    responses.emplace(reads.name, std::move(found));
  }
  answer.emplace("Responses", std::move(responses));
  answer.emplace("UnprocessedKeys", std::move(left_over));
  if (report != CapacityReport::kNone) {
    json::array capacity;
    for (const TableReads& reads : all)
      capacity.emplace_back(capacity_json(reads.table->config.name, reads.units, report));
    answer.emplace("ConsumedCapacity", std::move(capacity));
  }
  request.span.note("count", std::to_string(count));
  co_return answer;
}

}  // namespace gatehouse::tables
