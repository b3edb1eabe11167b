#include "app/plan/responses.hpp"

#include <array>

#include "services/gateway/gateway_responses.hpp"

namespace gatehouse::plan {
namespace {

using templates::Findings;
using templates::Node;

const Node& part_of(const Node& map, std::string_view name) {
  static const Node kEmpty = Node::map();
  const Node* node = map.find(name);
  return node == nullptr ? kEmpty : *node;
}

bool is_quoted(std::string_view text) { return text.size() >= 2 && text.starts_with('\'') && text.ends_with('\''); }

// API Gateway takes a header's value as a literal in single quotes.
void check_preflight(const Node& cors, const std::string& path, Findings& findings) {
  constexpr std::array<std::string_view, 4> kHeaders = {"AllowOrigin", "AllowMethods", "AllowHeaders", "MaxAge"};
  for (const std::string_view name : kHeaders) {
    const Node* value = cors.find(name);
    if (value == nullptr || !value->is_scalar() || is_quoted(value->text())) continue;
    findings.add(value->at(), fmt::format("{}.{}", path, name), "must be a text in single quotes of its own",
                 fmt::format("write \"'{}'\"", value->text()));
  }
}

void check_gateway_response(const Node::Member& response, const std::string& path, Findings& findings) {
  gateway::GatewayResponseConfig config;
  config.type = response.name;
  for (const Node::Member& header : part_of(part_of(response.value, "ResponseParameters"), "Headers").members()) {
    if (header.value.is_scalar())
      config.parameters.emplace("gatewayresponse.header." + header.name, header.value.text());
  }
  for (const Node::Member& body : part_of(response.value, "ResponseTemplates").members()) {
    if (body.value.is_scalar()) config.templates.emplace(body.name, body.value.text());
  }
  const auto compiled = gateway::GatewayResponses::compile({config});
  if (compiled) return;
  std::string_view message = compiled.error().message;
  const std::string prefix = "Gateway response " + response.name + ": ";  // the path says so already
  if (message.starts_with(prefix)) message.remove_prefix(prefix.size());
  findings.add(response.name_at, path + "." + response.name, std::string(message));
}

}  // namespace

void check_responses(const templates::Resource& api, const Node& properties, Findings& findings) {
  const std::string path = "Resources." + api.logical_id + ".Properties";
  const Node& routes = part_of(properties, "Gatehouse");
  for (const Node& method : part_of(routes, "Methods").items())
    check_preflight(part_of(method, "Cors"), path + ".Cors", findings);
  for (const Node::Member& response : part_of(routes, "GatewayResponses").members())
    check_gateway_response(response, path + ".GatewayResponses", findings);
}

}  // namespace gatehouse::plan
