// A table's record in the catalog (docs/formats.md): its settings as JSON.
#pragma once

#include <cstdint>
#include <string>

#include "base/json.hpp"
#include "base/result.hpp"
#include "services/tables/config.hpp"

namespace gatehouse::tables {

inline constexpr std::string_view kCatalogTable = "catalog/tables";
inline constexpr std::string_view kCatalogPartition = "table";  // the sort key is the table's name

struct CatalogEntry {
  TableConfig config;
  std::string id;
  std::int64_t created_ms = 0;
  // Written before the data goes: a crash in between ends in the table being gone, never in half a table.
  bool is_deleting = false;
};

json::object to_record(const CatalogEntry& entry);
// kInternal when the record is not one that to_record wrote.
Result<CatalogEntry> from_record(const json::object& record);

}  // namespace gatehouse::tables
