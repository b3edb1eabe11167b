// TagResource, UntagResource, ListTagsOfResource.
#include "services/tables/description.hpp"
#include "services/tables/errors.hpp"
#include "services/tables/input.hpp"
#include "services/tables/operations/operations.hpp"
#include "services/tables/settings.hpp"

namespace gatehouse::tables {
namespace {

Result<TablePtr> find_tagged(const Tables& tables, std::string_view arn) {
  TablePtr table = tables.find(arn);
  if (table == nullptr || table->arn != arn) {
    return fail(Error::Kind::kNotFound, "ResourceNotFoundException",
                "Requested resource not found: ResourceArn: " + std::string(arn) + " not found");
  }
  return table;
}

Task<Answer> replace_tags(Request& request, TablePtr table, TableConfig config) {
  Result<TablePtr> updated = co_await request.tables.update_table(std::move(table), std::move(config));
  if (!updated) co_return std::unexpected(std::move(updated.error()));
  co_return json::object{};
}

}  // namespace

Task<Answer> tag_resource(Request& request) {
  Input input(request.input);
  const std::string_view arn = input.required_text("ResourceArn", {1, 1283});
  input.required_list("Tags");
  const std::map<std::string, std::string> tags = read_tags(input, "Tags");
  if (Result<void> valid = input.check(); !valid) co_return std::unexpected(std::move(valid.error()));
  Result<TablePtr> table = find_tagged(request.tables, arn);
  if (!table) co_return std::unexpected(std::move(table.error()));
  TableConfig config = (*table)->config;
  for (const auto& [key, value] : tags) config.tags.insert_or_assign(key, value);
  co_return co_await replace_tags(request, std::move(*table), std::move(config));
}

Task<Answer> untag_resource(Request& request) {
  Input input(request.input);
  const std::string_view arn = input.required_text("ResourceArn", {1, 1283});
  const json::array& keys = input.required_list("TagKeys");
  if (Result<void> valid = input.check(); !valid) co_return std::unexpected(std::move(valid.error()));
  Result<TablePtr> table = find_tagged(request.tables, arn);
  if (!table) co_return std::unexpected(std::move(table.error()));
  TableConfig config = (*table)->config;
  for (const json::value& key : keys) {
    if (key.is_string()) config.tags.erase(std::string(key.get_string()));
  }
  co_return co_await replace_tags(request, std::move(*table), std::move(config));
}

Task<Answer> list_tags_of_resource(Request& request) {
  Input input(request.input);
  const std::string_view arn = input.required_text("ResourceArn", {1, 1283});
  if (Result<void> valid = input.check(); !valid) co_return std::unexpected(std::move(valid.error()));
  Result<TablePtr> table = find_tagged(request.tables, arn);
  if (!table) co_return std::unexpected(std::move(table.error()));
  co_return json::object{{"Tags", tags_json((*table)->config.tags)}};
}

}  // namespace gatehouse::tables
