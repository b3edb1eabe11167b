#include "services/tables/errors.hpp"
#include "services/tables/operations/operations.hpp"

namespace gatehouse::tables {

json::object make_answer() { return json::object(json::make_shared_resource<json::monotonic_resource>(1024)); }

Result<TablePtr> find_table(const Tables& tables, std::string_view name) {
  TablePtr table = tables.find(name);
  if (table == nullptr) return errors::resource_not_found();
  return table;
}

Error from_store(Error error) {
  switch (error.kind) {
    case Error::Kind::kInvalid:
      error.code = "ValidationException";
      break;
    case Error::Kind::kConflict:
      error.code = "ConditionalCheckFailedException";
      error.message = "The conditional request failed";
      break;
    case Error::Kind::kNotFound:  // dropped while the request was on its way
      return errors::resource_not_found().error();
    case Error::Kind::kThrottled:
      error.code = "ThrottlingException";
      error.message = "Rate of requests exceeds the allowed throughput.";
      break;
    default:
      error.detail = error.message + (error.detail.empty() ? "" : ": " + error.detail);
      error.code = "InternalServerError";
      error.message = "Internal server error";
  }
  return error;
}

}  // namespace gatehouse::tables
