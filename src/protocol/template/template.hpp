// A template understood: parameters have values, conditions are decided, the SAM transform is done, every reference is
// checked, and the resources stand in the order in which they can be created. Knows no AWS resource type.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "protocol/template/findings.hpp"

namespace gatehouse::templates {

// The pseudo parameters.
struct Environment {
  std::string account_id = "000000000000";
  std::string region = "us-east-1";
  std::string partition = "aws";
  std::string stack_name = "gatehouse";
  std::string stack_id;
  std::string url_suffix = "amazonaws.com";
};

struct Inputs {
  Environment environment;
  std::map<std::string, std::string, std::less<>> parameters;  // from --parameter K=V
  // Values that the template's own Metadata.Gatehouse.ParameterDefaults may name as ${Gatehouse::NAME}.
  std::map<std::string, std::string, std::less<>> host_values;
};

struct Parameter {
  std::string name;
  std::string type;
  std::string value;  // lists: joined by commas
  std::string description;
  bool is_list = false;
  bool no_echo = false;  // the value is a secret: not to be shown, printed or logged
  bool is_default = true;
  Position at;
};

enum class DeletionPolicy { kDelete, kRetain, kRetainExceptOnCreate };

struct Resource {
  std::string logical_id;
  std::string type;
  Position at;       // of the logical id
  Position type_at;  // of the type's value
  Node properties;   // a map; still with intrinsics
  Node metadata;     // a map or null; still with intrinsics
  DeletionPolicy deletion_policy = DeletionPolicy::kDelete;
  bool has_deletion_policy = false;  // written in the template: the type's own default does not count
  DeletionPolicy replace_policy = DeletionPolicy::kDelete;
  std::vector<std::string> depends_on;  // every resource that must exist before: references and DependsOn; sorted
  std::string origin;  // the SAM resource that this one was generated from; empty when it stands in the template
};

struct Output {
  std::string name;
  std::string description;
  Node value;
  Node export_name;  // null without an Export
  Position at;
};

class Template {
 public:
  // A template with findings is returned too, as far as it could be understood, so that one run tells all of them; it
  // must not be deployed. Nothing, with a finding, when the text is no template at all.
  static std::optional<Template> load(const Node& document, const Inputs& inputs, Findings& findings);
  static std::optional<Template> load(std::string_view text, std::string file, const Inputs& inputs,
                                      Findings& findings);

  const std::string& description() const { return description_; }
  const Environment& environment() const { return environment_; }
  const std::vector<Parameter>& parameters() const { return parameters_; }
  const Parameter* find_parameter(std::string_view name) const;
  // Only those whose Condition holds; each after all that it depends on.
  const std::vector<Resource>& resources() const { return resources_; }
  const Resource* find_resource(std::string_view logical_id) const;
  const std::vector<Output>& outputs() const { return outputs_; }  // only those whose Condition holds
  const Node& metadata() const { return metadata_; }               // the template's own; null when absent
  std::optional<bool> condition(std::string_view name) const;
  bool has_mapping(std::string_view map) const { return mappings_.find(map) != nullptr; }
  const Node* mapping(std::string_view map, std::string_view top, std::string_view second) const;

 private:
  friend class Loader;
  std::string description_;
  Environment environment_;
  std::vector<Parameter> parameters_;
  std::vector<Resource> resources_;
  std::vector<Output> outputs_;
  std::map<std::string, bool, std::less<>> conditions_;
  Node mappings_;
  Node metadata_;
};

}  // namespace gatehouse::templates
