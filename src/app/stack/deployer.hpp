// One deployment at work: what deploy() (deploy.hpp) runs, resource by resource.
#pragma once

#include <functional>
#include <map>
#include <string>
#include <vector>

#include "app/stack/deploy.hpp"
#include "app/stack/services.hpp"
#include "protocol/aws/policy.hpp"
#include "protocol/template/evaluator.hpp"
#include "services/functions/config.hpp"
#include "services/gateway/config.hpp"
#include "services/sites/config.hpp"

namespace gatehouse::app {

// A resource that exists: what Ref and Fn::GetAtt say of it.
struct Made {
  std::string ref;
  std::map<std::string, std::string, std::less<>> attributes = {};
  std::string physical_id = {};  // what listings show; empty: the Ref value
  std::string parent = {};       // StackResource::parent
};

class Deployer final : public templates::Values {
 public:
  Deployer(const templates::Template& definition, Services& services, const Addresses& addresses, StackState state);

  Task<Result<Deployed>> run();

  // templates::Values
  Result<std::string> ref(std::string_view logical_id) override;
  Result<templates::Node> attribute(std::string_view logical_id, std::string_view name) override;
  Result<std::string> secret(const templates::DynamicReference& reference) override;
  std::string finish(std::string text) override;

 private:
  using Node = templates::Node;
  using Resource = templates::Resource;
  using MakeFunction = Task<Result<Made>> (Deployer::*)(const Resource&, const Node&);

  static MakeFunction find_maker(std::string_view type);
  Task<Result<void>> make(const Resource& resource);
  Task<Result<void>> remove_left_over();
  Task<Result<void>> remove(const StackResource& gone);
  Task<Result<std::shared_ptr<const StackDescription>>> describe();

  // deploy_storage.cpp
  Task<Result<Made>> make_table(const Resource& resource, const Node& properties);
  Task<Result<Made>> make_secret(const Resource& resource, const Node& properties);
  Task<Result<Made>> make_bucket(const Resource& resource, const Node& properties);
  Task<Result<Made>> make_bucket_policy(const Resource& resource, const Node& properties);
  Task<Result<Made>> make_log_group(const Resource& resource, const Node& properties);
  // deploy_identity.cpp
  Task<Result<Made>> make_pool(const Resource& resource, const Node& properties);
  Task<Result<Made>> make_client(const Resource& resource, const Node& properties);
  Task<Result<Made>> make_domain(const Resource& resource, const Node& properties);
  Task<Result<Made>> make_group(const Resource& resource, const Node& properties);
  Task<Result<Made>> make_user(const Resource& resource, const Node& properties);
  Task<Result<Made>> make_membership(const Resource& resource, const Node& properties);
  // deploy_gateway.cpp
  Task<Result<Made>> make_rest_api(const Resource& resource, const Node& properties);
  Task<Result<Made>> make_deployment(const Resource& resource, const Node& properties);
  Task<Result<Made>> make_stage(const Resource& resource, const Node& properties);
  Task<Result<Made>> make_api_key(const Resource& resource, const Node& properties);
  Task<Result<Made>> make_usage_plan(const Resource& resource, const Node& properties);
  Task<Result<Made>> make_usage_plan_key(const Resource& resource, const Node& properties);
  // deploy_functions.cpp
  Task<Result<Made>> make_role(const Resource& resource, const Node& properties);
  Task<Result<Made>> make_function(const Resource& resource, const Node& properties);
  Task<Result<Made>> make_permission(const Resource& resource, const Node& properties);

  // The name that the template gives, else the earlier run's, else STACK-LOGICALID-RANDOM as CloudFormation makes it.
  std::string name_of(const Resource& resource, const Node& properties, std::string_view property);
  // The earlier run's id, else one of `length` lower-case letters and digits.
  std::string id_of(const Resource& resource, std::size_t length);
  std::string arn(std::string_view service, std::string_view rest) const;

  const templates::Template& template_;
  Services& services_;
  const Addresses& addresses_;
  StackState state_;
  std::map<std::string, Made, std::less<>> made_;
  std::vector<std::string> order_;
  std::vector<std::string> pools_;
  std::map<std::string, gateway::RestApiConfig, std::less<>> apis_;  // by id, until their stage deploys them
  std::map<std::string, aws::PolicySet, std::less<>> roles_;         // by ARN
  std::vector<functions::FunctionConfig> functions_;
  std::vector<sites::WebsiteConfig> websites_;
};

// Reading evaluated properties.
std::string text_of(const templates::Node& map, std::string_view name, std::string fallback = {});
std::optional<std::int64_t> integer_of(const templates::Node& map, std::string_view name);
bool flag_of(const templates::Node& map, std::string_view name, bool fallback);
std::vector<std::string> texts_of(const templates::Node& map, std::string_view name);
const templates::Node& part_of(const templates::Node& map, std::string_view name);  // an empty map when absent

}  // namespace gatehouse::app
