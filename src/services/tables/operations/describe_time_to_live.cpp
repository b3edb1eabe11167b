#include "services/tables/errors.hpp"
#include "services/tables/input.hpp"
#include "services/tables/operations/operations.hpp"

namespace gatehouse::tables {

Task<Answer> describe_time_to_live(Request& request) {
  Input input(request.input);
  const std::string_view name = input.table_name();
  if (Result<void> valid = input.check(); !valid) co_return std::unexpected(std::move(valid.error()));
  if (request.tables.find(name) == nullptr) co_return errors::table_not_found(name);
  co_return json::object{{"TimeToLiveDescription", json::object{{"TimeToLiveStatus", "DISABLED"}}}};
}

}  // namespace gatehouse::tables
