// The outline of a template: its sections, its transforms, and what holds for all of it.
#pragma once

#include <string_view>

#include "protocol/template/findings.hpp"

namespace gatehouse::templates {

inline constexpr std::string_view kSamTransform = "AWS::Serverless-2016-10-31";
inline constexpr std::string_view kLanguageExtensions = "AWS::LanguageExtensions";

// Adds findings for unknown sections and transforms, values left empty, and mappings of the wrong form.
// Requires: document.is_map().
void check_outline(const Node& document, Findings& findings);

bool uses_transform(const Node& document, std::string_view name);

}  // namespace gatehouse::templates
