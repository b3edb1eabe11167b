// One REST API of SAM: collects the routes of the functions' events, then becomes plain resources.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "protocol/template/template.hpp"

namespace gatehouse::templates {

class SamApi {
 public:
  // `properties` with the globals merged in; `api` is the serverless resource (or the implicit one).
  SamApi(const Resource& api, Node properties, Findings& findings);

  const std::string& logical_id() const { return id_; }
  std::string stage_id() const;    // "ProxyApiProdStage"
  std::string stage_name() const;  // as written; empty when it is an intrinsic

  // Adds the route of one Api event of `function`.
  void add_route(const std::string& function, const Node& event, const std::string& path);
  // The generated resources: RestApi, Deployment, Stage, and those of a usage plan.
  std::vector<Resource> resources();

 private:
  Node auth_of(const Node& event, const std::string& path, Node& method);
  void check_authorizer(const std::string& name, const Position& at, const std::string& path);
  Node cors_methods();
  Node cors(const std::string& methods) const;
  void add_usage_plan(std::vector<Resource>& out, const Node& plan);
  Resource make(std::string logical_id, std::string type, Node properties) const;

  const Resource& api_;
  std::string id_;
  Node properties_;
  Findings& findings_;
  Node methods_ = Node::list();
  std::map<std::string, std::vector<std::string>> methods_of_path_;
};

}  // namespace gatehouse::templates
