#include "services/tables/values.hpp"

#include <algorithm>

#include "base/encoding.hpp"
#include "base/text.hpp"
#include "services/tables/errors.hpp"

namespace gatehouse::tables {
namespace {

constexpr std::size_t kMaxNumberText = 1024;

enum class Type { kS, kN, kB, kBool, kNull, kSs, kNs, kBs, kL, kM };

struct TypeName {
  std::string_view name;
  Type type;
};
constexpr TypeName kTypes[] = {{"S", Type::kS},       {"N", Type::kN},   {"B", Type::kB},   {"BOOL", Type::kBool},
                               {"NULL", Type::kNull}, {"SS", Type::kSs}, {"NS", Type::kNs}, {"BS", Type::kBs},
                               {"L", Type::kL},       {"M", Type::kM}};

const TypeName* find_type(std::string_view name) {
  for (const TypeName& known : kTypes) {
    if (known.name == name) return &known;
  }
  return nullptr;
}

Result<std::string_view> read_string(const json::value& value) {
  if (const json::string* text = value.if_string()) return std::string_view(*text);
  return errors::serialization(conversion_fault(value, "String"));
}

Result<store::Number> read_number(std::string_view text) {
  if (text.empty()) return errors::validation("The parameter cannot be converted to a numeric value");
  // No number that fits is longer, and a message should not carry megabytes.
  if (text.size() > kMaxNumberText) return errors::validation("The parameter cannot be converted to a numeric value");
  return store::Number::parse(text);
}

Result<std::string> read_blob(const json::value& value) {
  const json::string* text = value.if_string();
  if (text == nullptr) return errors::serialization(conversion_fault(value, "Blob"));
  if (text->size() % 4 != 0) {
    return errors::serialization("Base64 encoded length is expected a multiple of 4 bytes but found: " +
                                 std::to_string(text->size()));
  }
  std::optional<std::string> bytes = base64_decode(std::string_view(*text));
  if (!bytes) return errors::serialization("Invalid Base64 encoding of a Blob");
  return std::move(*bytes);
}

Result<bool> read_bool(const json::value& value) {
  if (const bool* truth = value.if_bool()) return *truth;
  return errors::serialization(conversion_fault(value, "Boolean"));
}

Result<const json::array*> read_list(const json::value& value) {
  if (const json::array* list = value.if_array()) return list;
  if (value.is_object()) return errors::serialization("Start of structure or map found where not expected");
  return errors::serialization("Unexpected field type");
}

// "[a, b, a]", as AWS shows a collection in its messages.
template <typename Strings>
std::string show(const Strings& values) {
  constexpr std::size_t kMaxShown = 2048;
  std::string text = "[";
  for (const auto& value : values) {
    if (text.size() > 1) text += ", ";
    if (text.size() + value.size() > kMaxShown) return text + "...]";
    text += value;
  }
  return text + "]";
}

std::unexpected<Error> empty_name() { return errors::invalid_parameter("An attribute name may not be empty"); }

Result<store::Value> read_string_set(const json::array& list) {
  store::StringSet set;
  set.values.reserve(list.size());
  for (const json::value& element : list) {
    Result<std::string_view> text = read_string(element);
    if (!text) return std::unexpected(std::move(text.error()));
    set.values.emplace_back(*text);
  }
  if (set.values.empty()) return errors::invalid_parameter("An string set  may not be empty");
  const std::vector<std::string> as_given = set.values;
  std::ranges::sort(set.values);
  if (std::ranges::adjacent_find(set.values) != set.values.end()) {
    return errors::invalid_parameter("Input collection " + show(as_given) + " contains duplicates.");
  }
  return store::Value(std::move(set));
}

Result<store::Value> read_number_set(const json::array& list) {
  store::NumberSet set;
  set.values.reserve(list.size());
  for (const json::value& element : list) {
    Result<std::string_view> text = read_string(element);
    if (!text) return std::unexpected(std::move(text.error()));
    Result<store::Number> number = read_number(*text);
    if (!number) return std::unexpected(std::move(number.error()));
    set.values.push_back(std::move(*number));
  }
  if (set.values.empty()) return errors::invalid_parameter("An number set  may not be empty");
  std::ranges::sort(set.values, [](const auto& a, const auto& b) { return (a <=> b) < 0; });
  if (std::ranges::adjacent_find(set.values) != set.values.end()) {
    return errors::validation("Input collection contains duplicates");
  }
  return store::Value(std::move(set));
}

Result<store::Value> read_binary_set(const json::array& list) {
  store::BinarySet set;
  set.values.reserve(list.size());
  for (const json::value& element : list) {
    Result<std::string> bytes = read_blob(element);
    if (!bytes) return std::unexpected(std::move(bytes.error()));
    set.values.push_back(std::move(*bytes));
  }
  if (set.values.empty()) return errors::invalid_parameter("Binary sets should not be empty");
  std::ranges::sort(set.values);
  if (std::ranges::adjacent_find(set.values) != set.values.end()) {
    std::vector<std::string_view> as_given;
    for (const json::value& element : list) as_given.emplace_back(element.get_string());
    return errors::invalid_parameter("Input collection " + show(as_given) + "of type BS contains duplicates.");
  }
  return store::Value(std::move(set));
}

Result<store::Value> read_set(const json::value& value, Type type) {
  Result<const json::array*> list = read_list(value);
  if (!list) return std::unexpected(std::move(list.error()));
  if (type == Type::kSs) return read_string_set(**list);
  if (type == Type::kNs) return read_number_set(**list);
  return read_binary_set(**list);
}

Result<store::Value> read_container(const json::value& value, Type type, std::size_t depth) {
  if (depth >= kMaxNesting) return errors::validation("Nesting Levels have exceeded supported limits");
  if (type == Type::kL) {
    Result<const json::array*> list = read_list(value);
    if (!list) return std::unexpected(std::move(list.error()));
    store::List elements;
    elements.reserve((*list)->size());
    for (const json::value& element : **list) {
      Result<store::Value> parsed = parse_value(element, depth + 1);
      if (!parsed) return parsed;
      elements.push_back(std::move(*parsed));
    }
    return store::Value(std::move(elements));
  }
  const json::object* map = value.if_object();
  if (map == nullptr) return errors::serialization("Unexpected field type");
  store::Item members;
  for (const auto& [name, member] : *map) {
    if (name.empty()) return empty_name();
    Result<store::Value> parsed = parse_value(member, depth + 1);
    if (!parsed) return parsed;
    members.emplace(std::string_view(name), std::move(*parsed));
  }
  return store::Value(std::move(members));
}

Result<store::Value> read_scalar(const json::value& value, Type type) {
  if (type == Type::kB) {
    Result<std::string> bytes = read_blob(value);
    if (!bytes) return std::unexpected(std::move(bytes.error()));
    return store::Value(store::Binary{std::move(*bytes)});
  }
  if (type == Type::kS || type == Type::kN) {
    Result<std::string_view> text = read_string(value);
    if (!text) return std::unexpected(std::move(text.error()));
    if (type == Type::kS) return store::Value(std::string(*text));
    Result<store::Number> number = read_number(*text);
    if (!number) return std::unexpected(std::move(number.error()));
    return store::Value(std::move(*number));
  }
  Result<bool> truth = read_bool(value);
  if (!truth) return std::unexpected(std::move(truth.error()));
  if (type == Type::kBool) return store::Value(*truth);
  if (!*truth) return errors::invalid_parameter("Null attribute value types must have the value of true");
  return store::Value(store::Null{});
}

Result<store::Value> read_typed(const json::value& value, Type type, std::size_t depth) {
  switch (type) {
    case Type::kSs:
    case Type::kNs:
    case Type::kBs:
      return read_set(value, type);
    case Type::kL:
    case Type::kM:
      return read_container(value, type, depth);
    default:
      return read_scalar(value, type);
  }
}

// Appends `{"TYPE": value}` forms.
json::value tagged(std::string_view type, json::value value, const json::storage_ptr& storage) {
  json::object object(storage);
  object.emplace(type, std::move(value));
  return object;
}

json::array strings(const std::vector<std::string>& values, const json::storage_ptr& storage) {
  json::array list(storage);
  list.reserve(values.size());
  for (const std::string& value : values) list.emplace_back(json::string(value, storage));
  return list;
}

struct Writer {
  const json::storage_ptr& storage;

  json::value operator()(const store::Null&) const { return tagged("NULL", true, storage); }
  json::value operator()(bool truth) const { return tagged("BOOL", truth, storage); }
  json::value operator()(const store::Number& number) const {
    return tagged("N", json::string(number.to_string(), storage), storage);
  }
  json::value operator()(const std::string& text) const { return tagged("S", json::string(text, storage), storage); }
  json::value operator()(const store::Binary& binary) const {
    return tagged("B", json::string(base64_encode(binary.bytes), storage), storage);
  }
  json::value operator()(const store::StringSet& set) const {
    return tagged("SS", strings(set.values, storage), storage);
  }
  json::value operator()(const store::NumberSet& set) const {
    json::array list(storage);
    list.reserve(set.values.size());
    for (const store::Number& number : set.values) list.emplace_back(json::string(number.to_string(), storage));
    return tagged("NS", std::move(list), storage);
  }
  json::value operator()(const store::BinarySet& set) const {
    json::array list(storage);
    list.reserve(set.values.size());
    for (const std::string& bytes : set.values) list.emplace_back(json::string(base64_encode(bytes), storage));
    return tagged("BS", std::move(list), storage);
  }
  json::value operator()(const store::List& list) const {
    json::array array(storage);
    array.reserve(list.size());
    for (const store::Value& element : list) array.push_back(to_json(element, storage));
    return tagged("L", std::move(array), storage);
  }
  json::value operator()(const store::Item& map) const { return tagged("M", to_json(map, storage), storage); }
};

}  // namespace

Result<store::Value> parse_value(const json::value& value, std::size_t depth) {
  const json::object* members = value.if_object();
  if (members == nullptr) {
    if (value.is_array()) return errors::serialization("Unrecognized collection type class java.util.ArrayList");
    return errors::serialization("Unexpected value type in payload");
  }
  const json::value* typed = nullptr;
  const TypeName* type = nullptr;
  for (const auto& [name, member] : *members) {
    const TypeName* known = member.is_null() ? nullptr : find_type(name);
    if (known == nullptr) continue;
    if (type != nullptr) {
      return errors::validation(
          "Supplied AttributeValue has more than one datatypes set, must contain exactly one of the supported "
          "datatypes");
    }
    type = known;
    typed = &member;
  }
  if (type == nullptr) {
    return errors::validation("Supplied AttributeValue is empty, must contain exactly one of the supported datatypes");
  }
  return read_typed(*typed, type->type, depth);
}

Result<store::Item> parse_item(const json::object& members) {
  store::Item item;
  for (const auto& [name, member] : members) {
    if (name.empty()) return empty_name();
    Result<store::Value> value = parse_value(member);
    if (!value) return std::unexpected(std::move(value.error()));
    item.emplace(std::string_view(name), std::move(*value));
  }
  return item;
}

json::value to_json(const store::Value& value, const json::storage_ptr& storage) {
  return std::visit(Writer{storage}, value.data);
}

json::object to_json(const store::Item& item, const json::storage_ptr& storage) {
  json::object object(storage);
  object.reserve(item.size());
  for (const auto& [name, value] : item) object.emplace(name, to_json(value, storage));
  return object;
}

std::string conversion_fault(const json::value& value, std::string_view wanted) {
  if (value.is_object()) return "Start of structure or map found where not expected";
  if (value.is_array()) return "Start of list found where not expected";
  std::string_view kind = "NUMBER_VALUE";
  if (value.is_string()) kind = "STRING_VALUE";
  if (const bool* truth = value.if_bool()) kind = *truth ? "TRUE_VALUE" : "FALSE_VALUE";
  return std::string(kind) + " cannot be converted to " + std::string(wanted);
}

}  // namespace gatehouse::tables
