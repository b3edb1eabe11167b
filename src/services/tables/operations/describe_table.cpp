#include "services/tables/description.hpp"
#include "services/tables/errors.hpp"
#include "services/tables/input.hpp"
#include "services/tables/operations/operations.hpp"

namespace gatehouse::tables {

Task<Answer> describe_table(Request& request) {
  Input input(request.input);
  const std::string_view name = input.table_name();
  if (Result<void> valid = input.check(); !valid) co_return std::unexpected(std::move(valid.error()));
  const TablePtr table = request.tables.find(name);
  if (table == nullptr) co_return errors::table_not_found(name);
  const store::Store::Size size = request.tables.store().approximate_size(table->handle);
  co_return json::object{{"Table", describe(*table, "ACTIVE", size)}};
}

}  // namespace gatehouse::tables
