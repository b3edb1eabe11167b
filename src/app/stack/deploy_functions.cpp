// Functions and their roles.
#include <filesystem>

#include "app/stack/deployer.hpp"

namespace gatehouse::app {

using templates::Node;

namespace {

// What AWSLambdaBasicExecutionRole, the one managed policy that the check takes, allows (AWS managed policy reference).
const json::value& basic_execution_policy() {
  static const json::value document = {
      {"Version", "2012-10-17"},
      {"Statement",
       {{{"Effect", "Allow"},
         {"Action", {"logs:CreateLogGroup", "logs:CreateLogStream", "logs:PutLogEvents"}},
         {"Resource", "*"}}}}};
  return document;
}

}  // namespace

Task<Result<Made>> Deployer::make_role(const Resource& resource, const Node& properties) {
  aws::PolicySet policies;
  if (!texts_of(properties, "ManagedPolicyArns").empty()) {
    const Result<void> added = policies.add(basic_execution_policy());
    if (!added) co_return std::unexpected(added.error());
  }
  for (const Node& policy : part_of(properties, "Policies").items()) {
    const Result<void> added = policies.add(part_of(policy, "PolicyDocument").to_json());
    if (!added) co_return std::unexpected(added.error());
  }
  const std::string name = name_of(resource, properties, "RoleName");
  const std::string role_arn = fmt::format("arn:aws:iam::{}:role/{}", template_.environment().account_id, name);
  roles_.insert_or_assign(role_arn, std::move(policies));
  co_return Made{.ref = name, .attributes = {{"Arn", role_arn}, {"RoleId", name}}};
}

Task<Result<Made>> Deployer::make_function(const Resource& resource, const Node& properties) {
  functions::FunctionConfig config;
  config.name = name_of(resource, properties, "FunctionName");
  config.arn = arn("lambda", "function:" + config.name);
  config.runtime = "provided.al2023";
  config.handler = text_of(properties, "Handler", "bootstrap");
  config.memory_mb = static_cast<std::uint32_t>(integer_of(properties, "MemorySize").value_or(128));
  config.timeout_s = static_cast<std::uint32_t>(integer_of(properties, "Timeout").value_or(3));
  config.log_group = "/aws/lambda/" + config.name;
  for (const Node::Member& variable : part_of(part_of(properties, "Environment"), "Variables").members()) {
    config.environment.emplace_back(variable.name, variable.value.text());
  }
  if (const auto reserved = integer_of(properties, "ReservedConcurrentExecutions")) {
    config.reserved_concurrency = static_cast<std::uint32_t>(*reserved);
  }
  const std::filesystem::path base = std::filesystem::absolute(services_.settings().template_file).parent_path();
  config.code_folder = (base / text_of(properties, "Code")).lexically_normal();

  const std::string role_arn = text_of(properties, "Role");
  const auto role = roles_.find(role_arn);
  if (role == roles_.end()) {
    co_return fail(Error::Kind::kInvalid, "",
                   fmt::format("its Role {} is not one of this template: only those can be enforced", role_arn));
  }
  config.role = services_.make_role_credentials(config.name, role_arn.substr(role_arn.rfind('/') + 1), role->second);

  const std::string in_process = text_of(part_of(resource.metadata, "Gatehouse"), "InProcess");
  if (!in_process.empty() && services_.settings().functions != "process")
    config.in_process = config.code_folder / in_process;
  Made made{.ref = config.name, .attributes = {{"Arn", config.arn}}};
  functions_.push_back(std::move(config));
  co_return made;
}

// Every API of the template may call every function of it: the permission has nothing left to decide.
Task<Result<Made>> Deployer::make_permission(const Resource& resource, const Node&) {
  co_return Made{.ref = fmt::format("{}-{}", template_.environment().stack_name, resource.logical_id)};
}

}  // namespace gatehouse::app
