#include "app/plan/policies.hpp"

#include "protocol/aws/policy.hpp"

namespace gatehouse::plan {
namespace {

using templates::Findings;
using templates::Node;

// The document with "*" for what is known only at deployment, so that its form can be judged now.
Node with_placeholders(const Node& node) {
  if (node.is_unknown()) return Node::string("*", node.at());
  Node out = node;
  for (Node& item : out.items()) item = with_placeholders(item);
  for (Node::Member& member : out.members()) member.value = with_placeholders(member.value);
  return out;
}

// A statement or a list of them, as IAM takes both.
std::vector<Node> statements_of(const Node& document) {
  const Node* statements = document.find("Statement");
  if (statements == nullptr) return {};
  return statements->is_list() ? statements->items() : std::vector<Node>{*statements};
}

// The only text of a member: itself, or that of a list of one.
std::string only_text(const Node& map, std::string_view name) {
  const Node* node = map.find(name);
  if (node != nullptr && node->is_list() && node->items().size() == 1) node = &node->items()[0];
  return node != nullptr && node->is_scalar() ? node->text() : std::string();
}

bool names_lambda(const Node& principal) {
  const Node* service = principal.find("Service");
  if (service == nullptr) return false;
  const auto is_lambda = [](const Node& node) { return node.text() == "lambda.amazonaws.com"; };
  return is_lambda(*service) || std::ranges::any_of(service->items(), is_lambda);
}

bool trusts_lambda(const Node& document) {
  for (const Node& statement : statements_of(document)) {
    const Node* principal = statement.find("Principal");
    if (principal == nullptr || !names_lambda(*principal) || statement.find("Condition") != nullptr) continue;
    if (only_text(statement, "Effect") == "Allow" && only_text(statement, "Action") == "sts:AssumeRole") return true;
  }
  return false;
}

}  // namespace

void check_role(const templates::Resource& role, const Node& properties, const std::string& path, Findings& findings) {
  const Node* trust = properties.find("AssumeRolePolicyDocument");
  if (trust != nullptr && !trust->is_unknown() && !trusts_lambda(*trust)) {
    findings.add(trust->at(), path + ".AssumeRolePolicyDocument", "is not supported: roles here are for functions",
                 "allow sts:AssumeRole to {Service: lambda.amazonaws.com}, without a Condition");
  }
  const Node* policies = properties.find("Policies");
  if (policies == nullptr) return;
  for (std::size_t i = 0; i < policies->items().size(); ++i) {
    const Node* document = policies->items()[i].find("PolicyDocument");
    if (document == nullptr || document->is_unknown()) continue;
    aws::PolicySet set;
    const Result<void> added = set.add(with_placeholders(*document).to_json());
    if (added) continue;
    findings.add(document->at().line > 0 ? document->at() : role.at, fmt::format("{}.Policies[{}]", path, i),
                 added.error().message);
  }
}

void check_site(const templates::Template& definition, const templates::Resource& bucket, const Node& properties,
                Findings& findings) {
  const std::string path = "Resources." + bucket.logical_id;
  const Node* access = properties.find("PublicAccessBlockConfiguration");
  for (const std::string_view name : {"BlockPublicPolicy", "RestrictPublicBuckets"}) {
    const Node* flag = access != nullptr ? access->find(name) : nullptr;
    if (flag != nullptr && (flag->is_unknown() || !flag->as_bool().value_or(true))) continue;
    findings.add(flag != nullptr ? flag->at() : bucket.at, path + ".Properties.PublicAccessBlockConfiguration",
                 fmt::format("{} is on, so that nobody could read the site", name),
                 fmt::format("write {}: false", name));
  }
  const bool has_policy = std::ranges::any_of(definition.resources(), [&](const templates::Resource& other) {
    return other.type == "AWS::S3::BucketPolicy" &&
           std::ranges::find(other.depends_on, bucket.logical_id) != other.depends_on.end();
  });
  if (!has_policy) {
    findings.add(bucket.at, path, "no bucket policy lets anybody read the site",
                 "add an AWS::S3::BucketPolicy that allows s3:GetObject to Principal *");
  }
}

void check_public_read(const Node& properties, const std::string& path, Findings& findings) {
  const Node* document = properties.find("PolicyDocument");
  if (document == nullptr || document->is_unknown()) return;
  const std::string inside = path + ".PolicyDocument";
  const std::vector<Node> statements = statements_of(*document);
  if (statements.empty()) findings.add(document->at(), inside, "has no Statement");
  for (const Node& statement : statements) {
    const Node* principal = statement.find("Principal");
    const bool is_everybody =
        only_text(statement, "Principal") == "*" || (principal != nullptr && only_text(*principal, "AWS") == "*");
    if (is_everybody && only_text(statement, "Effect") == "Allow" && only_text(statement, "Action") == "s3:GetObject" &&
        statement.find("Condition") == nullptr)
      continue;
    findings.add(statement.at(), inside, "is not supported: a site is readable by everybody",
                 "allow s3:GetObject to Principal *, without a Condition");
  }
}

}  // namespace gatehouse::plan
