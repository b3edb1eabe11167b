#include "app/plan/check.hpp"

#include "app/plan/policies.hpp"
#include "app/plan/resource_spec.hpp"
#include "app/plan/responses.hpp"
#include "base/text.hpp"
#include "protocol/template/engine.hpp"
#include "protocol/template/spec.hpp"

namespace gatehouse::plan {
namespace {

using templates::Findings;
using templates::Node;
using templates::Position;
using templates::Resource;
using templates::Template;

class Checker {
 public:
  Checker(const Template& definition, Findings& findings) : template_(definition), findings_(findings) {}

  void check(const Resource& resource) {
    const std::string path = "Resources." + resource.logical_id;
    const ResourceSpec* spec = find_spec(resource.type);
    if (spec == nullptr) return unknown_type(resource, path);
    if (!spec->instead.empty() && resource.origin.empty()) {
      findings_.add(resource.type_at, path + ".Type", resource.type + " is not supported in a template",
                    "write " + std::string(spec->instead));
      return;
    }
    Findings found;
    const Node properties = templates::evaluate_statically(template_, resource.properties, path + ".Properties", found);
    templates::check_object(properties, spec->properties, path + ".Properties", found);
    tell(found);
    check_metadata(resource, *spec, path);
    check_attributes(resource.properties, path + ".Properties");
    check_attributes(resource.metadata, path + ".Metadata");
    if (resource.type == "AWS::S3::Bucket") check_site(template_, resource, properties, findings_);
    if (resource.type == "AWS::IAM::Role") check_role(resource, properties, path + ".Properties", findings_);
    if (resource.type == "AWS::S3::BucketPolicy") check_public_read(properties, path + ".Properties", findings_);
    if (resource.type == "AWS::ApiGateway::RestApi") check_responses(resource, properties, findings_);
  }

  void check(const templates::Output& output) {
    const std::string path = "Outputs." + output.name + ".Value";
    const Node value = templates::evaluate_statically(template_, output.value, path, findings_);
    if (!value.is_scalar() && !value.is_unknown())
      findings_.add(output.value.at(), path, fmt::format("must be a text, not {}", value.kind_name()));
    check_attributes(output.value, path);
  }

 private:
  void unknown_type(const Resource& resource, const std::string& path) {
    std::vector<std::string_view> known = {"AWS::Serverless::Function", "AWS::Serverless::Api",
                                           "AWS::Serverless::SimpleTable"};
    for (const ResourceSpec& spec : all_specs()) {
      if (spec.instead.empty()) known.push_back(spec.type);
    }
    findings_.add_unknown(resource.type_at, path + ".Type", resource.type + " is not supported", resource.type, known);
  }

  // A generated API keeps its routes under Gatehouse, which the user did not write.
  void tell(const Findings& found) {
    constexpr std::string_view kRoutes = ".Properties.Gatehouse";
    for (const templates::Finding& finding : found.sorted()) {
      std::string path = finding.path;
      if (const std::size_t at = path.find(kRoutes); at != std::string::npos)
        path.replace(at, kRoutes.size(), ".Properties");
      findings_.add(finding.at, std::move(path), finding.message, finding.suggestion);
    }
  }

  // Other tools' metadata is theirs; what stands under Gatehouse is ours.
  void check_metadata(const Resource& resource, const ResourceSpec& spec, const std::string& path) {
    const Node* own = resource.metadata.find("Gatehouse");
    if (own == nullptr) {
      if (resource.type == "AWS::S3::Bucket") {
        findings_.add(resource.at, path, "a bucket needs to know its content",
                      "write Metadata: {Gatehouse: {Content: FOLDER}}");
      }
      return;
    }
    const std::string inside = path + ".Metadata.Gatehouse";
    if (spec.metadata == nullptr)
      return findings_.add(own->at(), inside, resource.type + " has no settings of Gatehouse");
    templates::check_object(templates::evaluate_statically(template_, *own, inside, findings_), *spec.metadata, inside,
                            findings_);
  }

  // Fn::GetAtt and ${Resource.Attribute}: the attribute must be one that the type has.
  void check_attributes(const Node& node, const std::string& path) {
    if (node.is_intrinsic() && node.intrinsic_name() == "Fn::GetAtt") {
      check_get_att(node.intrinsic_argument(), path);
    } else if (node.is_intrinsic() && node.intrinsic_name() == "Fn::Sub") {
      check_sub(node.intrinsic_argument(), path);
    }
    for (std::size_t i = 0; i < node.items().size(); ++i)
      check_attributes(node.items()[i], fmt::format("{}[{}]", path, i));
    for (const Node::Member& member : node.members()) check_attributes(member.value, path + "." + member.name);
  }

  void check_get_att(const Node& argument, const std::string& path) {
    if (argument.is_list()) {
      if (argument.items().size() == 2)
        check_attribute(argument.items()[0].text(), argument.items()[1].text(), argument.at(), path);
      return;
    }
    const std::size_t dot = argument.text().find('.');
    if (dot != std::string::npos)
      check_attribute(argument.text().substr(0, dot), argument.text().substr(dot + 1), argument.at(), path);
  }

  void check_sub(const Node& argument, const std::string& path) {
    const bool is_pair = argument.is_list() && argument.items().size() == 2;
    const Node& text = is_pair ? argument.items()[0] : argument;
    const Node* variables = is_pair ? &argument.items()[1] : nullptr;
    const auto parts = templates::split_sub(text.text());
    if (!parts) return;  // told when the template was loaded
    for (const templates::SubPart& part : *parts) {
      const std::size_t dot = part.text.find('.');
      if (!part.is_reference || dot == std::string::npos) continue;
      if (variables != nullptr && variables->find(part.text) != nullptr) continue;
      check_attribute(part.text.substr(0, dot), part.text.substr(dot + 1), text.at(), path);
    }
  }

  void check_attribute(const std::string& logical_id, const std::string& attribute, const Position& at,
                       const std::string& path) {
    const Resource* resource = template_.find_resource(logical_id);
    const ResourceSpec* spec = resource == nullptr ? nullptr : find_spec(resource->type);
    if (spec == nullptr || std::ranges::find(spec->attributes, attribute) != spec->attributes.end()) return;
    findings_.add_unknown(at, path, fmt::format("{} ({}) has no attribute {}", logical_id, resource->type, attribute),
                          attribute, spec->attributes);
  }

  const Template& template_;
  Findings& findings_;
};

}  // namespace

void check(const Template& definition, Findings& findings) {
  Checker checker(definition, findings);
  for (const Resource& resource : definition.resources()) checker.check(resource);
  for (const templates::Output& output : definition.outputs()) checker.check(output);
}

}  // namespace gatehouse::plan
