#include "protocol/template/sections.hpp"

#include <algorithm>
#include <array>

namespace gatehouse::templates {
namespace {

constexpr std::array<std::string_view, 10> kSections = {"AWSTemplateFormatVersion",
                                                        "Description",
                                                        "Metadata",
                                                        "Parameters",
                                                        "Mappings",
                                                        "Conditions",
                                                        "Transform",
                                                        "Globals",
                                                        "Resources",
                                                        "Outputs"};
constexpr std::array<std::string_view, 2> kTransforms = {kSamTransform, kLanguageExtensions};
constexpr std::size_t kMaxDescription = 1024;  // CloudFormation quotas: template description

std::vector<const Node*> transforms(const Node& document) {
  const Node* node = document.find("Transform");
  if (node == nullptr) return {};
  if (!node->is_list()) return {node};
  std::vector<const Node*> out;
  for (const Node& item : node->items()) out.push_back(&item);
  return out;
}

// CloudFormation: "null values are not allowed in templates".
void check_nulls(const Node& node, const Position& at, const std::string& path, Findings& findings) {
  if (node.is_null()) return findings.add(at, path, "has no value", "leave the name out or give it a value");
  for (std::size_t i = 0; i < node.items().size(); ++i)
    check_nulls(node.items()[i], node.items()[i].at(), fmt::format("{}[{}]", path, i), findings);
  for (const Node::Member& member : node.members())
    check_nulls(member.value, member.name_at, path.empty() ? member.name : path + "." + member.name, findings);
}

// Two levels of names, then a scalar or a list of scalars.
void check_mappings(const Node& mappings, Findings& findings) {
  for (const Node::Member& map : mappings.members()) {
    const std::string path = "Mappings." + map.name;
    if (!map.value.is_map()) findings.add(map.name_at, path, "must be a map of maps");
    for (const Node::Member& top : map.value.members()) {
      if (!top.value.is_map()) findings.add(top.name_at, path + "." + top.name, "must be a map");
      for (const Node::Member& second : top.value.members()) {
        const Node& value = second.value;
        if (value.is_scalar() || value.is_null()) continue;
        if (value.is_list() && std::ranges::all_of(value.items(), &Node::is_scalar)) continue;
        findings.add(second.name_at, path + "." + top.name + "." + second.name,
                     "must be a text or a list of texts; functions cannot stand in mappings");
      }
    }
  }
}

void check_scalars(const Node& document, Findings& findings) {
  const Node* version = document.find("AWSTemplateFormatVersion");
  if (version != nullptr && !version->is_null() && version->text() != "2010-09-09")
    findings.add(version->at(), "AWSTemplateFormatVersion", "the only version is 2010-09-09");
  const Node* description = document.find("Description");
  if (description == nullptr || description->is_null()) return;
  if (!description->is_scalar()) {
    findings.add(description->at(), "Description", "must be a text");
  } else if (description->text().size() > kMaxDescription) {
    findings.add(description->at(), "Description", fmt::format("has more than {} bytes", kMaxDescription));
  }
}

}  // namespace

bool uses_transform(const Node& document, std::string_view name) {
  return std::ranges::any_of(transforms(document), [&](const Node* node) { return node->text() == name; });
}

void check_outline(const Node& document, Findings& findings) {
  for (const Node::Member& member : document.members()) {
    if (std::ranges::find(kSections, member.name) == kSections.end())
      findings.add_unknown(member.name_at, member.name, "unknown or unsupported section", member.name, kSections);
  }
  check_nulls(document, document.at(), "", findings);
  check_scalars(document, findings);
  for (const Node* transform : transforms(document)) {
    if (std::ranges::find(kTransforms, transform->text()) != kTransforms.end()) continue;
    findings.add_unknown(transform->at(), "Transform",
                         fmt::format("the transform {} is not supported", transform->text()), transform->text(),
                         kTransforms);
  }
  if (const Node* globals = document.find("Globals"); globals != nullptr && !uses_transform(document, kSamTransform))
    findings.add(globals->at(), "Globals", "belongs to SAM", "add `Transform: AWS::Serverless-2016-10-31`");
  if (const Node* mappings = document.find("Mappings")) check_mappings(*mappings, findings);
}

}  // namespace gatehouse::templates
