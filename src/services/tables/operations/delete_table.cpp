#include "services/tables/description.hpp"
#include "services/tables/input.hpp"
#include "services/tables/operations/operations.hpp"

namespace gatehouse::tables {

Task<Answer> delete_table(Request& request) {
  Input input(request.input);
  const std::string_view name = input.table_name();
  if (Result<void> valid = input.check(); !valid) co_return std::unexpected(std::move(valid.error()));
  Result<TablePtr> table = co_await request.tables.delete_table(std::string(name));
  if (!table) co_return std::unexpected(std::move(table.error()));
  co_return json::object{{"TableDescription", describe(**table, "DELETING", {})}};
}

}  // namespace gatehouse::tables
