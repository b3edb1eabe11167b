#include "services/tables/input.hpp"

#include <algorithm>
#include <cctype>

#include "services/tables/errors.hpp"
#include "services/tables/values.hpp"

namespace gatehouse::tables {
namespace {

constexpr std::string_view kNamePattern = "Member must satisfy regular expression pattern: [a-zA-Z0-9_.-]+";

bool is_name_character(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '.' || c == '-';
}

std::string lower_first(std::string_view name) {
  std::string text(name);
  if (!text.empty() && text[0] >= 'A' && text[0] <= 'Z') text[0] = static_cast<char>(text[0] - 'A' + 'a');
  return text;
}

const json::object& no_members() {
  static const json::object empty;
  return empty;
}

const json::array& no_elements() {
  static const json::array empty;
  return empty;
}

}  // namespace

bool is_table_name(std::string_view name) {
  return name.size() >= 3 && name.size() <= 255 && std::ranges::all_of(name, is_name_character);
}

std::string_view table_name_of(std::string_view name_or_arn) {
  if (!name_or_arn.starts_with("arn:")) return name_or_arn;
  const std::size_t at = name_or_arn.find(":table/");
  return at == std::string_view::npos ? name_or_arn : name_or_arn.substr(at + 7);
}

const json::value* Input::find(std::string_view member) const {
  const json::value* value = members_.if_contains(member);
  return value == nullptr || value->is_null() ? nullptr : value;
}

void Input::add_fault(std::string_view member, std::string_view value, std::string_view constraint) {
  if (faults_.size() >= kMaxFaults) return;
  faults_.push_back("Value " + std::string(value) + " at '" + prefix_ + lower_first(member) +
                    "' failed to satisfy constraint: " + std::string(constraint));
}

void Input::check_length(std::string_view member, std::string_view shown, std::size_t actual, Length length) {
  if (actual < length.min) {
    add_fault(member, shown, "Member must have length greater than or equal to " + std::to_string(length.min));
  }
  if (actual > length.max) {
    add_fault(member, shown, "Member must have length less than or equal to " + std::to_string(length.max));
  }
}

std::string_view Input::table_name(std::string_view member) {
  const std::string_view given = required_text(member);
  const std::string_view name = table_name_of(given);
  if (given.data() == nullptr || is_table_name(name)) return given;
  const std::string shown = "'" + std::string(name.substr(0, 1024)) + "'";
  if (!std::ranges::all_of(name, is_name_character) || name.empty()) add_fault(member, shown, kNamePattern);
  check_length(member, shown, name.size(), {3, 255});
  return given;
}

std::optional<std::string_view> Input::text(std::string_view member, Length length) {
  const json::value* value = find(member);
  if (value == nullptr) return std::nullopt;
  const json::string* text = value->if_string();
  if (text == nullptr) {
    if (serialization_fault_.empty()) serialization_fault_ = conversion_fault(*value, "String");
    return std::nullopt;
  }
  if (text->size() < length.min || text->size() > length.max) {
    check_length(member, "'" + std::string(std::string_view(*text).substr(0, 1024)) + "'", text->size(), length);
  }
  return std::string_view(*text);
}

std::string_view Input::required_text(std::string_view member, Length length) {
  if (!has(member)) add_fault(member, "null", "Member must not be null");
  return text(member, length).value_or(std::string_view());
}

std::string_view Input::choice(std::string_view member, std::span<const std::string_view> allowed,
                               std::string_view fallback) {
  const std::optional<std::string_view> chosen = text(member);
  if (!chosen) return fallback;
  if (std::ranges::find(allowed, *chosen) != allowed.end()) return *chosen;
  std::string set;
  for (const std::string_view one : allowed) set += (set.empty() ? "" : ", ") + std::string(one);
  add_fault(member, "'" + std::string(chosen->substr(0, 1024)) + "'",
            "Member must satisfy enum value set: [" + set + "]");
  return fallback;
}

std::optional<bool> Input::optional_flag(std::string_view member) {
  const json::value* value = find(member);
  if (value == nullptr) return std::nullopt;
  if (const bool* truth = value->if_bool()) return *truth;
  if (serialization_fault_.empty()) serialization_fault_ = conversion_fault(*value, "Boolean");
  return std::nullopt;
}

bool Input::flag(std::string_view member, bool fallback) { return optional_flag(member).value_or(fallback); }

std::optional<std::int64_t> Input::integer(std::string_view member, std::int64_t min, std::int64_t max) {
  const json::value* value = find(member);
  if (value == nullptr) return std::nullopt;
  boost::system::error_code inexact;
  const std::int64_t number = value->is_number() ? value->to_number<std::int64_t>(inexact) : 0;
  if (!value->is_number() || inexact) {
    if (serialization_fault_.empty()) serialization_fault_ = conversion_fault(*value, "Integer");
    return std::nullopt;
  }
  const std::string shown = "'" + std::to_string(number) + "'";
  if (number < min) {
    add_fault(member, shown, "Member must have value greater than or equal to " + std::to_string(min));
  }
  if (number > max) add_fault(member, shown, "Member must have value less than or equal to " + std::to_string(max));
  return number;
}

const json::object* Input::map(std::string_view member) {
  const json::value* value = find(member);
  if (value == nullptr) return nullptr;
  if (const json::object* object = value->if_object()) return object;
  if (serialization_fault_.empty()) {
    serialization_fault_ = value->is_array() ? conversion_fault(*value, "Map") : "Unexpected field type";
  }
  return nullptr;
}

const json::object& Input::required_map(std::string_view member) {
  if (!has(member)) add_fault(member, "null", "Member must not be null");
  const json::object* object = map(member);
  return object != nullptr ? *object : no_members();
}

const json::array* Input::list(std::string_view member) {
  const json::value* value = find(member);
  if (value == nullptr) return nullptr;
  if (const json::array* array = value->if_array()) return array;
  if (serialization_fault_.empty()) {
    serialization_fault_ = value->is_object() ? conversion_fault(*value, "List") : "Unexpected field type";
  }
  return nullptr;
}

const json::array& Input::required_list(std::string_view member, Length length) {
  if (!has(member)) add_fault(member, "null", "Member must not be null");
  const json::array* array = list(member);
  if (array == nullptr) return no_elements();
  check_length(member, "'[...]'", array->size(), length);
  return *array;
}

void Input::refuse(std::span<const std::string_view> members) {
  for (const std::string_view member : members) {
    if (has(member)) refused_.push_back(member);
  }
}

void Input::absorb(Input&& nested) {
  if (serialization_fault_.empty()) serialization_fault_ = std::move(nested.serialization_fault_);
  for (std::string& fault : nested.faults_) {
    if (faults_.size() < kMaxFaults) faults_.push_back(std::move(fault));
  }
  refused_.insert(refused_.end(), nested.refused_.begin(), nested.refused_.end());
}

Result<void> Input::check() const {
  if (!serialization_fault_.empty()) return errors::serialization(serialization_fault_);
  if (!faults_.empty()) {
    std::string message = std::to_string(faults_.size()) + " validation error" + (faults_.size() > 1 ? "s" : "") +
                          " detected: " + faults_.front();
    for (std::size_t i = 1; i < faults_.size(); ++i) message += "; " + faults_[i];
    return errors::validation(std::move(message));
  }
  if (!refused_.empty()) {
    std::string names(refused_.front());
    for (std::size_t i = 1; i < refused_.size(); ++i) names += ", " + std::string(refused_[i]);
    return errors::validation("Gatehouse does not support this parameter of the request yet: " + names);
  }
  return {};
}

}  // namespace gatehouse::tables
