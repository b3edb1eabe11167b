#include <gtest/gtest.h>

#include "base/encoding.hpp"
#include "base/id.hpp"
#include "base/journey.hpp"
#include "base/json.hpp"
#include "base/testing/run_task.hpp"
#include "base/text.hpp"
#include "base/time_format.hpp"
#include "base/worker_pool.hpp"

namespace gatehouse {
namespace {

TEST(Base64, RoundTripsEveryLengthAndRefusesStrayBits) {
  std::string bytes;
  for (int i = 0; i < 70; ++i) {
    EXPECT_EQ(base64_decode(base64_encode(bytes)), bytes);
    EXPECT_EQ(base64url_decode(base64url_encode(bytes)), bytes);
    bytes.push_back(static_cast<char>(i * 37));
  }
  EXPECT_EQ(base64_decode("QQ=="), "A");
  EXPECT_FALSE(base64_decode("QR=="));
  EXPECT_FALSE(base64_decode("QQ="));
  EXPECT_FALSE(base64_decode("Q==="));
  EXPECT_FALSE(base64url_decode("QQ=="));
  EXPECT_FALSE(base64url_decode("Q"));
}

TEST(Percent, EncodesReservedAndRefusesBrokenEscapes) {
  EXPECT_EQ(percent_encode("a b/ü"), "a%20b%2F%C3%BC");
  EXPECT_EQ(percent_encode("a/b", "/"), "a/b");
  EXPECT_EQ(percent_decode("a%20b+c"), "a b+c");
  EXPECT_EQ(percent_decode("a+b", true), "a b");
  EXPECT_FALSE(percent_decode("%4"));
  EXPECT_FALSE(percent_decode("%zz"));
}

TEST(Utf8, CountsCodePointsAndRefusesSurrogatesAndOverlongForms) {
  EXPECT_EQ(count_code_points("aü€😀"), 4u);
  EXPECT_FALSE(is_utf8("\xED\xA0\x80"));
  EXPECT_FALSE(is_utf8("\xC0\x80"));
  EXPECT_FALSE(is_utf8("\xE2\x82"));
}

TEST(Json, RefusesDuplicateMembersTrailingTextAndDepth) {
  EXPECT_TRUE(parse_json(R"({"a":1,"b":{"a":2}})"));
  EXPECT_FALSE(parse_json(R"({"a":1,"a":2})"));
  EXPECT_FALSE(parse_json(R"([{"x":{"a":1,"a":2}}])"));
  EXPECT_FALSE(parse_json("{} x"));
  EXPECT_FALSE(parse_json("[[[1]]]", 2));
  EXPECT_FALSE(parse_json("\"\\ud800\""));
  EXPECT_FALSE(parse_json(""));
}

TEST(Json, EscapesControlCharacters) {
  std::string out;
  append_json_string(out, std::string_view("a\"\\\n\x01\x7f", 6));
  EXPECT_EQ(out, "\"a\\\"\\\\\\n\\u0001\x7f\"");
}

TEST(Names, SuggestsTheNearestKnownName) {
  const std::vector<std::string_view> known = {"BillingMode", "TableName", "KeySchema"};
  EXPECT_EQ(nearest_name("Tablename", known), "TableName");
  EXPECT_EQ(nearest_name("BilingMode", known), "BillingMode");
  EXPECT_FALSE(nearest_name("Zzzzzz", known));
}

TEST(Time, FormatsAndParses) {
  const Timestamp time = *parse_basic_iso8601("20261124T083000Z");
  EXPECT_EQ(format_iso8601(time), "2026-11-24T08:30:00.000Z");
  EXPECT_EQ(format_basic_iso8601(time), "20261124T083000Z");
  EXPECT_EQ(format_http_date(time), "Tue, 24 Nov 2026 08:30:00 GMT");
  EXPECT_EQ(format_access_log(time), "24/Nov/2026:08:30:00 +0000");
  EXPECT_EQ(parse_http_date(format_http_date(time)), time);
  EXPECT_FALSE(parse_basic_iso8601("20261324T083000Z"));
}

TEST(Ids, HaveTheirShape) {
  SystemRandom random;
  EXPECT_TRUE(is_uuid(make_uuid(random)));
  EXPECT_EQ(make_uuid(random)[14], '4');
  EXPECT_EQ(make_long_request_id(random).size(), 52u);
  EXPECT_NE(make_uuid(random), make_uuid(random));
}

TEST(Journey, NestsSpansAndBoundsThem) {
  Journey journey("id", Timestamp{});
  {
    Span outer(&journey, "gateway", "GET /");
    Span inner(&journey, "function", "f");
    inner.note("key", std::string(2000, 'x'));
  }
  for (std::size_t i = 0; i < 100; ++i) Span(&journey, "x", "y").note("a", "b");
  EXPECT_EQ(journey.spans()[1].parent, 0);
  EXPECT_GE(journey.spans()[1].end_ns, journey.spans()[1].start_ns);
  EXPECT_EQ(journey.spans()[1].notes[0].value.size(), Journey::kMaxNoteBytes);
  EXPECT_EQ(journey.spans().size(), Journey::kMaxSpans);
  EXPECT_EQ(journey.dropped_spans(), 102 - Journey::kMaxSpans);
}

TEST(JourneyLog, KeepsOnlyTheNewest) {
  JourneyLog log(2);
  for (const char* id : {"a", "b", "c"}) log.add(std::make_shared<Journey>(id, Timestamp{}));
  EXPECT_EQ(log.find("a"), nullptr);
  EXPECT_NE(log.find("c"), nullptr);
  EXPECT_EQ(log.latest(5).size(), 2u);
}

TEST(Secrets, AreMasked) {
  EXPECT_EQ(mask_secret("short"), "****");
  EXPECT_EQ(mask_secret("0123456789abcdef"), "****cdef");
}

TEST(WorkerPool, RunsWorkAndRefusesWhenFull) {
  WorkerPool pool(1, 1);
  EXPECT_EQ(*testing::run_task(pool.run([] { return 42; })), 42);
  WorkerPool full(1, 0);
  EXPECT_EQ(testing::run_task(full.run([] { return 42; })).error().kind, Error::Kind::kThrottled);
}

}  // namespace
}  // namespace gatehouse
