// Turns a property with intrinsics into plain data, when the resources that it names exist.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/result.hpp"
#include "protocol/template/dynamic_reference.hpp"
#include "protocol/template/template.hpp"

namespace gatehouse::templates {

// What only the running stack knows. The evaluator asks for resources that Template::resources() listed earlier.
class Values {
 public:
  virtual ~Values() = default;
  // The resource's Ref value.
  virtual Result<std::string> ref(std::string_view logical_id) = 0;
  // The value of Fn::GetAtt; a string or a list of strings.
  virtual Result<Node> attribute(std::string_view logical_id, std::string_view name) = 0;
  virtual Result<std::string> secret(const DynamicReference& reference) = 0;
  // The last word on each string that Fn::Sub or Fn::Join made. The stack puts its own addresses in the place of AWS's:
  // https://{api}.execute-api.{region}.amazonaws.com means the same API here.
  virtual std::string finish(std::string text) { return text; }
};

// Stateless but for its two references, which must outlive it. Costs one copy of the result.
class Evaluator {
 public:
  Evaluator(const Template& definition, Values& values) : template_(definition), values_(values) {}

  // `path` is the property's, for messages. A member or item that is AWS::NoValue is left out; a whole value that is
  // becomes null. The error's message begins with file:line:column and the path.
  Result<Node> evaluate(const Node& node, std::string_view path) const;
  Result<std::string> evaluate_string(const Node& node, std::string_view path) const;

 private:
  const Template& template_;
  Values& values_;
};

// Evaluates what is known before anything is deployed; the rest becomes Node::unknown(). Adds findings for what can
// only fail (Fn::Select beyond the end of a list, for example).
Node evaluate_statically(const Template& definition, const Node& node, std::string_view path, Findings& findings);

}  // namespace gatehouse::templates
