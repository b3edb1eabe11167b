// For tests: logs on a store in a folder of their own, called as an AWS client's call would be.
#pragma once

#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>

#include "base/testing/run_task.hpp"
#include "services/logs/archive.hpp"
#include "services/logs/logs.hpp"

namespace gatehouse::logs {

class World : public ::testing::Test {
 protected:
  World() : folder_(std::filesystem::temp_directory_path() / fmt::format("gatehouse-logs-{}-{}", ::getpid(), next_++)) {
    std::filesystem::create_directory(folder_);
    start();
  }
  ~World() override {
    stop();
    std::filesystem::remove_all(folder_);
  }

  void start() {
    Result<std::unique_ptr<store::Store>> store =
        store::open_embedded_store({.directory = folder_, .cache_bytes = 1 << 20, .max_waiting_writes = 1000});
    ASSERT_TRUE(store) << store.error().message;
    store_ = std::move(*store);
    auto logs = gatehouse::testing::run_task(Logs::open(config_, *store_, clock_));
    ASSERT_TRUE(logs) << logs.error().message << logs.error().detail;
    logs_ = std::move(*logs);
    service_.emplace(service_config("us-east-1"), operations(*logs_), book_, clock_);
  }
  void stop() {
    service_.reset();
    logs_.reset();
    store_.reset();
  }
  void restart() {
    stop();
    start();
  }

  Result<json::object> call(std::string_view operation, std::string_view input, const aws::Caller& caller) {
    const json::value value = parse_json(input).value();
    return gatehouse::testing::run_task(service_->call(operation, value.get_object(), caller, nullptr, "R"));
  }
  json::object ok(std::string_view operation, std::string_view input) {
    const Result<json::object> answer = call(operation, input, root_);
    EXPECT_TRUE(answer) << operation << " " << input << ": " << answer.error().code << " " << answer.error().message
                        << " " << answer.error().detail;
    return answer.value_or(json::object{});
  }
  // "Code: message", or "accepted".
  std::string refusal(std::string_view operation, std::string_view input) {
    const Result<json::object> answer = call(operation, input, root_);
    return answer ? "accepted" : fmt::format("{}: {}", answer.error().code, answer.error().message);
  }
  void flush() { gatehouse::testing::run_task(logs_->flush()); }
  // The messages of an answer's events.
  static std::vector<std::string> messages(const json::object& answer) {
    std::vector<std::string> out;
    for (const json::value& event : answer.at("events").as_array())
      out.emplace_back(event.as_object().at("message").as_string());
    return out;
  }
  static std::string text(const json::object& object, std::string_view name) {
    return std::string(string_member(object, name).value_or("(absent)"));
  }
  // All pages of FilterLogEvents; fails the test when they do not end.
  std::vector<std::string> filter_all(std::string input) {
    json::object request = parse_json(input)->as_object();
    std::vector<std::string> out;
    for (int page = 0; page < 1000; ++page) {
      const json::object answer = ok("FilterLogEvents", json::serialize(request));
      for (std::string& message : messages(answer)) out.push_back(std::move(message));
      if (!answer.contains("nextToken")) return out;
      request["nextToken"] = answer.at("nextToken");
    }
    ADD_FAILURE() << "the pages do not end";
    return out;
  }

  static inline int next_ = 0;
  const std::filesystem::path folder_;
  ManualClock clock_;
  Config config_;
  aws::CredentialBook book_;
  const aws::Caller root_{"arn:aws:iam::000000000000:root", "000000000000", true, {}};
  std::unique_ptr<store::Store> store_;
  std::unique_ptr<Logs> logs_;
  std::optional<aws::JsonService> service_;
};

}  // namespace gatehouse::logs
