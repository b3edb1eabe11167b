// Named values in order: headers, query parameters, claims.
#pragma once

#include <algorithm>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace gatehouse::sdk {

bool equals_ignoring_case(std::string_view a, std::string_view b);  // ASCII only

// A flat list: real messages carry few. A name may stand more than once.
template <bool kIgnoresCase>
class Fields {
 public:
  using Field = std::pair<std::string, std::string>;

  Fields() = default;
  Fields(std::initializer_list<Field> fields) : fields_(fields) {}

  // The last value of that name (as Lambda's single-value maps have it), or null.
  const std::string* find(std::string_view name) const {
    for (auto field = fields_.rbegin(); field != fields_.rend(); ++field) {
      if (same(field->first, name)) return &field->second;
    }
    return nullptr;
  }
  // The last value, or empty.
  std::string_view get(std::string_view name) const {
    const std::string* value = find(name);
    return value == nullptr ? std::string_view() : std::string_view(*value);
  }
  bool contains(std::string_view name) const { return find(name) != nullptr; }

  void add(std::string name, std::string value) { fields_.emplace_back(std::move(name), std::move(value)); }
  void set(std::string name, std::string value) {
    remove(name);
    add(std::move(name), std::move(value));
  }
  void remove(std::string_view name) {
    std::erase_if(fields_, [&](const Field& field) { return same(field.first, name); });
  }

  auto begin() const { return fields_.begin(); }
  auto end() const { return fields_.end(); }
  auto begin() { return fields_.begin(); }
  auto end() { return fields_.end(); }
  std::size_t size() const { return fields_.size(); }
  bool empty() const { return fields_.empty(); }
  void reserve(std::size_t count) { fields_.reserve(count); }

 private:
  static bool same(std::string_view a, std::string_view b) {
    if constexpr (kIgnoresCase) return equals_ignoring_case(a, b);
    return a == b;
  }
  std::vector<Field> fields_;
};

using Headers = Fields<true>;      // RFC 9110 section 5.1: names compare without case
using Parameters = Fields<false>;  // query, path, stage variables, claims: names are case-sensitive

}  // namespace gatehouse::sdk
