#include <gtest/gtest.h>

#include "base/text.hpp"
#include "services/tables/testing/table_service.hpp"

namespace gatehouse::tables {
namespace {

using TableOperations = testing::TableService;

constexpr std::string_view kNotes =
    R"({"TableName":"notes","BillingMode":"PAY_PER_REQUEST","DeletionProtectionEnabled":false,
        "AttributeDefinitions":[{"AttributeName":"id","AttributeType":"S"}],
        "KeySchema":[{"AttributeName":"id","KeyType":"HASH"}],"Tags":[{"Key":"team","Value":"a"}]})";

TableConfig notes_config() {
  TableConfig config;
  config.name = "notes";
  config.attributes = {{"id", "S"}};
  config.key_schema = {{"id", "HASH"}};
  config.billing_mode = BillingMode::kPayPerRequest;
  return config;
}

TEST_F(TableOperations, ATableIsCreatedDescribedListedAndDeleted) {
  const json::object created = call("CreateTable", kNotes);
  const json::object& description = created.at("TableDescription").as_object();
  EXPECT_EQ(description.at("TableStatus"), "CREATING");
  EXPECT_EQ(description.at("TableArn"), "arn:aws:dynamodb:us-east-1:000000000000:table/notes");
  EXPECT_EQ(description.at("CreationDateTime"), 1'700'000'000.0);
  EXPECT_EQ(description.at("BillingModeSummary").at("BillingMode"), "PAY_PER_REQUEST");
  EXPECT_EQ(description.at("TableId").as_string().size(), 36U);

  const json::object described = call("DescribeTable", R"({"TableName":"notes"})");
  EXPECT_EQ(described.at("Table").at("TableStatus"), "ACTIVE");
  EXPECT_EQ(described.at("Table").at("TableId"), description.at("TableId"));
  EXPECT_EQ(text("ListTables", "{}"), R"({"TableNames":["notes"]})");

  EXPECT_EQ(call("DeleteTable", R"({"TableName":"notes"})").at("TableDescription").at("TableStatus"), "DELETING");
  EXPECT_EQ(text("ListTables", "{}"), R"({"TableNames":[]})");
  EXPECT_EQ(message("DescribeTable", R"({"TableName":"notes"})"),
            "Requested resource not found: Table: notes not found");
  EXPECT_EQ(code("DeleteTable", R"({"TableName":"notes"})"), "ResourceNotFoundException");
}

TEST_F(TableOperations, ANameIsTakenOnce) {
  ASSERT_EQ(message("CreateTable", kNotes), "ok");
  EXPECT_EQ(code("CreateTable", kNotes), "ResourceInUseException");
  EXPECT_EQ(message("CreateTable", kNotes), "Table already exists: notes");
}

TEST_F(TableOperations, ADeletedTablesDataDoesNotComeBack) {
  make_table("notes");
  ASSERT_EQ(message("PutItem", R"({"TableName":"notes","Item":{"id":{"S":"1"}}})"), "ok");
  ASSERT_EQ(message("DeleteTable", R"({"TableName":"notes"})"), "ok");
  make_table("notes");
  EXPECT_EQ(text("GetItem", R"({"TableName":"notes","Key":{"id":{"S":"1"}}})"), "{}");
}

TEST_F(TableOperations, TablesAndTagsSurviveARestart) {
  ASSERT_EQ(message("CreateTable", kNotes), "ok");
  ASSERT_EQ(message("PutItem", R"({"TableName":"notes","Item":{"id":{"S":"1"}}})"), "ok");
  const json::object before = call("DescribeTable", R"({"TableName":"notes"})");
  restart();
  const json::object after = call("DescribeTable", R"({"TableName":"notes"})");
  EXPECT_EQ(after.at("Table").at("TableId"), before.at("Table").at("TableId"));
  EXPECT_EQ(after.at("Table").at("CreationDateTime"), before.at("Table").at("CreationDateTime"));
  EXPECT_EQ(text("GetItem", R"({"TableName":"notes","Key":{"id":{"S":"1"}}})"), R"({"Item":{"id":{"S":"1"}}})");
  EXPECT_EQ(text("ListTagsOfResource", R"({"ResourceArn":"arn:aws:dynamodb:us-east-1:000000000000:table/notes"})"),
            R"({"Tags":[{"Key":"team","Value":"a"}]})");
}

TEST_F(TableOperations, ListTablesPages) {
  for (const char* name : {"ccc", "aaa", "bbb"}) make_table(name);
  EXPECT_EQ(text("ListTables", R"({"Limit":2})"), R"({"TableNames":["aaa","bbb"],"LastEvaluatedTableName":"bbb"})");
  EXPECT_EQ(text("ListTables", R"({"Limit":2,"ExclusiveStartTableName":"bbb"})"), R"({"TableNames":["ccc"]})");
  EXPECT_EQ(message("ListTables", R"({"Limit":0})"),
            "1 validation error detected: Value '0' at 'limit' failed to satisfy constraint: Member must have value "
            "greater than or equal to 1");
}

TEST_F(TableOperations, CreateTableNamesEveryBrokenRule) {
  EXPECT_EQ(
      message("CreateTable", "{}"),
      "3 validation errors detected: Value null at 'tableName' failed to satisfy constraint: Member must not be "
      "null; Value null at 'attributeDefinitions' failed to satisfy constraint: Member must not be null; Value null "
      "at 'keySchema' failed to satisfy constraint: Member must not be null");
  EXPECT_EQ(
      message("CreateTable",
              R"({"TableName":"a!","AttributeDefinitions":[{"AttributeName":"id","AttributeType":"X"}],
                        "KeySchema":[{"AttributeName":"id","KeyType":"HASH"}],"BillingMode":"FREE"})"),
      "4 validation errors detected: Value 'a!' at 'tableName' failed to satisfy constraint: Member must satisfy "
      "regular expression pattern: [a-zA-Z0-9_.-]+; Value 'a!' at 'tableName' failed to satisfy constraint: Member "
      "must have length greater than or equal to 3; Value 'X' at 'attributeDefinitions.1.member.attributeType' "
      "failed to satisfy constraint: Member must satisfy enum value set: [B, N, S]; Value 'FREE' at 'billingMode' "
      "failed to satisfy constraint: Member must satisfy enum value set: [PROVISIONED, PAY_PER_REQUEST]");
  EXPECT_EQ(code("CreateTable", R"({"TableName":5})"), "SerializationException");
}

struct BadTable {
  std::string_view keys;
  std::string_view attributes;
  std::string_view others;
  std::string_view message;
};
constexpr BadTable kBadTables[] = {
    {R"([{"AttributeName":"id","KeyType":"HASH"}])", R"([{"AttributeName":"id","AttributeType":"S"}])", "",
     "One or more parameter values were invalid: ReadCapacityUnits and WriteCapacityUnits must both be specified when "
     "BillingMode is PROVISIONED"},
    {R"([{"AttributeName":"id","KeyType":"HASH"}])", R"([{"AttributeName":"id","AttributeType":"S"}])",
     R"(,"BillingMode":"PAY_PER_REQUEST","ProvisionedThroughput":{"ReadCapacityUnits":1,"WriteCapacityUnits":1})",
     "One or more parameter values were invalid: Neither ReadCapacityUnits nor WriteCapacityUnits can be specified "
     "when "
     "BillingMode is PAY_PER_REQUEST"},
    {R"([{"AttributeName":"id","KeyType":"HASH"}])", R"([])", R"(,"BillingMode":"PAY_PER_REQUEST")",
     "Invalid KeySchema: Some index key attribute have no definition"},
    {R"([{"AttributeName":"id","KeyType":"HASH"}])", R"([{"AttributeName":"x","AttributeType":"S"}])",
     R"(,"BillingMode":"PAY_PER_REQUEST")",
     "One or more parameter values were invalid: Some index key attributes are not defined in AttributeDefinitions. "
     "Keys: [id], AttributeDefinitions: [x]"},
    {R"([{"AttributeName":"id","KeyType":"HASH"},{"AttributeName":"id","KeyType":"RANGE"}])",
     R"([{"AttributeName":"id","AttributeType":"S"},{"AttributeName":"x","AttributeType":"S"}])",
     R"(,"BillingMode":"PAY_PER_REQUEST")",
     "Both the Hash Key and the Range Key element in the KeySchema have the same name"},
    {R"([{"AttributeName":"id","KeyType":"RANGE"}])", R"([{"AttributeName":"id","AttributeType":"S"}])",
     R"(,"BillingMode":"PAY_PER_REQUEST")", "Invalid KeySchema: The first KeySchemaElement is not a HASH key type"},
    {R"([{"AttributeName":"id","KeyType":"HASH"},{"AttributeName":"x","KeyType":"HASH"}])",
     R"([{"AttributeName":"id","AttributeType":"S"},{"AttributeName":"x","AttributeType":"S"}])",
     R"(,"BillingMode":"PAY_PER_REQUEST")", "Invalid KeySchema: The second KeySchemaElement is not a RANGE key type"},
    {R"([{"AttributeName":"id","KeyType":"HASH"}])",
     R"([{"AttributeName":"id","AttributeType":"S"},{"AttributeName":"x","AttributeType":"S"}])",
     R"(,"BillingMode":"PAY_PER_REQUEST")",
     "One or more parameter values were invalid: Number of attributes in KeySchema does not exactly match number of "
     "attributes defined in AttributeDefinitions"},
    {R"([{"AttributeName":"id","KeyType":"HASH"}])", R"([{"AttributeName":"id","AttributeType":"S"}])",
     R"(,"BillingMode":"PAY_PER_REQUEST","GlobalSecondaryIndexes":[])",
     "Gatehouse does not support this parameter of the request yet: GlobalSecondaryIndexes"},
    {R"([{"AttributeName":"id","KeyType":"HASH"}])", R"([{"AttributeName":"id","AttributeType":"S"}])",
     R"(,"BillingMode":"PAY_PER_REQUEST","SSESpecification":{"Enabled":true},"StreamSpecification":{}})",
     "Gatehouse does not support this parameter of the request yet: StreamSpecification, SSESpecification"},
};

TEST_F(TableOperations, CreateTableRefusesWithAwsText) {
  for (const BadTable& bad : kBadTables) {
    std::string input = R"({"TableName":"notes","KeySchema":)" + std::string(bad.keys) + R"(,"AttributeDefinitions":)" +
                        std::string(bad.attributes) + std::string(bad.others);
    if (!input.ends_with("}}")) input += "}";
    EXPECT_EQ(message("CreateTable", input), bad.message);
  }
}

TEST_F(TableOperations, FeaturesThatAreSwitchedOffMayBeNamed) {
  EXPECT_EQ(message("CreateTable",
                    R"({"TableName":"notes","BillingMode":"PAY_PER_REQUEST",
                        "AttributeDefinitions":[{"AttributeName":"id","AttributeType":"S"}],
                        "KeySchema":[{"AttributeName":"id","KeyType":"HASH"}],
                        "StreamSpecification":{"StreamEnabled":false},"SSESpecification":{"Enabled":false}})"),
            "ok");
}

TEST_F(TableOperations, UpdateTableChangesBillingAndProtection) {
  make_table("notes");
  EXPECT_EQ(message("UpdateTable", R"({"TableName":"notes"})"),
            "At least one of ProvisionedThroughput, BillingMode, UpdateStreamEnabled, GlobalSecondaryIndexUpdates or "
            "SSESpecification or ReplicaUpdates is required");
  ASSERT_EQ(message("UpdateTable", R"({"TableName":"notes","DeletionProtectionEnabled":true})"), "ok");
  EXPECT_EQ(
      message("DeleteTable", R"({"TableName":"notes"})"),
      "Resource cannot be deleted as it is currently protected against deletion. Disable deletion protection first.");
  ASSERT_EQ(
      message("UpdateTable", R"({"TableName":"notes","DeletionProtectionEnabled":false,"BillingMode":"PROVISIONED",
      "ProvisionedThroughput":{"ReadCapacityUnits":3,"WriteCapacityUnits":4}})"),
      "ok");
  const json::object described = call("DescribeTable", R"({"TableName":"notes"})");
  EXPECT_EQ(described.at("Table").at("ProvisionedThroughput").at("WriteCapacityUnits"), 4);
  EXPECT_TRUE(message("UpdateTable", R"({"TableName":"notes",
      "ProvisionedThroughput":{"ReadCapacityUnits":3,"WriteCapacityUnits":4}})")
                  .starts_with("The provisioned throughput for the table will not change."));
  EXPECT_EQ(message("DeleteTable", R"({"TableName":"notes"})"), "ok");
}

TEST_F(TableOperations, TagsAreAddedAndTakenAway) {
  make_table("notes");
  const std::string arn = R"("ResourceArn":"arn:aws:dynamodb:us-east-1:000000000000:table/notes")";
  EXPECT_EQ(message("TagResource", "{" + arn + R"(,"Tags":[{"Key":"a","Value":"1"},{"Key":"b","Value":"2"}]})"), "ok");
  EXPECT_EQ(message("UntagResource", "{" + arn + R"(,"TagKeys":["a"]})"), "ok");
  EXPECT_EQ(text("ListTagsOfResource", "{" + arn + "}"), R"({"Tags":[{"Key":"b","Value":"2"}]})");
  EXPECT_EQ(code("ListTagsOfResource", R"({"ResourceArn":"arn:aws:dynamodb:eu-west-1:000000000000:table/notes"})"),
            "ResourceNotFoundException");
}

TEST_F(TableOperations, TheSmallDescriptionsAnswer) {
  make_table("notes");
  EXPECT_EQ(call("DescribeTimeToLive", R"({"TableName":"notes"})").at("TimeToLiveDescription").at("TimeToLiveStatus"),
            "DISABLED");
  EXPECT_EQ(call("DescribeContinuousBackups", R"({"TableName":"notes"})")
                .at("ContinuousBackupsDescription")
                .at("ContinuousBackupsStatus"),
            "DISABLED");
  EXPECT_EQ(message("DescribeLimits", "{}"), "ok");
  EXPECT_EQ(message("DescribeEndpoints", "{}"), "ok");
  EXPECT_EQ(code("DescribeTimeToLive", R"({"TableName":"nothing"})"), "ResourceNotFoundException");
}

TEST_F(TableOperations, EnsureTableKeepsDataAndRefusesAnotherKeySchema) {
  ASSERT_TRUE(run_task(tables_->ensure_table(notes_config())));
  ASSERT_EQ(message("PutItem", R"({"TableName":"notes","Item":{"id":{"S":"1"}}})"), "ok");
  restart();
  TableConfig config = notes_config();
  config.tags = {{"a", "b"}};
  const Result<TablePtr> again = run_task(tables_->ensure_table(config));
  ASSERT_TRUE(again) << again.error().message;
  EXPECT_EQ((*again)->config.tags.at("a"), "b");
  EXPECT_EQ(text("GetItem", R"({"TableName":"notes","Key":{"id":{"S":"1"}}})"), R"({"Item":{"id":{"S":"1"}}})");

  config.attributes = {{"id", "N"}};
  const Result<TablePtr> other = run_task(tables_->ensure_table(config));
  ASSERT_FALSE(other);
  EXPECT_EQ(other.error().kind, Error::Kind::kConflict);
  EXPECT_EQ(
      other.error().message,
      "Table notes exists with the key schema id (S, HASH), which cannot be changed to id (N, HASH). Give the new "
      "table another name, or delete the old one.");
}

TEST_F(TableOperations, AnArnStandsForTheName) {
  make_table("notes");
  EXPECT_EQ(message("PutItem", R"({"TableName":"arn:aws:dynamodb:us-east-1:000000000000:table/notes",
      "Item":{"id":{"S":"1"}}})"),
            "ok");
  EXPECT_EQ(text("GetItem", R"({"TableName":"notes","Key":{"id":{"S":"1"}}})"), R"({"Item":{"id":{"S":"1"}}})");
  for (const char* foreign :
       {"arn:aws:dynamodb:eu-west-1:000000000000:table/notes", "arn:aws:dynamodb:us-east-1:111111111111:table/notes"}) {
    EXPECT_EQ(code("GetItem", R"({"TableName":")" + std::string(foreign) + R"(","Key":{"id":{"S":"1"}}})"),
              "ResourceNotFoundException");
  }
  EXPECT_EQ(code("GetItem", R"({"TableName":"arn:aws:dynamodb:us-east-1:000000000000:table/notes/index/a",
      "Key":{"id":{"S":"1"}}})"),
            "ValidationException");
  EXPECT_EQ(message("DeleteTable", R"({"TableName":"arn:aws:dynamodb:us-east-1:000000000000:table/notes"})"), "ok");
  EXPECT_EQ(text("ListTables", "{}"), R"({"TableNames":[]})");
}

TEST_F(TableOperations, ResourcesAreTheTablesArns) {
  const auto resources = [&](std::string_view operation, std::string_view input) {
    for (const aws::Operation& known : operations_) {
      if (known.name == operation) return join(known.resources(parse_json(input)->as_object()), " ");
    }
    return std::string("?");
  };
  const std::string arn = "arn:aws:dynamodb:us-east-1:000000000000:table/";
  EXPECT_EQ(resources("GetItem", R"({"TableName":"a"})"), arn + "a");
  EXPECT_EQ(resources("GetItem", R"({"TableName":"arn:aws:dynamodb:eu-west-1:1:table/a"})"),
            "arn:aws:dynamodb:eu-west-1:1:table/a");
  EXPECT_EQ(resources("GetItem", "{}"), arn);
  EXPECT_EQ(resources("ListTables", "{}"), "*");
  EXPECT_EQ(resources("BatchGetItem", R"({"RequestItems":{"a":{},"b":{}}})"), arn + "a " + arn + "b");
}

TEST_F(TableOperations, TransactionsAloneAskThePoliciesThemselves) {
  for (const aws::Operation& known : operations_) {
    const bool is_transaction = known.name.starts_with("Transact");
    EXPECT_EQ(known.authorizes_itself, is_transaction) << known.name;
    EXPECT_EQ(known.resources == nullptr, is_transaction) << known.name;
  }
}

}  // namespace
}  // namespace gatehouse::tables
