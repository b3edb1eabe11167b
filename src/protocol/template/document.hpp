// Reads YAML or JSON text into Nodes.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "protocol/template/findings.hpp"

namespace gatehouse::templates {

inline constexpr std::size_t kMaxTemplateBytes = 1'000'000;  // CloudFormation quotas: template body in S3, 1 MB

// YAML, or JSON when the text's first character is {. Short tags (!Ref, !GetAtt a.b, !Sub ...) become their long forms.
// Refused with a finding: text over kMaxTemplateBytes or not UTF-8, several documents, a name given twice, a name that
// is not a scalar, an unknown tag, anchors and aliases, merge keys, nesting deeper than 64.
std::optional<Node> parse_document(std::string_view text, std::string file, Findings& findings);

}  // namespace gatehouse::templates
