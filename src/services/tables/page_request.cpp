#include "services/tables/page_request.hpp"

#include "services/tables/errors.hpp"
#include "services/tables/keys.hpp"
#include "services/tables/values.hpp"

namespace gatehouse::tables {
namespace {

Select read_select(Input& input) {
  constexpr std::string_view kAllowed[] = {"SPECIFIC_ATTRIBUTES", "COUNT", "ALL_ATTRIBUTES",
                                           "ALL_PROJECTED_ATTRIBUTES"};
  const std::string_view chosen = input.choice("Select", kAllowed, "");
  if (chosen == "SPECIFIC_ATTRIBUTES") return Select::kSpecific;
  if (chosen == "COUNT") return Select::kCount;
  if (chosen == "ALL_ATTRIBUTES") return Select::kAll;
  return chosen == "ALL_PROJECTED_ATTRIBUTES" ? Select::kAllProjected : Select::kDefault;
}

Result<void> check_select(Select select, bool has_projection, bool is_query) {
  if (select == Select::kAllProjected) {
    return errors::invalid_parameter("ALL_PROJECTED_ATTRIBUTES can be used only when " +
                                     std::string(is_query ? "Querying" : "Scanning") + " using an IndexName");
  }
  if (select == Select::kSpecific && !has_projection) {
    return errors::invalid_parameter(
        "Must specify the AttributesToGet or ProjectionExpression when choosing to get SPECIFIC_ATTRIBUTES");
  }
  if (!has_projection || select == Select::kDefault || select == Select::kSpecific) return {};
  return errors::validation("Cannot specify the ProjectionExpression when choosing to get " +
                            std::string(select == Select::kCount ? "only the Count" : "ALL_ATTRIBUTES"));
}

Result<void> read_start_key(const json::object& members, PageRequest& page) {
  Result<store::Item> key = parse_item(members);
  if (!key) {
    return errors::validation("The provided starting key is invalid: " + key.error().message);
  }
  page.start_key = std::move(*key);
  return {};
}

Result<void> check_attributes(const Expressions& expressions, const store::TableSchema& schema, bool is_query) {
  if (expressions.projection) {
    Result<void> checked = check_key_paths(expressions.projection->attributes, schema);
    if (!checked) return checked;
  }
  if (!expressions.condition) return {};
  if (is_query) {
    for (const std::string& head : expressions.condition->attributes.heads) {
      if (!is_key_attribute(head, schema)) continue;
      return errors::validation(
          "Filter Expression can only contain non-primary key attributes: Primary key attribute: " + head);
    }
  }
  return check_key_paths(expressions.condition->attributes, schema);
}

}  // namespace

Result<PageRequest> read_page(const Tables& tables, Input& input, bool is_query) {
  PageRequest page;
  const std::string_view name = input.table_name();
  const std::optional<std::string_view> index = input.text("IndexName", {3, 255});
  page.select = read_select(input);
  const std::optional<std::int64_t> limit = input.integer("Limit", 1, INT32_MAX);
  page.kind = input.flag("ConsistentRead") ? ReadKind::kConsistent : ReadKind::kEventual;
  page.report = read_capacity_report(input);
  const json::object* start_key = input.map("ExclusiveStartKey");
  const ExpressionTexts texts =
      read_expressions(input, {.filter = true, .projection = true, .key_condition = is_query});
  refuse_legacy_parameters(input);
  if (Result<void> valid = input.check(); !valid) return std::unexpected(std::move(valid.error()));

  if (limit) page.limits.max_items = static_cast<std::size_t>(*limit);
  Result<void> valid = check_select(page.select, texts.projection.has_value(), is_query);
  if (valid && start_key != nullptr) valid = read_start_key(*start_key, page);
  if (!valid) return std::unexpected(std::move(valid.error()));
  if (is_query && !texts.key_condition) {
    return errors::validation(
        "Either the KeyConditions or KeyConditionExpression parameter must be specified in the request.");
  }
  Result<Expressions> expressions = parse_expressions(texts);
  if (!expressions) return std::unexpected(std::move(expressions.error()));
  page.expressions = std::move(*expressions);
  Result<TablePtr> table = find_table(tables, name);
  if (!table) return std::unexpected(std::move(table.error()));
  page.table = std::move(*table);
  if (index) return errors::validation("The table does not have the specified index: " + std::string(*index));
  valid = check_attributes(page.expressions, page.table->schema, is_query);
  if (!valid) return std::unexpected(std::move(valid.error()));
  return page;
}

json::object page_answer(const PageRequest& request, store::Page page, Span& span) {
  json::object answer = make_answer();
  json::array items(answer.storage());
  std::size_t count = 0;
  for (const store::Item& item : page.items) {
    if (request.expressions.condition && !store::holds(*request.expressions.condition->condition, item)) continue;
    ++count;
    if (request.select == Select::kCount) continue;
    if (request.expressions.projection) {
      items.emplace_back(to_json(request.expressions.projection->projection.apply(item), answer.storage()));
    } else {
      items.emplace_back(to_json(item, answer.storage()));
    }
  }
  if (request.select != Select::kCount) answer.emplace("Items", std::move(items));
  answer.emplace("Count", count);
  answer.emplace("ScannedCount", page.items.size());
  if (page.last_key) answer.emplace("LastEvaluatedKey", to_json(*page.last_key, answer.storage()));
  const double units = read_units(page.bytes, request.kind);
  add_capacity(answer, request.table->config.name, units, request.report);
  span.note("count", std::to_string(count) + " of " + std::to_string(page.items.size()));
  span.note("capacity", show_units(units));
  return answer;
}

}  // namespace gatehouse::tables
