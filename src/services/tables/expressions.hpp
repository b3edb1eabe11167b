// The expressions of one request, read together: they share their placeholders, all of which must be used.
#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "base/json.hpp"
#include "base/result.hpp"
#include "services/tables/expressions/condition_expression.hpp"
#include "services/tables/expressions/key_condition.hpp"
#include "services/tables/expressions/projection.hpp"
#include "services/tables/expressions/update_expression.hpp"
#include "services/tables/input.hpp"

namespace gatehouse::tables {

// Which expressions an operation takes.
struct ExpressionKinds {
  bool update = false;
  bool condition = false;
  bool filter = false;
  bool projection = false;
  bool key_condition = false;
};

// Their texts, of the request's own memory.
struct ExpressionTexts {
  ExpressionKinds kinds;
  std::optional<std::string_view> update, condition, filter, projection, key_condition;
  const json::object* names = nullptr;
  const json::object* values = nullptr;
};

struct Expressions {
  std::optional<ParsedUpdate> update;
  std::optional<ParsedCondition> condition;  // or filter: no operation takes both
  std::optional<ParsedProjection> projection;
  std::optional<std::vector<KeyTest>> key_tests;
};

ExpressionTexts read_expressions(Input& input, ExpressionKinds kinds);
Result<Expressions> parse_expressions(const ExpressionTexts& texts);

// Parameters of the time before expressions, refused by name.
void refuse_legacy_parameters(Input& input);

}  // namespace gatehouse::tables
