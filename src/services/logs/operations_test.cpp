#include <gmock/gmock.h>

#include "services/logs/testing_world.hpp"

namespace gatehouse::logs {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::SizeIs;
using ::testing::StartsWith;

class LogsApi : public World {
 protected:
  void make() {
    ok("CreateLogGroup", R"({"logGroupName":"/g"})");
    ok("CreateLogStream", R"({"logGroupName":"/g","logStreamName":"s"})");
  }
  std::string put(std::int64_t from, int count, std::string_view stream = "s") {
    json::array events;
    for (int i = 0; i < count; ++i) events.push_back({{"timestamp", from + i}, {"message", fmt::format("m{}", i)}});
    return json::serialize(
        json::object{{"logGroupName", "/g"}, {"logStreamName", stream}, {"logEvents", std::move(events)}});
  }
};

TEST_F(LogsApi, RefusesWhatTheModelForbids) {
  make();
  const std::pair<std::string_view, std::string_view> cases[] = {
      {"CreateLogGroup", R"({})"},
      {"CreateLogGroup", R"({"logGroupName":"a b"})"},
      {"CreateLogGroup", R"({"logGroupName":""})"},
      {"CreateLogGroup", R"({"logGroupName":"x","kmsKeyId":"k"})"},
      {"CreateLogGroup", R"({"logGroupName":"x","logGroupClass":"DELIVERY"})"},
      {"CreateLogGroup", R"({"logGroupName":"x","deletionProtectionEnabled":true})"},
      {"CreateLogStream", R"({"logGroupName":"/g","logStreamName":"a:b"})"},
      {"PutRetentionPolicy", R"({"logGroupName":"/g","retentionInDays":2})"},
      {"PutRetentionPolicy", R"({"logGroupName":"/g"})"},
      {"PutLogEvents", R"({"logGroupName":"/g","logStreamName":"s","logEvents":[]})"},
      {"PutLogEvents", R"({"logGroupName":"/g","logStreamName":"s","logEvents":[{"timestamp":1}]})"},
      {"PutLogEvents", R"({"logGroupName":"/g","logStreamName":"s","logEvents":[{"timestamp":-1,"message":"x"}]})"},
      {"PutLogEvents",
       R"({"logGroupName":"/g","logStreamName":"s","logEvents":[{"timestamp":2,"message":"x"},{"timestamp":1,"message":"x"}]})"},
      {"FilterLogEvents", R"({})"},
      {"FilterLogEvents", R"({"logGroupName":"/g","logGroupIdentifier":"/g"})"},
      {"FilterLogEvents", R"({"logGroupName":"/g","logStreamNames":["s"],"logStreamNamePrefix":"s"})"},
      {"FilterLogEvents", R"({"logGroupName":"/g","filterPattern":"[a, b]"})"},
      {"FilterLogEvents", R"({"logGroupName":"/g","nextToken":"x"})"},
      {"FilterLogEvents", R"({"logGroupName":"/g","limit":10001})"},
      {"GetLogEvents", R"({"logGroupName":"/g","logStreamName":"s","nextToken":"f/1/s"})"},
      {"DescribeLogStreams", R"({"logGroupName":"/g","orderBy":"LastEventTime","logStreamNamePrefix":"s"})"},
      {"DescribeLogGroups", R"({"logGroupNamePrefix":"a","logGroupNamePattern":"b"})"},
      {"DescribeLogGroups", R"({"nextToken":"%"})"},
  };
  for (const auto& [operation, input] : cases)
    EXPECT_THAT(refusal(operation, input), StartsWith("InvalidParameterException: ")) << operation << " " << input;
  EXPECT_THAT(refusal("CreateLogGroup", R"({"logGroupName":5})"), StartsWith("SerializationException"));
}

TEST_F(LogsApi, TellsWhatExistsAndWhatDoesNot) {
  make();
  EXPECT_EQ(refusal("CreateLogGroup", R"({"logGroupName":"/g"})"),
            "ResourceAlreadyExistsException: The specified log group already exists");
  EXPECT_EQ(refusal("CreateLogStream", R"({"logGroupName":"/g","logStreamName":"s"})"),
            "ResourceAlreadyExistsException: The specified log stream already exists");
  for (const std::string_view operation :
       {"DeleteLogGroup", "FilterLogEvents", "DescribeLogStreams", "DeleteRetentionPolicy"}) {
    EXPECT_EQ(refusal(operation, R"({"logGroupName":"/none"})"),
              "ResourceNotFoundException: The specified log group does not exist.")
        << operation;
  }
  EXPECT_EQ(refusal("GetLogEvents", R"({"logGroupName":"/g","logStreamName":"none"})"),
            "ResourceNotFoundException: The specified log stream does not exist.");
  EXPECT_EQ(refusal("PutLogEvents", put(clock_.now_ms(), 1, "none")),
            "ResourceNotFoundException: The specified log stream does not exist.");
}

TEST_F(LogsApi, LeavesOutEventsThatAreTooOldOrTooNew) {
  make();
  const std::int64_t now = clock_.now_ms();
  json::array events;
  for (const std::int64_t at : {now - 15 * 86'400'000L, now - 10, now, now + 3 * 3'600'000L})
    events.push_back({{"timestamp", at}, {"message", "m"}});
  const json::object answer = ok(
      "PutLogEvents",
      json::serialize(json::object{{"logGroupName", "/g"}, {"logStreamName", "s"}, {"logEvents", std::move(events)}}));
  const json::object& rejected = answer.at("rejectedLogEventsInfo").as_object();
  EXPECT_EQ(rejected.at("tooOldLogEventEndIndex").as_int64(), 1);
  EXPECT_EQ(rejected.at("tooNewLogEventStartIndex").as_int64(), 3);
  EXPECT_THAT(filter_all(R"({"logGroupName":"/g"})"), SizeIs(2));
}

TEST_F(LogsApi, GetLogEventsGoesBothWaysAndStops) {
  make();
  const std::int64_t now = clock_.now_ms();
  ok("PutLogEvents", put(now, 5));
  const json::object latest = ok("GetLogEvents", R"({"logGroupName":"/g","logStreamName":"s","limit":2})");
  EXPECT_THAT(messages(latest), ElementsAre("m3", "m4"));
  const auto with = [](std::string_view token, std::string_view more = "") {
    return fmt::format(R"({{"logGroupName":"/g","logStreamName":"s","limit":2,"nextToken":"{}"{}}})", token, more);
  };
  const json::object before = ok("GetLogEvents", with(text(latest, "nextBackwardToken")));
  EXPECT_THAT(messages(before), ElementsAre("m1", "m2"));
  const json::object first = ok("GetLogEvents", with(text(before, "nextBackwardToken")));
  EXPECT_THAT(messages(first), ElementsAre("m0"));
  const json::object none = ok("GetLogEvents", with(text(first, "nextBackwardToken")));
  EXPECT_THAT(messages(none), SizeIs(0));
  EXPECT_EQ(text(none, "nextBackwardToken"), text(first, "nextBackwardToken"));

  const json::object forward = ok("GetLogEvents", with(text(first, "nextForwardToken"), R"(,"startFromHead":true)"));
  EXPECT_THAT(messages(forward), ElementsAre("m1", "m2"));
  const json::object end = ok("GetLogEvents", with(text(latest, "nextForwardToken")));
  EXPECT_THAT(messages(end), SizeIs(0));
  EXPECT_EQ(text(end, "nextForwardToken"), text(latest, "nextForwardToken"));
  ok("PutLogEvents", put(now + 100, 1));
  EXPECT_THAT(messages(ok("GetLogEvents", with(text(end, "nextForwardToken")))), ElementsAre("m0"));
}

TEST_F(LogsApi, GetLogEventsOfAnEmptyStreamFindsWhatComesLater) {
  make();
  const json::object empty = ok("GetLogEvents", R"({"logGroupName":"/g","logStreamName":"s"})");
  ok("PutLogEvents", put(clock_.now_ms(), 1));
  EXPECT_THAT(messages(ok("GetLogEvents", fmt::format(R"({{"logGroupName":"/g","logStreamName":"s","nextToken":"{}"}})",
                                                      text(empty, "nextForwardToken")))),
              ElementsAre("m0"));
}

TEST_F(LogsApi, TimeRangesEndAsTheModelSays) {
  make();
  const std::int64_t now = clock_.now_ms();
  ok("PutLogEvents", put(now, 5));
  const std::string range = fmt::format(R"("logGroupName":"/g","startTime":{},"endTime":{})", now + 1, now + 3);
  EXPECT_THAT(filter_all("{" + range + "}"), ElementsAre("m1", "m2", "m3"));
  EXPECT_THAT(messages(ok("GetLogEvents", "{" + range + R"(,"logStreamName":"s"})")), ElementsAre("m1", "m2"));
  EXPECT_THAT(filter_all(R"({"logGroupName":"/g","startTime":9223372036854775807})"), SizeIs(0));
}

TEST_F(LogsApi, FiltersByPatternStreamsAndArn) {
  make();
  ok("CreateLogStream", R"({"logGroupName":"/g","logStreamName":"other"})");
  const std::int64_t now = clock_.now_ms();
  ok("PutLogEvents", put(now, 3));
  ok("PutLogEvents", put(now + 50, 2, "other"));
  EXPECT_THAT(filter_all(R"({"logGroupName":"/g","filterPattern":"m1"})"), ElementsAre("m1", "m1"));
  EXPECT_THAT(filter_all(R"({"logGroupName":"/g","logStreamNames":["other"]})"), ElementsAre("m0", "m1"));
  EXPECT_THAT(filter_all(R"({"logGroupName":"/g","logStreamNamePrefix":"oth"})"), ElementsAre("m0", "m1"));
  EXPECT_THAT(
      filter_all(R"({"logGroupIdentifier":"arn:aws:logs:us-east-1:000000000000:log-group:/g","filterPattern":"m2"})"),
      ElementsAre("m2"));
  const json::object answer = ok("FilterLogEvents", R"({"logGroupName":"/g"})");
  std::set<std::string> ids;
  for (const json::value& event : answer.at("events").as_array()) ids.insert(text(event.as_object(), "eventId"));
  EXPECT_THAT(ids, SizeIs(5));
}

TEST_F(LogsApi, ListsGroupsAndStreamsInPages) {
  for (const std::string_view name : {"/a", "/b", "/c"})
    ok("CreateLogGroup", fmt::format(R"({{"logGroupName":"{}"}})", name));
  const json::object page = ok("DescribeLogGroups", R"({"limit":2})");
  EXPECT_THAT(page.at("logGroups").as_array(), SizeIs(2));
  const json::object rest =
      ok("DescribeLogGroups", fmt::format(R"({{"limit":2,"nextToken":"{}"}})", text(page, "nextToken")));
  ASSERT_THAT(rest.at("logGroups").as_array(), SizeIs(1));
  EXPECT_FALSE(rest.contains("nextToken"));
  const json::object& group = rest.at("logGroups").as_array()[0].as_object();
  EXPECT_EQ(text(group, "arn"), "arn:aws:logs:us-east-1:000000000000:log-group:/c:*");
  EXPECT_EQ(ok("DescribeLogGroups", R"({"logGroupNamePattern":"b"})").at("logGroups").as_array().size(), 1u);

  ok("PutRetentionPolicy", R"({"logGroupName":"/c","retentionInDays":7})");
  restart();
  const json::object kept = ok("DescribeLogGroups", R"({"logGroupNamePrefix":"/c"})");
  EXPECT_EQ(kept.at("logGroups").as_array()[0].as_object().at("retentionInDays").as_int64(), 7);

  const std::int64_t now = clock_.now_ms();
  for (int i = 0; i < 3; ++i) logs_->append("/c", fmt::format("s{}", i), now - i, "x");
  flush();
  const json::object newest =
      ok("DescribeLogStreams", R"({"logGroupName":"/c","orderBy":"LastEventTime","descending":true,"limit":2})");
  EXPECT_EQ(text(newest.at("logStreams").as_array()[0].as_object(), "logStreamName"), "s0");
  const json::object oldest = ok(
      "DescribeLogStreams",
      fmt::format(R"({{"logGroupName":"/c","orderBy":"LastEventTime","descending":true,"limit":2,"nextToken":"{}"}})",
                  text(newest, "nextToken")));
  ASSERT_THAT(oldest.at("logStreams").as_array(), SizeIs(1));
  EXPECT_EQ(text(oldest.at("logStreams").as_array()[0].as_object(), "logStreamName"), "s2");
}

TEST_F(LogsApi, DeletesAStreamWithItsEvents) {
  make();
  ok("CreateLogStream", R"({"logGroupName":"/g","logStreamName":"other"})");
  ok("PutLogEvents", put(clock_.now_ms(), 2));
  ok("PutLogEvents", put(clock_.now_ms(), 1, "other"));
  ok("DeleteLogStream", R"({"logGroupName":"/g","logStreamName":"s"})");
  ok("CreateLogStream", R"({"logGroupName":"/g","logStreamName":"s"})");
  EXPECT_THAT(filter_all(R"({"logGroupName":"/g"})"), ElementsAre("m0"));
  restart();
  EXPECT_THAT(filter_all(R"({"logGroupName":"/g"})"), ElementsAre("m0"));
}

TEST_F(LogsApi, IsLimitedByTheCallersPolicies) {
  make();
  aws::Caller caller{"arn:aws:sts::000000000000:assumed-role/r/f", "000000000000", false, {}};
  ASSERT_TRUE(caller.policies.add(*parse_json(R"({"Version":"2012-10-17","Statement":[{"Effect":"Allow",
      "Action":["logs:PutLogEvents","logs:FilterLogEvents"],
      "Resource":"arn:aws:logs:us-east-1:000000000000:log-group:/g:*"}]})")));
  EXPECT_TRUE(call("PutLogEvents", put(clock_.now_ms(), 1), caller));
  EXPECT_TRUE(call("FilterLogEvents", R"({"logGroupName":"/g"})", caller));
  for (const auto& [operation, input] : {std::pair{"FilterLogEvents", R"({"logGroupName":"/other"})"},
                                         {"DeleteLogGroup", R"({"logGroupName":"/g"})"},
                                         {"DescribeLogGroups", R"({})"}}) {
    const Result<json::object> refused = call(operation, input, caller);
    ASSERT_FALSE(refused) << operation;
    EXPECT_THAT(refused.error().code, HasSubstr("AccessDenied"));
  }
}

}  // namespace
}  // namespace gatehouse::logs
