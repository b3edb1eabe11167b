// What a template's values refer to: every reference checked, the taken ones gathered as dependencies.
#pragma once

#include <functional>
#include <set>
#include <string>

#include "protocol/template/template.hpp"

namespace gatehouse::templates {

// What names mean in a template, and which functions it may use.
struct Names {
  std::vector<std::string_view> parameters, resources, conditions, mappings;
  bool has_language_extensions = false;  // Fn::ToJsonString and Fn::Length
};

// Walks a value. Unknown names, unknown functions and functions of the wrong form become findings, in branches of
// Fn::If that are not taken too; `dependencies` gets the resources of the taken ones. `condition` decides Fn::If; null
// takes both branches. `is_condition` says that the value stands in the Conditions section.
void check_references(const Node& node, const std::string& path, const Names& names, Findings& findings,
                      std::set<std::string>* dependencies, const std::function<bool(std::string_view)>& condition,
                      bool is_condition = false);

}  // namespace gatehouse::templates
