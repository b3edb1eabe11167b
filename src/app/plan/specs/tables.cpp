#include "app/plan/resource_spec.hpp"

namespace gatehouse::plan {
namespace {

using templates::ObjectSpec;
using templates::refused;
using templates::Shape;

const ObjectSpec kDefinition{{
    {.name = "AttributeName", .min = 1, .max = 255, .is_required = true},
    {.name = "AttributeType", .allowed = {"S", "N", "B"}, .is_required = true},
}};
const ObjectSpec kKeyElement{{
    {.name = "AttributeName", .min = 1, .max = 255, .is_required = true},
    {.name = "KeyType", .allowed = {"HASH", "RANGE"}, .is_required = true},
}};
const ObjectSpec kThroughput{{
    {.name = "ReadCapacityUnits", .shape = Shape::kInteger, .min = 1, .is_required = true},
    {.name = "WriteCapacityUnits", .shape = Shape::kInteger, .min = 1, .is_required = true},
}};

}  // namespace

std::vector<ResourceSpec> table_specs() {
  return {{
      .type = "AWS::DynamoDB::Table",
      .properties = {{
          {.name = "TableName", .min = 3, .max = 255},
          {.name = "AttributeDefinitions", .shape = Shape::kObjects, .object = &kDefinition, .is_required = true},
          {.name = "KeySchema", .shape = Shape::kObjects, .object = &kKeyElement, .is_required = true},
          {.name = "BillingMode", .allowed = {"PAY_PER_REQUEST", "PROVISIONED"}},
          {.name = "ProvisionedThroughput", .shape = Shape::kObject, .object = &kThroughput},
          {.name = "DeletionProtectionEnabled", .shape = Shape::kBoolean},
          {.name = "TableClass", .allowed = {"STANDARD", "STANDARD_INFREQUENT_ACCESS"}},
          {.name = "Tags", .shape = Shape::kAny},
          refused("GlobalSecondaryIndexes", "secondary indexes are not there yet"),
          refused("LocalSecondaryIndexes", "secondary indexes are not there yet"),
          refused("StreamSpecification", "streams are not there yet"),
          refused("TimeToLiveSpecification", "items do not expire yet"),
          refused("PointInTimeRecoverySpecification", "there are no backups yet"),
          refused("SSESpecification", "there is no KMS here; encrypt the disk"),
          refused("ContributorInsightsSpecification", "there is no such report here"),
          refused("KinesisStreamSpecification", "there is no Kinesis here"),
          refused("ImportSourceSpecification", "data is not imported at start"),
          refused("ResourcePolicy", "only the policies of the caller's role are evaluated"),
          refused("OnDemandThroughput", "tables billed per request are not limited here"),
          refused("WarmThroughput", "there is nothing to warm"),
      }},
      .attributes = {"Arn"},
  }};
}

}  // namespace gatehouse::plan
