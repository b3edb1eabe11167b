#include "protocol/template/sam/policies.hpp"

#include <algorithm>
#include <vector>

namespace gatehouse::templates {
namespace {

// A policy template: at most one parameter, and what it allows on which ARNs, where ${value} is the parameter's value.
struct PolicyTemplate {
  std::string_view name;
  std::string_view parameter;  // empty: it takes none
  std::vector<std::string_view> actions;
  std::vector<std::string_view> resources;
};

constexpr std::string_view kTable = "arn:${AWS::Partition}:dynamodb:${AWS::Region}:${AWS::AccountId}:table/${value}";
constexpr std::string_view kTableIndexes =
    "arn:${AWS::Partition}:dynamodb:${AWS::Region}:${AWS::AccountId}:table/${value}/index/*";

constexpr std::string_view kBucket = "arn:${AWS::Partition}:s3:::${value}";
constexpr std::string_view kObjects = "arn:${AWS::Partition}:s3:::${value}/*";

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
      {"DynamoDBReconfigurePolicy", "TableName", {"dynamodb:UpdateTable"}, {kTable}},
      {"AWSSecretsManagerGetSecretValuePolicy", "SecretArn", {"secretsmanager:GetSecretValue"}, {"${value}"}},
      {"LambdaInvokePolicy",
       "FunctionName",
       {"lambda:InvokeFunction"},
       {"arn:${AWS::Partition}:lambda:${AWS::Region}:${AWS::AccountId}:function:${value}*"}},
      {"S3ReadPolicy",
       "BucketName",
       {"s3:GetObject", "s3:ListBucket", "s3:GetBucketLocation", "s3:GetObjectVersion", "s3:GetLifecycleConfiguration"},
       {kBucket, kObjects}},
      {"S3WritePolicy",
       "BucketName",
       {"s3:PutObject", "s3:PutObjectAcl", "s3:PutLifecycleConfiguration"},
       {kBucket, kObjects}},
      {"S3CrudPolicy",
       "BucketName",
       {"s3:GetObject", "s3:ListBucket", "s3:GetBucketLocation", "s3:GetObjectVersion", "s3:PutObject",
        "s3:PutObjectAcl", "s3:GetLifecycleConfiguration", "s3:PutLifecycleConfiguration", "s3:DeleteObject"},
       {kBucket, kObjects}},
      {"FilterLogEventsPolicy",
       "LogGroupName",
       {"logs:FilterLogEvents"},
       {"arn:${AWS::Partition}:logs:${AWS::Region}:${AWS::AccountId}:log-group:${value}:log-stream:*"}},
      {"CloudFormationDescribeStacksPolicy",
       "",
       {"cloudformation:DescribeStacks"},
       {"arn:${AWS::Partition}:cloudformation:${AWS::Region}:${AWS::AccountId}:stack/*"}},
  };
  return templates;
}

// The managed policies that Gatehouse knows (AWS Managed Policy Reference), by name, with their ARNs.
constexpr std::pair<std::string_view, std::string_view> kManaged[] = {
    {"AWSLambdaBasicExecutionRole", "arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole"},
};

Node text_list(const std::vector<std::string_view>& texts, const Position& at) {
  Node list = Node::list(at);
  for (const std::string_view text : texts) list.push(Node::string(std::string(text), at));
  return list;
}

Node sub(std::string_view text, const Node& value, const Position& at) {
  if (value.is_null()) {
    Node plain = Node::map(at);
    plain.set("Fn::Sub", Node::string(std::string(text), at));
    return plain;
  }
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
  RoleBuilder(std::string role_id, Findings& findings) : role_id_(std::move(role_id)), findings_(findings) {}

  // `index` is the policy's place in the list: SAM counts all of them.
  void add(const Node& policy, std::size_t index, const std::string& path) {
    index_ = index;
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
    out.set("AssumeRolePolicyDocument", trust(at));
    out.set("ManagedPolicyArns", std::move(managed_));
    out.set("Policies", std::move(policies_));
    return out;
  }

 private:
  // By name or ARN.
  void add_managed(const Node& policy, const std::string& path) {
    std::vector<std::string_view> known;
    for (const auto& [name, arn] : kManaged) {
      if (policy.text() != name && policy.text() != arn) {
        known.push_back(name);
        continue;
      }
      const Node text = Node::string(std::string(arn), policy.at());
      if (std::ranges::find(managed_.items(), text) == managed_.items().end()) managed_.push(text);
      return;
    }
    findings_.add_unknown(
        policy.at(), path,
        fmt::format("the managed policy {} is not known here; write its statements out", policy.text()), policy.text(),
        known);
  }

  // Lambda may take the role.
  static Node trust(const Position& at) {
    Node services = Node::map(at);
    services.set("Service", text_list({"lambda.amazonaws.com"}, at));
    Node statement = Node::map(at);
    statement.set("Effect", Node::string("Allow", at));
    statement.set("Action", text_list({"sts:AssumeRole"}, at));
    statement.set("Principal", std::move(services));
    Node statements = Node::list(at);
    statements.push(std::move(statement));
    return document(std::move(statements), at);
  }

  void add_template(const Node::Member& member, const std::string& path) {
    std::vector<std::string_view> names;
    for (const PolicyTemplate& known : policy_templates()) names.push_back(known.name);
    const auto found = std::ranges::find(policy_templates(), member.name, &PolicyTemplate::name);
    if (found == policy_templates().end()) {
      return findings_.add_unknown(member.name_at, path + "." + member.name, "unknown policy template", member.name,
                                   names);
    }
    const Node nothing;
    const Node* value = found->parameter.empty() ? &nothing : member.value.find(found->parameter);
    if (!member.value.is_map() || value == nullptr ||
        member.value.members().size() != (found->parameter.empty() ? 0 : 1)) {
      return findings_.add(
          member.name_at, path + "." + member.name,
          found->parameter.empty() ? "takes an empty map, {}" : fmt::format("takes exactly {}", found->parameter));
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
    policy.set("PolicyName", Node::string(fmt::format("{}Policy{}", role_id_, index_), at));
    policy.set("PolicyDocument", std::move(policy_document));
    policies_.push(std::move(policy));
  }

  std::string role_id_;
  Findings& findings_;
  std::size_t index_ = 0;
  Node managed_ = Node::list();
  Node policies_ = Node::list();
};

}  // namespace

Node role_properties(const std::string& role_id, const Node* policies, const Position& at, const std::string& path,
                     Findings& findings) {
  RoleBuilder builder(role_id, findings);
  builder.add(Node::string("AWSLambdaBasicExecutionRole", at), 0, path);  // SAM adds it to every role
  if (policies != nullptr) {
    if (!policies->is_list()) builder.add(*policies, 0, path);
    for (std::size_t i = 0; i < policies->items().size(); ++i)
      builder.add(policies->items()[i], i, fmt::format("{}[{}]", path, i));
  }
  return builder.properties(at);
}

}  // namespace gatehouse::templates
