// The properties of SAM's resources that Gatehouse takes.
#pragma once

#include "protocol/template/spec.hpp"

namespace gatehouse::templates {

const ObjectSpec& sam_function_spec();
const ObjectSpec& sam_api_spec();
const ObjectSpec& sam_simple_table_spec();
const ObjectSpec& sam_api_event_spec();
const ObjectSpec& sam_cors_spec();

}  // namespace gatehouse::templates
