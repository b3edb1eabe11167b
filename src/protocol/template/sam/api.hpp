// One REST API of SAM: collects the routes of the functions' events, then becomes plain resources.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "protocol/template/template.hpp"

namespace gatehouse::templates {

// The route of one Api event.
struct SamRoute {
  std::string path;
  std::string method;  // upper case; ANY

  // What the function's permission names: "GET/products/*".
  std::string permitted() const;
};

class SamApi {
 public:
  // `properties` with the globals merged in; `api` is the serverless resource (or the implicit one).
  SamApi(const Resource& api, Node properties, Findings& findings);

  const std::string& logical_id() const { return id_; }
  std::string stage_id() const;           // "ProxyApiProdStage"; "ProxyApiStage" when the name is computed
  std::string permission_suffix() const;  // "Prod"; "Stage" when the name is computed
  std::string deployment_id() const;      // "ProxyApiDeployment" and a hash; final when all routes are added
  bool has_routes() const { return !methods_of_path_.empty(); }

  // Reads the route of an Api event. Nothing when it has none that could be served.
  std::optional<SamRoute> check_route(const Node& event, const std::string& path);
  // Adds it, for `function`.
  void add_route(const std::string& function, const SamRoute& route, const Node& event, const std::string& path);
  // The generated resources: RestApi, Deployment, Stage, and those of a usage plan.
  std::vector<Resource> resources();

 private:
  void check_cors(const std::string& path);
  void check_response_types(const std::string& path);
  void set_authorizer(Node& entry, const Node& authorizer, const Node* scopes) const;
  void set_auth(const Node& event, const std::string& path, Node& method);
  void check_authorizer(const std::string& name, const Position& at, const std::string& path);
  const Node* auth(std::string_view name) const;  // a member of the API's Auth; null when absent
  bool auth_flag(std::string_view name, bool fallback) const;
  std::string stage_name() const;  // empty when it is computed
  Node routes() const;
  Node cors_methods() const;
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
