// What a template's values refer to: every reference checked, the taken ones gathered as dependencies.
#pragma once

#include <functional>
#include <set>
#include <string>

#include "protocol/template/template.hpp"

namespace gatehouse::templates {

// What names mean in a template.
struct Names {
  std::vector<std::string_view> parameters, resources, conditions, mappings;
};

// Walks a value. Unknown names and functions become findings, in branches of Fn::If that are not taken too;
// `dependencies` gets the resources of the taken ones. `condition` decides Fn::If; null takes both branches.
void check_references(const Node& node, const std::string& path, const Names& names, Findings& findings,
                      std::set<std::string>* dependencies, const std::function<bool(std::string_view)>& condition);

}  // namespace gatehouse::templates
