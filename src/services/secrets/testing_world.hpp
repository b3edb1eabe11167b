// For tests: secrets on a store in a folder of their own, called as an AWS client's call would be.
#pragma once

#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>

#include "base/testing/run_task.hpp"
#include "services/secrets/secrets.hpp"

namespace gatehouse::secrets {

class World : public ::testing::Test {
 protected:
  World()
      : folder_(std::filesystem::temp_directory_path() / fmt::format("gatehouse-secrets-{}-{}", ::getpid(), next_++)) {
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
    auto secrets = gatehouse::testing::run_task(
        Secrets::open({}, *store_, crypto::Sealer(std::string(32, 'k'), random_), clock_, random_));
    ASSERT_TRUE(secrets) << secrets.error().message << secrets.error().detail;
    secrets_ = std::move(*secrets);
    service_.emplace(Secrets::service_config("us-east-1"), secrets_->operations(), book_, clock_);
  }
  void stop() {
    service_.reset();
    secrets_.reset();
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
    EXPECT_TRUE(answer) << operation << " " << input << ": " << answer.error().code << " " << answer.error().message;
    return answer.value_or(json::object{});
  }
  // "Code: message", or "accepted".
  std::string refusal(std::string_view operation, std::string_view input) {
    const Result<json::object> answer = call(operation, input, root_);
    return answer ? "accepted" : fmt::format("{}: {}", answer.error().code, answer.error().message);
  }
  std::string text(const json::object& object, std::string_view name) {
    return std::string(string_member(object, name).value_or("(absent)"));
  }
  Result<Ensured> ensure(TemplateSecret secret) {
    return gatehouse::testing::run_task(secrets_->ensure(std::move(secret)));
  }
  std::string value(ValueReference reference) {
    const Result<std::string> out = gatehouse::testing::run_task(secrets_->value(std::move(reference)));
    return out ? *out : fmt::format("{}: {}", out.error().code, out.error().message);
  }

  static inline int next_ = 0;
  const std::filesystem::path folder_;
  ManualClock clock_;
  SystemRandom random_;
  aws::CredentialBook book_;
  const aws::Caller root_{"arn:aws:iam::000000000000:root", "000000000000", true, {}};
  std::unique_ptr<store::Store> store_;
  std::unique_ptr<Secrets> secrets_;
  std::optional<aws::JsonService> service_;
};

}  // namespace gatehouse::secrets
