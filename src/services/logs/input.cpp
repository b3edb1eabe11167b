#include "services/logs/input.hpp"

#include <algorithm>

#include "base/id.hpp"
#include "base/text.hpp"
#include "services/logs/errors.hpp"

namespace gatehouse::logs {
namespace {

constexpr std::size_t kMaxNameBytes = 512;

bool is_group_name(std::string_view name) {
  return std::ranges::all_of(name, [](char c) {
    return kAlphanumeric.find(c) != std::string_view::npos ||
           std::string_view(".-_/#").find(c) != std::string_view::npos;
  });
}

// What a message may repeat of the caller's input: little of it.
std::string shown(std::string_view value) { return fmt::format("'{}'", value.substr(0, 256)); }

// The service framework's names of JSON types in its messages.
std::string_view token_name(const json::value& value) {
  switch (value.kind()) {
    case json::kind::string:
      return "STRING_VALUE";
    case json::kind::bool_:
      return value.get_bool() ? "TRUE_VALUE" : "FALSE_VALUE";
    case json::kind::double_:
      return "DECIMAL_VALUE";
    case json::kind::object:
      return "START_OBJECT";
    case json::kind::array:
      return "START_ARRAY";
    default:
      return "NUMBER_VALUE";
  }
}

std::unexpected<Error> wrong_type(const json::value& value, std::string_view wanted) {
  return fail(Error::Kind::kInvalid, "SerializationException",
              fmt::format("{} can not be converted to {}", token_name(value), wanted));
}

}  // namespace

Input::Input(const json::object& object, std::initializer_list<std::string_view> known) : object_(object) {
  for (const auto& member : object) {
    const std::string_view name(member.key().data(), member.key().size());
    if (std::ranges::find(known, name) == known.end())
      refuse(errors::invalid(fmt::format("Gatehouse does not support the parameter {} here.", name.substr(0, 64))));
  }
}

void Input::refuse(std::unexpected<Error> error) {
  if (!problem_) problem_ = std::move(error.error());
}

void Input::refuse_constraint(std::string_view name, std::string_view value, std::string_view rule) {
  refuse(errors::invalid(
      fmt::format("1 validation error detected: Value {} at '{}' failed to satisfy constraint: Member must {}", value,
                  name, rule)));
}

Result<void> Input::problem() const {
  if (problem_) return std::unexpected(*problem_);
  return {};
}

const json::value* Input::find(std::string_view name, std::string_view wanted, json::kind kind) {
  const json::value* value = object_.if_contains(name);
  if (value == nullptr || value->is_null()) return nullptr;  // null is absent, as for AWS
  if (value->kind() == kind) return value;
  refuse(wrong_type(*value, wanted));
  return nullptr;
}

std::optional<std::string> Input::text(std::string_view name, std::size_t min, std::size_t max) {
  const json::value* value = find(name, "a String", json::kind::string);
  if (value == nullptr) return std::nullopt;
  std::string out(value->get_string());
  const std::size_t length = count_code_points(out).value_or(0);
  if (length < min) refuse_constraint(name, shown(out), fmt::format("have length greater than or equal to {}", min));
  if (length > max) refuse_constraint(name, shown(out), fmt::format("have length less than or equal to {}", max));
  return out;
}

std::optional<std::string> Input::one_of(std::string_view name, std::initializer_list<std::string_view> values) {
  std::optional<std::string> out = text(name, 0, SIZE_MAX);
  if (out && std::ranges::find(values, *out) == values.end())
    refuse_constraint(name, shown(*out), fmt::format("satisfy enum value set: [{}]", fmt::join(values, ", ")));
  return out;
}

std::optional<std::int64_t> Input::integer(std::string_view name, std::int64_t min, std::int64_t max) {
  const json::value* value = object_.if_contains(name);
  if (value == nullptr || value->is_null()) return std::nullopt;
  const std::optional<std::int64_t> number = value->is_number() ? integer_member(object_, name) : std::nullopt;
  if (!number) {
    refuse(wrong_type(*value, "a Long"));
    return std::nullopt;
  }
  const std::string text = fmt::format("'{}'", *number);
  if (*number < min) refuse_constraint(name, text, fmt::format("have value greater than or equal to {}", min));
  if (*number > max) refuse_constraint(name, text, fmt::format("have value less than or equal to {}", max));
  return number;
}

bool Input::flag(std::string_view name) {
  const json::value* value = find(name, "a Boolean", json::kind::bool_);
  return value != nullptr && value->get_bool();
}

const json::array* Input::list(std::string_view name, std::size_t min, std::size_t max) {
  const json::value* value = find(name, "a List", json::kind::array);
  if (value == nullptr) return nullptr;
  const json::array& array = value->get_array();
  const std::string text = fmt::format("'[{} members]'", array.size());
  if (array.size() < min) refuse_constraint(name, text, fmt::format("have length greater than or equal to {}", min));
  if (array.size() > max) refuse_constraint(name, text, fmt::format("have length less than or equal to {}", max));
  return &array;
}

std::optional<std::string> Input::group_name(std::string_view name) {
  std::optional<std::string> out = text(name, 1, kMaxNameBytes);
  if (out && !is_group_name(*out))
    refuse_constraint(name, shown(*out), "satisfy regular expression pattern: [\\.\\-_/#A-Za-z0-9]+");
  return out;
}

std::string Input::group_name() {
  std::optional<std::string> out = group_name("logGroupName");
  if (!out) refuse_constraint("logGroupName", "null", "not be null");
  return std::move(out).value_or("");
}

void Input::check_stream_name(std::string_view name, std::string_view value) {
  if (value.find_first_of(":*") != std::string_view::npos)
    refuse_constraint(name, shown(value), "satisfy regular expression pattern: [^:*]*");
}

std::optional<std::string> Input::stream_name(std::string_view name) {
  std::optional<std::string> out = text(name, 1, kMaxNameBytes);
  if (out) check_stream_name(name, *out);
  return out;
}

std::string Input::stream_name() {
  std::optional<std::string> out = stream_name("logStreamName");
  if (!out) refuse_constraint("logStreamName", "null", "not be null");
  return std::move(out).value_or("");
}

std::string Input::any_group_name(const Config& config) {
  const std::optional<std::string> name = group_name("logGroupName");
  const std::optional<std::string> identifier = text("logGroupIdentifier", 1, 2048);
  if (name.has_value() == identifier.has_value()) {
    refuse(errors::invalid("Exactly one of logGroupName and logGroupIdentifier must be given."));
    return {};
  }
  if (name) return *name;
  const std::string prefix = fmt::format("arn:aws:logs:{}:{}:log-group:", config.region, config.account);
  const std::string_view rest =
      identifier->starts_with(prefix) ? std::string_view(*identifier).substr(prefix.size()) : *identifier;
  if (rest.empty() || !is_group_name(rest)) {
    refuse(
        errors::invalid("logGroupIdentifier must be the name or the ARN of a log group of this account and region."));
    return {};
  }
  return std::string(rest);
}

std::vector<std::string> Input::stream_names(std::string_view name) {
  std::vector<std::string> out;
  const json::array* names = list(name, 1, 100);
  if (names == nullptr) return out;
  for (const json::value& one : *names) {
    if (!one.is_string()) {
      refuse(wrong_type(one, "a String"));
      return {};
    }
    out.emplace_back(one.get_string());
    if (out.back().empty() || out.back().size() > 4 * kMaxNameBytes)
      refuse_constraint(name, shown(out.back()), "have length between 1 and 512");
    check_stream_name(name, out.back());
  }
  return out;
}

}  // namespace gatehouse::logs
