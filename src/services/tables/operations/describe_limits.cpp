#include "services/tables/operations/operations.hpp"

namespace gatehouse::tables {

// AWS's default quotas of an account; this process enforces none of them.
Task<Answer> describe_limits(Request&) {
  co_return json::object{{"AccountMaxReadCapacityUnits", 80000},
                         {"AccountMaxWriteCapacityUnits", 80000},
                         {"TableMaxReadCapacityUnits", 40000},
                         {"TableMaxWriteCapacityUnits", 40000}};
}

}  // namespace gatehouse::tables
