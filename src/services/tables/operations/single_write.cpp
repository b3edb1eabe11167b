#include "services/tables/operations/single_write.hpp"

namespace gatehouse::tables {

Task<Answer> single_write(Request& request, WriteShape shape) {
  Result<WriteRequest> parsed =
      read_write(request.tables, request.input, {.shape = shape, .in_transaction = false, .prefix = {}});
  if (!parsed) co_return std::unexpected(std::move(parsed.error()));
  store::WriteResult outcome = co_await request.tables.store().write(std::move(parsed->write));
  if (!outcome) co_return std::unexpected(failure_error(*parsed, std::move(outcome.error())));
  const double units = outcome_units(*outcome, false);
  request.span.note("capacity", show_units(units));
  co_return write_answer(*parsed, *outcome, units);
}

}  // namespace gatehouse::tables
