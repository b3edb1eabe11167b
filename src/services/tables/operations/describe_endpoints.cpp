#include "services/tables/operations/operations.hpp"

namespace gatehouse::tables {

Task<Answer> describe_endpoints(Request& request) {
  const std::string address = "dynamodb." + request.tables.config().region + ".amazonaws.com";
  co_return json::object{
      {"Endpoints", json::array{json::object{{"Address", address}, {"CachePeriodInMinutes", 1440}}}}};
}

}  // namespace gatehouse::tables
