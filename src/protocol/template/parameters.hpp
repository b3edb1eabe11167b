// The Parameters section: declarations checked, values chosen and checked.
#pragma once

#include <vector>

#include "protocol/template/template.hpp"

namespace gatehouse::templates {

// `section` may be null. `defaults` is Metadata.Gatehouse.ParameterDefaults: it stands in for a parameter's Default on
// Gatehouse and may name host values as ${Gatehouse::NAME}; null without one.
std::vector<Parameter> read_parameters(const Node* section, const Node* defaults, const Inputs& inputs,
                                       Findings& findings);

}  // namespace gatehouse::templates
