#include "services/tables/operations/single_write.hpp"

namespace gatehouse::tables {

Task<Answer> delete_item(Request& request) { return single_write(request, WriteShape::kDelete); }

}  // namespace gatehouse::tables
