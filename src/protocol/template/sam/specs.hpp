// The properties of SAM's resources that Gatehouse takes.
#pragma once

#include <span>
#include <string_view>

#include "protocol/template/spec.hpp"

namespace gatehouse::templates {

const ObjectSpec& sam_function_spec();
const ObjectSpec& sam_api_spec();
const ObjectSpec& sam_simple_table_spec();
const ObjectSpec& sam_api_event_spec();
const ObjectSpec& sam_cors_spec();

// What may stand in Globals.Function, Globals.Api or Globals.SimpleTable.
std::span<const std::string_view> sam_global_names(std::string_view section);

}  // namespace gatehouse::templates
