// Update expressions.
//
//   update = clause { clause }, each kind at most once
//   clause = SET path = value, ... | REMOVE path, ... | ADD path :value, ... | DELETE path :value, ...
//   value  = operand [ (+ | -) operand ] | ( value )
//   operand = path | :value | if_not_exists(path, operand) | list_append(operand, operand) | ( operand )
#pragma once

#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "platform/store/condition.hpp"
#include "services/tables/expressions/parser.hpp"

namespace gatehouse::tables {

struct ParsedUpdate {
  store::Update update;
  std::vector<store::Path> targets;  // every path that is written
  AttributeUse attributes;           // every path that is written or read
};

Result<ParsedUpdate> parse_update(std::string_view expression, Substitutions& substitutions);

}  // namespace gatehouse::tables
