#include "app/cloudformation/descriptions.hpp"

#include "base/time_format.hpp"

namespace gatehouse::app {
namespace {

std::string time_text(std::int64_t ms) { return format_iso8601(Timestamp{std::chrono::milliseconds{ms}}); }

void write_optional(aws::XmlWriter& xml, std::string_view name, std::string_view text) {
  if (!text.empty()) xml.element(name, text);
}

void write_times(aws::XmlWriter& xml, const StackDescription& stack) {
  xml.element("CreationTime", time_text(stack.created_ms));
  if (stack.updated_ms != 0) xml.element("LastUpdatedTime", time_text(stack.updated_ms));
}

// A resource keeps the time of its last change; one that has none is as old as its stack.
std::string changed_at(const StackDescription& stack, const StackResource& resource) {
  return time_text(resource.updated_ms != 0 ? resource.updated_ms : stack.created_ms);
}

void write_identity(aws::XmlWriter& xml, const StackDescription& stack) {
  xml.element("StackName", stack.name).element("StackId", stack.id);
}

void write_resource_members(aws::XmlWriter& xml, const StackDescription& stack, const StackResource& resource,
                            std::string_view time_name) {
  xml.element("LogicalResourceId", resource.logical_id);
  write_optional(xml, "PhysicalResourceId", resource.physical_id);
  xml.element("ResourceType", resource.type);
  xml.element(time_name, changed_at(stack, resource));
  xml.element("ResourceStatus", resource.status);
  xml.open("DriftInformation").element("StackResourceDriftStatus", "NOT_CHECKED").close();
}

void write_parameters(aws::XmlWriter& xml, const StackDescription& stack) {
  xml.open("Parameters");
  for (const auto& [key, value] : stack.parameters) {
    xml.open("member").element("ParameterKey", key).element("ParameterValue", value).close();
  }
  xml.close();
}

void write_outputs(aws::XmlWriter& xml, const StackDescription& stack) {
  xml.open("Outputs");
  for (const StackOutput& output : stack.outputs) {
    xml.open("member").element("OutputKey", output.key).element("OutputValue", output.value);
    write_optional(xml, "Description", output.description);
    write_optional(xml, "ExportName", output.export_name);
    xml.close();
  }
  xml.close();
}

}  // namespace

void write_stack(aws::XmlWriter& xml, const StackDescription& stack) {
  xml.element("StackId", stack.id).element("StackName", stack.name);
  write_optional(xml, "Description", stack.description);
  write_parameters(xml, stack);
  write_times(xml, stack);
  xml.open("RollbackConfiguration").close();
  xml.element("StackStatus", stack.status).element("DisableRollback", "false");
  xml.open("NotificationARNs").close().open("Capabilities").close();
  write_outputs(xml, stack);
  xml.open("Tags").close().element("EnableTerminationProtection", "false");
  xml.open("DriftInformation").element("StackDriftStatus", "NOT_CHECKED").close();
}

void write_stack_summary(aws::XmlWriter& xml, const StackDescription& stack) {
  xml.element("StackId", stack.id).element("StackName", stack.name);
  write_optional(xml, "TemplateDescription", stack.description);
  write_times(xml, stack);
  xml.element("StackStatus", stack.status);
  xml.open("DriftInformation").element("StackDriftStatus", "NOT_CHECKED").close();
}

void write_exports(aws::XmlWriter& xml, const StackDescription& stack) {
  for (const StackOutput& output : stack.outputs) {
    if (output.export_name.empty()) continue;
    xml.open("member").element("ExportingStackId", stack.id);
    xml.element("Name", output.export_name).element("Value", output.value).close();
  }
}

void write_resource(aws::XmlWriter& xml, const StackDescription& stack, const StackResource& resource) {
  write_identity(xml, stack);
  write_resource_members(xml, stack, resource, "Timestamp");
}

void write_resource_detail(aws::XmlWriter& xml, const StackDescription& stack, const StackResource& resource) {
  write_identity(xml, stack);
  write_resource_members(xml, stack, resource, "LastUpdatedTimestamp");
}

void write_resource_summary(aws::XmlWriter& xml, const StackDescription& stack, const StackResource& resource) {
  write_resource_members(xml, stack, resource, "LastUpdatedTimestamp");
}

}  // namespace gatehouse::app
