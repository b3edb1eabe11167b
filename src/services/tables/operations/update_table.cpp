#include "services/tables/description.hpp"
#include "services/tables/errors.hpp"
#include "services/tables/input.hpp"
#include "services/tables/operations/operations.hpp"
#include "services/tables/settings.hpp"

namespace gatehouse::tables {

Task<Answer> update_table(Request& request) {
  Input input(request.input);
  const std::string_view name = input.table_name();
  if (Result<void> valid = input.check(); !valid) co_return std::unexpected(std::move(valid.error()));
  const TablePtr table = request.tables.find(name);
  if (table == nullptr) co_return errors::table_not_found(name);
  Result<TableConfig> config = read_update_table(request.input, table->config);
  if (!config) co_return std::unexpected(std::move(config.error()));
  Result<TablePtr> updated = co_await request.tables.update_table(table, std::move(*config));
  if (!updated) co_return std::unexpected(std::move(updated.error()));
  const store::Store::Size size = request.tables.store().approximate_size((*updated)->handle);
  co_return json::object{{"TableDescription", describe(**updated, "UPDATING", size)}};
}

}  // namespace gatehouse::tables
