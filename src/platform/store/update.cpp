#include <algorithm>

#include "platform/store/condition.hpp"

namespace gatehouse::store {
namespace {

constexpr std::string_view kAbsent = "The provided expression refers to an attribute that does not exist in the item";
constexpr std::string_view kWrongType = "An operand in the update expression has an incorrect data type";
constexpr std::string_view kInvalidPath = "The document path provided in the update expression is invalid for update";

std::unexpected<Error> refuse(std::string_view message) {
  return fail(Error::Kind::kInvalid, "ValidationException", std::string(message));
}

Result<Value> evaluate(const SetValue& value, const Item& before);

Result<Value> evaluate_sum(const SetValue& left_side, const SetValue& right_side, const Item& before, bool minus) {
  const Result<Value> left = evaluate(left_side, before);
  if (!left) return left;
  const Result<Value> right = evaluate(right_side, before);
  if (!right) return right;
  const Number* a = left->get_if<Number>();
  const Number* b = right->get_if<Number>();
  if (a == nullptr || b == nullptr) return refuse(kWrongType);
  Result<Number> sum = minus ? Number::subtract(*a, *b) : Number::add(*a, *b);
  if (!sum) return std::unexpected(sum.error());
  return Value(std::move(*sum));
}

struct Evaluate {
  const Item& before;

  Result<Value> operator()(const Value& value) const { return value; }
  Result<Value> operator()(const Path& path) const {
    const Value* found = find_path(before, path);
    if (found == nullptr) return refuse(kAbsent);
    return *found;
  }
  Result<Value> operator()(const IfNotExists& node) const {
    const Value* found = find_path(before, node.path);
    if (found != nullptr) return *found;
    return evaluate(*node.otherwise, before);
  }
  Result<Value> operator()(const ListAppend& node) const {
    Result<Value> left = evaluate(*node.left, before);
    if (!left) return left;
    Result<Value> right = evaluate(*node.right, before);
    if (!right) return right;
    List* head = left->get_if<List>();
    List* tail = right->get_if<List>();
    if (head == nullptr || tail == nullptr) return refuse(kWrongType);
    std::ranges::move(*tail, std::back_inserter(*head));
    return left;
  }
  Result<Value> operator()(const Plus& node) const { return evaluate_sum(*node.left, *node.right, before, false); }
  Result<Value> operator()(const Minus& node) const { return evaluate_sum(*node.left, *node.right, before, true); }
};

Result<Value> evaluate(const SetValue& value, const Item& before) { return std::visit(Evaluate{before}, value.node); }

// The container that holds the path's last step, or null when the path leads nowhere.
Value* find_parent(Item& item, const Path& path) {
  const auto found = item.find(std::get<std::string>(path.steps.front()));
  if (found == item.end()) return nullptr;
  Value* at = &found->second;
  for (std::size_t i = 1; i + 1 < path.steps.size(); ++i) {
    if (const auto* index = std::get_if<std::size_t>(&path.steps[i])) {
      List* list = at->get_if<List>();
      if (list == nullptr || *index >= list->size()) return nullptr;
      at = &(*list)[*index];
    } else {
      Item* map = at->get_if<Item>();
      const auto member = map == nullptr ? Item::iterator{} : map->find(std::get<std::string>(path.steps[i]));
      if (map == nullptr || member == map->end()) return nullptr;
      at = &member->second;
    }
  }
  return at;
}

Result<void> set_at(Item& item, const Path& path, Value value) {
  if (path.steps.size() == 1) {
    item.insert_or_assign(std::get<std::string>(path.steps[0]), std::move(value));
    return {};
  }
  Value* parent = find_parent(item, path);
  if (parent == nullptr) return refuse(kInvalidPath);
  if (const auto* index = std::get_if<std::size_t>(&path.steps.back())) {
    List* list = parent->get_if<List>();
    if (list == nullptr) return refuse(kInvalidPath);
    if (*index < list->size())
      (*list)[*index] = std::move(value);
    else
      list->push_back(std::move(value));  // beyond the end: appended, as DynamoDB does
    return {};
  }
  Item* map = parent->get_if<Item>();
  if (map == nullptr) return refuse(kInvalidPath);
  map->insert_or_assign(std::get<std::string>(path.steps.back()), std::move(value));
  return {};
}

// Removing what is not there is fine; a parent that is not there is not, except for a list index.
Result<void> remove_at(Item& item, const Path& path) {
  if (path.steps.size() == 1) {
    item.erase(std::get<std::string>(path.steps[0]));
    return {};
  }
  Value* parent = find_parent(item, path);
  if (parent == nullptr) return refuse(kInvalidPath);
  if (const auto* index = std::get_if<std::size_t>(&path.steps.back())) {
    List* list = parent->get_if<List>();
    if (list == nullptr) return refuse(kInvalidPath);
    if (*index < list->size()) list->erase(list->begin() + static_cast<std::ptrdiff_t>(*index));
    return {};
  }
  Item* map = parent->get_if<Item>();
  if (map == nullptr) return refuse(kInvalidPath);
  map->erase(std::get<std::string>(path.steps.back()));
  return {};
}

template <typename T>
std::vector<T> unite(const std::vector<T>& a, const std::vector<T>& b) {
  std::vector<T> out;
  std::ranges::set_union(a, b, std::back_inserter(out));
  return out;
}
template <typename T>
std::vector<T> without(const std::vector<T>& a, const std::vector<T>& b) {
  std::vector<T> out;
  std::ranges::set_difference(a, b, std::back_inserter(out));
  return out;
}

// Combines two sets of one type; nothing when the types are not the same set type.
template <typename Combine>
std::optional<Value> combine_sets(const Value& left, const Value& right, Combine combine) {
  const auto both = [&]<typename Set>() -> std::optional<Value> {
    const Set* a = left.get_if<Set>();
    const Set* b = right.get_if<Set>();
    if (a == nullptr || b == nullptr) return std::nullopt;
    return Value(Set{combine(a->values, b->values)});
  };
  if (auto value = both.template operator()<StringSet>()) return value;
  if (auto value = both.template operator()<NumberSet>()) return value;
  return both.template operator()<BinarySet>();
}

bool is_set(const Value& value) {
  return value.get_if<StringSet>() || value.get_if<NumberSet>() || value.get_if<BinarySet>();
}
bool is_empty_set(const Value& value) {
  if (const auto* set = value.get_if<StringSet>()) return set->values.empty();
  if (const auto* set = value.get_if<NumberSet>()) return set->values.empty();
  if (const auto* set = value.get_if<BinarySet>()) return set->values.empty();
  return false;
}

Result<void> add_at(Item& item, const AddAction& action, const Item& before) {
  if (action.value.get_if<Number>() == nullptr && !is_set(action.value)) return refuse(kWrongType);
  const Value* present = find_path(before, action.path);
  if (present == nullptr) return set_at(item, action.path, action.value);
  const Number* left = present->get_if<Number>();
  const Number* right = action.value.get_if<Number>();
  if (left != nullptr && right != nullptr) {
    Result<Number> sum = Number::add(*left, *right);
    if (!sum) return std::unexpected(sum.error());
    return set_at(item, action.path, Value(std::move(*sum)));
  }
  std::optional<Value> united =
      combine_sets(*present, action.value, [](const auto& a, const auto& b) { return unite(a, b); });
  if (!united) return refuse(kWrongType);
  return set_at(item, action.path, std::move(*united));
}

// True when nothing is left of the set and the attribute must go.
Result<bool> delete_at(Item& item, const DeleteAction& action, const Item& before) {
  if (!is_set(action.value)) return refuse(kWrongType);
  const Value* present = find_path(before, action.path);
  if (present == nullptr) return false;
  std::optional<Value> rest =
      combine_sets(*present, action.value, [](const auto& a, const auto& b) { return without(a, b); });
  if (!rest) return refuse(kWrongType);
  if (is_empty_set(*rest)) return true;
  const Result<void> done = set_at(item, action.path, std::move(*rest));
  if (!done) return std::unexpected(done.error());
  return false;
}

// Sets in the order of their paths, so that elements beyond the end of a list are appended in the order of their
// indexes.
std::vector<const SetAction*> set_order(const Update& update) {
  std::vector<const SetAction*> order;
  for (const SetAction& action : update.sets) order.push_back(&action);
  std::ranges::sort(order, [](const SetAction* a, const SetAction* b) { return a->path.steps < b->path.steps; });
  return order;
}

}  // namespace

Result<Item> apply(const Update& update, const Item& before) {
  Item after = before;
  for (const SetAction* action : set_order(update)) {
    Result<Value> value = evaluate(action->value, before);
    if (!value) return std::unexpected(value.error());
    if (const Result<void> done = set_at(after, action->path, std::move(*value)); !done)
      return std::unexpected(done.error());
  }
  for (const AddAction& action : update.adds) {
    if (const Result<void> done = add_at(after, action, before); !done) return std::unexpected(done.error());
  }
  std::vector<const Path*> removals;
  for (const RemoveAction& action : update.removes) removals.push_back(&action.path);
  for (const DeleteAction& action : update.deletes) {
    const Result<bool> is_emptied = delete_at(after, action, before);
    if (!is_emptied) return std::unexpected(is_emptied.error());
    if (*is_emptied) removals.push_back(&action.path);
  }
  // From the last path to the first: every index still means what it meant before the update.
  std::ranges::sort(removals, [](const Path* a, const Path* b) { return a->steps > b->steps; });
  for (const Path* path : removals) {
    if (const Result<void> done = remove_at(after, *path); !done) return std::unexpected(done.error());
  }
  return after;
}

}  // namespace gatehouse::store
