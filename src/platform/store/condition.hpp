// Conditions and updates as data: what the write path evaluates against the state of an item. The tables service parses
// DynamoDB's expressions into these; other services build them directly.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "platform/store/value.hpp"

namespace gatehouse::store {

// A document path: attribute name, then member names and list indexes. `a.b[3].c`
struct Path {
  using Step = std::variant<std::string, std::size_t>;
  std::vector<Step> steps;  // the first is always a name
  std::string to_string() const;
  bool operator==(const Path&) const = default;
};
// The value at a path, or null when any step is absent.
const Value* find_path(const Item& item, const Path& path);

struct SizeOf {
  Path path;
};
using Operand = std::variant<Path, Value, SizeOf>;

struct Condition;
using ConditionPtr = std::shared_ptr<const Condition>;

enum class Comparison { kEqual, kNotEqual, kLess, kLessOrEqual, kGreater, kGreaterOrEqual };
struct Compare {
  Comparison comparison;
  Operand left, right;
};
struct Between {
  Operand value, low, high;
};
struct In {
  Operand value;
  std::vector<Operand> candidates;
};
struct AttributeExists {
  Path path;
};
struct AttributeNotExists {
  Path path;
};
struct AttributeType {
  Path path;
  std::string type;
};
struct BeginsWith {
  Operand value, prefix;
};
struct Contains {
  Operand value, element;
};
struct And {
  std::vector<ConditionPtr> parts;
};
struct Or {
  std::vector<ConditionPtr> parts;
};
struct Not {
  ConditionPtr part;
};

struct Condition {
  std::variant<Compare, Between, In, AttributeExists, AttributeNotExists, AttributeType, BeginsWith, Contains, And, Or,
               Not>
      node;
};

// True when the item (empty when there is none) satisfies the condition. Operands of types that do not compare are
// false, as DynamoDB has it.
bool holds(const Condition& condition, const Item& item);

// What an UpdateExpression does. Right-hand sides see the item as it was before the update.
struct SetValue;
struct IfNotExists {
  Path path;
  std::shared_ptr<const SetValue> otherwise;
};
struct ListAppend {
  std::shared_ptr<const SetValue> left, right;
};
struct Plus {
  std::shared_ptr<const SetValue> left, right;
};
struct Minus {
  std::shared_ptr<const SetValue> left, right;
};
struct SetValue {
  std::variant<Value, Path, IfNotExists, ListAppend, Plus, Minus> node;
};
struct SetAction {
  Path path;
  SetValue value;
};
struct RemoveAction {
  Path path;
};
struct AddAction {
  Path path;
  Value value;
};  // number: adds; set: unites
struct DeleteAction {
  Path path;
  Value value;
};  // takes elements out of a set

struct Update {
  std::vector<SetAction> sets;
  std::vector<RemoveAction> removes;
  std::vector<AddAction> adds;
  std::vector<DeleteAction> deletes;
};

// Applies an update to a copy of `before`. Errors (kInvalid, "ValidationException") carry DynamoDB's texts.
Result<Item> apply(const Update& update, const Item& before);

}  // namespace gatehouse::store
