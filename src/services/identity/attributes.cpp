#include "services/identity/attributes.hpp"

#include <charconv>

#include "base/text.hpp"
#include "services/identity/errors.hpp"

namespace gatehouse::identity {
namespace {

constexpr std::size_t kMaxValueBytes = 2048;
constexpr std::size_t kMaxNameBytes = 32;

std::unexpected<Error> nonconforming(std::string_view name, std::string_view problem) {
  return errors::invalid_parameter(fmt::format("Attributes did not conform to the schema: {}: {}\n", name, problem));
}

bool is_email(std::string_view value) {
  const std::size_t at = value.find('@');
  if (at == std::string_view::npos || at == 0 || at + 1 == value.size()) return false;
  if (value.find('@', at + 1) != std::string_view::npos) return false;
  return std::ranges::none_of(value, [](unsigned char c) { return c <= ' ' || c == 0x7f; });
}

// E.164: a plus and up to 15 digits.
bool is_phone_number(std::string_view value) {
  if (value.size() < 2 || value.size() > 16 || value[0] != '+') return false;
  return std::ranges::all_of(value.substr(1), [](char c) { return c >= '0' && c <= '9'; });
}

Result<void> check_value(const SchemaAttribute& schema, std::string_view name, const std::string& value) {
  if (value.size() > kMaxValueBytes) return nonconforming(name, "String must be no longer than 2048 characters");
  const auto length = count_code_points(value);
  if (!length) return nonconforming(name, "is not UTF-8");
  if (name == "email" && !is_email(value)) return errors::invalid_parameter("Invalid email address format.");
  if (name == "phone_number" && !is_phone_number(value)) {
    return errors::invalid_parameter("Invalid phone number format.");
  }
  switch (schema.type) {
    case SchemaAttribute::Type::kBoolean:
      if (value != "true" && value != "false") return nonconforming(name, "must be true or false");
      break;
    case SchemaAttribute::Type::kNumber: {
      std::int64_t number = 0;
      const auto [end, error] = std::from_chars(value.data(), value.data() + value.size(), number);
      if (error != std::errc{} || end != value.data() + value.size()) return nonconforming(name, "is not a number");
      if (schema.min_value && number < *schema.min_value) {
        return nonconforming(name, fmt::format("Number must be no less than {}", *schema.min_value));
      }
      if (schema.max_value && number > *schema.max_value) {
        return nonconforming(name, fmt::format("Number must be no greater than {}", *schema.max_value));
      }
      break;
    }
    case SchemaAttribute::Type::kString:
      if (schema.min_length && *length < *schema.min_length) {
        return nonconforming(name, fmt::format("String must be no shorter than {} characters", *schema.min_length));
      }
      if (schema.max_length && *length > *schema.max_length) {
        return nonconforming(name, fmt::format("String must be no longer than {} characters", *schema.max_length));
      }
      break;
    case SchemaAttribute::Type::kDateTime:
      break;
  }
  return {};
}

}  // namespace

const std::vector<std::string_view>& standard_attributes() {
  static const std::vector<std::string_view> kNames = {"sub",
                                                       "name",
                                                       "given_name",
                                                       "family_name",
                                                       "middle_name",
                                                       "nickname",
                                                       "preferred_username",
                                                       "profile",
                                                       "picture",
                                                       "website",
                                                       "email",
                                                       "email_verified",
                                                       "gender",
                                                       "birthdate",
                                                       "zoneinfo",
                                                       "locale",
                                                       "phone_number",
                                                       "phone_number_verified",
                                                       "address",
                                                       "updated_at"};
  return kNames;
}

bool is_standard_attribute(std::string_view name) {
  return std::ranges::find(standard_attributes(), name) != standard_attributes().end();
}

std::optional<SchemaAttribute> find_attribute(const UserPoolConfig& pool, std::string_view name) {
  constexpr std::string_view kCustom = "custom:";
  const bool is_custom = name.starts_with(kCustom);
  if (is_custom) name.remove_prefix(kCustom.size());
  const bool is_standard = !is_custom && is_standard_attribute(name);
  for (const SchemaAttribute& attribute : pool.schema) {
    if (attribute.name == name && is_standard_attribute(attribute.name) == is_standard) return attribute;
  }
  if (!is_standard) return std::nullopt;
  SchemaAttribute attribute;
  attribute.name = std::string(name);
  if (name.ends_with("_verified")) attribute.type = SchemaAttribute::Type::kBoolean;
  if (name == "updated_at") attribute.type = SchemaAttribute::Type::kNumber;
  if (name == "sub") attribute.is_mutable = false;
  return attribute;
}

std::vector<SchemaAttribute> full_schema(const UserPoolConfig& pool) {
  std::vector<SchemaAttribute> all;
  for (const std::string_view name : standard_attributes()) all.push_back(*find_attribute(pool, name));
  for (const SchemaAttribute& attribute : pool.schema) {
    if (is_standard_attribute(attribute.name)) continue;
    all.push_back(attribute);
    all.back().name = "custom:" + attribute.name;
  }
  return all;
}

Result<void> check_attributes(const UserPoolConfig& pool, const Attributes& attributes, bool is_new_user) {
  for (const auto& [name, value] : attributes) {
    if (name.empty() || name.size() > kMaxNameBytes) return errors::invalid_parameter("Invalid attribute name.");
    const auto schema = find_attribute(pool, name);
    if (!schema) return nonconforming(name, "Attribute does not exist in the schema.");
    if (name == "sub") return errors::invalid_parameter("Cannot modify the non-mutable attribute sub");
    if (!is_new_user && !schema->is_mutable) return nonconforming(name, "Attribute cannot be updated.");
    auto checked = check_value(*schema, name, value);
    if (!checked) return checked;
  }
  return {};
}

std::vector<std::string> missing_required(const UserPoolConfig& pool, const Attributes& attributes) {
  std::vector<std::string> missing;
  for (const SchemaAttribute& attribute : pool.schema) {
    if (!attribute.is_required || attribute.name == "sub") continue;
    const auto found = attributes.find(attribute.name);
    if (found == attributes.end() || found->second.empty()) missing.push_back(attribute.name);
  }
  return missing;
}

bool permits(const std::optional<std::vector<std::string>>& chosen, std::string_view name) {
  if (name == "sub") return true;
  if (!chosen) return is_standard_attribute(name);
  return std::ranges::find(*chosen, name) != chosen->end();
}

json::array attributes_to_json(const std::string& sub, const Attributes& attributes) {
  json::array list;
  list.push_back(json::object{{"Name", "sub"}, {"Value", sub}});
  for (const auto& [name, value] : attributes) list.push_back(json::object{{"Name", name}, {"Value", value}});
  return list;
}

Result<Attributes> attributes_from_json(const json::object& input, std::string_view member) {
  Attributes attributes;
  const json::value* given = input.if_contains(member);
  if (given == nullptr || given->is_null()) return attributes;
  if (!given->is_array()) {
    return fail(Error::Kind::kInvalid, "SerializationException", fmt::format("{} must be a list", member));
  }
  for (const json::value& entry : given->get_array()) {
    const json::object* object = entry.if_object();
    const auto name = object == nullptr ? std::nullopt : string_member(*object, "Name");
    if (!name) return errors::invalid_parameter(fmt::format("{}: each entry needs a Name", member));
    const auto value = string_member(*object, "Value");
    if (!value && object->contains("Value")) {
      return fail(Error::Kind::kInvalid, "SerializationException", fmt::format("{}: Value must be a string", member));
    }
    attributes[std::string(*name)] = std::string(value.value_or(""));
  }
  return attributes;
}

}  // namespace gatehouse::identity
