#include "app/stack/state.hpp"

#include <gtest/gtest.h>
#include <stdlib.h>

#include <filesystem>

#include "base/run_task.hpp"

namespace gatehouse::app {
namespace {

class StackStateTest : public ::testing::Test {
 protected:
  StackStateTest() {
    char name[] = "/tmp/gatehouse-stack-XXXXXX";
    folder_ = ::mkdtemp(name);
    store_ = std::move(*store::open_embedded_store({.directory = folder_}));
  }
  ~StackStateTest() override {
    store_.reset();
    std::filesystem::remove_all(folder_);
  }
  StackState load() {
    return *run_task(StackState::load(*store_, clock_, random_, "shop", "us-east-1", "000000000000"));
  }

  std::filesystem::path folder_;
  ManualClock clock_;
  SequenceRandom random_;
  std::unique_ptr<store::Store> store_;
};

TEST_F(StackStateTest, RemembersEverythingThatRemovingAResourceNeeds) {
  StackState first = load();
  EXPECT_TRUE(first.is_new());
  StackResource client{
      .logical_id = "Client", .type = "AWS::Cognito::UserPoolClient", .physical_id = "abc", .parent = "pool"};
  client.is_deleted_with_template = true;
  ASSERT_TRUE(run_task(first.remember(client)));

  StackState second = load();

  EXPECT_FALSE(second.is_new());
  EXPECT_EQ(second.id(), first.id());
  EXPECT_EQ(second.physical_id("Client", "AWS::Cognito::UserPoolClient"), "abc");
  EXPECT_FALSE(second.physical_id("Client", "AWS::DynamoDB::Table"));
  const std::vector<StackResource> gone = second.left_over({});
  ASSERT_EQ(gone.size(), 1u);
  EXPECT_EQ(gone[0].parent, "pool");
  EXPECT_TRUE(gone[0].is_deleted_with_template);
  EXPECT_TRUE(second.left_over({"Client"}).empty());
}

TEST_F(StackStateTest, SaysUpdatedOnlyWhenSomethingChanged) {
  StackState first = load();
  const StackResource table{
      .logical_id = "Table", .type = "AWS::DynamoDB::Table", .physical_id = "t", .fingerprint = "1"};
  ASSERT_TRUE(run_task(first.remember(table)));
  EXPECT_EQ(first.find("Table")->status, "CREATE_COMPLETE");

  StackState second = load();
  ASSERT_TRUE(run_task(second.remember(table)));
  EXPECT_FALSE(second.changed());
  StackResource changed = table;
  changed.fingerprint = "2";
  ASSERT_TRUE(run_task(second.remember(changed)));
  EXPECT_TRUE(second.changed());
  EXPECT_EQ(second.find("Table")->status, "UPDATE_COMPLETE");
}

TEST_F(StackStateTest, KeepsWhatWasRetainedOutOfTheNextCleaning) {
  StackState state = load();
  ASSERT_TRUE(run_task(state.remember({.logical_id = "Table", .type = "AWS::DynamoDB::Table", .physical_id = "t"})));
  ASSERT_TRUE(run_task(state.retain("Table")));
  StackState again = load();
  EXPECT_TRUE(again.left_over({}).empty());
  EXPECT_EQ(again.physical_id("Table", "AWS::DynamoDB::Table"), "t");
}

}  // namespace
}  // namespace gatehouse::app
