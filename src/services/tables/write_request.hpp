// A conditional write as PutItem, UpdateItem, DeleteItem and the members of TransactWriteItems ask for it.
#pragma once

#include <string_view>
#include <vector>

#include "base/json.hpp"
#include "base/result.hpp"
#include "services/tables/capacity.hpp"
#include "services/tables/input.hpp"
#include "services/tables/tables.hpp"

namespace gatehouse::tables {

enum class WriteShape { kPut, kUpdate, kDelete, kCheck };
enum class ReturnValues { kNone, kAllOld, kAllNew, kUpdatedOld, kUpdatedNew };

struct WriteRequest {
  TablePtr table;
  store::Write write;
  std::vector<store::Path> targets;  // what an update writes
  ReturnValues return_values = ReturnValues::kNone;
  bool returns_item_on_failure = false;
  CapacityReport report = CapacityReport::kNone;
};

// Reads and checks a whole write. `in_transaction`: ReturnValues and the like are the transaction's, not the member's,
// and `prefix` says where it stands ("transactItems.1.member.put.").
struct WriteContext {
  WriteShape shape = WriteShape::kPut;
  bool in_transaction = false;
  std::string prefix;
};
Result<WriteRequest> read_write(const Tables& tables, const json::object& members, const WriteContext& context);

// What PutItem, UpdateItem and DeleteItem answer.
json::object write_answer(const WriteRequest& request, const store::WriteOutcome& outcome, double units);
double outcome_units(const store::WriteOutcome& outcome, bool is_transactional);

// ConditionalCheckFailedException with the item, when it was asked for.
Error failure_error(const WriteRequest& request, store::WriteFailure failure);

}  // namespace gatehouse::tables
