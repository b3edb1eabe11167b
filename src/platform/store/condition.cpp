#include "platform/store/condition.hpp"

#include <algorithm>

namespace gatehouse::store {
namespace {

template <typename... Ts>
struct Overloaded : Ts... {
  using Ts::operator()...;
};

// An operand's value: borrowed from the item or the condition where possible.
class Resolved {
 public:
  Resolved(const Operand& operand, const Item& item) {
    if (const auto* path = std::get_if<Path>(&operand)) {
      value_ = find_path(item, *path);
    } else if (const auto* literal = std::get_if<Value>(&operand)) {
      value_ = literal;
    } else if (const std::optional<std::size_t> size = size_of(find_path(item, std::get<SizeOf>(operand).path))) {
      made_ = Number::from_integer(static_cast<std::int64_t>(*size));
      value_ = &made_;
    }
  }
  Resolved(const Resolved&) = delete;
  Resolved& operator=(const Resolved&) = delete;
  const Value* get() const { return value_; }

 private:
  static std::optional<std::size_t> size_of(const Value* value) {
    if (value == nullptr) return std::nullopt;
    return std::visit(Overloaded{
                          [](const std::string& text) -> std::optional<std::size_t> { return text.size(); },
                          [](const Binary& binary) -> std::optional<std::size_t> { return binary.bytes.size(); },
                          [](const StringSet& set) -> std::optional<std::size_t> { return set.values.size(); },
                          [](const NumberSet& set) -> std::optional<std::size_t> { return set.values.size(); },
                          [](const BinarySet& set) -> std::optional<std::size_t> { return set.values.size(); },
                          [](const List& list) -> std::optional<std::size_t> { return list.size(); },
                          [](const Item& map) -> std::optional<std::size_t> { return map.size(); },
                          [](const auto&) -> std::optional<std::size_t> { return std::nullopt; },
                      },
                      value->data);
  }

  const Value* value_ = nullptr;
  Value made_;
};

// The order of two values of one comparable type (string, number, binary); nothing for anything else.
std::optional<std::strong_ordering> compare(const Value* left, const Value* right) {
  if (left == nullptr || right == nullptr || left->data.index() != right->data.index()) return std::nullopt;
  if (const auto* text = left->get_if<std::string>()) return text->compare(*right->get_if<std::string>()) <=> 0;
  if (const auto* number = left->get_if<Number>()) return *number <=> *right->get_if<Number>();
  if (const auto* binary = left->get_if<Binary>()) return binary->bytes.compare(right->get_if<Binary>()->bytes) <=> 0;
  return std::nullopt;
}

bool compares(Comparison comparison, const Value* left, const Value* right) {
  // DynamoDB: an attribute that is not there differs from everything, and compares in no other way.
  if (comparison == Comparison::kNotEqual) return left == nullptr || right == nullptr || !(*left == *right);
  if (left == nullptr || right == nullptr) return false;
  if (comparison == Comparison::kEqual) return *left == *right;
  const auto order = compare(left, right);
  if (!order) return false;
  switch (comparison) {
    case Comparison::kLess:
      return *order < 0;
    case Comparison::kLessOrEqual:
      return *order <= 0;
    case Comparison::kGreater:
      return *order > 0;
    default:
      return *order >= 0;
  }
}

bool begins_with(const Value* value, const Value* prefix) {
  if (value == nullptr || prefix == nullptr) return false;
  if (const auto* text = value->get_if<std::string>()) {
    const auto* start = prefix->get_if<std::string>();
    return start != nullptr && text->starts_with(*start);
  }
  if (const auto* binary = value->get_if<Binary>()) {
    const auto* start = prefix->get_if<Binary>();
    return start != nullptr && binary->bytes.starts_with(start->bytes);
  }
  return false;
}

bool contains(const Value* value, const Value* element) {
  if (value == nullptr || element == nullptr) return false;
  const auto has = [](const auto& values, const auto* wanted) {
    return wanted != nullptr && std::ranges::find(values, *wanted) != values.end();
  };
  if (const auto* text = value->get_if<std::string>()) {
    const auto* part = element->get_if<std::string>();
    return part != nullptr && text->find(*part) != std::string::npos;
  }
  if (const auto* binary = value->get_if<Binary>()) {
    const auto* part = element->get_if<Binary>();
    return part != nullptr && binary->bytes.find(part->bytes) != std::string::npos;
  }
  if (const auto* set = value->get_if<StringSet>()) return has(set->values, element->get_if<std::string>());
  if (const auto* set = value->get_if<NumberSet>()) return has(set->values, element->get_if<Number>());
  if (const auto* set = value->get_if<BinarySet>()) {
    const auto* binary = element->get_if<Binary>();
    return binary != nullptr && has(set->values, &binary->bytes);
  }
  if (const auto* list = value->get_if<List>()) return has(*list, element);
  return false;
}

struct Judge {
  const Item& item;

  bool operator()(const Compare& node) const {
    const Resolved left(node.left, item), right(node.right, item);
    return compares(node.comparison, left.get(), right.get());
  }
  bool operator()(const Between& node) const {
    const Resolved value(node.value, item), low(node.low, item), high(node.high, item);
    return compares(Comparison::kGreaterOrEqual, value.get(), low.get()) &&
           compares(Comparison::kLessOrEqual, value.get(), high.get());
  }
  bool operator()(const In& node) const {
    const Resolved value(node.value, item);
    return std::ranges::any_of(node.candidates, [&](const Operand& candidate) {
      return compares(Comparison::kEqual, value.get(), Resolved(candidate, item).get());
    });
  }
  bool operator()(const AttributeExists& node) const { return find_path(item, node.path) != nullptr; }
  bool operator()(const AttributeNotExists& node) const { return find_path(item, node.path) == nullptr; }
  bool operator()(const AttributeType& node) const {
    const Value* value = find_path(item, node.path);
    return value != nullptr && value->type_name() == node.type;
  }
  bool operator()(const BeginsWith& node) const {
    return begins_with(Resolved(node.value, item).get(), Resolved(node.prefix, item).get());
  }
  bool operator()(const Contains& node) const {
    return contains(Resolved(node.value, item).get(), Resolved(node.element, item).get());
  }
  bool operator()(const And& node) const {
    return std::ranges::all_of(node.parts, [&](const ConditionPtr& part) { return holds(*part, item); });
  }
  bool operator()(const Or& node) const {
    return std::ranges::any_of(node.parts, [&](const ConditionPtr& part) { return holds(*part, item); });
  }
  bool operator()(const Not& node) const { return !holds(*node.part, item); }
};

}  // namespace

std::string Path::to_string() const {
  std::string out;
  for (const Step& step : steps) {
    if (const auto* index = std::get_if<std::size_t>(&step)) {
      out += '[' + std::to_string(*index) + ']';
    } else {
      if (!out.empty()) out += '.';
      out += std::get<std::string>(step);
    }
  }
  return out;
}

const Value* find_path(const Item& item, const Path& path) {
  if (path.steps.empty()) return nullptr;
  const auto* first = std::get_if<std::string>(&path.steps.front());
  const auto found = first == nullptr ? item.end() : item.find(*first);
  if (found == item.end()) return nullptr;
  const Value* at = &found->second;
  for (std::size_t i = 1; i < path.steps.size(); ++i) {
    if (const auto* index = std::get_if<std::size_t>(&path.steps[i])) {
      const List* list = at->get_if<List>();
      if (list == nullptr || *index >= list->size()) return nullptr;
      at = &(*list)[*index];
    } else {
      const Item* map = at->get_if<Item>();
      const auto member = map == nullptr ? item.end() : map->find(std::get<std::string>(path.steps[i]));
      if (map == nullptr || member == map->end()) return nullptr;
      at = &member->second;
    }
  }
  return at;
}

bool holds(const Condition& condition, const Item& item) { return std::visit(Judge{item}, condition.node); }

}  // namespace gatehouse::store
