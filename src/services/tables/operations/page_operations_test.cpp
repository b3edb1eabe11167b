#include <gtest/gtest.h>

#include <algorithm>

#include "services/tables/testing/table_service.hpp"

namespace gatehouse::tables {
namespace {

class Pages : public testing::TableService {
 protected:
  void SetUp() override {
    TableService::SetUp();
    make_table("events", true);
    for (int i = 1; i <= 9; ++i) {
      const std::string at = std::to_string(i);
      ASSERT_EQ(message("PutItem", R"({"TableName":"events","Item":{"id":{"S":"x"},"seq":{"N":")" + at +
                                       R"("},"even":{"BOOL":)" + (i % 2 == 0 ? "true" : "false") + "}}}"),
                "ok");
    }
    ASSERT_EQ(message("PutItem", R"({"TableName":"events","Item":{"id":{"S":"y"},"seq":{"N":"1"}}})"), "ok");
  }

  // The sort keys of all pages, "|" between pages.
  std::string keys(std::string_view operation, std::string_view parameters) {
    json::object input = parse_json(parameters)->as_object();
    input.emplace("TableName", "events");
    std::string all;
    for (int page = 0; page < 20; ++page) {
      const json::object answer = call(operation, input);
      if (answer.contains("error")) return std::string(answer.at("message").as_string());
      for (const json::value& item : answer.at("Items").as_array()) {
        all += item.at("seq").at("N").as_string();
      }
      if (!answer.contains("LastEvaluatedKey")) return all;
      all += "|";
      input.insert_or_assign("ExclusiveStartKey", answer.at("LastEvaluatedKey"));
    }
    return all + "...";
  }
};

TEST_F(Pages, OfAQueryFollowTheSortKey) {
  const std::string x = R"("KeyConditionExpression":"id = :x","ExpressionAttributeValues":{":x":{"S":"x"}})";
  EXPECT_EQ(keys("Query", "{" + x + "}"), "123456789");
  EXPECT_EQ(keys("Query", "{" + x + R"(,"ScanIndexForward":false})"), "987654321");
  EXPECT_EQ(keys("Query", "{" + x + R"(,"Limit":4})"), "1234|5678|9");
  EXPECT_EQ(keys("Query", "{" + x + R"(,"Limit":4,"ScanIndexForward":false})"), "9876|5432|1");
  const auto range = [&](std::string_view condition) {
    return keys("Query", R"({"KeyConditionExpression":"id = :x AND )" + std::string(condition) +
                             R"(","ExpressionAttributeValues":{":x":{"S":"x"},":a":{"N":"3"})" +
                             (condition.contains(":b") ? R"(,":b":{"N":"5"})" : "") + "}}");
  };
  EXPECT_EQ(range("seq = :a"), "3");
  EXPECT_EQ(range("seq < :a"), "12");
  EXPECT_EQ(range("seq <= :a"), "123");
  EXPECT_EQ(range("seq > :a"), "456789");
  EXPECT_EQ(range("seq >= :a"), "3456789");
  EXPECT_EQ(range("seq BETWEEN :a AND :b"), "345");
}

TEST_F(Pages, CountBeforeTheFilter) {
  const json::object answer = call("Query", R"({"TableName":"events","KeyConditionExpression":"id = :x",
      "FilterExpression":"even = :t","ExpressionAttributeValues":{":x":{"S":"x"},":t":{"BOOL":true}},"Limit":5,
      "ProjectionExpression":"#s","ExpressionAttributeNames":{"#s":"seq"},"ReturnConsumedCapacity":"TOTAL"})");
  EXPECT_EQ(json::serialize(answer), R"({"Items":[{"seq":{"N":"2"}},{"seq":{"N":"4"}}],"Count":2,"ScannedCount":5,)"
                                     R"("LastEvaluatedKey":{"id":{"S":"x"},"seq":{"N":"5"}},)"
                                     R"("ConsumedCapacity":{"TableName":"events","CapacityUnits":5E-1}})");
  EXPECT_EQ(text("Query", R"({"TableName":"events","KeyConditionExpression":"id = :x","Select":"COUNT",
      "ExpressionAttributeValues":{":x":{"S":"x"}}})"),
            R"({"Count":9,"ScannedCount":9})");
}

TEST_F(Pages, OfAScanCoverEverythingOnce) {
  EXPECT_EQ(keys("Scan", "{}").size(), 10U);
  std::string paged = keys("Scan", R"({"Limit":3})");
  std::erase(paged, '|');
  std::ranges::sort(paged);
  EXPECT_EQ(paged, "1123456789");
  std::string segments;
  for (int i = 0; i < 3; ++i) segments += keys("Scan", R"({"TotalSegments":3,"Segment":)" + std::to_string(i) + "}");
  std::ranges::sort(segments);
  EXPECT_EQ(segments, "1123456789");
}

TEST_F(Pages, EndAtOneMegabyte) {
  const std::string value(300 * 1024, 'v');
  for (int i = 1; i <= 5; ++i) {
    ASSERT_EQ(message("PutItem", R"({"TableName":"events","Item":{"id":{"S":"big"},"seq":{"N":")" + std::to_string(i) +
                                     R"("},"v":{"S":")" + value + R"("}}})"),
              "ok");
  }
  EXPECT_EQ(keys("Query", R"({"KeyConditionExpression":"id = :x","ExpressionAttributeValues":{":x":{"S":"big"}}})"),
            "1234|5");
}

}  // namespace
}  // namespace gatehouse::tables
