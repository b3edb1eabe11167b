// What the start refuses of a template that is well formed: unknown resource types, properties and values.
#pragma once

#include "protocol/template/template.hpp"

namespace gatehouse::plan {

// Adds a finding for everything that Gatehouse does not enforce, before anything is deployed.
void check(const templates::Template& definition, templates::Findings& findings);

}  // namespace gatehouse::plan
