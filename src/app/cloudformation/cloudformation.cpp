#include "app/cloudformation/cloudformation.hpp"

#include <algorithm>

#include "app/cloudformation/descriptions.hpp"
#include "app/cloudformation/refused_actions.hpp"
#include "protocol/aws/echo.hpp"

namespace gatehouse::app {
namespace {

using Kind = Error::Kind;
using Stack = std::shared_ptr<const StackDescription>;
using Answer = Result<std::string> (*)(const Stack&, const http::Parameters&);

// Empty when it is not given: no member of these calls may be an empty string.
std::string_view parameter(const http::Parameters& input, std::string_view name) {
  const std::string* found = http::find_parameter(input, name);
  return found == nullptr ? std::string_view() : std::string_view(*found);
}

std::unexpected<Error> invalid(std::string message) {
  return fail(Kind::kInvalid, "ValidationError", std::move(message));
}

bool is_named(const StackDescription& stack, std::string_view name) { return stack.name == name || stack.id == name; }

Result<Stack> named_stack(const Stack& stack, const http::Parameters& input) {
  const std::string_view name = parameter(input, "StackName");
  if (name.empty()) {
    return invalid(
        "1 validation error detected: Value null at 'stackName' failed to satisfy constraint: Member must "
        "not be null");
  }
  if (!stack || !is_named(*stack, name)) {
    return invalid(fmt::format("Stack with id {} does not exist", aws::echo(name)));
  }
  return stack;
}

std::unexpected<Error> no_such_resource(std::string_view logical_id, const StackDescription& stack) {
  return invalid(fmt::format("Resource {} does not exist for stack {}", aws::echo(logical_id), stack.name));
}

const StackResource* find_resource(const StackDescription& stack, std::string_view logical_id) {
  const auto found = std::ranges::find(stack.resources, logical_id, &StackResource::logical_id);
  return found == stack.resources.end() ? nullptr : &*found;
}

Result<std::string> describe_stacks(const Stack& stack, const http::Parameters& input) {
  if (!parameter(input, "StackName").empty()) {
    if (const Result<Stack> named = named_stack(stack, input); !named) return std::unexpected(named.error());
  }
  aws::XmlWriter xml;
  xml.open("Stacks");
  if (stack) {
    xml.open("member");
    write_stack(xml, *stack);
    xml.close();
  }
  return xml.close().take();
}

bool passes_status_filter(std::string_view status, const http::Parameters& input) {
  bool is_filtered = false;
  for (const auto& [name, value] : input) {
    if (!name.starts_with("StackStatusFilter.member.")) continue;
    if (value == status) return true;
    is_filtered = true;
  }
  return !is_filtered;
}

Result<std::string> list_stacks(const Stack& stack, const http::Parameters& input) {
  aws::XmlWriter xml;
  xml.open("StackSummaries");
  if (stack && passes_status_filter(stack->status, input)) {
    xml.open("member");
    write_stack_summary(xml, *stack);
    xml.close();
  }
  return xml.close().take();
}

Result<std::string> list_stack_resources(const Stack& stack, const http::Parameters& input) {
  const Result<Stack> named = named_stack(stack, input);
  if (!named) return std::unexpected(named.error());
  aws::XmlWriter xml;
  xml.open("StackResourceSummaries");
  for (const StackResource& resource : stack->resources) {
    xml.open("member");
    write_resource_summary(xml, *stack, resource);
    xml.close();
  }
  return xml.close().take();
}

Result<std::string> describe_stack_resource(const Stack& stack, const http::Parameters& input) {
  const Result<Stack> named = named_stack(stack, input);
  if (!named) return std::unexpected(named.error());
  const std::string_view logical_id = parameter(input, "LogicalResourceId");
  const StackResource* resource = find_resource(*stack, logical_id);
  if (resource == nullptr) return no_such_resource(logical_id, *stack);
  aws::XmlWriter xml;
  xml.open("StackResourceDetail");
  write_resource_detail(xml, *stack, *resource);
  return xml.close().take();
}

// The stack is named by its own name or by the physical id of one of its resources, never by both (API reference,
// DescribeStackResources). A physical id finds the whole stack.
Result<void> check_resources_input(const Stack& stack, const http::Parameters& input) {
  const std::string_view physical_id = parameter(input, "PhysicalResourceId");
  const bool has_name = !parameter(input, "StackName").empty();
  if (has_name == !physical_id.empty()) return invalid("Give either StackName or PhysicalResourceId");
  if (has_name) {
    if (const Result<Stack> named = named_stack(stack, input); !named) return std::unexpected(named.error());
  } else if (!stack ||
             std::ranges::find(stack->resources, physical_id, &StackResource::physical_id) == stack->resources.end()) {
    return invalid(fmt::format("Stack for {} does not exist", aws::echo(physical_id)));
  }
  const std::string_view logical_id = parameter(input, "LogicalResourceId");
  if (!logical_id.empty() && find_resource(*stack, logical_id) == nullptr) return no_such_resource(logical_id, *stack);
  return {};
}

Result<std::string> describe_stack_resources(const Stack& stack, const http::Parameters& input) {
  if (const Result<void> valid = check_resources_input(stack, input); !valid) return std::unexpected(valid.error());
  const std::string_view logical_id = parameter(input, "LogicalResourceId");
  aws::XmlWriter xml;
  xml.open("StackResources");
  for (const StackResource& resource : stack->resources) {
    if (!logical_id.empty() && resource.logical_id != logical_id) continue;
    xml.open("member");
    write_resource(xml, *stack, resource);
    xml.close();
  }
  return xml.close().take();
}

Result<std::string> list_exports(const Stack& stack, const http::Parameters&) {
  aws::XmlWriter xml;
  xml.open("Exports");
  if (stack) write_exports(xml, *stack);
  return xml.close().take();
}

struct Entry {
  std::string_view name;
  Answer answer;
};

constexpr Entry kActions[] = {
    {"DescribeStackResource", describe_stack_resource},
    {"DescribeStackResources", describe_stack_resources},
    {"DescribeStacks", describe_stacks},
    {"ListExports", list_exports},
    {"ListStackResources", list_stack_resources},
    {"ListStacks", list_stacks},
};

// A policy may allow one stack only. Calls that name no stack of ours are asked on "*": they are about all of them, or
// would tell which exist.
std::vector<std::string> resources_of(const Stack& stack, const http::Parameters& input) {
  if (stack && is_named(*stack, parameter(input, "StackName"))) return {stack->id};
  return {};
}

Task<Result<std::string>> refuse(const aws::QueryCall& call) {
  co_return fail(
      Kind::kInvalid, "InvalidAction",
      fmt::format("{} is not available here: the stack is changed by starting `gatehouse run` with a changed "
                  "template",
                  call.action));
}

}  // namespace

void CloudFormation::publish(std::shared_ptr<const StackDescription> stack) {
  const std::scoped_lock lock(mutex_);
  stack_ = std::move(stack);
}

std::shared_ptr<const StackDescription> CloudFormation::current() const {
  const std::scoped_lock lock(mutex_);
  return stack_;
}

std::vector<aws::QueryOperation> CloudFormation::operations() {
  std::vector<aws::QueryOperation> all;
  for (const Entry& entry : kActions) {
    aws::QueryOperation operation;
    operation.name = entry.name;
    operation.run = [this, answer = entry.answer](const aws::QueryCall& call) -> Task<Result<std::string>> {
      co_return answer(current(), call.input);
    };
    operation.resources = [this](const http::Parameters& input) { return resources_of(current(), input); };
    all.push_back(std::move(operation));
  }
  for (const std::string_view name : kRefusedActions) {
    aws::QueryOperation operation;
    operation.name = name;
    operation.run = refuse;
    operation.needs_permission = false;  // it tells and does nothing
    all.push_back(std::move(operation));
  }
  return all;
}

aws::QueryServiceConfig CloudFormation::config(std::string region) {
  return {.signing_name = "cloudformation",
          .action_prefix = "cloudformation",
          .api_version = "2010-05-15",
          .xml_namespace = "http://cloudformation.amazonaws.com/doc/2010-05-15/",
          .region = std::move(region)};
}

}  // namespace gatehouse::app
