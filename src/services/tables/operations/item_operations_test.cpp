#include <gtest/gtest.h>

#include "services/tables/testing/table_service.hpp"

namespace gatehouse::tables {
namespace {

class ItemOperations : public testing::TableService {
 protected:
  void SetUp() override {
    TableService::SetUp();
    make_table("notes");
    make_table("events", true);
  }
  std::string item(std::string_view id) {
    const json::object answer =
        call("GetItem", R"({"TableName":"notes","Key":{"id":{"S":")" + std::string(id) + R"("}}})");
    return answer.contains("Item") ? json::serialize(answer.at("Item")) : "none";
  }
};

TEST_F(ItemOperations, AnItemGoesThereAndBack) {
  EXPECT_EQ(
      text("PutItem", R"({"TableName":"notes","Item":{"id":{"S":"1"},"n":{"N":"1.50"},"m":{"M":{"l":{"L":[]}}}}})"),
      "{}");
  EXPECT_EQ(item("1"), R"({"id":{"S":"1"},"m":{"M":{"l":{"L":[]}}},"n":{"N":"1.5"}})");
  EXPECT_EQ(item("2"), "none");
  EXPECT_EQ(text("GetItem", R"({"TableName":"notes","Key":{"id":{"S":"1"}},"ProjectionExpression":"n, #i",
      "ExpressionAttributeNames":{"#i":"id"}})"),
            R"({"Item":{"id":{"S":"1"},"n":{"N":"1.5"}}})");
  EXPECT_EQ(text("DeleteItem", R"({"TableName":"notes","Key":{"id":{"S":"1"}}})"), "{}");
  EXPECT_EQ(item("1"), "none");
}

struct Refusal {
  std::string_view operation;
  std::string_view input;
  std::string_view message;
};

constexpr std::string_view kNoMatch = "The provided key element does not match the schema";

constexpr Refusal kRefusals[] = {
    {"GetItem", "{}",
     "2 validation errors detected: Value null at 'tableName' failed to satisfy constraint: Member must not be null; "
     "Value null at 'key' failed to satisfy constraint: Member must not be null"},
    {"GetItem", R"({"TableName":"xy","Key":{}})",
     "1 validation error detected: Value 'xy' at 'tableName' failed to satisfy constraint: Member must have length "
     "greater than or equal to 3"},
    {"GetItem", R"({"TableName":"nothing","Key":{"id":{"S":"1"}}})", "Requested resource not found"},
    {"GetItem", R"({"TableName":"notes","Key":{}})", kNoMatch},
    {"GetItem", R"({"TableName":"notes","Key":{"x":{"S":"1"}}})", kNoMatch},
    {"GetItem", R"({"TableName":"notes","Key":{"id":{"N":"1"}}})", kNoMatch},
    {"GetItem", R"({"TableName":"notes","Key":{"id":{"S":"1"},"x":{"S":"1"}}})", kNoMatch},
    {"GetItem", R"({"TableName":"events","Key":{"id":{"S":"1"}}})", kNoMatch},
    {"GetItem", R"({"TableName":"notes","Key":{"id":{"S":""}}})",
     "One or more parameter values are not valid. The AttributeValue for a key attribute cannot contain an empty "
     "string "
     "value. Key: id"},
    {"GetItem", R"({"TableName":"notes","Key":{"id":{"S":"1"}},"AttributesToGet":["a"]})",
     "Gatehouse does not support this parameter of the request yet: AttributesToGet"},
    {"GetItem", R"({"TableName":"notes","Key":{"id":{"S":"1"}},"ExpressionAttributeNames":{"#a":"a"}})",
     "ExpressionAttributeNames can only be specified when using expressions"},
    {"GetItem", R"({"TableName":"notes","Key":{"id":{"S":"1"}},"ProjectionExpression":"id.x"})",
     "Key attributes must be scalars; list random access '[]' and map lookup '.' are not allowed: Key: id"},
    {"GetItem", R"({"TableName":"notes","Key":{"id":{"S":"1"}},"ReturnConsumedCapacity":"SOME"})",
     "1 validation error detected: Value 'SOME' at 'returnConsumedCapacity' failed to satisfy constraint: Member must "
     "satisfy enum value set: [INDEXES, TOTAL, NONE]"},
    {"GetItem", R"({"TableName":"notes","Key":"x"})", "Unexpected field type"},
    {"GetItem", R"({"TableName":"notes","Key":{"id":{"S":"1"}},"ConsistentRead":"yes"})",
     "STRING_VALUE cannot be converted to Boolean"},
    {"PutItem", R"({"TableName":"notes","Item":{"n":{"N":"1"}}})",
     "One or more parameter values were invalid: Missing the key id in the item"},
    {"PutItem", R"({"TableName":"notes","Item":{"id":{"N":"1"}}})",
     "One or more parameter values were invalid: Type mismatch for key id expected: S actual: N"},
    {"PutItem", R"({"TableName":"notes","Item":{"id":{"S":""}}})",
     "One or more parameter values are not valid. The AttributeValue for a key attribute cannot contain an empty "
     "string "
     "value. Key: id"},
    {"PutItem", R"({"TableName":"notes","Item":{"id":{"S":"1"}},"ReturnValues":"ALL_NEW"})",
     "ReturnValues can only be ALL_OLD or NONE"},
    {"PutItem", R"({"TableName":"notes","Item":{"id":{"S":"1"}},"Expected":{}})",
     "Gatehouse does not support this parameter of the request yet: Expected"},
    {"PutItem", R"({"TableName":"notes","Item":{"id":{"S":"1"}},"ExpressionAttributeValues":{":a":{"S":"x"}}})",
     "ExpressionAttributeValues can only be specified when using expressions: ConditionExpression is null"},
    {"PutItem", R"({"TableName":"notes","Item":{"id":{"S":"1"}},"ConditionExpression":"a = :a",
        "ExpressionAttributeValues":{":a":{"S":"x"},":b":{"S":"x"}}})",
     "Value provided in ExpressionAttributeValues unused in expressions: keys: {:b}"},
    {"PutItem", R"({"TableName":"notes","Item":{"id":{"S":"1"}},"ConditionExpression":"id[0] = :a",
        "ExpressionAttributeValues":{":a":{"S":"x"}}})",
     "Key attributes must be scalars; list random access '[]' and map lookup '.' are not allowed: Key: id"},
    {"UpdateItem", R"({"TableName":"notes","Key":{"id":{"S":"1"}},"UpdateExpression":"SET id = :a",
        "ExpressionAttributeValues":{":a":{"S":"x"}}})",
     "One or more parameter values were invalid: Cannot update attribute id. This attribute is part of the key"},
    {"UpdateItem", R"({"TableName":"notes","Key":{"id":{"S":"1"}},"UpdateExpression":"SET a.b = :a",
        "ExpressionAttributeValues":{":a":{"S":"x"}}})",
     "The document path provided in the update expression is invalid for update"},
    {"UpdateItem", R"({"TableName":"notes","Key":{"id":{"S":"1"}},"UpdateExpression":"SET a = b"})",
     "The provided expression refers to an attribute that does not exist in the item"},
    {"UpdateItem", R"({"TableName":"notes","Key":{"id":{"S":"1"}},"AttributeUpdates":{}})",
     "Gatehouse does not support this parameter of the request yet: AttributeUpdates"},
    {"UpdateItem", R"({"TableName":"notes","Key":{"id":{"S":"1"}},"ExpressionAttributeValues":{":a":{"S":"x"}}})",
     "ExpressionAttributeValues can only be specified when using expressions: UpdateExpression and ConditionExpression "
     "are null"},
    {"DeleteItem", R"({"TableName":"notes","Key":{"id":{"S":"1"}},"ReturnValues":"UPDATED_OLD"})",
     "ReturnValues can only be ALL_OLD or NONE"},
    {"Query", R"({"TableName":"events"})",
     "Either the KeyConditions or KeyConditionExpression parameter must be specified in the request."},
    {"Query", R"({"TableName":"events","KeyConditionExpression":"id = :a","IndexName":"byDate",
        "ExpressionAttributeValues":{":a":{"S":"x"}}})",
     "The table does not have the specified index: byDate"},
    {"Query", R"({"TableName":"events","KeyConditionExpression":"id = :a","FilterExpression":"id = :a",
        "ExpressionAttributeValues":{":a":{"S":"x"}}})",
     "Filter Expression can only contain non-primary key attributes: Primary key attribute: id"},
    {"Query", R"({"TableName":"events","KeyConditionExpression":"id = :a","Select":"SPECIFIC_ATTRIBUTES",
        "ExpressionAttributeValues":{":a":{"S":"x"}}})",
     "One or more parameter values were invalid: Must specify the AttributesToGet or ProjectionExpression when "
     "choosing "
     "to get SPECIFIC_ATTRIBUTES"},
    {"Query", R"({"TableName":"events","KeyConditionExpression":"id = :a","Select":"COUNT","ProjectionExpression":"a",
        "ExpressionAttributeValues":{":a":{"S":"x"}}})",
     "Cannot specify the ProjectionExpression when choosing to get only the Count"},
    {"Query",
     R"({"TableName":"events","KeyConditionExpression":"id = :a","ExclusiveStartKey":{"id":{"S":"y"},"seq":{"N":"1"}},
        "ExpressionAttributeValues":{":a":{"S":"x"}}})",
     "The provided starting key is outside query boundaries based on provided conditions"},
    {"Query", R"({"TableName":"events","KeyConditionExpression":"id = :a","ExclusiveStartKey":{"id":{"S":"x"}},
        "ExpressionAttributeValues":{":a":{"S":"x"}}})",
     "The provided starting key is invalid"},
    {"Query", R"({"TableName":"events","KeyConditionExpression":"id = :a AND seq > :n",
        "ExclusiveStartKey":{"id":{"S":"x"},"seq":{"N":"1"}},"ExpressionAttributeValues":{":a":{"S":"x"},":n":{"N":"5"}}})",
     "The provided starting key does not match the range key predicate"},
    {"Scan", R"({"TableName":"notes","Limit":0})",
     "1 validation error detected: Value '0' at 'limit' failed to satisfy constraint: Member must have value greater "
     "than or equal to 1"},
    {"Scan", R"({"TableName":"notes","Segment":0})",
     "The TotalSegments parameter is required but was not present in the request when Segment parameter is present"},
    {"Scan", R"({"TableName":"notes","TotalSegments":2})",
     "The Segment parameter is required but was not present in the request when parameter TotalSegments is present"},
    {"Scan", R"({"TableName":"notes","TotalSegments":2,"Segment":2})",
     "The Segment parameter is zero-based and must be less than parameter TotalSegments: Segment: 2 is not less than "
     "TotalSegments: 2"},
    {"Scan", R"({"TableName":"notes","Select":"ALL_PROJECTED_ATTRIBUTES"})",
     "One or more parameter values were invalid: ALL_PROJECTED_ATTRIBUTES can be used only when Scanning using an "
     "IndexName"},
    {"Scan", R"({"TableName":"notes","ExclusiveStartKey":{"x":{"S":"1"}}})",
     "The provided starting key is invalid: The provided key element does not match the schema"},
    {"Scan", R"({"TableName":"notes","ScanFilter":{}})",
     "Gatehouse does not support this parameter of the request yet: ScanFilter"},
};

TEST_F(ItemOperations, RefuseWithAwsText) {
  for (const Refusal& refusal : kRefusals) {
    EXPECT_EQ(message(refusal.operation, refusal.input), refusal.message) << refusal.operation << refusal.input;
  }
}

TEST_F(ItemOperations, KeysAndItemsHaveTheirLimits) {
  const auto put = [&](std::size_t id, std::size_t value) {
    return message("PutItem", R"({"TableName":"notes","Item":{"id":{"S":")" + std::string(id, 'k') +
                                  R"("},"v":{"S":")" + std::string(value, 'v') + R"("}}})");
  };
  EXPECT_EQ(put(2048, 1), "ok");
  EXPECT_EQ(
      put(2049, 1),
      "One or more parameter values were invalid: Size of hashkey has exceeded the maximum size limit of2048 bytes");
  const std::size_t rest = 400 * 1024 - 4;  // "id", "v", and the key's one byte
  EXPECT_EQ(put(1, rest), "ok");
  EXPECT_EQ(put(1, rest + 1), "Item size has exceeded the maximum allowed size");
  EXPECT_EQ(message("UpdateItem", R"({"TableName":"notes","Key":{"id":{"S":"k"}},"UpdateExpression":"SET w = :v",
      "ExpressionAttributeValues":{":v":{"S":"x"}}})"),
            "Item size to update has exceeded the maximum allowed size");
}

TEST_F(ItemOperations, ConditionsDecideAndShowTheItemWhenAsked) {
  const std::string put = R"~({"TableName":"notes","Item":{"id":{"S":"1"},"n":{"N":"2"}},
      "ConditionExpression":"attribute_not_exists(id)")~";
  EXPECT_EQ(message("PutItem", put + "}"), "ok");
  EXPECT_EQ(text("PutItem", put + "}"),
            R"({"error":"ConditionalCheckFailedException","message":"The conditional request failed"})");
  EXPECT_EQ(text("PutItem", put + R"(,"ReturnValuesOnConditionCheckFailure":"ALL_OLD"})"),
            R"({"error":"ConditionalCheckFailedException","message":"The conditional request failed",)"
            R"("Item":{"id":{"S":"1"},"n":{"N":"2"}}})");
  EXPECT_EQ(code("DeleteItem", R"({"TableName":"notes","Key":{"id":{"S":"1"}},"ConditionExpression":"n = :x",
      "ExpressionAttributeValues":{":x":{"N":"3"}}})"),
            "ConditionalCheckFailedException");
  EXPECT_EQ(message("DeleteItem", R"({"TableName":"notes","Key":{"id":{"S":"1"}},"ConditionExpression":"n = :x",
      "ExpressionAttributeValues":{":x":{"N":"2"}}})"),
            "ok");
}

TEST_F(ItemOperations, UpdateReturnsWhatWasAskedFor) {
  const auto update = [&](std::string_view returns) {
    return text("UpdateItem",
                R"({"TableName":"notes","Key":{"id":{"S":"1"}},"UpdateExpression":"ADD n :one SET m.x = n",
        "ExpressionAttributeValues":{":one":{"N":"1"}},"ReturnValues":")" +
                    std::string(returns) + R"("})");
  };
  ASSERT_EQ(message("PutItem", R"({"TableName":"notes","Item":{"id":{"S":"1"},"n":{"N":"0"},"m":{"M":{}}}})"), "ok");
  EXPECT_EQ(update("NONE"), "{}");
  EXPECT_EQ(update("ALL_OLD"), R"({"Attributes":{"id":{"S":"1"},"m":{"M":{"x":{"N":"0"}}},"n":{"N":"1"}}})");
  EXPECT_EQ(update("ALL_NEW"), R"({"Attributes":{"id":{"S":"1"},"m":{"M":{"x":{"N":"2"}}},"n":{"N":"3"}}})");
  EXPECT_EQ(update("UPDATED_OLD"), R"({"Attributes":{"m":{"M":{"x":{"N":"2"}}},"n":{"N":"3"}}})");
  EXPECT_EQ(update("UPDATED_NEW"), R"({"Attributes":{"m":{"M":{"x":{"N":"4"}}},"n":{"N":"5"}}})");
  EXPECT_EQ(text("DeleteItem", R"({"TableName":"notes","Key":{"id":{"S":"1"}},"ReturnValues":"ALL_OLD"})"),
            R"({"Attributes":{"id":{"S":"1"},"m":{"M":{"x":{"N":"4"}}},"n":{"N":"5"}}})");
  EXPECT_EQ(text("DeleteItem", R"({"TableName":"notes","Key":{"id":{"S":"1"}},"ReturnValues":"ALL_OLD"})"), "{}");
}

TEST_F(ItemOperations, UpdateWithoutAnExpressionMakesTheItem) {
  EXPECT_EQ(message("UpdateItem", R"({"TableName":"notes","Key":{"id":{"S":"1"}}})"), "ok");
  EXPECT_EQ(item("1"), R"({"id":{"S":"1"}})");
}

TEST_F(ItemOperations, CapacityIsCountedInSteps) {
  const auto units = [&](std::string_view operation, const std::string& input) {
    return json::serialize(call(operation, input).at("ConsumedCapacity"));
  };
  const std::string put = R"({"TableName":"notes","ReturnConsumedCapacity":"TOTAL","Item":{"id":{"S":"1"},"v":{"S":")";
  EXPECT_EQ(units("PutItem", put + R"("}}})"), R"({"TableName":"notes","CapacityUnits":1})");
  EXPECT_EQ(units("PutItem", put + std::string(4096 - 4, 'v') + R"("}}})"),
            R"({"TableName":"notes","CapacityUnits":4})");
  EXPECT_EQ(units("PutItem", put + std::string(4096 - 3, 'v') + R"("}}})"),
            R"({"TableName":"notes","CapacityUnits":5})");
  const std::string get = R"({"TableName":"notes","Key":{"id":{"S":"1"}},"ReturnConsumedCapacity":"INDEXES")";
  EXPECT_EQ(units("GetItem", get + R"(,"ConsistentRead":true})"),
            R"({"TableName":"notes","CapacityUnits":2,"Table":{"CapacityUnits":2}})");
  EXPECT_EQ(units("GetItem", get + "}"), R"({"TableName":"notes","CapacityUnits":1,"Table":{"CapacityUnits":1}})");
  EXPECT_EQ(units("GetItem", R"({"TableName":"notes","Key":{"id":{"S":"none"}},"ReturnConsumedCapacity":"TOTAL"})"),
            R"({"TableName":"notes","CapacityUnits":5E-1})");
  // A deletion costs what was there.
  EXPECT_EQ(units("DeleteItem", get + "}"), R"({"TableName":"notes","CapacityUnits":5,"Table":{"CapacityUnits":5}})");
}

}  // namespace
}  // namespace gatehouse::tables
