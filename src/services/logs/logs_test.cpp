#include "services/logs/logs.hpp"

#include <gmock/gmock.h>

#include <thread>

#include "services/logs/reader.hpp"
#include "services/logs/testing_world.hpp"

namespace gatehouse::logs {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

using LogsTest = World;

TEST_F(LogsTest, KeepsWhatWasAppendedOverARestart) {
  logs_->append("/g", "s", clock_.now_ms(), "first");
  logs_->append("/g", "s", clock_.now_ms(), "second");
  flush();
  restart();
  EXPECT_THAT(filter_all(R"({"logGroupName":"/g"})"), ElementsAre("first", "second"));
  logs_->append("/g", "s", clock_.now_ms(), "third");
  flush();
  EXPECT_THAT(filter_all(R"({"logGroupName":"/g"})"), ElementsAre("first", "second", "third"));
  EXPECT_EQ(ok("DescribeLogStreams", R"({"logGroupName":"/g"})").at("logStreams").as_array().size(), 1u);
}

TEST_F(LogsTest, MergesStreamsInTheOrderOfTime) {
  const std::int64_t now = clock_.now_ms();
  for (int i = 0; i < 6; ++i) logs_->append("/g", i % 2 == 0 ? "a" : "b", now + i * 7000, fmt::format("{}", i));
  logs_->append("/g", "c", now + 6999, "late");
  flush();
  EXPECT_THAT(filter_all(R"({"logGroupName":"/g","limit":2})"), ElementsAre("0", "late", "1", "2", "3", "4", "5"));
}

TEST_F(LogsTest, TellsInTheStreamHowManyEventsWereDropped) {
  config_.max_waiting_bytes = 1000;
  restart();
  for (int i = 0; i < 100; ++i) logs_->append("/g", "s", clock_.now_ms(), std::string(50, 'x'));
  flush();
  const std::vector<std::string> lines = filter_all(R"({"logGroupName":"/g"})");
  ASSERT_GT(lines.size(), 2u);
  EXPECT_LT(lines.size(), 100u);
  EXPECT_EQ(logs_->dropped_events(), 100 - (lines.size() - 1));
  EXPECT_THAT(lines.back(), HasSubstr(fmt::format("{} log events were dropped", logs_->dropped_events())));
}

TEST_F(LogsTest, StopWritesWhatWaits) {
  net::io_context loop;
  bool ended = false;
  net::co_spawn(loop.get_executor(), logs_->run(), [&](std::exception_ptr) { ended = true; });
  std::thread other([&] {
    for (int i = 0; i < 100; ++i) logs_->append("/g", "s", clock_.now_ms(), "line");
  });
  other.join();
  net::co_spawn(loop.get_executor(), logs_->stop(), net::detached);
  loop.run();
  EXPECT_TRUE(ended);
  logs_->append("/g", "s", clock_.now_ms(), "too late");
  restart();
  EXPECT_EQ(filter_all(R"({"logGroupName":"/g"})").size(), 100u);
}

TEST_F(LogsTest, TheWriterWritesByItself) {
  config_.flush_interval = std::chrono::milliseconds(1);
  restart();
  net::io_context loop;
  net::co_spawn(loop.get_executor(), logs_->run(), net::detached);
  logs_->append("/g", "s", clock_.now_ms(), "one");
  while (!logs_->archive().directory().stream("/g", "s") || logs_->archive().directory().stream("/g", "s")->bytes == 0)
    loop.run_one();
  logs_->append("/g", "s", clock_.now_ms(), "two");
  const std::uint64_t bytes = logs_->archive().directory().stream("/g", "s")->bytes;
  while (logs_->archive().directory().stream("/g", "s")->bytes == bytes) loop.run_one();
  net::co_spawn(loop.get_executor(), logs_->stop(), net::detached);
  loop.run();
  EXPECT_THAT(filter_all(R"({"logGroupName":"/g"})"), ElementsAre("one", "two"));
}

TEST_F(LogsTest, AGroupStaysWithinItsSizeAndLosesTheOldestFirst) {
  config_.max_group_bytes = 100'000;
  restart();
  for (int i = 0; i < 100; ++i) {
    clock_.advance(std::chrono::seconds(100));
    logs_->append("/g", fmt::format("s{}", i), clock_.now_ms(), fmt::format("{:04}{}", i, std::string(5000, 'x')));
    flush();
    EXPECT_LE(logs_->archive().directory().group("/g")->bytes, 110'000u);
  }
  const std::vector<std::string> lines = filter_all(R"({"logGroupName":"/g"})");
  ASSERT_GT(lines.size(), 10u);
  EXPECT_LT(lines.size(), 25u);
  EXPECT_EQ(lines.back().substr(0, 4), "0099");
  // Streams whose events are gone go too, after a while.
  EXPECT_LT(logs_->archive().directory().streams("/g").size(), 80u);
  const std::uint64_t bytes = logs_->archive().directory().group("/g")->bytes;
  restart();
  EXPECT_EQ(logs_->archive().directory().group("/g")->bytes, bytes);
}

TEST_F(LogsTest, EventsPastTheRetentionAreGone) {
  ASSERT_TRUE(gatehouse::testing::run_task(logs_->ensure_group("/g", 1)));
  logs_->append("/g", "s", clock_.now_ms(), "old");
  flush();
  clock_.advance(std::chrono::hours(25));
  EXPECT_TRUE(filter_all(R"({"logGroupName":"/g"})").empty());
  logs_->append("/g", "s", clock_.now_ms(), "new");
  flush();
  EXPECT_THAT(filter_all(R"({"logGroupName":"/g"})"), ElementsAre("new"));
  ASSERT_TRUE(gatehouse::testing::run_task(logs_->ensure_group("/g", std::nullopt)));
  EXPECT_THAT(filter_all(R"({"logGroupName":"/g"})"), ElementsAre("new"));  // deleted, not only hidden
}

TEST_F(LogsTest, ADeletedGroupAndItsNamesakeHaveNothingInCommon) {
  logs_->append("/g", "s", clock_.now_ms(), "before");
  flush();
  ASSERT_TRUE(gatehouse::testing::run_task(logs_->remove_group("/g")));
  EXPECT_TRUE(gatehouse::testing::run_task(logs_->remove_group("/g")));
  EXPECT_EQ(refusal("FilterLogEvents", R"({"logGroupName":"/g"})"),
            "ResourceNotFoundException: The specified log group does not exist.");
  logs_->append("/g", "s", clock_.now_ms(), "after");
  flush();
  restart();
  EXPECT_THAT(filter_all(R"({"logGroupName":"/g"})"), ElementsAre("after"));
}

TEST_F(LogsTest, MakesTextOfWhatIsNot) {
  logs_->append("/g", "s", clock_.now_ms(), "a\xff\xc3\xa4\xe2\x82");
  logs_->append("/g", "s", clock_.now_ms(), "");
  flush();
  EXPECT_THAT(filter_all(R"({"logGroupName":"/g"})"), ElementsAre("a\uFFFDä\uFFFD\uFFFD"));
}

TEST_F(LogsTest, ReadsALargeGroupInPagesThatMoveForward) {
  const std::int64_t now = clock_.now_ms();
  for (int batch = 0; batch < 40; ++batch) {
    for (int i = 0; i < 50; ++i)
      logs_->append("/g", batch % 3 == 0 ? "a" : "b", now + batch * 100 + i, fmt::format("{}-{}", batch, i));
    flush();
  }
  for (const bool forward : {true, false}) {
    ReadRequest request;
    request.group = "/g";
    request.forward = forward;
    request.wants_stream = [](std::string_view stream) { return stream == "a"; };
    request.max_examined_bytes = 1;  // every batch would be a page
    std::size_t events = 0;
    std::optional<Position> cursor;
    for (int page = 0; page < 10'000; ++page) {
      request.from = cursor;
      const Result<ReadResult> read = gatehouse::testing::run_task(read_events(logs_->archive(), request));
      ASSERT_TRUE(read);
      events += read->events.size();
      if (read->is_complete) break;
      ASSERT_TRUE(read->cursor);
      ASSERT_TRUE(!cursor || (forward ? *read->cursor > *cursor : *read->cursor < *cursor));
      cursor = read->cursor;
    }
    EXPECT_EQ(events, 14u * 50u);
  }
}

TEST(Batches, AreSplitByTimeSizeAndCount) {
  std::vector<NewEvent> events;
  for (int i = 0; i < 5; ++i) events.push_back({(5 - i) * 6000, std::string(100, 'x')});
  const auto batches = split_into_batches(std::move(events));
  ASSERT_EQ(batches.size(), 3u);
  for (const auto& batch : batches) EXPECT_LE(batch.back().timestamp - batch.front().timestamp, kMaxBatchSpanMs);
  EXPECT_EQ(batches.front().front().timestamp, 6000);
}

TEST(Batches, SurviveTheirEncodingAndRefuseDamage) {
  const Batch batch{"g", "s", 7, 42, {{1000, "a"}, {1500, std::string("\0b", 2)}, {1500, "c"}}};
  store::Item item = batch_item(batch);
  const Result<Batch> read = read_batch(item);
  ASSERT_TRUE(read);
  EXPECT_EQ(read->number, 7u);
  EXPECT_EQ(read->events[1].message, std::string("\0b", 2));
  EXPECT_EQ(read->events[2].timestamp, 1500);
  const std::string bytes = item.at("events").get_if<store::Binary>()->bytes;
  for (std::size_t length = 0; length < bytes.size(); ++length) {
    item.at("events") = store::Binary{bytes.substr(0, length)};
    const Result<Batch> cut = read_batch(item);
    EXPECT_TRUE(!cut || cut->events.size() < 3) << length;
  }
}

TEST(Positions, AreOrderedAsText) {
  const Position a{5, 1, 9}, b{5, 2, 0}, c{10, 0, 0};
  EXPECT_LT(a.to_string(), b.to_string());
  EXPECT_LT(b.to_string(), c.to_string());
  EXPECT_EQ(Position::parse(b.to_string()), b);
  for (const char* text : {"", "x", "00000000000000000005000000000000000000020000000000000000x"})
    EXPECT_FALSE(Position::parse(text));
  EXPECT_FALSE(Position::parse(std::string(56, '9')));
  EXPECT_FALSE(Position::parse("-" + std::string(55, '0')));
}

}  // namespace
}  // namespace gatehouse::logs
