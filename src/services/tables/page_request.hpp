// What Query and Scan share: reading the page's parameters, and answering with the page.
#pragma once

#include <optional>
#include <string_view>

#include "services/tables/capacity.hpp"
#include "services/tables/expressions.hpp"
#include "services/tables/operations/operations.hpp"

namespace gatehouse::tables {

enum class Select { kDefault, kAll, kAllProjected, kSpecific, kCount };

struct PageRequest {
  TablePtr table;
  Expressions expressions;  // the filter is `condition`
  std::optional<store::Item> start_key;
  store::ReadLimits limits;
  ReadKind kind = ReadKind::kEventual;
  Select select = Select::kDefault;
  CapacityReport report = CapacityReport::kNone;
};

// Reads what both operations take. Parameters of only one of them are read from `input` before.
// Requires: `input` is over `tables`' request and not checked yet.
Result<PageRequest> read_page(const Tables& tables, Input& input, bool is_query);

// Filters, projects and counts; adds LastEvaluatedKey and the capacity.
json::object page_answer(const PageRequest& request, store::Page page, Span& span);

}  // namespace gatehouse::tables
