#include "services/tables/capacity.hpp"
#include "services/tables/expressions.hpp"
#include "services/tables/keys.hpp"
#include "services/tables/operations/operations.hpp"
#include "services/tables/values.hpp"

namespace gatehouse::tables {

Task<Answer> get_item(Request& request) {
  Input input(request.input);
  const std::string_view name = input.table_name();
  const json::object& key_members = input.required_map("Key");
  const ReadKind kind = input.flag("ConsistentRead") ? ReadKind::kConsistent : ReadKind::kEventual;
  const CapacityReport report = read_capacity_report(input);
  const ExpressionTexts texts = read_expressions(input, {.projection = true});
  refuse_legacy_parameters(input);
  if (Result<void> valid = input.check(); !valid) co_return std::unexpected(std::move(valid.error()));

  Result<store::Item> key = parse_item(key_members);
  if (!key) co_return std::unexpected(std::move(key.error()));
  Result<Expressions> expressions = parse_expressions(texts);
  if (!expressions) co_return std::unexpected(std::move(expressions.error()));
  Result<TablePtr> table = find_table(request.tables, name);
  if (!table) co_return std::unexpected(std::move(table.error()));
  const store::TableSchema& schema = (*table)->schema;
  if (Result<void> valid = check_key(*key, schema); !valid) co_return std::unexpected(std::move(valid.error()));
  if (expressions->projection) {
    Result<void> valid = check_key_paths(expressions->projection->attributes, schema);
    if (!valid) co_return std::unexpected(std::move(valid.error()));
  }

  Result<std::optional<store::Item>> found = co_await request.tables.store().get((*table)->handle, *key);
  if (!found) co_return std::unexpected(from_store(std::move(found.error())));
  const std::optional<store::Item>& item = *found;
  json::object answer = make_answer();
  if (item && expressions->projection) {
    answer.emplace("Item", to_json(expressions->projection->projection.apply(*item), answer.storage()));
  } else if (item) {
    answer.emplace("Item", to_json(*item, answer.storage()));
  }
  const double units = read_units(item ? store::item_size(*item) : 0, kind);
  add_capacity(answer, (*table)->config.name, units, report);
  request.span.note("found", item ? "yes" : "no");
  request.span.note("capacity", show_units(units));
  co_return answer;
}

}  // namespace gatehouse::tables
