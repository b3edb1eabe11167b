// User attributes: the standard ones of OpenID Connect, a pool's custom ones, and what values they take.
#pragma once

#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.hpp"
#include "base/result.hpp"
#include "services/identity/config.hpp"

namespace gatehouse::identity {

using Attributes = std::map<std::string, std::string>;

// The standard attributes' names, sub included.
const std::vector<std::string_view>& standard_attributes();
bool is_standard_attribute(std::string_view name);

// The schema entry of an attribute ("email", "custom:tier"); nothing when the pool has no such attribute.
std::optional<SchemaAttribute> find_attribute(const UserPoolConfig& pool, std::string_view name);
// The whole schema as DescribeUserPool lists it, standard attributes first.
std::vector<SchemaAttribute> full_schema(const UserPoolConfig& pool);

// Checks names, types and limits. `is_new_user`: immutable attributes may be set. Errors are InvalidParameterException.
Result<void> check_attributes(const UserPoolConfig& pool, const Attributes& attributes, bool is_new_user);

// Required attributes that have no value.
std::vector<std::string> missing_required(const UserPoolConfig& pool, const Attributes& attributes);

// What a client may read or write; `chosen` is its ReadAttributes or WriteAttributes.
bool permits(const std::optional<std::vector<std::string>>& chosen, std::string_view name);

// The API's [{"Name":..., "Value":...}], sub first as Cognito lists it.
json::array attributes_to_json(const std::string& sub, const Attributes& attributes);
// Reads that list; a name given twice takes the last value, as Cognito does. Null when the member is absent.
Result<Attributes> attributes_from_json(const json::object& input, std::string_view member);

}  // namespace gatehouse::identity
