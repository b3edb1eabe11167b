#include <algorithm>

#include "services/tables/input.hpp"
#include "services/tables/operations/operations.hpp"

namespace gatehouse::tables {

Task<Answer> list_tables(Request& request) {
  Input input(request.input);
  const std::optional<std::string_view> after = input.text("ExclusiveStartTableName", {3, 255});
  const std::optional<std::int64_t> limit = input.integer("Limit", 1, 100);
  if (Result<void> valid = input.check(); !valid) co_return std::unexpected(std::move(valid.error()));

  const std::vector<std::string> names = request.tables.names();
  auto first = names.begin();
  if (after) first = std::ranges::upper_bound(names, *after);
  const auto left = static_cast<std::int64_t>(names.end() - first);
  const auto last = first + std::min(left, limit.value_or(100));
  json::array page;
  for (auto name = first; name != last; ++name) page.emplace_back(*name);
  json::object answer{{"TableNames", std::move(page)}};
  if (last != names.end()) answer.emplace("LastEvaluatedTableName", *(last - 1));
  co_return answer;
}

}  // namespace gatehouse::tables
