#include "protocol/template/sam/transform.hpp"

#include <array>
#include <map>
#include <memory>
#include <set>

#include "protocol/template/engine.hpp"
#include "protocol/template/sam/api.hpp"
#include "protocol/template/sam/policies.hpp"
#include "protocol/template/sam/specs.hpp"

namespace gatehouse::templates {
namespace {

constexpr std::string_view kImplicitApi = "ServerlessRestApi";
constexpr std::array<std::string_view, 3> kSamTypes = {"AWS::Serverless::Function", "AWS::Serverless::Api",
                                                       "AWS::Serverless::SimpleTable"};

// Globals under the resource's own: maps are merged, lists are put one behind the other, anything else is overridden.
// AWS SAM Developer Guide: globals section.
Node merge(const Node* globals, const Node& own) {
  if (globals == nullptr) return own;
  if (globals->is_intrinsic() || own.is_intrinsic()) return own;
  if (globals->is_map() && own.is_map()) {
    Node out = *globals;
    for (const Node::Member& member : own.members()) {
      const Node* below = out.find(member.name);
      Node value = merge(below, member.value);
      if (below != nullptr) {
        out.set(member.name, std::move(value));
      } else {
        out.members().push_back({member.name, member.name_at, std::move(value)});
      }
    }
    return out;
  }
  if (globals->is_list() && own.is_list()) {
    Node out = *globals;
    for (const Node& item : own.items()) out.push(item);
    return out;
  }
  return own;
}

class Transform {
 public:
  Transform(SamTarget target, const Node* globals, Findings& findings)
      : resources_(target.resources),
        outputs_(target.outputs),
        absent_(target.absent),
        globals_(globals),
        findings_(findings) {}

  void run() {
    check_globals();
    for (const Resource& resource : resources_) {
      if (resource.type == kSamTypes[1]) add_api(resource);
    }
    for (const Resource& resource : resources_) {
      if (resource.type == kSamTypes[0])
        add_function(resource);
      else if (resource.type == kSamTypes[2])
        add_table(resource);
      else if (resource.type.starts_with("AWS::Serverless::") && resource.type != kSamTypes[1]) {
        findings_.add_unknown(resource.type_at, "Resources." + resource.logical_id + ".Type",
                              fmt::format("{} is not supported", resource.type), resource.type, kSamTypes);
      }
    }
    if (implicit_ != nullptr && !implicit_->has_routes()) absent_.insert(std::string(kImplicitApi));
    for (const auto& api : apis_) {
      for (Resource& made : api->resources()) made_.push_back(std::move(made));
    }
    std::vector<Resource> out;
    for (Resource& resource : resources_) {
      if (!resource.type.starts_with("AWS::Serverless::")) out.push_back(std::move(resource));
    }
    for (Resource& made : made_) out.push_back(std::move(made));
    resources_ = std::move(out);
    for (Resource& resource : resources_) {
      rename(resource.properties);
      rename(resource.metadata);
    }
    rename(outputs_);
  }

 private:
  const Node* global(std::string_view section) const { return globals_ == nullptr ? nullptr : globals_->find(section); }

  void check_globals() {
    if (globals_ == nullptr) return;
    constexpr std::array<std::string_view, 3> kSections = {"Function", "Api", "SimpleTable"};
    for (const Node::Member& member : globals_->members()) {
      const std::string path = "Globals." + member.name;
      if (std::ranges::find(kSections, member.name) == kSections.end()) {
        findings_.add_unknown(member.name_at, path, "unknown or unsupported", member.name, kSections);
        continue;
      }
      const std::span<const std::string_view> names = sam_global_names(member.name);
      for (const Node::Member& property : member.value.members()) {
        if (std::ranges::find(names, property.name) == names.end())
          findings_.add_unknown(property.name_at, path + "." + property.name, "cannot stand in Globals", property.name,
                                names);
      }
    }
  }

  void add_api(const Resource& resource) {
    apis_.push_back(std::make_unique<SamApi>(resource, merge(global("Api"), resource.properties), findings_));
  }

  // The API that an event belongs to; null when its RestApiId names none.
  SamApi* api_of(const Node& event, const std::string& path) {
    const Node* id = event.find("RestApiId");
    if (id == nullptr) return implicit_api(event.at());
    const std::string name =
        id->is_intrinsic() && id->intrinsic_name() == "Ref" ? id->intrinsic_argument().text() : id->text();
    std::vector<std::string_view> known;
    for (const auto& api : apis_) {
      if (api->logical_id() == name) return api.get();
      known.push_back(api->logical_id());
    }
    findings_.add_unknown(id->at(), path + ".RestApiId", fmt::format("there is no AWS::Serverless::Api {}", name), name,
                          known);
    return nullptr;
  }

  SamApi* implicit_api(const Position& at) {
    if (implicit_ == nullptr) {
      implicit_resource_.logical_id = kImplicitApi;
      implicit_resource_.type = kSamTypes[1];
      Node properties = Node::map(at);
      properties.set("StageName", Node::string("Prod", at));
      implicit_resource_.at = at;
      implicit_resource_.type_at = at;
      apis_.push_back(std::make_unique<SamApi>(implicit_resource_, merge(global("Api"), properties), findings_));
      implicit_ = apis_.back().get();
    }
    return implicit_;
  }

  void add_function(const Resource& resource) {
    const std::string path = "Resources." + resource.logical_id + ".Properties";
    const Node properties = merge(global("Function"), resource.properties);
    check_object(properties, sam_function_spec(), path, findings_);

    Node function = Node::map(resource.at);
    for (const std::string_view name : {"FunctionName", "Handler", "Runtime", "MemorySize", "Timeout", "Environment",
                                        "ReservedConcurrentExecutions", "Role"}) {
      if (const Node* value = properties.find(name)) function.set(std::string(name), *value);
    }
    const Node* code = properties.find("CodeUri");
    function.set("Code", code != nullptr ? *code : Node::unknown("CodeUri", resource.at));
    for (const std::string_view name : {"Handler", "Runtime"}) {
      // That it is missing has been told.
      if (properties.find(name) == nullptr) function.set(std::string(name), Node::unknown("", resource.at));
    }
    if (properties.find("Role") == nullptr) {
      const std::string role = resource.logical_id + "Role";
      made_.push_back(
          make(resource, role, "AWS::IAM::Role",
               role_properties(role, properties.find("Policies"), resource.at, path + ".Policies", findings_)));
      Node arn = Node::map(resource.at);
      arn.set("Fn::GetAtt", Node::string(role + ".Arn", resource.at));
      function.set("Role", std::move(arn));
    } else if (const Node* policies = properties.find("Policies")) {
      findings_.add(policies->at(), path + ".Policies", "has no effect beside Role",
                    "write the policies into the role");
    }
    Resource made = make(resource, resource.logical_id, "AWS::Lambda::Function", std::move(function));
    made.metadata = resource.metadata;
    made_.push_back(std::move(made));
    if (const Node* events = properties.find("Events")) add_events(resource, *events, path);
  }

  void add_events(const Resource& resource, const Node& events, const std::string& path) {
    for (const Node::Member& event : events.members()) {
      const std::string inside = path + ".Events." + event.name + ".Properties";
      const Node* properties = event.value.find("Properties");
      const Node* type = event.value.find("Type");
      if (properties == nullptr || !properties->is_map() || type == nullptr || type->text() != "Api")
        continue;  // the spec has told
      SamApi* api = api_of(*properties, inside);
      if (api == nullptr) continue;
      const std::optional<SamRoute> route = api->check_route(*properties, inside);
      if (!route) continue;
      if (!absent_.contains(resource.logical_id)) api->add_route(resource.logical_id, *route, *properties, inside);
      made_.push_back(make(resource, resource.logical_id + event.name + "Permission" + api->permission_suffix(),
                           "AWS::Lambda::Permission", permission(resource.logical_id, *api, *route, event.name_at)));
    }
  }

  static Node permission(const std::string& function, const SamApi& api, const SamRoute& route, const Position& at) {
    Node out = Node::map(at);
    out.set("Action", Node::string("lambda:InvokeFunction", at));
    Node name = Node::map(at);
    name.set("Ref", Node::string(function, at));
    out.set("FunctionName", std::move(name));
    out.set("Principal", Node::string("apigateway.amazonaws.com", at));
    Node source = Node::map(at);
    source.set("Fn::Sub", Node::string("arn:aws:execute-api:${AWS::Region}:${AWS::AccountId}:${" + api.logical_id() +
                                           "}/*/" + route.permitted(),
                                       at));
    out.set("SourceArn", std::move(source));
    return out;
  }

  void add_table(const Resource& resource) {
    const Node properties = merge(global("SimpleTable"), resource.properties);
    check_object(properties, sam_simple_table_spec(), "Resources." + resource.logical_id + ".Properties", findings_);
    const Position& at = resource.at;
    const Node* primary = properties.find("PrimaryKey");
    const Node* name = primary != nullptr ? primary->find("Name") : nullptr;
    const Node* type = primary != nullptr ? primary->find("Type") : nullptr;
    const Node key_name = name != nullptr ? *name : Node::string("id", at);
    const std::string key_type = type == nullptr || type->text() == "String" ? "S"
                                 : type->text() == "Number"                  ? "N"
                                                                             : "B";

    Node definition = Node::map(at);
    definition.set("AttributeName", key_name);
    definition.set("AttributeType", Node::string(key_type, at));
    Node definitions = Node::list(at);
    definitions.push(std::move(definition));
    Node element = Node::map(at);
    element.set("AttributeName", key_name);
    element.set("KeyType", Node::string("HASH", at));
    Node schema = Node::list(at);
    schema.push(std::move(element));
    Node table = Node::map(at);
    table.set("AttributeDefinitions", std::move(definitions));
    table.set("KeySchema", std::move(schema));
    for (const std::string_view copied : {"TableName", "ProvisionedThroughput"}) {
      if (const Node* value = properties.find(copied)) table.set(std::string(copied), *value);
    }
    if (properties.find("ProvisionedThroughput") == nullptr)
      table.set("BillingMode", Node::string("PAY_PER_REQUEST", at));
    Resource made = make(resource, resource.logical_id, "AWS::DynamoDB::Table", std::move(table));
    made.deletion_policy = resource.deletion_policy;
    made.has_deletion_policy = resource.has_deletion_policy;
    made.replace_policy = resource.replace_policy;
    made.metadata = resource.metadata;
    made_.push_back(std::move(made));
  }

  static Resource make(const Resource& from, std::string logical_id, std::string type, Node properties) {
    Resource out{.logical_id = std::move(logical_id), .type = std::move(type), .at = from.at, .type_at = from.type_at};
    out.properties = std::move(properties);
    out.depends_on = from.depends_on;
    out.origin = from.logical_id;
    return out;
  }

  // SAM's references to what it generates: "Api.Stage" and "Api.Deployment".
  std::string renamed(const std::string& name) const {
    for (const auto& api : apis_) {
      if (name == api->logical_id() + ".Stage") return api->stage_id();
      if (name == api->logical_id() + ".Deployment") return api->deployment_id();
    }
    return name;
  }

  // In Ref and in the ${} of Fn::Sub.
  void rename(Node& node) {
    if (node.is_intrinsic()) {
      Node& argument = node.members().front().value;
      if (node.intrinsic_name() == "Ref" && argument.is_string())
        argument = Node::string(renamed(argument.text()), argument.at());
      if (node.intrinsic_name() == "Fn::Sub") {
        Node& text = argument.is_list() && !argument.items().empty() ? argument.items()[0] : argument;
        if (text.is_string()) text = Node::string(renamed_inside(text.text()), text.at());
      }
    }
    for (Node& item : node.items()) rename(item);
    for (Node::Member& member : node.members()) rename(member.value);
  }

  std::string renamed_inside(const std::string& text) const {
    const Result<std::vector<SubPart>> parts = split_sub(text);
    if (!parts) return text;  // told with the references
    std::string out;
    for (const SubPart& part : *parts) {
      if (part.is_reference) {
        out += "${" + renamed(part.text) + "}";
        continue;
      }
      // What split_sub() read as ${!Name} has to be written so again.
      std::string literal = part.text;
      for (std::size_t at = literal.find("${"); at != std::string::npos; at = literal.find("${", at + 3))
        literal.insert(at + 2, "!");
      out += literal;
    }
    return out;
  }

  std::vector<Resource>& resources_;
  Node& outputs_;
  std::set<std::string>& absent_;
  const Node* globals_;
  Findings& findings_;
  std::vector<std::unique_ptr<SamApi>> apis_;
  SamApi* implicit_ = nullptr;
  Resource implicit_resource_;
  std::vector<Resource> made_;
};

}  // namespace

void transform_sam(SamTarget target, const Node* globals, Findings& findings) {
  Transform(target, globals, findings).run();
}

}  // namespace gatehouse::templates
