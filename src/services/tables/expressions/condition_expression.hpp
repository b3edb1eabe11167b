// Condition, filter and key condition expressions: one grammar.
//
//   condition  = conjunction { OR conjunction }
//   conjunction = negation { AND negation }
//   negation   = [ NOT ] test
//   test       = operand comparator operand | operand BETWEEN operand AND operand | operand IN ( operand, ... )
//              | function | ( condition )
//   operand    = path | :value | size(...) | ( operand )
#pragma once

#include <string_view>

#include "base/result.hpp"
#include "platform/store/condition.hpp"
#include "services/tables/expressions/parser.hpp"

namespace gatehouse::tables {

struct ParsedCondition {
  store::ConditionPtr condition;
  AttributeUse attributes;
};

// `kind` names the parameter in messages: "ConditionExpression", "FilterExpression", "KeyConditionExpression".
Result<ParsedCondition> parse_condition(std::string_view expression, std::string_view kind,
                                        Substitutions& substitutions);

}  // namespace gatehouse::tables
