#include "protocol/aws/permission.hpp"
#include "services/tables/capacity.hpp"
#include "services/tables/errors.hpp"
#include "services/tables/expressions.hpp"
#include "services/tables/keys.hpp"
#include "services/tables/operations/operations.hpp"
#include "services/tables/operations/resources.hpp"
#include "services/tables/transaction.hpp"
#include "services/tables/values.hpp"

namespace gatehouse::tables {
namespace {

struct Reads {
  std::vector<store::Write> checks;
  std::vector<TablePtr> tables;
  std::vector<std::optional<ParsedProjection>> projections;
};

Result<void> read_one(Request& call, const json::value& value, std::size_t index, Reads& reads) {
  const std::string prefix = "transactItems." + std::to_string(index + 1) + ".member.";
  const json::object* member = value.if_object();
  if (member == nullptr) return errors::serialization("Unexpected field type");
  Input outer(*member, prefix);
  Input input(outer.required_map("Get"), prefix + "get.");
  if (Result<void> valid = outer.check(); !valid) return valid;
  const std::string_view name = input.table_name();
  const json::object& key_members = input.required_map("Key");
  const ExpressionTexts texts = read_expressions(input, {.projection = true});
  if (Result<void> valid = input.check(); !valid) return valid;
  Result<void> allowed =
      aws::check_permission(call.caller, "dynamodb:GetItem", {named_arn(call.tables, name)}, call.span);
  if (!allowed) return allowed;
  Result<store::Item> key = parse_item(key_members);
  if (!key) return std::unexpected(std::move(key.error()));
  Result<Expressions> expressions = parse_expressions(texts);
  if (!expressions) return std::unexpected(std::move(expressions.error()));
  Result<TablePtr> table = find_table(call.tables, name);
  if (!table) return std::unexpected(std::move(table.error()));
  Result<void> valid = check_key(*key, (*table)->schema);
  if (valid && expressions->projection) {
    valid = check_key_paths(expressions->projection->attributes, (*table)->schema);
  }
  if (!valid) return valid;
  store::Write check;
  check.table = (*table)->handle;
  check.action = store::Check{std::move(*key)};
  reads.checks.push_back(std::move(check));
  reads.tables.push_back(std::move(*table));
  reads.projections.push_back(std::move(expressions->projection));
  return {};
}

json::array capacities(const std::map<std::string_view, double>& units, CapacityReport report) {
  json::array list;
  for (const auto& [name, sum] : units) list.emplace_back(capacity_json(name, sum, report, UnitsShare::kRead));
  return list;
}

}  // namespace

// Checks without a condition in one transaction: they see one state of all items, between two commits.
Task<Answer> transact_get_items(Request& request) {
  Input input(request.input);
  const json::array& items = input.required_list("TransactItems", {1, kMaxTransactionItems});
  const CapacityReport report = read_capacity_report(input);
  if (Result<void> valid = input.check(); !valid) co_return std::unexpected(std::move(valid.error()));
  Reads reads;
  for (std::size_t i = 0; i < items.size(); ++i) {
    Result<void> valid = read_one(request, items[i], i, reads);
    if (!valid) co_return std::unexpected(std::move(valid.error()));
  }
  Result<void> valid = check_members(reads.checks, reads.tables);
  if (!valid) co_return std::unexpected(std::move(valid.error()));

  store::TransactionResult result = co_await request.tables.store().transact(std::move(reads.checks));
  if (!result) {
    co_return std::unexpected(cancelled(std::move(result.error()), std::vector<bool>(reads.tables.size())));
  }
  json::object answer = make_answer();
  json::array responses(answer.storage());
  std::map<std::string_view, double> units;
  std::size_t bytes = 0;
  for (std::size_t i = 0; i < result->size(); ++i) {
    const std::optional<store::Item>& item = (*result)[i].before;
    const std::size_t size = item ? store::item_size(*item) : 0;
    bytes += size;
    units[reads.tables[i]->config.name] += read_units(size, ReadKind::kTransactional);
    json::object response(answer.storage());
    if (item && reads.projections[i]) {
      response.emplace("Item", to_json(reads.projections[i]->projection.apply(*item), answer.storage()));
    } else if (item) {
      response.emplace("Item", to_json(*item, answer.storage()));
    }
    responses.emplace_back(std::move(response));
  }
  if (bytes > kMaxTransactionBytes) {
    co_return errors::validation("Total size of the transaction's items has exceeded the maximum of 4 MB");
  }
  answer.emplace("Responses", std::move(responses));
  if (report != CapacityReport::kNone) answer.emplace("ConsumedCapacity", capacities(units, report));
  request.span.note("count", std::to_string(reads.tables.size()));
  co_return answer;
}

}  // namespace gatehouse::tables
