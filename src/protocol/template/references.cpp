#include "protocol/template/references.hpp"

#include <array>

#include "protocol/template/engine.hpp"

namespace gatehouse::templates {
namespace {

// How many values a function's list has; 0: its argument is not a list of a fixed form.
struct Function {
  std::string_view name;
  std::size_t least = 0;
  std::size_t most = 0;
  std::string_view form = {};      // for messages
  bool is_for_conditions = false;  // stands in the Conditions section only
  bool is_extension = false;       // needs the transform AWS::LanguageExtensions
};

constexpr std::array kFunctions = {
    Function{.name = "Ref"},
    Function{.name = "Fn::GetAtt"},
    Function{.name = "Fn::Sub"},
    Function{.name = "Fn::Join", .least = 2, .most = 2, .form = "[delimiter, [values]]"},
    Function{.name = "Fn::Select", .least = 2, .most = 2, .form = "[index, [values]]"},
    Function{.name = "Fn::Split", .least = 2, .most = 2, .form = "[delimiter, text]"},
    Function{.name = "Fn::If", .least = 3, .most = 3, .form = "[condition, value if true, value if false]"},
    Function{.name = "Fn::FindInMap", .least = 3, .most = 3, .form = "[mapping, top-level key, second-level key]"},
    Function{.name = "Fn::Base64"},
    Function{.name = "Fn::ToJsonString", .is_extension = true},
    Function{.name = "Fn::Length", .is_extension = true},
    Function{.name = "Condition", .is_for_conditions = true},
    Function{.name = "Fn::Equals", .least = 2, .most = 2, .form = "[value, value]", .is_for_conditions = true},
    Function{.name = "Fn::And", .least = 2, .most = 10, .form = "[2 to 10 conditions]", .is_for_conditions = true},
    Function{.name = "Fn::Or", .least = 2, .most = 10, .form = "[2 to 10 conditions]", .is_for_conditions = true},
    Function{.name = "Fn::Not", .least = 1, .most = 1, .form = "[condition]", .is_for_conditions = true},
};
constexpr std::array<std::string_view, 8> kPseudo = {"AWS::AccountId", "AWS::Region",          "AWS::Partition",
                                                     "AWS::StackName", "AWS::StackId",         "AWS::URLSuffix",
                                                     "AWS::NoValue",   "AWS::NotificationARNs"};

bool has(auto&& names, std::string_view name) { return std::ranges::find(names, name) != std::ranges::end(names); }

class Walker {
 public:
  Walker(const Names& names, Findings& findings, std::set<std::string>* dependencies,
         const std::function<bool(std::string_view)>& condition, bool is_condition)
      : names_(names),
        findings_(findings),
        dependencies_(dependencies),
        condition_(condition),
        is_condition_(is_condition) {}

  // `is_part`: the text is joined with others, so a dynamic reference may go on in the next one.
  void walk(const Node& node, const std::string& path, bool taken, bool is_part = false) {
    if (node.is_intrinsic()) return function(node, path, taken);
    if (node.is_string() && has_dynamic_reference(node.text()) && !is_part) {
      const auto parts = split_dynamic_references(node.text());
      if (!parts) findings_.add(node.at(), path, parts.error().message);
    }
    for (std::size_t i = 0; i < node.items().size(); ++i)
      walk(node.items()[i], fmt::format("{}[{}]", path, i), taken, is_part);
    for (const Node::Member& member : node.members()) {
      if (member.name.starts_with("Fn::"))
        findings_.add(member.name_at, path, member.name + " must be the only member of its map");
      walk(member.value, path + "." + member.name, taken);
    }
  }

 private:
  void function(const Node& node, const std::string& path, bool taken) {
    const std::string& name = node.intrinsic_name();
    const Node& argument = node.intrinsic_argument();
    const std::string inside = path + "." + name;
    const auto known = std::ranges::find(kFunctions, name, &Function::name);
    if (known == kFunctions.end()) return unknown_function(node, path);
    if (!is_allowed(*known, node, path)) return;
    if (name == "Ref") {
      reference(argument, inside, taken);
    } else if (name == "Fn::GetAtt") {
      attribute(argument, inside, taken);
    } else if (name == "Condition") {
      condition_name(argument, inside);
    } else if (name == "Fn::Sub") {
      sub(argument, inside, taken);
    } else if (name == "Fn::If") {
      choose(argument, inside, taken);
    } else {
      if (name == "Fn::FindInMap") mapping_name(argument.items()[0], inside);
      walk(argument, inside, taken, name == "Fn::Join");
    }
  }

  void unknown_function(const Node& node, const std::string& path) {
    std::vector<std::string_view> known;
    for (const Function& function : kFunctions) known.push_back(function.name);
    findings_.add_unknown(node.at(), path, node.intrinsic_name() + " is not supported", node.intrinsic_name(), known);
  }

  bool is_allowed(const Function& function, const Node& node, const std::string& path) {
    const Node& argument = node.intrinsic_argument();
    if (function.is_for_conditions && !is_condition_) {
      findings_.add(node.at(), path, std::string(function.name) + " stands in the Conditions section only",
                    "name the condition there and choose with Fn::If");
      return false;
    }
    if (function.is_extension && !names_.has_language_extensions) {
      findings_.add(node.at(), path, std::string(function.name) + " needs the transform AWS::LanguageExtensions",
                    "add it to Transform, before AWS::Serverless-2016-10-31");
      return false;
    }
    const std::size_t count = argument.items().size();
    if (function.most > 0 && (!argument.is_list() || count < function.least || count > function.most)) {
      findings_.add(argument.at(), path, fmt::format("{} takes {}", function.name, function.form));
      return false;
    }
    return true;
  }

  void reference(const Node& argument, const std::string& path, bool taken) {
    if (!argument.is_scalar()) return findings_.add(argument.at(), path, "Ref takes a name");
    named(argument.text(), argument.at(), path, taken);
  }

  void named(const std::string& name, const Position& at, const std::string& path, bool taken) {
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
    const bool is_pair = argument.is_list() && argument.items().size() == 2 && argument.items()[0].is_scalar() &&
                         argument.items()[1].is_scalar();
    if (!is_pair && !(argument.is_string() && argument.text().find('.') != std::string::npos))
      return findings_.add(argument.at(), path, "Fn::GetAtt takes Resource.Attribute");
    const std::string name =
        is_pair ? argument.items()[0].text() : argument.text().substr(0, argument.text().find('.'));
    resource_attribute(name, argument.at(), path, taken);
  }
  void resource_attribute(const std::string& name, const Position& at, const std::string& path, bool taken) {
    if (!resource(name, taken))
      findings_.add_unknown(at, path, fmt::format("there is no resource {}", name), name, names_.resources);
  }

  void condition_name(const Node& node, const std::string& path) {
    if (node.is_scalar() && has(names_.conditions, node.text())) return;
    findings_.add_unknown(node.at(), path, fmt::format("there is no condition {}", node.text()), node.text(),
                          names_.conditions);
  }

  void mapping_name(const Node& node, const std::string& path) {
    if (!node.is_string() || has(names_.mappings, node.text())) return;
    findings_.add_unknown(node.at(), path, fmt::format("there is no mapping {}", node.text()), node.text(),
                          names_.mappings);
  }

  void choose(const Node& argument, const std::string& path, bool taken) {
    const Node& name = argument.items()[0];
    condition_name(name, path);
    const bool is_decided = condition_ != nullptr && has(names_.conditions, name.text());
    const bool is_true = is_decided && condition_(name.text());
    walk(argument.items()[1], path, taken && (!is_decided || is_true));
    walk(argument.items()[2], path, taken && (!is_decided || !is_true));
  }

  void sub(const Node& argument, const std::string& path, bool taken) {
    const bool is_pair = argument.is_list() && argument.items().size() == 2 && argument.items()[1].is_map();
    const Node& text = is_pair ? argument.items()[0] : argument;
    if (!text.is_scalar())
      return findings_.add(argument.at(), path, "Fn::Sub takes a text, or [text, {variable: value}]");
    const Node* variables = is_pair ? &argument.items()[1] : nullptr;
    if (variables != nullptr) {
      for (const Node::Member& variable : variables->members())
        walk(variable.value, path + "." + variable.name, taken, true);
    }
    const Result<std::vector<SubPart>> parts = split_sub(text.text());
    if (!parts) return findings_.add(text.at(), path, parts.error().message);
    for (const SubPart& part : *parts) {
      if (!part.is_reference || (variables != nullptr && variables->find(part.text) != nullptr)) continue;
      const std::size_t dot = part.text.find('.');
      if (dot == std::string::npos)
        named(part.text, text.at(), path, taken);
      else
        resource_attribute(part.text.substr(0, dot), text.at(), path, taken);
    }
  }

  const Names& names_;
  Findings& findings_;
  std::set<std::string>* dependencies_;
  const std::function<bool(std::string_view)>& condition_;
  const bool is_condition_;
};

}  // namespace

void check_references(const Node& node, const std::string& path, const Names& names, Findings& findings,
                      std::set<std::string>* dependencies, const std::function<bool(std::string_view)>& condition,
                      bool is_condition) {
  Walker(names, findings, dependencies, condition, is_condition).walk(node, path, true);
}

}  // namespace gatehouse::templates
