#include "protocol/template/sam/policies.hpp"

#include <array>
#include <vector>

namespace gatehouse::templates {
namespace {

// A policy template: one parameter, and what it allows on which ARNs. In ARNs, ${value} is the parameter's value.
struct PolicyTemplate {
  std::string_view name;
  std::string_view parameter;
  std::vector<std::string_view> actions;
  std::vector<std::string_view> resources;
};

constexpr std::string_view kTable = "arn:${AWS::Partition}:dynamodb:${AWS::Region}:${AWS::AccountId}:table/${value}";
constexpr std::string_view kTableIndexes =
    "arn:${AWS::Partition}:dynamodb:${AWS::Region}:${AWS::AccountId}:table/${value}/index/*";

const std::vector<PolicyTemplate>& policy_templates() {
  static const std::vector<PolicyTemplate> templates = {
      {"DynamoDBCrudPolicy",
       "TableName",
       {"dynamodb:GetItem", "dynamodb:DeleteItem", "dynamodb:PutItem", "dynamodb:Scan", "dynamodb:Query",
        "dynamodb:UpdateItem", "dynamodb:BatchWriteItem", "dynamodb:BatchGetItem", "dynamodb:DescribeTable",
        "dynamodb:ConditionCheckItem"},
       {kTable, kTableIndexes}},
      {"DynamoDBReadPolicy",
       "TableName",
       {"dynamodb:GetItem", "dynamodb:Scan", "dynamodb:Query", "dynamodb:BatchGetItem", "dynamodb:DescribeTable"},
       {kTable, kTableIndexes}},
      {"DynamoDBWritePolicy",
       "TableName",
       {"dynamodb:PutItem", "dynamodb:UpdateItem", "dynamodb:BatchWriteItem"},
       {kTable, kTableIndexes}},
      {"AWSSecretsManagerGetSecretValuePolicy", "SecretArn", {"secretsmanager:GetSecretValue"}, {"${value}"}},
  };
  return templates;
}

// Managed policies that only allow writing logs, which a function here can do anyway.
constexpr std::array<std::string_view, 2> kManaged = {"AWSLambdaBasicExecutionRole", "AWSLambdaExecute"};

Node text_list(const std::vector<std::string_view>& texts, const Position& at) {
  Node list = Node::list(at);
  for (const std::string_view text : texts) list.push(Node::string(std::string(text), at));
  return list;
}

Node sub(std::string_view text, const Node& value, const Position& at) {
  Node variables = Node::map(at);
  variables.set("value", value);
  Node arguments = Node::list(at);
  arguments.push(Node::string(std::string(text), at));
  arguments.push(std::move(variables));
  Node out = Node::map(at);
  out.set("Fn::Sub", std::move(arguments));
  return out;
}

Node document(Node statements, const Position& at) {
  Node out = Node::map(at);
  out.set("Version", Node::string("2012-10-17", at));
  out.set("Statement", std::move(statements));
  return out;
}

class RoleBuilder {
 public:
  RoleBuilder(std::string path, Findings& findings) : path_(std::move(path)), findings_(findings) {}

  void add(const Node& policy, const std::string& path) {
    if (policy.is_string()) return add_managed(policy, path);
    if (!policy.is_map() || policy.is_intrinsic())
      return findings_.add(policy.at(), path,
                           "must be a policy template, a policy document, or a managed policy's name");
    if (policy.find("Statement") != nullptr) {
      Node copy = policy;
      if (copy.find("Version") == nullptr) copy.set("Version", Node::string("2012-10-17", policy.at()));
      return push(std::move(copy), policy.at());
    }
    for (const Node::Member& member : policy.members()) add_template(member, path);
  }

  Node properties(const Position& at) {
    Node out = Node::map(at);
    out.set("ManagedPolicyArns", std::move(managed_));
    out.set("Policies", std::move(policies_));
    return out;
  }

 private:
  void add_managed(const Node& name, const std::string& path) {
    const std::string_view last = std::string_view(name.text()).substr(name.text().rfind('/') + 1);
    if (std::ranges::find(kManaged, last) == kManaged.end()) {
      return findings_.add_unknown(
          name.at(), path,
          fmt::format("the managed policy {} is not known here; write its statements out", name.text()), last,
          kManaged);
    }
    managed_.push(Node::string("arn:aws:iam::aws:policy/service-role/" + std::string(last), name.at()));
  }

  void add_template(const Node::Member& member, const std::string& path) {
    std::vector<std::string_view> names;
    for (const PolicyTemplate& known : policy_templates()) names.push_back(known.name);
    const auto found = std::ranges::find(policy_templates(), member.name, &PolicyTemplate::name);
    if (found == policy_templates().end()) {
      return findings_.add_unknown(member.name_at, path + "." + member.name, "unknown policy template", member.name,
                                   names);
    }
    const Node* value = member.value.find(found->parameter);
    if (value == nullptr || member.value.members().size() != 1) {
      return findings_.add(member.name_at, path + "." + member.name, fmt::format("takes exactly {}", found->parameter));
    }
    const Position& at = member.name_at;
    Node statement = Node::map(at);
    statement.set("Effect", Node::string("Allow", at));
    statement.set("Action", text_list(found->actions, at));
    Node resources = Node::list(at);
    for (const std::string_view resource : found->resources) resources.push(sub(resource, *value, at));
    statement.set("Resource", std::move(resources));
    Node statements = Node::list(at);
    statements.push(std::move(statement));
    push(document(std::move(statements), at), at);
  }

  void push(Node policy_document, const Position& at) {
    Node policy = Node::map(at);
    policy.set("PolicyName", Node::string(fmt::format("Policy{}", policies_.items().size()), at));
    policy.set("PolicyDocument", std::move(policy_document));
    policies_.push(std::move(policy));
  }

  std::string path_;
  Findings& findings_;
  Node managed_ = Node::list();
  Node policies_ = Node::list();
};

}  // namespace

Node role_properties(const Node* policies, const std::string& path, Findings& findings) {
  RoleBuilder builder(path, findings);
  const Position at = policies != nullptr ? policies->at() : Position{};
  builder.add(Node::string("AWSLambdaBasicExecutionRole", at), path);  // SAM adds it to every role
  if (policies != nullptr) {
    if (!policies->is_list()) builder.add(*policies, path);
    for (std::size_t i = 0; i < policies->items().size(); ++i)
      builder.add(policies->items()[i], fmt::format("{}[{}]", path, i));
  }
  return builder.properties(at);
}

}  // namespace gatehouse::templates
