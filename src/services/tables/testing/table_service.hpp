// The whole tables service over the embedded store in a folder of its own, called as a client would call it.
#pragma once

#include <gtest/gtest.h>

#include <filesystem>
#include <memory>
#include <string>
#include <string_view>

#include "base/testing/run_task.hpp"
#include "protocol/aws/json_service.hpp"
#include "services/tables/tables.hpp"

namespace gatehouse::tables::testing {

class TableService : public ::testing::Test {
 protected:
  void SetUp() override;
  void TearDown() override;

  // Closes the store and opens it again, as a restart does.
  void restart();

  // Calls an operation as the administrator; the answer, or the error as `{"error": code, "message": ..., members...}`.
  json::object call(std::string_view operation, std::string_view input);
  json::object call(std::string_view operation, const json::object& input);
  // The same as text, members in the order of the answer.
  std::string text(std::string_view operation, std::string_view input);
  // "ok", or the error's message.
  std::string message(std::string_view operation, std::string_view input);
  std::string code(std::string_view operation, std::string_view input);

  // A table with the hash key "id" (S) and, when wanted, the range key "seq" (N).
  void make_table(std::string_view name, bool has_sort = false);

  std::filesystem::path folder_;
  ManualClock clock_;
  SequenceRandom random_;
  std::unique_ptr<store::Store> store_;
  std::unique_ptr<Tables> tables_;
  std::vector<aws::Operation> operations_;
  aws::Caller caller_;
};

}  // namespace gatehouse::tables::testing
