#include "services/tables/write_request.hpp"

#include "services/tables/errors.hpp"
#include "services/tables/expressions.hpp"
#include "services/tables/keys.hpp"
#include "services/tables/operations/operations.hpp"
#include "services/tables/values.hpp"

namespace gatehouse::tables {
namespace {

ReturnValues read_return_values(Input& input) {
  constexpr std::string_view kAllowed[] = {"ALL_NEW", "UPDATED_OLD", "ALL_OLD", "NONE", "UPDATED_NEW"};
  const std::string_view chosen = input.choice("ReturnValues", kAllowed, "NONE");
  if (chosen == "ALL_OLD") return ReturnValues::kAllOld;
  if (chosen == "ALL_NEW") return ReturnValues::kAllNew;
  if (chosen == "UPDATED_OLD") return ReturnValues::kUpdatedOld;
  return chosen == "UPDATED_NEW" ? ReturnValues::kUpdatedNew : ReturnValues::kNone;
}

// The members besides table, item and expressions.
void read_options(Input& input, const WriteContext& context, WriteRequest& request) {
  constexpr std::string_view kOnFailure[] = {"ALL_OLD", "NONE"};
  request.returns_item_on_failure =
      input.choice("ReturnValuesOnConditionCheckFailure", kOnFailure, "NONE") == "ALL_OLD";
  if (context.in_transaction) return;
  request.return_values = read_return_values(input);
  request.report = read_capacity_report(input);
  constexpr std::string_view kMetrics[] = {"SIZE", "NONE"};
  // Collections have a size only on tables with local secondary indexes: there is nothing to report without them.
  input.choice("ReturnItemCollectionMetrics", kMetrics, "NONE");
  refuse_legacy_parameters(input);
}

Result<void> check_item_or_key(const store::Item& item, WriteShape shape, const store::TableSchema& schema) {
  return shape == WriteShape::kPut ? check_item(item, schema) : check_key(item, schema);
}

Result<void> check_attributes(const Expressions& expressions, const store::TableSchema& schema) {
  if (expressions.condition) {
    Result<void> checked = check_key_paths(expressions.condition->attributes, schema);
    if (!checked) return checked;
  }
  if (!expressions.update) return {};
  Result<void> checked = check_update_targets(expressions.update->targets, schema);
  if (!checked) return checked;
  return check_key_paths(expressions.update->attributes, schema);
}

void set_action(store::Write& write, WriteShape shape, store::Item item, std::optional<ParsedUpdate>& update) {
  switch (shape) {
    case WriteShape::kPut:
      write.action = store::Put{std::move(item)};
      return;
    case WriteShape::kUpdate:
      write.action = store::Modify{std::move(item), update ? std::move(update->update) : store::Update{}};
      return;
    case WriteShape::kDelete:
      write.action = store::Erase{std::move(item)};
      return;
    case WriteShape::kCheck:
      write.action = store::Check{std::move(item)};
      return;
  }
}

}  // namespace

Result<WriteRequest> read_write(const Tables& tables, const json::object& members, const WriteContext& context) {
  WriteRequest request;
  Input input(members, context.prefix);
  const std::string_view name = input.table_name();
  const json::object& item_members = input.required_map(context.shape == WriteShape::kPut ? "Item" : "Key");
  const ExpressionTexts texts =
      read_expressions(input, {.update = context.shape == WriteShape::kUpdate, .condition = true});
  if (context.shape == WriteShape::kCheck) input.required_text("ConditionExpression");
  if (context.shape == WriteShape::kUpdate && context.in_transaction) input.required_text("UpdateExpression");
  read_options(input, context, request);
  if (Result<void> valid = input.check(); !valid) return std::unexpected(std::move(valid.error()));

  const bool takes_old_only = context.shape != WriteShape::kUpdate;
  if (takes_old_only && request.return_values != ReturnValues::kNone &&
      request.return_values != ReturnValues::kAllOld) {
    return errors::validation("ReturnValues can only be ALL_OLD or NONE");
  }
  Result<store::Item> item = parse_item(item_members);
  if (!item) return std::unexpected(std::move(item.error()));
  Result<Expressions> expressions = parse_expressions(texts);
  if (!expressions) return std::unexpected(std::move(expressions.error()));
  Result<TablePtr> table = find_table(tables, name);
  if (!table) return std::unexpected(std::move(table.error()));
  const store::TableSchema& schema = (*table)->schema;
  if (Result<void> valid = check_item_or_key(*item, context.shape, schema); !valid) {
    return std::unexpected(std::move(valid.error()));
  }
  if (Result<void> valid = check_attributes(*expressions, schema); !valid) {
    return std::unexpected(std::move(valid.error()));
  }

  request.table = std::move(*table);
  request.write.table = request.table->handle;
  if (expressions->condition) request.write.condition = std::move(expressions->condition->condition);
  if (expressions->update) request.targets = std::move(expressions->update->targets);
  set_action(request.write, context.shape, std::move(*item), expressions->update);
  return request;
}

double outcome_units(const store::WriteOutcome& outcome, bool is_transactional) {
  const std::size_t before = outcome.before ? store::item_size(*outcome.before) : 0;
  const std::size_t after = outcome.after ? store::item_size(*outcome.after) : 0;
  return write_units(std::max(before, after), is_transactional);
}

json::object write_answer(const WriteRequest& request, const store::WriteOutcome& outcome, double units) {
  json::object answer = make_answer();
  const bool wants_new =
      request.return_values == ReturnValues::kAllNew || request.return_values == ReturnValues::kUpdatedNew;
  const std::optional<store::Item>& item = wants_new ? outcome.after : outcome.before;
  switch (request.return_values) {
    case ReturnValues::kNone:
      break;
    case ReturnValues::kAllOld:
    case ReturnValues::kAllNew:
      if (item) answer.emplace("Attributes", to_json(*item, answer.storage()));
      break;
    case ReturnValues::kUpdatedOld:
    case ReturnValues::kUpdatedNew: {
      const store::Item part = item ? Projection(request.targets).apply(*item) : store::Item{};
      if (!part.empty()) answer.emplace("Attributes", to_json(part, answer.storage()));
      break;
    }
  }
  add_capacity(answer, request.table->config.name, units, request.report);
  return answer;
}

Error failure_error(const WriteRequest& request, store::WriteFailure failure) {
  Error error = from_store(std::move(failure.error));
  if (error.code == "ConditionalCheckFailedException" && request.returns_item_on_failure && failure.before) {
    error.members = "\"Item\":" + json::serialize(to_json(*failure.before, {}));
  }
  return error;
}

}  // namespace gatehouse::tables
