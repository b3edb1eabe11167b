#include "app/plan/check.hpp"

#include "app/plan/resource_spec.hpp"
#include "base/text.hpp"
#include "protocol/aws/policy.hpp"
#include "protocol/template/evaluator.hpp"
#include "protocol/template/spec.hpp"

namespace gatehouse::plan {
namespace {

using templates::Findings;
using templates::Node;
using templates::Resource;
using templates::Template;

// The document with "*" for what is known only at deployment, so that its form can be judged now.
Node with_placeholders(const Node& node) {
  if (node.is_unknown()) return Node::string("*", node.at());
  Node out = node;
  for (Node& item : out.items()) item = with_placeholders(item);
  for (Node::Member& member : out.members()) member.value = with_placeholders(member.value);
  return out;
}

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
    const Node properties =
        templates::evaluate_statically(template_, resource.properties, path + ".Properties", findings_);
    templates::check_object(properties, spec->properties, path + ".Properties", findings_);
    check_metadata(resource, *spec, path);
    if (resource.type == "AWS::S3::Bucket") check_site(resource, properties, path);
    if (resource.type == "AWS::IAM::Role") check_policies(resource, properties, path + ".Properties.Policies");
    if (resource.type == "AWS::S3::BucketPolicy") check_public_read(properties, path + ".Properties.PolicyDocument");
    check_attributes(resource.properties, path + ".Properties");
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

  void check_policies(const Resource& resource, const Node& properties, const std::string& path) {
    const Node* policies = properties.find("Policies");
    if (policies == nullptr) return;
    for (const Node& policy : policies->items()) {
      const Node* document = policy.find("PolicyDocument");
      if (document == nullptr) continue;
      aws::PolicySet set;
      const Result<void> added = set.add(with_placeholders(*document).to_json());
      if (!added) findings_.add(document->at().line > 0 ? document->at() : resource.at, path, added.error().message);
    }
  }

  // What keeps a website from being public on AWS: then it would not be served here either.
  void check_site(const Resource& resource, const Node& properties, const std::string& path) {
    const Node* access = properties.find("PublicAccessBlockConfiguration");
    for (const std::string_view name : {"BlockPublicPolicy", "RestrictPublicBuckets"}) {
      const Node* flag = access != nullptr ? access->find(name) : nullptr;
      if (flag != nullptr && (flag->is_unknown() || !flag->as_bool().value_or(true))) continue;
      findings_.add(flag != nullptr ? flag->at() : resource.at, path + ".Properties.PublicAccessBlockConfiguration",
                    fmt::format("{} is on, so that nobody could read the site", name),
                    fmt::format("write {}: false", name));
    }
    const bool has_policy = std::ranges::any_of(template_.resources(), [&](const Resource& other) {
      return other.type == "AWS::S3::BucketPolicy" &&
             std::ranges::find(other.depends_on, resource.logical_id) != other.depends_on.end();
    });
    if (!has_policy) {
      findings_.add(resource.at, path, "no bucket policy lets anybody read the site",
                    "add an AWS::S3::BucketPolicy that allows s3:GetObject to Principal *");
    }
  }

  // A site is public or not served at all, so the only policy that makes sense is reading for everybody.
  void check_public_read(const Node& properties, const std::string& path) {
    const Node* document = properties.find("PolicyDocument");
    const Node* statements = document != nullptr ? document->find("Statement") : nullptr;
    if (statements == nullptr) return;
    for (const Node& statement : statements->is_list() ? statements->items() : std::vector<Node>{*statements}) {
      const auto text = [&](std::string_view name) {
        const Node* node = statement.find(name);
        if (node != nullptr && node->is_list() && node->items().size() == 1) node = &node->items()[0];
        if (node != nullptr && node->is_map() && node->find("AWS") != nullptr) node = node->find("AWS");
        return node == nullptr ? std::string() : node->text();
      };
      if (text("Effect") != "Allow" || text("Principal") != "*" || text("Action") != "s3:GetObject" ||
          statement.find("Condition") != nullptr) {
        findings_.add(statement.at(), path, "is not supported: a site is readable by everybody",
                      "allow s3:GetObject to Principal *, without a Condition");
      }
    }
  }

  // Fn::GetAtt and ${Resource.Attribute}: the attribute must be one that the type has.
  void check_attributes(const Node& node, const std::string& path) {
    if (node.is_intrinsic() && node.intrinsic_name() == "Fn::GetAtt") {
      const Node& argument = node.intrinsic_argument();
      std::string resource, attribute;
      if (argument.is_list() && argument.items().size() == 2) {
        resource = argument.items()[0].text();
        attribute = argument.items()[1].text();
      } else {
        resource = argument.text().substr(0, argument.text().find('.'));
        attribute = argument.text().substr(std::min(argument.text().size(), resource.size() + 1));
      }
      check_attribute(resource, attribute, argument.at(), path);
    }
    for (const Node& item : node.items()) check_attributes(item, path);
    for (const Node::Member& member : node.members()) check_attributes(member.value, path + "." + member.name);
  }

  void check_attribute(const std::string& logical_id, const std::string& attribute, const templates::Position& at,
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
}

}  // namespace gatehouse::plan
