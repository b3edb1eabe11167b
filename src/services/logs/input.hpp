// Reads an operation's input by the API's model: types, lengths, patterns, and no member that is not honoured.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.hpp"
#include "base/result.hpp"
#include "services/logs/logs.hpp"

namespace gatehouse::logs {

// The first problem is kept and everything read after it is empty: read all, then ask problem() once.
class Input {
 public:
  // A member that is not among `known` is refused by name.
  Input(const json::object& object, std::initializer_list<std::string_view> known);

  std::optional<std::string> text(std::string_view name, std::size_t min, std::size_t max);
  std::optional<std::string> one_of(std::string_view name, std::initializer_list<std::string_view> values);
  std::optional<std::int64_t> integer(std::string_view name, std::int64_t min, std::int64_t max);
  bool flag(std::string_view name);
  const json::array* list(std::string_view name, std::size_t min, std::size_t max);

  std::string group_name();   // logGroupName, required
  std::string stream_name();  // logStreamName, required
  std::optional<std::string> group_name(std::string_view name);
  std::optional<std::string> stream_name(std::string_view name);
  // logGroupName or logGroupIdentifier (a name, or the ARN of a group of this account and region), exactly one.
  std::string any_group_name(const Config& config);
  std::vector<std::string> stream_names(std::string_view name);

  void refuse(std::unexpected<Error> error);
  void refuse_constraint(std::string_view name, std::string_view shown, std::string_view rule);
  Result<void> problem() const;

 private:
  const json::value* find(std::string_view name, std::string_view wanted, json::kind kind);
  void check_stream_name(std::string_view name, std::string_view value);

  const json::object& object_;
  std::optional<Error> problem_;
};

}  // namespace gatehouse::logs
