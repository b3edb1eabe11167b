#include "services/tables/operations/single_write.hpp"

namespace gatehouse::tables {

Task<Answer> put_item(Request& request) { return single_write(request, WriteShape::kPut); }

}  // namespace gatehouse::tables
