// ExpressionAttributeNames and ExpressionAttributeValues of one request, and which of them its expressions used.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.hpp"
#include "base/result.hpp"
#include "platform/store/value.hpp"

namespace gatehouse::tables {

class Substitutions {
 public:
  static constexpr std::size_t kMaxBytes = 2 * 1024 * 1024;
  static constexpr std::size_t kMaxPlaceholder = 255;
  // Each must be used, takes three characters, and the expressions of a request have 12 KB at most: no more could be.
  static constexpr std::size_t kMaxPlaceholders = 4096;

  // Either may be null: not given. The names' strings stay in `names`, which must outlive this.
  static Result<Substitutions> parse(const json::object* names, const json::object* values);

  // Null when it is not defined. Marks it used.
  const std::string_view* name(std::string_view placeholder);
  const store::Value* value(std::string_view placeholder);

  // To be asked when all expressions of the request are parsed: every placeholder must have been used.
  Result<void> check_all_used() const;

 private:
  template <typename T>
  struct Entry {
    std::string_view placeholder;
    T meaning;
    bool is_used = false;
  };
  // Few: a linear search beats a map.
  std::vector<Entry<std::string_view>> names_;
  std::vector<Entry<store::Value>> values_;

  Result<void> add_names(const json::object& names);
  Result<void> add_values(const json::object& values);
};

}  // namespace gatehouse::tables
