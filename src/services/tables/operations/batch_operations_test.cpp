#include <gtest/gtest.h>

#include "services/tables/testing/table_service.hpp"

namespace gatehouse::tables {
namespace {

class ManyItems : public testing::TableService {
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

class Batches : public ManyItems {};

TEST_F(Batches, WriteAndRead) {
  EXPECT_EQ(text("BatchWriteItem", R"({"RequestItems":{"notes":[{"PutRequest":{"Item":{"id":{"S":"1"}}}},
      {"PutRequest":{"Item":{"id":{"S":"2"}}}}],"events":[{"PutRequest":{"Item":{"id":{"S":"x"},"seq":{"N":"1"}}}}]}})"),
            R"({"UnprocessedItems":{}})");
  EXPECT_EQ(text("BatchWriteItem", R"({"RequestItems":{"notes":[{"DeleteRequest":{"Key":{"id":{"S":"1"}}}}]},
      "ReturnConsumedCapacity":"TOTAL"})"),
            R"({"UnprocessedItems":{},"ConsumedCapacity":[{"TableName":"notes","CapacityUnits":1}]})");
  EXPECT_EQ(
      text("BatchGetItem", R"({"RequestItems":{"notes":{"Keys":[{"id":{"S":"1"}},{"id":{"S":"2"}}]},
      "events":{"Keys":[{"id":{"S":"x"},"seq":{"N":"1"}}],"ProjectionExpression":"id","ConsistentRead":true}},
      "ReturnConsumedCapacity":"TOTAL"})"),
      R"({"Responses":{"notes":[{"id":{"S":"2"}}],"events":[{"id":{"S":"x"}}]},"UnprocessedKeys":{},)"
      R"("ConsumedCapacity":[{"TableName":"notes","CapacityUnits":1},{"TableName":"events","CapacityUnits":1}]})");
}

TEST_F(Batches, RefuseWithAwsText) {
  EXPECT_EQ(message("BatchGetItem", R"({"RequestItems":{"notes":{"Keys":[{"id":{"S":"1"}},{"id":{"S":"1"}}]}}})"),
            "Provided list of item keys contains duplicates");
  EXPECT_EQ(message("BatchWriteItem", R"({"RequestItems":{"notes":[{"PutRequest":{"Item":{"id":{"S":"1"}}}},
      {"DeleteRequest":{"Key":{"id":{"S":"1"}}}}]}})"),
            "Provided list of item keys contains duplicates");
  EXPECT_EQ(message("BatchGetItem", R"({"RequestItems":{"nothing":{"Keys":[{"id":{"S":"1"}}]}}})"),
            "Requested resource not found");
  EXPECT_EQ(message("BatchWriteItem", R"({"RequestItems":{"notes":[{}]}})"),
            "Supplied write request is empty, must contain exactly one of PutRequest and DeleteRequest");
  std::string requests;
  for (int i = 0; i < 26; ++i) {
    requests +=
        std::string(i == 0 ? "" : ",") + R"({"DeleteRequest":{"Key":{"id":{"S":")" + std::to_string(i) + R"("}}}})";
  }
  EXPECT_EQ(message("BatchWriteItem", R"({"RequestItems":{"notes":[)" + requests + "]}}"),
            "Too many items requested for the BatchWriteItem call");
  EXPECT_EQ(code("BatchGetItem", R"({"RequestItems":{}})"), "ValidationException");
}

class Transactions : public ManyItems {};

constexpr std::string_view kTransfer = R"~({"TransactItems":[
    {"Put":{"TableName":"notes","Item":{"id":{"S":"1"},"n":{"N":"1"}},"ConditionExpression":"attribute_not_exists(id)"}},
    {"Update":{"TableName":"notes","Key":{"id":{"S":"2"}},"UpdateExpression":"ADD n :one",
        "ExpressionAttributeValues":{":one":{"N":"1"}}}},
    {"Delete":{"TableName":"notes","Key":{"id":{"S":"3"}}}},
    {"ConditionCheck":{"TableName":"events","Key":{"id":{"S":"x"},"seq":{"N":"1"}},
        "ConditionExpression":"attribute_not_exists(id)"}}],"ReturnConsumedCapacity":"TOTAL")~";

TEST_F(Transactions, HappenWholeOrNotAtAll) {
  EXPECT_EQ(text("TransactWriteItems", std::string(kTransfer) + "}"),
            R"({"ConsumedCapacity":[{"TableName":"events","CapacityUnits":2,"WriteCapacityUnits":2},)"
            R"({"TableName":"notes","CapacityUnits":6,"WriteCapacityUnits":6}]})");
  EXPECT_EQ(item("2"), R"({"id":{"S":"2"},"n":{"N":"1"}})");
  EXPECT_EQ(text("TransactWriteItems", std::string(kTransfer) + "}"),
            R"({"error":"TransactionCanceledException","message":"Transaction cancelled, please refer cancellation )"
            R"(reasons for specific reasons [ConditionalCheckFailed, None, None, None]","CancellationReasons":[)"
            R"({"Code":"ConditionalCheckFailed","Message":"The conditional request failed"},{"Code":"None"},)"
            R"({"Code":"None"},{"Code":"None"}]})");
  EXPECT_EQ(item("2"), R"({"id":{"S":"2"},"n":{"N":"1"}})");
}

TEST_F(Transactions, ShowTheItemThatFailedWhenAsked) {
  ASSERT_EQ(message("PutItem", R"({"TableName":"notes","Item":{"id":{"S":"1"}}})"), "ok");
  const json::object answer = call("TransactWriteItems", R"~({"TransactItems":[{"Put":{"TableName":"notes",
      "Item":{"id":{"S":"1"}},"ConditionExpression":"attribute_not_exists(id)",
      "ReturnValuesOnConditionCheckFailure":"ALL_OLD"}}]})~");
  EXPECT_EQ(
      json::serialize(answer.at("CancellationReasons")),
      R"([{"Code":"ConditionalCheckFailed","Message":"The conditional request failed","Item":{"id":{"S":"1"}}}])");
}

TEST_F(Transactions, WithATokenAreDoneOnceInTenMinutes) {
  const std::string add = R"({"TransactItems":[{"Update":{"TableName":"notes","Key":{"id":{"S":"1"}},
      "UpdateExpression":"ADD n :one","ExpressionAttributeValues":{":one":{"N":"1"}}}}],"ClientRequestToken":"t1"})";
  const std::string other = R"({"TransactItems":[{"Delete":{"TableName":"notes","Key":{"id":{"S":"1"}}}}],
      "ClientRequestToken":"t1"})";
  EXPECT_EQ(message("TransactWriteItems", add), "ok");
  EXPECT_EQ(message("TransactWriteItems", add), "ok");
  EXPECT_EQ(item("1"), R"({"id":{"S":"1"},"n":{"N":"1"}})");
  EXPECT_EQ(code("TransactWriteItems", other), "IdempotentParameterMismatchException");
  restart();
  EXPECT_EQ(message("TransactWriteItems", add), "ok");
  EXPECT_EQ(item("1"), R"({"id":{"S":"1"},"n":{"N":"1"}})");
  clock_.advance(std::chrono::minutes(10) + std::chrono::seconds(1));
  EXPECT_EQ(message("TransactWriteItems", add), "ok");
  EXPECT_EQ(item("1"), R"({"id":{"S":"1"},"n":{"N":"2"}})");
}

TEST_F(Transactions, TokensDoNotPileUp) {
  for (int i = 0; i < 300; ++i) {
    ASSERT_EQ(message("TransactWriteItems", R"({"TransactItems":[{"Put":{"TableName":"notes","Item":{"id":{"S":"1"}}}}],
        "ClientRequestToken":"t)" + std::to_string(i) +
                                                R"("})"),
              "ok");
    clock_.advance(std::chrono::minutes(1));
  }
  const std::optional<store::TableHandle> tokens = store_->find_table("catalog/request-tokens");
  ASSERT_TRUE(tokens);
  const Result<store::Page> page = run_task(store_->scan(*tokens, {}));
  ASSERT_TRUE(page);
  EXPECT_LT(page->items.size(), 260U);
}

TEST_F(Transactions, RefuseWithAwsText) {
  EXPECT_EQ(message("TransactWriteItems", R"({"TransactItems":[{}]})"),
            "Invalid Request: TransactWriteRequest should contain Delete or Put or Update request");
  EXPECT_EQ(message("TransactWriteItems", R"({"TransactItems":[{"Put":{"TableName":"notes","Item":{"id":{"S":"1"}}},
      "Delete":{"TableName":"notes","Key":{"id":{"S":"1"}}}}]})"),
            "TransactItems can only contain one of Check, Put, Update or Delete");
  EXPECT_EQ(message("TransactWriteItems", R"({"TransactItems":[{"Put":{"TableName":"notes","Item":{"id":{"S":"1"}}}},
      {"Delete":{"TableName":"notes","Key":{"id":{"S":"1"}}}}]})"),
            "Transaction request cannot include multiple operations on one item");
  EXPECT_EQ(
      message("TransactWriteItems", R"({"TransactItems":[{"ConditionCheck":{"TableName":"notes",
      "Key":{"id":{"S":"1"}}}}]})"),
      "1 validation error detected: Value null at 'transactItems.1.member.conditionCheck.conditionExpression' failed "
      "to satisfy constraint: Member must not be null");
  EXPECT_EQ(code("TransactWriteItems", R"({"TransactItems":[]})"), "ValidationException");
}

TEST_F(Transactions, NeedThePermissionsOfTheirMembers) {
  caller_.is_administrator = false;
  ASSERT_TRUE(caller_.policies.add(parse_json(R"({"Version":"2012-10-17","Statement":[{"Effect":"Allow",
      "Action":["dynamodb:PutItem","dynamodb:GetItem"],
      "Resource":"arn:aws:dynamodb:us-east-1:000000000000:table/notes"}]})")
                                       .value()));
  const std::string put = R"({"Put":{"TableName":"notes","Item":{"id":{"S":"1"}}}})";
  const std::string erase = R"({"Delete":{"TableName":"notes","Key":{"id":{"S":"2"}}}})";
  EXPECT_EQ(message("TransactWriteItems", R"({"TransactItems":[)" + put + "]}"), "ok");
  EXPECT_EQ(code("TransactWriteItems", R"({"TransactItems":[)" + put + "," + erase + "]}"), "AccessDeniedException");
  EXPECT_EQ(message("TransactGetItems", R"({"TransactItems":[{"Get":{"TableName":"notes","Key":{"id":{"S":"1"}}}}]})"),
            "ok");
  EXPECT_EQ(code("TransactGetItems", R"({"TransactItems":[{"Get":{"TableName":"events",
      "Key":{"id":{"S":"1"},"seq":{"N":"1"}}}}]})"),
            "AccessDeniedException");
}

TEST_F(Transactions, ReadAllItemsAtOnce) {
  ASSERT_EQ(message("PutItem", R"({"TableName":"notes","Item":{"id":{"S":"1"},"n":{"N":"1"}}})"), "ok");
  EXPECT_EQ(text("TransactGetItems", R"({"TransactItems":[{"Get":{"TableName":"notes","Key":{"id":{"S":"1"}}}},
      {"Get":{"TableName":"notes","Key":{"id":{"S":"2"}}}},
      {"Get":{"TableName":"events","Key":{"id":{"S":"1"},"seq":{"N":"1"}},"ProjectionExpression":"id"}}],
      "ReturnConsumedCapacity":"TOTAL"})"),
            R"({"Responses":[{"Item":{"id":{"S":"1"},"n":{"N":"1"}}},{},{}],"ConsumedCapacity":[)"
            R"({"TableName":"events","CapacityUnits":2,"ReadCapacityUnits":2},)"
            R"({"TableName":"notes","CapacityUnits":4,"ReadCapacityUnits":4}]})");
}

}  // namespace
}  // namespace gatehouse::tables
