#include "services/tables/errors.hpp"
#include "services/tables/input.hpp"
#include "services/tables/operations/operations.hpp"

namespace gatehouse::tables {

Task<Answer> describe_continuous_backups(Request& request) {
  Input input(request.input);
  const std::string_view name = input.table_name();
  if (Result<void> valid = input.check(); !valid) co_return std::unexpected(std::move(valid.error()));
  if (request.tables.find(name) == nullptr) {
    co_return fail(Error::Kind::kNotFound, "TableNotFoundException", "Table not found: " + std::string(name));
  }
  json::object recovery{{"PointInTimeRecoveryStatus", "DISABLED"}};
  co_return json::object{
      {"ContinuousBackupsDescription",
       json::object{{"ContinuousBackupsStatus", "DISABLED"}, {"PointInTimeRecoveryDescription", std::move(recovery)}}}};
}

}  // namespace gatehouse::tables
