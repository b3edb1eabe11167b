// Key condition expressions: a condition that names one partition and, at most, one range of sort keys.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "platform/store/store.hpp"
#include "services/tables/expressions/substitutions.hpp"

namespace gatehouse::tables {

struct KeyTest {
  std::string attribute;
  store::SortCondition condition;
};

// At most one test an attribute. What it means depends on the table; see resolve_key_condition.
Result<std::vector<KeyTest>> parse_key_condition(std::string_view expression, Substitutions& substitutions);

struct KeyCondition {
  store::Value partition;
  std::optional<store::SortCondition> sort;
};

Result<KeyCondition> resolve_key_condition(std::vector<KeyTest> tests, const store::KeyAttribute& partition,
                                           const std::optional<store::KeyAttribute>& sort);

}  // namespace gatehouse::tables
