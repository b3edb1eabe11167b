#include "protocol/template/references.hpp"

#include <array>

#include "protocol/template/engine.hpp"

namespace gatehouse::templates {
namespace {

constexpr std::array<std::string_view, 17> kFunctions = {
    "Ref",           "Condition",  "Fn::GetAtt",       "Fn::Sub",    "Fn::Join",   "Fn::Select",
    "Fn::Split",     "Fn::If",     "Fn::Equals",       "Fn::And",    "Fn::Or",     "Fn::Not",
    "Fn::FindInMap", "Fn::Base64", "Fn::ToJsonString", "Fn::Length", "Fn::ForEach"};
constexpr std::array<std::string_view, 8> kPseudo = {"AWS::AccountId", "AWS::Region",          "AWS::Partition",
                                                     "AWS::StackName", "AWS::StackId",         "AWS::URLSuffix",
                                                     "AWS::NoValue",   "AWS::NotificationARNs"};

bool has(auto&& names, std::string_view name) { return std::ranges::find(names, name) != std::ranges::end(names); }

class Walker {
 public:
  Walker(const Names& names, Findings& findings, std::set<std::string>* dependencies,
         const std::function<bool(std::string_view)>& condition)
      : names_(names), findings_(findings), dependencies_(dependencies), condition_(condition) {}

  void walk(const Node& node, const std::string& path, bool taken) {
    if (node.is_intrinsic()) return function(node, path, taken);
    if (node.is_string() && has_dynamic_reference(node.text())) {
      const auto parts = split_dynamic_references(node.text());
      if (!parts) findings_.add(node.at(), path, parts.error().message);
    }
    for (std::size_t i = 0; i < node.items().size(); ++i) walk(node.items()[i], fmt::format("{}[{}]", path, i), taken);
    for (const Node::Member& member : node.members()) walk(member.value, path + "." + member.name, taken);
  }

 private:
  void function(const Node& node, const std::string& path, bool taken) {
    const std::string& name = node.intrinsic_name();
    const Node& argument = node.intrinsic_argument();
    const std::string inside = path + "." + name;
    if (!has(kFunctions, name) || name == "Fn::ForEach") {
      findings_.add_unknown(node.at(), path, name + " is not supported", name, kFunctions);
    } else if (name == "Ref") {
      reference(argument.text(), argument.at(), inside, taken);
    } else if (name == "Fn::GetAtt") {
      attribute(argument, inside, taken);
    } else if (name == "Condition") {
      condition_name(argument, inside);
    } else if (name == "Fn::Sub") {
      sub(argument, inside, taken);
    } else if (name == "Fn::If" && argument.items().size() == 3) {
      condition_name(argument.items()[0], inside);
      const bool first = condition_ == nullptr || !has(names_.conditions, argument.items()[0].text()) ||
                         condition_(argument.items()[0].text());
      const bool second = condition_ == nullptr || !first;
      walk(argument.items()[1], inside, taken && first);
      walk(argument.items()[2], inside, taken && second);
    } else {
      if (name == "Fn::FindInMap" && !argument.items().empty() && argument.items()[0].is_string() &&
          !has(names_.mappings, argument.items()[0].text())) {
        findings_.add_unknown(argument.items()[0].at(), inside,
                              fmt::format("there is no mapping {}", argument.items()[0].text()),
                              argument.items()[0].text(), names_.mappings);
      }
      walk(argument, inside, taken);
    }
  }

  void reference(const std::string& name, const Position& at, const std::string& path, bool taken) {
    if (has(names_.parameters, name) || has(kPseudo, name)) return;
    if (resource(name, taken)) return;
    std::vector<std::string_view> known = names_.resources;
    known.insert(known.end(), names_.parameters.begin(), names_.parameters.end());
    known.insert(known.end(), kPseudo.begin(), kPseudo.end());
    findings_.add_unknown(at, path, fmt::format("there is no parameter or resource {}", name), name, known);
  }

  bool resource(const std::string& name, bool taken) {
    if (!has(names_.resources, name)) return false;
    if (taken && dependencies_ != nullptr) dependencies_->insert(name);
    return true;
  }

  void attribute(const Node& argument, const std::string& path, bool taken) {
    const std::string name = argument.is_list() && !argument.items().empty()
                                 ? argument.items()[0].text()
                                 : argument.text().substr(0, argument.text().find('.'));
    resource_attribute(name, argument.at(), path, taken);
  }
  void resource_attribute(const std::string& name, const Position& at, const std::string& path, bool taken) {
    if (!resource(name, taken))
      findings_.add_unknown(at, path, fmt::format("there is no resource {}", name), name, names_.resources);
  }

  void condition_name(const Node& node, const std::string& path) {
    if (has(names_.conditions, node.text())) return;
    findings_.add_unknown(node.at(), path, fmt::format("there is no condition {}", node.text()), node.text(),
                          names_.conditions);
  }

  void sub(const Node& argument, const std::string& path, bool taken) {
    const Node& text = argument.is_list() && !argument.items().empty() ? argument.items()[0] : argument;
    const Node* variables = argument.items().size() == 2 ? &argument.items()[1] : nullptr;
    if (variables != nullptr) walk(*variables, path, taken);
    const Result<std::vector<SubPart>> parts = split_sub(text.text());
    if (!parts) return findings_.add(text.at(), path, parts.error().message);
    for (const SubPart& part : *parts) {
      if (!part.is_reference || (variables != nullptr && variables->find(part.text) != nullptr)) continue;
      const std::size_t dot = part.text.find('.');
      if (dot == std::string::npos)
        reference(part.text, text.at(), path, taken);
      else
        resource_attribute(part.text.substr(0, dot), text.at(), path, taken);
    }
  }

  const Names& names_;
  Findings& findings_;
  std::set<std::string>* dependencies_;
  const std::function<bool(std::string_view)>& condition_;
};

}  // namespace

void check_references(const Node& node, const std::string& path, const Names& names, Findings& findings,
                      std::set<std::string>* dependencies, const std::function<bool(std::string_view)>& condition) {
  Walker(names, findings, dependencies, condition).walk(node, path, true);
}

}  // namespace gatehouse::templates
