// The store's data model: attribute values and items, as DynamoDB has them.
#pragma once

#include <compare>
#include <concepts>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/result.hpp"

namespace gatehouse::store {

// An exact decimal of up to 38 significant digits, magnitude 1E-130 to 9.99E+125, or zero (DynamoDB: Naming rules and
// data types). Never a double. Kept in canonical form: no leading or trailing zeros in the digits.
class Number {
 public:
  Number() = default;  // zero
  // Reads decimal and scientific notation. Errors (kInvalid) carry DynamoDB's texts.
  static Result<Number> parse(std::string_view text);
  static Number from_integer(std::int64_t value);

  std::string to_string() const;  // DynamoDB's canonical text: "1", "-0.5", "1E+30" only beyond plain notation's reach
  // Errors when the result leaves the range (DynamoDB: "Number overflow...").
  static Result<Number> add(const Number& a, const Number& b);
  static Result<Number> subtract(const Number& a, const Number& b);
  std::strong_ordering operator<=>(const Number& other) const;
  bool operator==(const Number& other) const = default;

  // Bytes whose memcmp order is the numeric order, self-delimiting.
  void append_ordered(std::string& out) const;
  std::string ordered() const;
  // The number behind such bytes; nothing when they are no such.
  static std::optional<Number> from_ordered(std::string_view bytes);
  // Approximate stored size in bytes, as DynamoDB counts item sizes.
  std::size_t stored_size() const;

 private:
  friend struct NumberCodec;
  bool negative_ = false;
  std::int16_t exponent_ = 0;  // value = 0.digits * 10^exponent
  std::string digits_;         // '0'..'9', empty for zero
};

struct Null {
  bool operator==(const Null&) const = default;
};
struct Binary {
  std::string bytes;
  auto operator<=>(const Binary&) const = default;
};
// Sets are sorted and without duplicates.
struct StringSet {
  std::vector<std::string> values;
  bool operator==(const StringSet&) const = default;
};
struct NumberSet {
  std::vector<Number> values;
  bool operator==(const NumberSet&) const = default;
};
struct BinarySet {
  std::vector<std::string> values;
  bool operator==(const BinarySet&) const = default;
};

struct Value;
using List = std::vector<Value>;
using Item = std::map<std::string, Value, std::less<>>;  // also the M type

// The types that a Value can hold.
template <typename T>
concept AttributeData =
    std::same_as<T, Null> || std::same_as<T, bool> || std::same_as<T, Number> || std::same_as<T, std::string> ||
    std::same_as<T, Binary> || std::same_as<T, StringSet> || std::same_as<T, NumberSet> || std::same_as<T, BinarySet> ||
    std::same_as<T, List> || std::same_as<T, Item>;

struct Value {
  std::variant<Null, bool, Number, std::string, Binary, StringSet, NumberSet, BinarySet, List, Item> data;

  Value() = default;
  template <typename T>
    requires AttributeData<std::remove_cvref_t<T>>
  Value(T&& value) : data(std::forward<T>(value)) {}  // implicit on purpose: values are built in literals
  Value(const char* text) : data(std::string(text)) {}

  template <typename T>
  const T* get_if() const {
    return std::get_if<T>(&data);
  }
  template <typename T>
  T* get_if() {
    return std::get_if<T>(&data);
  }
  // DynamoDB's type name: "S", "N", "B", "BOOL", "NULL", "SS", "NS", "BS", "L", "M".
  std::string_view type_name() const;
  bool operator==(const Value&) const = default;
};

// The item's size as DynamoDB counts it for limits and capacity units (names and values, UTF-8).
std::size_t item_size(const Item& item);
std::size_t value_size(const Value& value);

// The binary form on disk (docs/formats.md), versioned by its first byte.
std::string encode_item(const Item& item);
Result<Item> decode_item(std::string_view bytes);

}  // namespace gatehouse::store
