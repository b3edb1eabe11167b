#pragma once

#include "services/tables/operations/operations.hpp"
#include "services/tables/write_request.hpp"

namespace gatehouse::tables {

// PutItem, UpdateItem and DeleteItem: the same walk, another shape.
Task<Answer> single_write(Request& request, WriteShape shape);

}  // namespace gatehouse::tables
