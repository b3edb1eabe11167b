// Evaluates intrinsics, for the deployment (Evaluator) and for the check before it (evaluate_statically).
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "protocol/template/evaluator.hpp"

namespace gatehouse::templates {

// CloudFormation's pseudo parameters; nothing for another name. AWS::NoValue is not among them.
std::optional<std::string> pseudo_parameter(const Environment& environment, std::string_view name);

// One ${...} of a Fn::Sub text, or the literal text around it.
struct SubPart {
  std::string text;  // the literal, or the name inside ${}
  bool is_reference = false;
};
// Cuts the text of Fn::Sub; ${!Name} is the literal ${Name}. kInvalid for a ${ that does not end.
Result<std::vector<SubPart>> split_sub(std::string_view text);

// A fault that check_references() finds too, whatever the values are.
bool is_form_fault(const Error& error);

// Nothing means AWS::NoValue. With null `values`, what only the stack knows becomes Node::unknown().
class Engine {
 public:
  Engine(const Template& definition, Values* values) : template_(definition), values_(values) {}

  Result<std::optional<Node>> evaluate(const Node& node, const std::string& path) const;
  // Fn::Equals, Fn::And, Fn::Or, Fn::Not and Condition.
  Result<bool> condition(const Node& node, const std::string& path) const;

 private:
  using Value = Result<std::optional<Node>>;
  Value compute(const Node& node, const std::string& path) const;
  Result<void> resolve(Node& node, const std::string& path) const;
  Value function(const Node& node, const std::string& path) const;
  Value reference(const std::string& name, const Position& at, const std::string& path) const;
  Value attribute(const Node& argument, const std::string& path) const;
  Value attribute(const std::string& resource, const std::string& name, const Position& at,
                  const std::string& path) const;
  Value sub(const Node& argument, const std::string& path) const;
  Value sub_reference(const std::string& name, const Node* variables, const Position& at,
                      const std::string& path) const;
  Value join(const Node& argument, const std::string& path) const;
  Value select(const Node& argument, const std::string& path) const;
  Value split(const Node& argument, const std::string& path) const;
  Value choose(const Node& argument, const std::string& path) const;
  Value find_in_map(const Node& argument, const std::string& path) const;
  Value base64(const Node& argument, const std::string& path) const;
  Value to_json_string(const Node& argument, const std::string& path) const;
  Value length(const Node& argument, const std::string& path) const;
  // The evaluated argument as a list of exactly `size` values, none of them missing.
  Result<std::vector<Node>> arguments(const Node& argument, std::size_t size, const std::string& path) const;
  Node made(std::string text, const Position& at) const;

  const Template& template_;
  Values* values_;
};

}  // namespace gatehouse::templates
