// Builds a Template step by step; each step adds its findings and goes on, so that one run tells them all.
#pragma once

#include <set>
#include <string>
#include <vector>

#include "protocol/template/references.hpp"
#include "protocol/template/template.hpp"

namespace gatehouse::templates {

// Used once: construct, load().
class Loader {
 public:
  Loader(const Node& document, const Inputs& inputs, Findings& findings)
      : document_(document), inputs_(inputs), findings_(findings) {}

  std::optional<Template> load();

 private:
  const Node* section(std::string_view name);  // null when absent or not a map
  std::vector<std::string_view> section_names(std::string_view section) const;
  Names all_names() const;
  bool holds(std::string_view condition) const { return out_.condition(condition).value_or(false); }

  void read_metadata();
  const Node* parameter_defaults() const;

  void read_conditions();
  void decide(const Node::Member& condition, const Node& all, std::vector<std::string>& trail);

  void read_resources();
  void read_resource(const Node::Member& member);
  void read_member(Resource& resource, const Node::Member& part, const std::string& path);
  void read_depends_on(Resource& resource, const Node& value, const std::string& path);
  void read_condition(const Resource& resource, const Node& value, const std::string& path);
  void read_policy(Resource& resource, const Node::Member& part, const std::string& path);

  void transform();
  void refuse_sam();
  void check_ids();
  void select_resources();
  void check_resource(Resource& resource, const Names& names);
  const Resource* find(std::string_view logical_id) const;  // also those whose condition does not hold
  bool is_absent(const Resource& resource) const;
  void check_presence(const Resource& resource, const std::string& path);

  void read_outputs();
  void read_output(const Node::Member& member, const Names& names);

  void order();
  void visit(const Resource& resource, std::vector<std::string>& trail, std::set<std::string>& done,
             std::vector<Resource>& sorted);

  const Node& document_;
  const Inputs& inputs_;
  Findings& findings_;
  Template out_;
  Node outputs_;                  // the section, after the transform
  std::vector<Resource> all_;     // also those whose condition does not hold
  std::set<std::string> absent_;  // resources whose condition does not hold
};

}  // namespace gatehouse::templates
