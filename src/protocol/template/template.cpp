#include "protocol/template/template.hpp"

#include <algorithm>
#include <array>
#include <set>

#include "base/text.hpp"
#include "protocol/template/document.hpp"
#include "protocol/template/engine.hpp"
#include "protocol/template/parameters.hpp"
#include "protocol/template/references.hpp"
#include "protocol/template/sam/transform.hpp"

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
constexpr std::array<std::string_view, 8> kResourceMembers = {
    "Type", "Properties", "DependsOn", "Condition", "DeletionPolicy", "UpdateReplacePolicy", "Metadata", "Description"};
constexpr std::array<std::string_view, 4> kOutputMembers = {"Value", "Description", "Export", "Condition"};
constexpr std::array<std::string_view, 2> kTransforms = {"AWS::Serverless-2016-10-31", "AWS::LanguageExtensions"};
constexpr std::size_t kMaxResources = 500;  // CloudFormation quotas

bool is_logical_id(std::string_view name) {
  return !name.empty() && name.size() <= 255 && std::ranges::all_of(name, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
  });
}

}  // namespace

// Builds a Template step by step; each step adds its findings and goes on, so that one run tells them all.
class Loader {
 public:
  Loader(const Node& document, const Inputs& inputs, Findings& findings)
      : document_(document), inputs_(inputs), findings_(findings) {}

  std::optional<Template> load() {
    if (!document_.is_map()) {
      findings_.add(document_.at(), "", "a template is a map with Resources");
      return std::nullopt;
    }
    out_.environment_ = inputs_.environment;
    check_sections();
    read_metadata();
    out_.parameters_ = read_parameters(section("Parameters"), parameter_defaults(), inputs_, findings_);
    if (const Node* mappings = section("Mappings")) out_.mappings_ = *mappings;
    read_conditions();
    read_resources();
    if (uses_sam())
      transform_sam(all_, section("Globals"), findings_);
    else
      refuse_sam();
    select_resources();
    read_outputs();
    order();
    return std::move(out_);
  }

 private:
  const Node* section(std::string_view name) {
    const Node* found = document_.find(name);
    if (found == nullptr || found->is_null()) return nullptr;
    if (!found->is_map()) {
      findings_.add(found->at(), std::string(name), "is a map");
      return nullptr;
    }
    return found;
  }

  void check_sections() {
    for (const Node::Member& member : document_.members()) {
      if (std::ranges::find(kSections, member.name) == kSections.end()) {
        findings_.add_unknown(member.name_at, member.name, "unknown or unsupported section", member.name, kSections);
      }
    }
    if (const Node* version = document_.find("AWSTemplateFormatVersion");
        version != nullptr && version->text() != "2010-09-09") {
      findings_.add(version->at(), "AWSTemplateFormatVersion", "the only version is 2010-09-09");
    }
    if (const Node* description = document_.find("Description")) out_.description_ = description->text();
    for (const Node* transform : transforms()) {
      if (std::ranges::find(kTransforms, transform->text()) == kTransforms.end()) {
        findings_.add_unknown(transform->at(), "Transform",
                              fmt::format("the transform {} is not supported", transform->text()), transform->text(),
                              kTransforms);
      }
    }
  }

  std::vector<const Node*> transforms() const {
    const Node* node = document_.find("Transform");
    if (node == nullptr) return {};
    if (!node->is_list()) return {node};
    std::vector<const Node*> out;
    for (const Node& item : node->items()) out.push_back(&item);
    return out;
  }
  bool uses_sam() const {
    return std::ranges::any_of(transforms(), [](const Node* node) { return node->text() == kTransforms[0]; });
  }
  void refuse_sam() {
    for (const Resource& resource : all_) {
      if (!resource.type.starts_with("AWS::Serverless::")) continue;
      findings_.add(resource.type_at, "Resources." + resource.logical_id + ".Type",
                    "serverless resources need SAM's transform", "add `Transform: AWS::Serverless-2016-10-31`");
    }
  }

  void read_metadata() {
    const Node* metadata = section("Metadata");
    if (metadata == nullptr) return;
    out_.metadata_ = *metadata;
    const Node* own = metadata->find("Gatehouse");
    if (own == nullptr) return;
    constexpr std::array<std::string_view, 1> kKnown = {"ParameterDefaults"};
    for (const Node::Member& member : own->members()) {
      if (member.name != kKnown[0])
        findings_.add_unknown(member.name_at, "Metadata.Gatehouse." + member.name, "unknown setting", member.name,
                              kKnown);
    }
  }
  const Node* parameter_defaults() const {
    const Node* own = out_.metadata_.find("Gatehouse");
    return own == nullptr ? nullptr : own->find("ParameterDefaults");
  }

  void read_conditions() {
    const Node* conditions = section("Conditions");
    if (conditions == nullptr) return;
    const Names names = all_names();
    for (const Node::Member& member : conditions->members()) {
      check_references(member.value, "Conditions." + member.name, names, findings_, nullptr, nullptr);
    }
    // A condition can be decided when those that it names are.
    std::vector<const Node::Member*> open;
    for (const Node::Member& member : conditions->members()) open.push_back(&member);
    const Engine engine(out_, nullptr);
    while (!open.empty()) {
      std::vector<const Node::Member*> still;
      std::string why;
      for (const Node::Member* member : open) {
        const Result<bool> decided = engine.condition(member->value, "Conditions." + member->name);
        if (decided) {
          out_.conditions_.emplace(member->name, *decided);
        } else {
          still.push_back(member);
          why = decided.error().message;
        }
      }
      if (still.size() == open.size()) {
        findings_.add(open.front()->name_at, "Conditions." + open.front()->name, "cannot be decided: " + why,
                      "conditions that name each other in a circle never can");
        return;
      }
      open = std::move(still);
    }
  }

  Names all_names() const {
    Names names;
    for (std::string_view name : section_names("Parameters")) names.parameters.push_back(name);
    names.conditions = section_names("Conditions");
    names.mappings = section_names("Mappings");
    for (const Resource& resource : all_) names.resources.push_back(resource.logical_id);
    return names;
  }
  std::vector<std::string_view> section_names(std::string_view section) const {
    const Node* found = document_.find(section);
    return found == nullptr ? std::vector<std::string_view>() : found->names();
  }

  void read_resources() {
    const Node* resources = section("Resources");
    if (resources == nullptr || resources->members().empty()) {
      findings_.add(document_.at(), "Resources", "a template has at least one resource");
      return;
    }
    if (resources->members().size() > kMaxResources)
      findings_.add(resources->at(), "Resources", fmt::format("more than {} resources", kMaxResources));
    for (const Node::Member& member : resources->members()) read_resource(member);
  }

  void read_resource(const Node::Member& member) {
    const std::string path = "Resources." + member.name;
    if (!is_logical_id(member.name)) findings_.add(member.name_at, path, "a logical id has letters and digits only");
    const Node* type = member.value.find("Type");
    if (type == nullptr || !type->is_string())
      return findings_.add(member.name_at, path, "a resource is a map with a Type");
    Resource resource{.logical_id = member.name, .type = type->text(), .at = member.name_at, .type_at = type->at()};
    resource.properties = Node::map(member.name_at);
    for (const Node::Member& part : member.value.members()) read_member(resource, part, path);
    all_.push_back(std::move(resource));
  }

  void read_member(Resource& resource, const Node::Member& part, const std::string& path) {
    if (part.name == "Properties" && part.value.is_map()) {
      resource.properties = part.value;
    } else if (part.name == "Metadata") {
      resource.metadata = part.value;
    } else if (part.name == "DependsOn") {
      if (part.value.is_string()) resource.depends_on.push_back(part.value.text());
      for (const Node& item : part.value.items()) resource.depends_on.push_back(item.text());
    } else if (part.name == "DeletionPolicy" || part.name == "UpdateReplacePolicy") {
      read_policy(resource, part, path);
    } else if (part.name == "Condition") {
      if (!out_.conditions_.contains(part.value.text())) {
        findings_.add_unknown(part.value.at(), path + ".Condition",
                              fmt::format("there is no condition {}", part.value.text()), part.value.text(),
                              section_names("Conditions"));
      } else if (!out_.conditions_.at(part.value.text())) {
        absent_.insert(resource.logical_id);
      }
    } else if (std::ranges::find(kResourceMembers, part.name) == kResourceMembers.end()) {
      findings_.add_unknown(part.name_at, path + "." + part.name, "unknown or unsupported member of a resource",
                            part.name, kResourceMembers);
    }
  }

  void read_policy(Resource& resource, const Node::Member& part, const std::string& path) {
    constexpr std::array<std::string_view, 3> kPolicies = {"Delete", "Retain", "RetainExceptOnCreate"};
    const auto found = std::ranges::find(kPolicies, part.value.text());
    if (found == kPolicies.end()) {
      findings_.add_unknown(part.value.at(), path + "." + part.name,
                            fmt::format("\"{}\" is not supported", part.value.text()), part.value.text(), kPolicies);
      return;
    }
    const auto policy = static_cast<DeletionPolicy>(found - kPolicies.begin());
    if (part.name == "UpdateReplacePolicy") {
      resource.replace_policy = policy;
    } else {
      resource.deletion_policy = policy;
      resource.has_deletion_policy = true;
    }
  }

  // Checks every reference, and keeps the resources whose condition holds.
  void select_resources() {
    const Names names = all_names();
    const auto condition = [this](std::string_view name) { return out_.condition(name).value_or(false); };
    for (Resource& resource : all_) {
      const std::string path = "Resources." + resource.logical_id;
      for (const std::string& name : resource.depends_on) {
        if (std::ranges::find(names.resources, name) == names.resources.end()) {
          findings_.add_unknown(resource.at, path + ".DependsOn", fmt::format("there is no resource {}", name), name,
                                names.resources);
        }
      }
      std::set<std::string> dependencies(resource.depends_on.begin(), resource.depends_on.end());
      check_references(resource.properties, path + ".Properties", names, findings_, &dependencies, condition);
      check_references(resource.metadata, path + ".Metadata", names, findings_, &dependencies, condition);
      dependencies.erase(resource.logical_id);
      resource.depends_on.assign(dependencies.begin(), dependencies.end());
      if (!is_absent(resource)) check_presence(resource, path);
    }
    for (Resource& resource : all_) {
      if (!is_absent(resource)) out_.resources_.push_back(std::move(resource));
    }
  }
  bool is_absent(const Resource& resource) const {
    return absent_.contains(resource.logical_id) || absent_.contains(resource.origin);
  }
  void check_presence(Resource& resource, const std::string& path) {
    for (const std::string& name : resource.depends_on) {
      if (absent_.contains(name))
        findings_.add(resource.at, path, fmt::format("needs {}, whose condition does not hold", name));
    }
  }

  void read_outputs() {
    const Node* outputs = section("Outputs");
    if (outputs == nullptr) return;
    Names names = all_names();
    names.resources.clear();
    for (const Resource& resource : out_.resources_) names.resources.push_back(resource.logical_id);
    const auto condition = [this](std::string_view name) { return out_.condition(name).value_or(false); };
    for (const Node::Member& member : outputs->members()) {
      const std::string path = "Outputs." + member.name;
      for (const std::string_view name : member.value.names()) {
        if (std::ranges::find(kOutputMembers, name) == kOutputMembers.end()) {
          findings_.add_unknown(member.value.at(), path + "." + std::string(name), "unknown member of an output", name,
                                kOutputMembers);
        }
      }
      const Node* value = member.value.find("Value");
      if (value == nullptr) {
        findings_.add(member.name_at, path, "an output has a Value");
        continue;
      }
      const Node* when = member.value.find("Condition");
      if (when != nullptr && !condition(when->text())) continue;
      check_references(*value, path + ".Value", names, findings_, nullptr, condition);
      Output output{.name = member.name, .value = *value, .at = member.name_at};
      if (const Node* description = member.value.find("Description")) output.description = description->text();
      if (const Node* exported = member.value.find("Export"))
        output.export_name = exported->find("Name") ? *exported->find("Name") : *exported;
      out_.outputs_.push_back(std::move(output));
    }
  }

  // Depth first, in the file's order; a cycle is told with its members.
  void order() {
    std::vector<Resource> sorted;
    std::set<std::string> done;
    std::vector<std::string> trail;
    const std::function<bool(const Resource&)> visit = [&](const Resource& resource) {
      if (done.contains(resource.logical_id)) return true;
      if (const auto start = std::ranges::find(trail, resource.logical_id); start != trail.end()) {
        std::vector<std::string> cycle(start, trail.end());
        cycle.push_back(resource.logical_id);
        findings_.add(resource.at, "Resources." + resource.logical_id,
                      "these resources need each other in a circle: " + join(cycle, " -> "));
        return false;
      }
      trail.push_back(resource.logical_id);
      for (const std::string& name : resource.depends_on) {
        const Resource* other = out_.find_resource(name);
        if (other != nullptr && !visit(*other)) return false;
      }
      trail.pop_back();
      done.insert(resource.logical_id);
      sorted.push_back(resource);
      return true;
    };
    for (const Resource& resource : out_.resources_) {
      if (!visit(resource)) return;
    }
    out_.resources_ = std::move(sorted);
  }

  const Node& document_;
  const Inputs& inputs_;
  Findings& findings_;
  Template out_;
  std::vector<Resource> all_;
  std::set<std::string> absent_;  // resources whose Condition does not hold
};

std::optional<Template> Template::load(const Node& document, const Inputs& inputs, Findings& findings) {
  return Loader(document, inputs, findings).load();
}

std::optional<Template> Template::load(std::string_view text, std::string file, const Inputs& inputs,
                                       Findings& findings) {
  const std::optional<Node> document = parse_document(text, std::move(file), findings);
  if (!document) return std::nullopt;
  return load(*document, inputs, findings);
}

const Parameter* Template::find_parameter(std::string_view name) const {
  const auto found = std::ranges::find(parameters_, name, &Parameter::name);
  return found == parameters_.end() ? nullptr : &*found;
}

const Resource* Template::find_resource(std::string_view logical_id) const {
  const auto found = std::ranges::find(resources_, logical_id, &Resource::logical_id);
  return found == resources_.end() ? nullptr : &*found;
}

std::optional<bool> Template::condition(std::string_view name) const {
  const auto found = conditions_.find(name);
  if (found == conditions_.end()) return std::nullopt;
  return found->second;
}

const Node* Template::mapping(std::string_view map, std::string_view top, std::string_view second) const {
  const Node* node = mappings_.find(map);
  if (node != nullptr) node = node->find(top);
  return node == nullptr ? nullptr : node->find(second);
}

}  // namespace gatehouse::templates
