// Reads the members of a request by their rules and collects what breaks them, so that one answer names every fault:
// "2 validation errors detected: Value ... at '...' failed to satisfy constraint: ...; ..."
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.hpp"
#include "base/result.hpp"

namespace gatehouse::tables {

struct Length {
  std::size_t min = 0;
  std::size_t max = SIZE_MAX;
};

// The input object must outlive this. An operation reads all its members, then asks check() once.
class Input {
 public:
  static constexpr std::size_t kMaxFaults = 10;  // AWS tells no more

  explicit Input(const json::object& members, std::string prefix = {})
      : members_(members), prefix_(std::move(prefix)) {}

  // The table's name or ARN, as it was given: Tables::find takes both. Required.
  std::string_view table_name(std::string_view member = "TableName");

  std::optional<std::string_view> text(std::string_view member, Length length = {});
  std::string_view required_text(std::string_view member, Length length = {});
  // One of `allowed`, or `fallback` when absent.
  std::string_view choice(std::string_view member, std::span<const std::string_view> allowed,
                          std::string_view fallback);
  bool flag(std::string_view member, bool fallback = false);
  std::optional<bool> optional_flag(std::string_view member);
  std::optional<std::int64_t> integer(std::string_view member, std::int64_t min, std::int64_t max);
  const json::object* map(std::string_view member);
  const json::object& required_map(std::string_view member);
  const json::array* list(std::string_view member);
  const json::array& required_list(std::string_view member, Length length = {});

  bool has(std::string_view member) const { return find(member) != nullptr; }
  // Members that this process knows and does not implement: a request that has one is refused with its name.
  void refuse(std::span<const std::string_view> members);

  // Records a broken rule in AWS's form.
  void add_fault(std::string_view member, std::string_view value, std::string_view constraint);
  // Takes over what a nested Input found.
  void absorb(Input&& nested);
  const std::string& prefix() const { return prefix_; }

  // The first error by AWS's order: wrong JSON types, then broken rules, then what is not implemented.
  Result<void> check() const;

 private:
  const json::value* find(std::string_view member) const;
  void check_length(std::string_view member, std::string_view shown, std::size_t actual, Length length);

  const json::object& members_;
  std::string prefix_;  // "keySchema.1.member."
  std::string serialization_fault_;
  std::vector<std::string> faults_;
  std::vector<std::string_view> refused_;
};

// A name that may be a table's: 3 to 255 of a-z A-Z 0-9 _ . -
bool is_table_name(std::string_view name);
// "NAME" or "arn:aws:dynamodb:REGION:ACCOUNT:table/NAME" -> NAME. Whether the ARN is one of this process is not judged.
std::string_view table_name_of(std::string_view name_or_arn);

}  // namespace gatehouse::tables
