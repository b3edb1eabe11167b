#include "services/tables/description.hpp"
#include "services/tables/operations/operations.hpp"
#include "services/tables/settings.hpp"

namespace gatehouse::tables {

Task<Answer> create_table(Request& request) {
  Result<TableConfig> config = read_create_table(request.input);
  if (!config) co_return std::unexpected(std::move(config.error()));
  Result<TablePtr> table = co_await request.tables.create_table(std::move(*config));
  if (!table) co_return std::unexpected(std::move(table.error()));
  // The table is ready, but clients wait for ACTIVE with DescribeTable all the same, as on AWS.
  co_return json::object{{"TableDescription", describe(**table, "CREATING", {})}};
}

}  // namespace gatehouse::tables
