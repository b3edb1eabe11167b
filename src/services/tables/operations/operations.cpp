#include "services/tables/operations/operations.hpp"

#include "services/tables/input.hpp"
#include "services/tables/operations/resources.hpp"

namespace gatehouse::tables {
namespace {

using Run = Task<Answer> (*)(Request&);
using Resources = std::vector<std::string> (*)(const Tables&, const json::object&);

struct Entry {
  std::string_view name;
  Run run;
  Resources resources;  // none: the operation asks for each of its members, which have actions of their own
};

// Every operation of DynamoDB that this process has. Others are refused by the protocol layer
// (UnknownOperationException).
constexpr Entry kOperations[] = {
    {"CreateTable", create_table, named_table},
    {"DescribeTable", describe_table, named_table},
    {"ListTables", list_tables, every_table},
    {"UpdateTable", update_table, named_table},
    {"DeleteTable", delete_table, named_table},

    {"GetItem", get_item, named_table},
    {"PutItem", put_item, named_table},
    {"UpdateItem", update_item, named_table},
    {"DeleteItem", delete_item, named_table},
    {"Query", query, named_table},
    {"Scan", scan, named_table},

    {"BatchGetItem", batch_get_item, batch_tables},
    {"BatchWriteItem", batch_write_item, batch_tables},
    {"TransactGetItems", transact_get_items, nullptr},
    {"TransactWriteItems", transact_write_items, nullptr},

    {"DescribeLimits", describe_limits, every_table},
    {"DescribeEndpoints", describe_endpoints, every_table},
    {"DescribeTimeToLive", describe_time_to_live, named_table},
    {"DescribeContinuousBackups", describe_continuous_backups, named_table},
    {"TagResource", tag_resource, named_resource},
    {"UntagResource", untag_resource, named_resource},
    {"ListTagsOfResource", list_tags_of_resource, named_resource},
};

// "GetItem products"
std::string span_name(std::string_view operation, const json::object& input) {
  std::string name(operation);
  if (const auto table = string_member(input, "TableName")) name.append(" ").append(table_name_of(*table));
  return name;
}

std::string cure_of(const Error& error) {
  if (error.code == "ConditionalCheckFailedException") return "Read the item and decide again: its state is another.";
  if (error.code == "ResourceNotFoundException") return "Create the table, or correct its name or region.";
  if (error.code == "ValidationException" || error.code == "SerializationException") return "Correct the request.";
  if (error.code == "ThrottlingException") return "Send fewer writes at a time, or try again a little later.";
  return {};
}

Task<Answer> traced(Tables& tables, const Entry& entry, const aws::Call& call) {
  Span span(call.journey, "table", call.journey ? span_name(entry.name, call.input) : std::string());
  Request request{tables, call.input, call.caller, span};
  Answer answer = co_await entry.run(request);
  if (!answer) span.explain(answer.error().code + ": " + answer.error().message, cure_of(answer.error()));
  co_return answer;
}

}  // namespace

std::vector<aws::Operation> operations(Tables& tables) {
  std::vector<aws::Operation> all;
  for (const Entry& entry : kOperations) {
    aws::Operation operation;
    operation.name = entry.name;
    operation.run = [&tables, &entry](const aws::Call& call) { return traced(tables, entry, call); };
    operation.authorizes_itself = entry.resources == nullptr;
    if (entry.resources != nullptr) {
      operation.resources = [&tables, &entry](const json::object& input) { return entry.resources(tables, input); };
    }
    all.push_back(std::move(operation));
  }
  return all;
}

aws::JsonServiceConfig service_config(std::string_view region) {
  return {.signing_name = "dynamodb",
          .action_prefix = "dynamodb",
          .target_prefix = "DynamoDB_20120810",
          .json_version = "1.0",
          .sends_crc32 = true,
          .uses_long_request_ids = true,
          .error_namespace = "com.amazonaws.dynamodb.v20120810#",
          .region = std::string(region)};
}

}  // namespace gatehouse::tables
