#include "services/tables/expressions/condition_checks.hpp"

#include <algorithm>

#include "base/encoding.hpp"
#include "services/tables/expressions/parser.hpp"

namespace gatehouse::tables {
namespace {

constexpr std::string_view kTypes[] = {"S", "N", "B", "NULL", "SS", "BOOL", "L", "BS", "NS", "M"};

bool is_ordered_type(std::string_view type) { return type.empty() || type == "S" || type == "N" || type == "B"; }

std::string attribute_type_fault(const Term& type) {
  if (type.kind != Term::Kind::kValue) {
    const std::string_view known = known_type(type);
    return wrong_type("attribute_type", known.empty() ? "{NS,SS,L,BS,N,M,B,BOOL,NULL,S}" : known);
  }
  const std::string* name = type.value.get_if<std::string>();
  if (name == nullptr) return wrong_type("attribute_type", type.value.type_name());
  if (std::ranges::find(kTypes, *name) != std::end(kTypes)) return {};
  return "Invalid attribute type name found; type: " + *name + ", valid types: {B,NULL,SS,BOOL,L,BS,N,NS,S,M}";
}

std::string show_bound(const store::Value& value) {
  std::string text;
  if (const std::string* string = value.get_if<std::string>()) text = *string;
  if (const store::Number* number = value.get_if<store::Number>()) text = number->to_string();
  if (const store::Binary* binary = value.get_if<store::Binary>()) text = base64_encode(binary->bytes);
  return "AttributeValue: {" + std::string(value.type_name()) + ":" + text + "}";
}

bool is_greater(const store::Value& low, const store::Value& high) {
  if (const std::string* text = low.get_if<std::string>()) return *text > *high.get_if<std::string>();
  if (const store::Number* number = low.get_if<store::Number>()) return (*number <=> *high.get_if<store::Number>()) > 0;
  if (const store::Binary* binary = low.get_if<store::Binary>()) return *binary > *high.get_if<store::Binary>();
  return false;
}

}  // namespace

std::string_view known_type(const Term& term) {
  if (term.kind == Term::Kind::kValue) return term.value.type_name();
  if (term.kind == Term::Kind::kSize) return "N";
  return {};
}

std::string wrong_type(std::string_view function, std::string_view type) {
  return "Incorrect operand type for operator or function; operator or function: " + std::string(function) +
         ", operand type: " + std::string(type);
}

std::string wrong_count(std::string_view function, std::size_t count) {
  return "Incorrect number of operands for operator or function; operator or function: " + std::string(function) +
         ", number of operands: " + std::to_string(count);
}

std::optional<std::size_t> function_arity(std::string_view function) {
  if (function == "attribute_exists" || function == "attribute_not_exists" || function == "size") return 1;
  if (function == "attribute_type" || function == "begins_with" || function == "contains") return 2;
  return std::nullopt;
}

std::string distinct_fault(std::string_view function, std::span<const Term> terms) {
  const Term& first = terms.front();
  if (first.kind != Term::Kind::kPath) return {};
  for (const Term& other : terms.subspan(1)) {
    if (other.kind == Term::Kind::kPath && other.path == first.path) {
      return "The first operand must be distinct from the remaining operands for this operator or function; "
             "operator: " +
             std::string(function) + ", first operand: " + show_path(first.path);
    }
  }
  return {};
}

std::string arguments_fault(std::string_view function, std::span<const Term> arguments) {
  const Term& first = arguments.front();
  if (function == "attribute_exists" || function == "attribute_not_exists" || function == "attribute_type") {
    if (first.kind != Term::Kind::kPath) {
      return "Operator or function requires a document path; operator or function: " + std::string(function);
    }
    return function == "attribute_type" ? attribute_type_fault(arguments[1]) : std::string();
  }
  if (function == "begins_with") {
    for (const Term& argument : arguments) {
      const std::string_view type = known_type(argument);
      if (!type.empty() && type != "S" && type != "B") return wrong_type(function, type);
    }
  }
  if (function == "size") {
    const std::string_view type = known_type(first);
    if (type == "N" || type == "BOOL" || type == "NULL") return wrong_type(function, type);
  }
  return {};
}

std::string order_fault(std::string_view comparator, std::span<const Term> terms) {
  for (const Term& term : terms) {
    const std::string_view type = known_type(term);
    if (!is_ordered_type(type)) return wrong_type(comparator, type);
  }
  return {};
}

std::string bounds_fault(const Term& low, const Term& high) {
  if (low.kind != Term::Kind::kValue || high.kind != Term::Kind::kValue) return {};
  std::string_view demand;
  if (low.value.type_name() != high.value.type_name()) {
    demand = "same data type for lower and upper bounds";
  } else if (is_greater(low.value, high.value)) {
    demand = "upper bound to be greater than or equal to lower bound";
  } else {
    return {};
  }
  return "The BETWEEN operator requires " + std::string(demand) + "; lower bound operand: " + show_bound(low.value) +
         ", upper bound operand: " + show_bound(high.value);
}

}  // namespace gatehouse::tables
