#include "services/tables/operations/single_write.hpp"

namespace gatehouse::tables {

Task<Answer> update_item(Request& request) { return single_write(request, WriteShape::kUpdate); }

}  // namespace gatehouse::tables
