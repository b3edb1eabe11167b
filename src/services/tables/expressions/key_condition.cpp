#include "services/tables/expressions/key_condition.hpp"

#include "services/tables/errors.hpp"
#include "services/tables/expressions/condition_expression.hpp"
#include "services/tables/keys.hpp"

namespace gatehouse::tables {
namespace {

using Kind = store::SortCondition::Kind;

// Turns a parsed condition into key tests, refusing what a key condition cannot say.
class Converter {
 public:
  std::vector<KeyTest> tests;
  std::string fault;  // empty: none

  void operator()(const store::And& node) {
    for (const store::ConditionPtr& part : node.parts) {
      if (fault.empty()) std::visit(*this, part->node);
    }
  }
  void operator()(const store::Or&) { refuse_operator("OR"); }
  void operator()(const store::Not&) { refuse_operator("NOT"); }
  void operator()(const store::In&) { refuse_operator("IN"); }
  void operator()(const store::AttributeExists&) { refuse_operator("attribute_exists"); }
  void operator()(const store::AttributeNotExists&) { refuse_operator("attribute_not_exists"); }
  void operator()(const store::AttributeType&) { refuse_operator("attribute_type"); }
  void operator()(const store::Contains&) { refuse_operator("contains"); }

  void operator()(const store::Compare& node) {
    if (node.comparison == store::Comparison::kNotEqual) return refuse_operator("<>");
    const bool is_reversed = !std::holds_alternative<store::Path>(node.left);
    const store::Operand& attribute = is_reversed ? node.right : node.left;
    const store::Operand& value = is_reversed ? node.left : node.right;
    if (has_size(node.left) || has_size(node.right)) return nested();
    add(attribute, {comparison_kind(node.comparison, is_reversed), {}, {}}, value, nullptr);
  }

  void operator()(const store::Between& node) {
    if (has_size(node.value) || has_size(node.low) || has_size(node.high)) return nested();
    if (!std::holds_alternative<store::Path>(node.value)) return attribute_first("BETWEEN");
    add(node.value, {Kind::kBetween, {}, {}}, node.low, &node.high);
  }

  void operator()(const store::BeginsWith& node) {
    if (has_size(node.value) || has_size(node.prefix)) return nested();
    if (!std::holds_alternative<store::Path>(node.value)) return attribute_first("begins_with");
    add(node.value, {Kind::kBeginsWith, {}, {}}, node.prefix, nullptr);
  }

 private:
  static bool has_size(const store::Operand& operand) { return std::holds_alternative<store::SizeOf>(operand); }

  static Kind comparison_kind(store::Comparison comparison, bool is_reversed) {
    switch (comparison) {
      case store::Comparison::kLess:
        return is_reversed ? Kind::kGreater : Kind::kLess;
      case store::Comparison::kLessOrEqual:
        return is_reversed ? Kind::kGreaterOrEqual : Kind::kLessOrEqual;
      case store::Comparison::kGreater:
        return is_reversed ? Kind::kLess : Kind::kGreater;
      case store::Comparison::kGreaterOrEqual:
        return is_reversed ? Kind::kLessOrEqual : Kind::kGreaterOrEqual;
      default:
        return Kind::kEqual;
    }
  }

  void add(const store::Operand& attribute, store::SortCondition condition, const store::Operand& value,
           const store::Operand* high) {
    const store::Path* path = std::get_if<store::Path>(&attribute);
    if (path == nullptr) return refuse("Invalid condition in KeyConditionExpression: No key attribute specified");
    if (std::holds_alternative<store::Path>(value) || (high != nullptr && std::holds_alternative<store::Path>(*high))) {
      return refuse("Invalid condition in KeyConditionExpression: Multiple attribute names used in one condition");
    }
    if (path->steps.size() != 1) return refuse("KeyConditionExpressions cannot have conditions on nested attributes");
    const std::string& name = std::get<std::string>(path->steps.front());
    for (const KeyTest& earlier : tests) {
      if (earlier.attribute == name) return refuse("KeyConditionExpressions must only contain one condition per key");
    }
    condition.value = std::get<store::Value>(value);
    if (high != nullptr) condition.high = std::get<store::Value>(*high);
    tests.push_back({name, std::move(condition)});
  }

  void refuse(std::string why) { fault = std::move(why); }
  void refuse_operator(std::string_view name) {
    refuse("Invalid operator used in KeyConditionExpression: " + std::string(name));
  }
  void nested() { refuse("KeyConditionExpressions cannot contain nested operations"); }
  void attribute_first(std::string_view name) {
    refuse("Invalid condition in KeyConditionExpression: " + std::string(name) +
           " operator must have the key attribute as its first operand");
  }
};

KeyTest* find_test(std::vector<KeyTest>& tests, std::string_view attribute) {
  for (KeyTest& test : tests) {
    if (test.attribute == attribute) return &test;
  }
  return nullptr;
}

bool fits(const store::SortCondition& condition, const store::KeyAttribute& attribute) {
  if (condition.value.type_name() != type_name(attribute.type)) return false;
  return condition.kind != Kind::kBetween || condition.high.type_name() == type_name(attribute.type);
}

std::unexpected<Error> wrong_type() {
  return errors::invalid_parameter("Condition parameter type does not match schema type");
}

Result<void> check_key_value(const store::SortCondition& condition, const store::KeyAttribute& attribute,
                             bool is_sort) {
  if (!fits(condition, attribute)) return wrong_type();
  // An empty prefix is no key.
  if (condition.kind != Kind::kBeginsWith) {
    Result<void> checked = check_key_limits(condition.value, attribute.name, is_sort);
    if (!checked || condition.kind != Kind::kBetween) return checked;
    return check_key_limits(condition.high, attribute.name, is_sort);
  }
  if (attribute.type == store::KeyAttribute::Type::kNumber) {
    return errors::invalid_parameter("ComparisonOperator BEGINS_WITH is not valid for N AttributeValue type");
  }
  return {};
}

}  // namespace

Result<std::vector<KeyTest>> parse_key_condition(std::string_view expression, Substitutions& substitutions) {
  Result<ParsedCondition> parsed = parse_condition(expression, "KeyConditionExpression", substitutions);
  if (!parsed) return std::unexpected(std::move(parsed.error()));
  Converter converter;
  std::visit(converter, parsed->condition->node);
  if (!converter.fault.empty()) return errors::validation(std::move(converter.fault));
  if (converter.tests.size() > 2) return errors::validation("Conditions can be of length 1 or 2 only");
  return std::move(converter.tests);
}

Result<KeyCondition> resolve_key_condition(std::vector<KeyTest> tests, const store::KeyAttribute& partition,
                                           const std::optional<store::KeyAttribute>& sort) {
  if (!sort && tests.size() > 1) return errors::validation("Query key condition not supported");
  KeyTest* on_partition = find_test(tests, partition.name);
  if (on_partition == nullptr) {
    return errors::validation("Query condition missed key schema element: " + partition.name);
  }
  if (Result<void> checked = check_key_value(on_partition->condition, partition, false); !checked) {
    return std::unexpected(std::move(checked.error()));
  }
  if (on_partition->condition.kind != Kind::kEqual) return errors::validation("Query key condition not supported");
  KeyCondition result{std::move(on_partition->condition.value), std::nullopt};
  if (tests.size() == 1) return result;
  KeyTest* on_sort = find_test(tests, sort->name);
  if (on_sort == nullptr) return errors::validation("Query condition missed key schema element: " + sort->name);
  if (Result<void> checked = check_key_value(on_sort->condition, *sort, true); !checked) {
    return std::unexpected(std::move(checked.error()));
  }
  result.sort = std::move(on_sort->condition);
  return result;
}

}  // namespace gatehouse::tables
