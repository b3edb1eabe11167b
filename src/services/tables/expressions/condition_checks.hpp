// What a condition's operators and functions demand of their operands, in AWS's words. Each check returns the fault, or
// an empty text.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "platform/store/condition.hpp"

namespace gatehouse::tables {

// A function's argument or an operator's operand, as far as it is known when the expression is read.
struct Term {
  enum class Kind { kPath, kValue, kSize, kFunction, kCondition };
  Kind kind = Kind::kCondition;
  store::Path path;               // kPath; of kSize too
  store::Value value;             // kValue
  store::ConditionPtr condition;  // kFunction, kCondition
  std::string_view function;      // kSize, kFunction: its name
  bool is_parenthesised = false;

  bool is_operand() const { return kind == Kind::kPath || kind == Kind::kValue || kind == Kind::kSize; }
};

// The operand's type when it is known before an item is seen: a literal's, or N for size(). Else empty.
std::string_view known_type(const Term& term);

std::string wrong_type(std::string_view function, std::string_view type);
std::string wrong_count(std::string_view function, std::size_t count);

// How many arguments a condition's function takes; nothing for an unknown function.
std::optional<std::size_t> function_arity(std::string_view function);

// The first operand must not be the same path as another.
std::string distinct_fault(std::string_view function, std::span<const Term> terms);
// Types and kinds of a function's arguments. Requires: as many as function_arity says.
std::string arguments_fault(std::string_view function, std::span<const Term> arguments);
// <, <=, >, >= and BETWEEN compare strings, numbers and binary values only.
std::string order_fault(std::string_view comparator, std::span<const Term> terms);
std::string bounds_fault(const Term& low, const Term& high);

}  // namespace gatehouse::tables
