#include "protocol/template/loader.hpp"

#include <algorithm>
#include <array>

#include "base/text.hpp"
#include "protocol/template/engine.hpp"
#include "protocol/template/parameters.hpp"
#include "protocol/template/sam/transform.hpp"
#include "protocol/template/sections.hpp"

namespace gatehouse::templates {
namespace {

constexpr std::array<std::string_view, 7> kResourceMembers = {
    "Type", "Properties", "DependsOn", "Condition", "DeletionPolicy", "UpdateReplacePolicy", "Metadata"};
constexpr std::array<std::string_view, 4> kOutputMembers = {"Value", "Description", "Export", "Condition"};
constexpr std::size_t kMaxResources = 500;  // CloudFormation quotas: resources in a template
constexpr std::size_t kMaxOutputs = 200;

bool is_logical_id(std::string_view name) {
  return !name.empty() && name.size() <= 255 && std::ranges::all_of(name, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
  });
}

// The names of the conditions that a condition asks.
void collect_conditions(const Node& node, std::vector<std::string>& names) {
  if (node.is_intrinsic() && node.intrinsic_name() == "Condition") names.push_back(node.intrinsic_argument().text());
  for (const Node& item : node.items()) collect_conditions(item, names);
  for (const Node::Member& member : node.members()) collect_conditions(member.value, names);
}

}  // namespace

std::optional<Template> Loader::load() {
  if (!document_.is_map()) {
    findings_.add(document_.at(), "", "a template is a map with Resources");
    return std::nullopt;
  }
  out_.environment_ = inputs_.environment;
  check_outline(document_, findings_);
  if (const Node* description = document_.find("Description")) out_.description_ = description->text();
  if (const Node* mappings = section("Mappings")) out_.mappings_ = *mappings;
  if (const Node* outputs = section("Outputs")) outputs_ = *outputs;
  read_metadata();
  out_.parameters_ = read_parameters(section("Parameters"), parameter_defaults(), inputs_, findings_);
  read_conditions();
  read_resources();
  transform();
  check_ids();
  select_resources();
  read_outputs();
  order();
  return std::move(out_);
}

const Node* Loader::section(std::string_view name) {
  const Node* found = document_.find(name);
  if (found == nullptr || found->is_null()) return nullptr;
  if (found->is_map()) return found;
  findings_.add(found->at(), std::string(name), "must be a map");
  return nullptr;
}

std::vector<std::string_view> Loader::section_names(std::string_view section) const {
  const Node* found = document_.find(section);
  return found == nullptr ? std::vector<std::string_view>() : found->names();
}

Names Loader::all_names() const {
  Names names;
  names.parameters = section_names("Parameters");
  names.conditions = section_names("Conditions");
  names.mappings = section_names("Mappings");
  for (const Resource& resource : all_) names.resources.push_back(resource.logical_id);
  names.has_language_extensions = uses_transform(document_, kLanguageExtensions);
  return names;
}

// ---- Metadata and conditions

void Loader::read_metadata() {
  const Node* metadata = section("Metadata");
  if (metadata == nullptr) return;
  out_.metadata_ = *metadata;
  const Node* own = metadata->find("Gatehouse");
  if (own == nullptr) return;
  constexpr std::array<std::string_view, 1> kKnown = {"ParameterDefaults"};
  for (const Node::Member& member : own->members()) {
    if (member.name == kKnown[0]) continue;
    findings_.add_unknown(member.name_at, "Metadata.Gatehouse." + member.name, "unknown setting", member.name, kKnown);
  }
}

const Node* Loader::parameter_defaults() const {
  const Node* own = out_.metadata_.find("Gatehouse");
  return own == nullptr ? nullptr : own->find("ParameterDefaults");
}

void Loader::read_conditions() {
  const Node* conditions = section("Conditions");
  if (conditions == nullptr) return;
  const Names names = all_names();
  for (const Node::Member& member : conditions->members())
    check_references(member.value, "Conditions." + member.name, names, findings_, nullptr, nullptr, true);
  std::vector<std::string> trail;
  for (const Node::Member& member : conditions->members()) decide(member, *conditions, trail);
}

// Decides those that it asks first.
void Loader::decide(const Node::Member& condition, const Node& all, std::vector<std::string>& trail) {
  if (out_.conditions_.contains(condition.name)) return;
  if (const auto start = std::ranges::find(trail, condition.name); start != trail.end()) {
    std::vector<std::string> cycle(start, trail.end());
    cycle.push_back(condition.name);
    findings_.add(condition.name_at, "Conditions." + condition.name,
                  "these conditions need each other in a circle: " + join(cycle, " -> "));
    out_.conditions_.emplace(condition.name, false);
    return;
  }
  trail.push_back(condition.name);
  std::vector<std::string> asked;
  collect_conditions(condition.value, asked);
  for (const std::string& name : asked) {
    const auto found = std::ranges::find(all.members(), name, &Node::Member::name);
    if (found != all.members().end()) decide(*found, all, trail);
  }
  trail.pop_back();
  const Result<bool> decided = Engine(out_, nullptr).condition(condition.value, "Conditions." + condition.name);
  if (!decided && !is_form_fault(decided.error()))
    findings_.add(condition.value.at(), "Conditions." + condition.name, decided.error().detail);
  out_.conditions_.emplace(condition.name, decided.value_or(false));
}

// ---- Resources

void Loader::read_resources() {
  const Node* resources = section("Resources");
  if (resources == nullptr || resources->members().empty()) {
    findings_.add(document_.at(), "Resources", "a template has at least one resource");
    return;
  }
  if (resources->members().size() > kMaxResources)
    findings_.add(resources->at(), "Resources", fmt::format("more than {} resources", kMaxResources));
  for (const Node::Member& member : resources->members()) read_resource(member);
}

void Loader::read_resource(const Node::Member& member) {
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

void Loader::read_member(Resource& resource, const Node::Member& part, const std::string& path) {
  const std::string inside = path + "." + part.name;
  if (part.value.is_null()) return;  // told already
  if (part.name == "Properties" || part.name == "Metadata") {
    if (!part.value.is_map()) return findings_.add(part.value.at(), inside, "must be a map");
    (part.name == "Metadata" ? resource.metadata : resource.properties) = part.value;
  } else if (part.name == "DependsOn") {
    read_depends_on(resource, part.value, inside);
  } else if (part.name == "DeletionPolicy" || part.name == "UpdateReplacePolicy") {
    read_policy(resource, part, inside);
  } else if (part.name == "Condition") {
    read_condition(resource, part.value, inside);
  } else if (part.name != "Type") {
    findings_.add_unknown(part.name_at, inside, "unknown or unsupported member of a resource", part.name,
                          kResourceMembers);
  }
}

void Loader::read_depends_on(Resource& resource, const Node& value, const std::string& path) {
  if (value.is_string()) {
    resource.depends_on.push_back(value.text());
    return;
  }
  if (!value.is_list() || !std::ranges::all_of(value.items(), &Node::is_string))
    return findings_.add(value.at(), path, "must be a resource's name or a list of such names");
  for (const Node& item : value.items()) resource.depends_on.push_back(item.text());
}

void Loader::read_condition(const Resource& resource, const Node& value, const std::string& path) {
  const std::vector<std::string_view> known = section_names("Conditions");
  if (std::ranges::find(known, value.text()) == known.end()) {
    return findings_.add_unknown(value.at(), path, fmt::format("there is no condition {}", value.text()), value.text(),
                                 known);
  }
  if (!holds(value.text())) absent_.insert(resource.logical_id);
}

void Loader::read_policy(Resource& resource, const Node::Member& part, const std::string& path) {
  constexpr std::array<std::string_view, 3> kPolicies = {"Delete", "Retain", "RetainExceptOnCreate"};
  const auto found = std::ranges::find(kPolicies, part.value.text());
  if (found == kPolicies.end()) {
    return findings_.add_unknown(part.value.at(), path, fmt::format("\"{}\" is not supported", part.value.text()),
                                 part.value.text(), kPolicies);
  }
  const auto policy = static_cast<DeletionPolicy>(found - kPolicies.begin());
  if (part.name == "UpdateReplacePolicy") {
    resource.replace_policy = policy;
  } else {
    resource.deletion_policy = policy;
    resource.has_deletion_policy = true;
  }
}

// ---- The transform, and what may stand together

void Loader::transform() {
  if (uses_transform(document_, kSamTransform)) {
    transform_sam({.resources = all_, .outputs = outputs_, .absent = absent_}, section("Globals"), findings_);
  } else {
    refuse_sam();
  }
}

void Loader::refuse_sam() {
  for (const Resource& resource : all_) {
    if (!resource.type.starts_with("AWS::Serverless::")) continue;
    findings_.add(resource.type_at, "Resources." + resource.logical_id + ".Type",
                  "serverless resources need SAM's transform", "add `Transform: AWS::Serverless-2016-10-31`");
  }
}

void Loader::check_ids() {
  const std::vector<std::string_view> parameters = section_names("Parameters");
  std::set<std::string_view> seen(parameters.begin(), parameters.end());
  for (const Resource& resource : all_) {
    if (seen.insert(resource.logical_id).second) continue;
    const bool is_parameter = std::ranges::find(parameters, resource.logical_id) != parameters.end();
    findings_.add(resource.at, "Resources." + resource.logical_id,
                  is_parameter ? "a parameter has the same name"
                               : fmt::format("{} is the name of a resource that SAM makes of {}", resource.logical_id,
                                             resource.origin),
                  "rename it");
  }
}

// Checks every reference, and keeps the resources whose condition holds.
void Loader::select_resources() {
  const Names names = all_names();
  for (Resource& resource : all_) check_resource(resource, names);
  for (const Resource& resource : all_) {
    if (!is_absent(resource)) out_.resources_.push_back(resource);
  }
}

void Loader::check_resource(Resource& resource, const Names& names) {
  const std::string path = "Resources." + resource.logical_id;
  const auto condition = [this](std::string_view name) { return holds(name); };
  for (const std::string& name : resource.depends_on) {
    if (std::ranges::find(names.resources, name) != names.resources.end()) continue;
    findings_.add_unknown(resource.at, path + ".DependsOn", fmt::format("there is no resource {}", name), name,
                          names.resources);
  }
  std::set<std::string> dependencies(resource.depends_on.begin(), resource.depends_on.end());
  check_references(resource.properties, path + ".Properties", names, findings_, &dependencies, condition);
  check_references(resource.metadata, path + ".Metadata", names, findings_, &dependencies, condition);
  resource.depends_on.assign(dependencies.begin(), dependencies.end());
  if (!is_absent(resource)) check_presence(resource, path);
}

const Resource* Loader::find(std::string_view logical_id) const {
  const auto found = std::ranges::find(all_, logical_id, &Resource::logical_id);
  return found == all_.end() ? nullptr : &*found;
}

bool Loader::is_absent(const Resource& resource) const {
  return absent_.contains(resource.logical_id) || absent_.contains(resource.origin);
}

void Loader::check_presence(const Resource& resource, const std::string& path) {
  for (const std::string& name : resource.depends_on) {
    const Resource* other = find(name);
    if (other != nullptr && is_absent(*other))
      findings_.add(resource.at, path, fmt::format("needs {}, whose condition does not hold", name));
  }
}

// ---- Outputs

void Loader::read_outputs() {
  if (outputs_.members().size() > kMaxOutputs)
    findings_.add(outputs_.at(), "Outputs", fmt::format("more than {} outputs", kMaxOutputs));
  const Names names = all_names();
  for (const Node::Member& member : outputs_.members()) read_output(member, names);
}

void Loader::read_output(const Node::Member& member, const Names& names) {
  const std::string path = "Outputs." + member.name;
  if (!is_logical_id(member.name)) findings_.add(member.name_at, path, "an output's name has letters and digits only");
  for (const Node::Member& part : member.value.members()) {
    if (std::ranges::find(kOutputMembers, part.name) == kOutputMembers.end())
      findings_.add_unknown(part.name_at, path + "." + part.name, "unknown member of an output", part.name,
                            kOutputMembers);
  }
  const Node* value = member.value.find("Value");
  if (value == nullptr) return findings_.add(member.name_at, path, "an output is a map with a Value");

  const Node* when = member.value.find("Condition");
  if (when != nullptr && !out_.conditions_.contains(when->text())) {
    return findings_.add_unknown(when->at(), path + ".Condition", fmt::format("there is no condition {}", when->text()),
                                 when->text(), names.conditions);
  }
  const auto condition = [this](std::string_view name) { return holds(name); };
  std::set<std::string> dependencies;
  check_references(*value, path + ".Value", names, findings_, &dependencies, condition);
  Output output{.name = member.name, .value = *value, .at = member.name_at};
  if (const Node* description = member.value.find("Description")) output.description = description->text();
  if (const Node* exported = member.value.find("Export")) {
    const Node* name = exported->find("Name");
    if (name == nullptr || exported->members().size() != 1)
      return findings_.add(exported->at(), path + ".Export", "must be a map with a Name alone");
    check_references(*name, path + ".Export.Name", names, findings_, &dependencies, condition);
    output.export_name = *name;
  }
  if (when != nullptr && !holds(when->text())) return;
  for (const std::string& name : dependencies) {
    const Resource* other = find(name);
    if (other != nullptr && is_absent(*other))
      findings_.add(value->at(), path, fmt::format("needs {}, whose condition does not hold", name),
                    "give the output the same Condition");
  }
  out_.outputs_.push_back(std::move(output));
}

// ---- The order of creation

// Depth first, in the file's order; every cycle is told with its members.
void Loader::order() {
  std::vector<std::string> trail;
  std::set<std::string> done;
  std::vector<Resource> sorted;
  for (const Resource& resource : out_.resources_) visit(resource, trail, done, sorted);
  out_.resources_ = std::move(sorted);
}

void Loader::visit(const Resource& resource, std::vector<std::string>& trail, std::set<std::string>& done,
                   std::vector<Resource>& sorted) {
  if (done.contains(resource.logical_id)) return;
  if (const auto start = std::ranges::find(trail, resource.logical_id); start != trail.end()) {
    std::vector<std::string> cycle(start, trail.end());
    cycle.push_back(resource.logical_id);
    return findings_.add(resource.at, "Resources." + resource.logical_id,
                         "these resources need each other in a circle: " + join(cycle, " -> "));
  }
  trail.push_back(resource.logical_id);
  for (const std::string& name : resource.depends_on) {
    if (const Resource* other = out_.find_resource(name)) visit(*other, trail, done, sorted);
  }
  trail.pop_back();
  done.insert(resource.logical_id);
  sorted.push_back(resource);
}

}  // namespace gatehouse::templates
