#include "services/tables/expressions/substitutions.hpp"

#include <algorithm>

#include "services/tables/errors.hpp"
#include "services/tables/values.hpp"

namespace gatehouse::tables {
namespace {

bool is_placeholder(std::string_view key, char mark) {
  if (key.size() < 2 || key.size() > Substitutions::kMaxPlaceholder || key.front() != mark) return false;
  return std::ranges::all_of(key.substr(1), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
  });
}

template <typename Entries>
auto* find_entry(Entries& entries, std::string_view placeholder) {
  for (auto& entry : entries) {
    if (entry.placeholder != placeholder) continue;
    entry.is_used = true;
    return &entry.meaning;
  }
  return static_cast<decltype(&entries.front().meaning)>(nullptr);
}

template <typename Entries>
std::string unused(const Entries& entries) {
  std::string list;
  for (const auto& entry : entries) {
    if (entry.is_used) continue;
    if (!list.empty()) list += ", ";
    list += entry.placeholder;
  }
  return list;
}

std::unexpected<Error> invalid_key(std::string_view which, std::string_view key) {
  return errors::validation(std::string(which) + " contains invalid key: Syntax error; key: \"" +
                            std::string(key.substr(0, Substitutions::kMaxPlaceholder + 1)) + "\"");
}

}  // namespace

Result<Substitutions> Substitutions::parse(const json::object* names, const json::object* values) {
  Substitutions result;
  if (names != nullptr) {
    if (Result<void> added = result.add_names(*names); !added) return std::unexpected(std::move(added.error()));
  }
  if (values != nullptr) {
    if (Result<void> added = result.add_values(*values); !added) return std::unexpected(std::move(added.error()));
  }
  return result;
}

Result<void> Substitutions::add_names(const json::object& names) {
  if (names.empty()) return errors::validation("ExpressionAttributeNames must not be empty");
  if (names.size() > kMaxPlaceholders) return errors::validation("ExpressionAttributeNames has too many entries");
  names_.reserve(names.size());
  for (const auto& [key, name] : names) {
    if (!is_placeholder(key, '#')) return invalid_key("ExpressionAttributeNames", key);
    const json::string* text = name.if_string();
    if (text == nullptr) return errors::serialization(conversion_fault(name, "String"));
    if (text->empty()) {
      return errors::validation("ExpressionAttributeNames contains invalid value: Empty attribute name for key " +
                                std::string(key));
    }
    if (text->size() > 64 * 1024 - 1) {
      return errors::validation("ExpressionAttributeNames contains invalid value: Attribute name is too long for key " +
                                std::string(key));
    }
    names_.push_back({key, *text});
  }
  return {};
}

Result<void> Substitutions::add_values(const json::object& values) {
  if (values.empty()) return errors::validation("ExpressionAttributeValues must not be empty");
  if (values.size() > kMaxPlaceholders) return errors::validation("ExpressionAttributeValues has too many entries");
  for (const auto& [key, value] : values) {
    if (!is_placeholder(key, ':')) return invalid_key("ExpressionAttributeValues", key);
  }
  values_.reserve(values.size());
  std::size_t bytes = 0;
  for (const auto& [key, value] : values) {
    Result<store::Value> parsed = parse_value(value);
    if (!parsed) {
      Error error = std::move(parsed.error());
      if (error.code != "ValidationException") return std::unexpected(std::move(error));
      return errors::validation("ExpressionAttributeValues contains invalid value: " + error.message + " for key " +
                                std::string(key));
    }
    bytes += key.size() + store::value_size(*parsed);
    values_.push_back({key, std::move(*parsed)});
  }
  if (bytes > kMaxBytes) return errors::validation("ExpressionAttributeValues exceeds max size");
  return {};
}

const std::string_view* Substitutions::name(std::string_view placeholder) { return find_entry(names_, placeholder); }

const store::Value* Substitutions::value(std::string_view placeholder) { return find_entry(values_, placeholder); }

Result<void> Substitutions::check_all_used() const {
  if (const std::string names = unused(names_); !names.empty()) {
    return errors::validation("Value provided in ExpressionAttributeNames unused in expressions: keys: {" + names +
                              "}");
  }
  if (const std::string values = unused(values_); !values.empty()) {
    return errors::validation("Value provided in ExpressionAttributeValues unused in expressions: keys: {" + values +
                              "}");
  }
  return {};
}

}  // namespace gatehouse::tables
