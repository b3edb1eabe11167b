#include "app/cloudformation/cloudformation.hpp"

#include <gtest/gtest.h>

#include "base/testing/run_task.hpp"

namespace gatehouse::app {
namespace {

constexpr std::string_view kStackId = "arn:aws:cloudformation:us-east-1:000000000000:stack/shop/1";

StackDescription shop() {
  StackDescription stack;
  stack.name = "shop";
  stack.id = kStackId;
  stack.description = "A <shop> & more";
  stack.created_ms = 1'700'000'000'123;
  stack.parameters = {{"Secret", "****"}};
  stack.outputs = {{"Url", "http://x/?a=1&b=<2>", "Where \"it\" is", "shop-url"}, {"Plain", "p", "", ""}};
  stack.resources.resize(2);
  stack.resources[0].logical_id = "Items";
  stack.resources[0].type = "AWS::DynamoDB::Table";
  stack.resources[0].physical_id = "shop-items";
  stack.resources[0].updated_ms = 1'700'000'001'000;
  stack.resources[1].logical_id = "Pool";
  stack.resources[1].type = "AWS::Cognito::UserPool";
  return stack;
}

class CloudFormationTest : public ::testing::Test {
 protected:
  void publish() { cloudformation_.publish(std::make_shared<const StackDescription>(shop())); }
  const aws::QueryOperation& operation(std::string_view name) {
    for (const aws::QueryOperation& each : operations_) {
      if (each.name == name) return each;
    }
    ADD_FAILURE() << name;
    return operations_.front();
  }
  // The XML, or "CODE: message".
  std::string answer(std::string_view action, const http::Parameters& input = {}) {
    const aws::QueryCall call{action, input, caller_, nullptr, "R1"};
    const Result<std::string> outcome = gatehouse::testing::run_task(operation(action).run(call));
    return outcome ? *outcome : outcome.error().code + ": " + outcome.error().message;
  }

  aws::Caller caller_{.arn = "arn:aws:iam::000000000000:root", .account = {}, .is_administrator = true, .policies = {}};
  CloudFormation cloudformation_;
  std::vector<aws::QueryOperation> operations_ = cloudformation_.operations();
};

TEST_F(CloudFormationTest, HasAnEmptyAccountBeforeTheFirstStack) {
  EXPECT_EQ(answer("DescribeStacks"), "<Stacks></Stacks>");
  EXPECT_EQ(answer("ListStacks"), "<StackSummaries></StackSummaries>");
  EXPECT_EQ(answer("ListExports"), "<Exports></Exports>");
  EXPECT_EQ(answer("DescribeStackResources", {{"PhysicalResourceId", "x"}}),
            "ValidationError: Stack for x does not exist");
}

TEST_F(CloudFormationTest, DescribesTheStackWithItsTextEscaped) {
  publish();
  const std::string expected =
      "<Stacks><member><StackId>arn:aws:cloudformation:us-east-1:000000000000:stack/shop/1</StackId>"
      "<StackName>shop</StackName><Description>A &lt;shop&gt; &amp; more</Description>"
      "<Parameters><member><ParameterKey>Secret</ParameterKey><ParameterValue>****</ParameterValue></member>"
      "</Parameters><CreationTime>2023-11-14T22:13:20.123Z</CreationTime>"
      "<RollbackConfiguration></RollbackConfiguration><StackStatus>CREATE_COMPLETE</StackStatus>"
      "<DisableRollback>false</DisableRollback><NotificationARNs></NotificationARNs><Capabilities></Capabilities>"
      "<Outputs><member><OutputKey>Url</OutputKey><OutputValue>http://x/?a=1&amp;b=&lt;2&gt;</OutputValue>"
      "<Description>Where &quot;it&quot; is</Description><ExportName>shop-url</ExportName></member>"
      "<member><OutputKey>Plain</OutputKey><OutputValue>p</OutputValue></member></Outputs><Tags></Tags>"
      "<EnableTerminationProtection>false</EnableTerminationProtection>"
      "<DriftInformation><StackDriftStatus>NOT_CHECKED</StackDriftStatus></DriftInformation></member></Stacks>";
  EXPECT_EQ(answer("DescribeStacks"), expected);
  EXPECT_EQ(answer("DescribeStacks", {{"StackName", "shop"}}), expected);
  EXPECT_EQ(answer("DescribeStacks", {{"StackName", std::string(kStackId)}}), expected);
}

TEST_F(CloudFormationTest, TellsOfUnknownStacksInAwssWords) {
  publish();
  for (const std::string_view action :
       {"DescribeStacks", "ListStackResources", "DescribeStackResource", "DescribeStackResources"}) {
    EXPECT_EQ(answer(action, {{"StackName", "other"}}), "ValidationError: Stack with id other does not exist");
  }
}

TEST_F(CloudFormationTest, FiltersStacksByStatus) {
  publish();
  EXPECT_EQ(answer("ListStacks", {{"StackStatusFilter.member.1", "DELETE_COMPLETE"}}),
            "<StackSummaries></StackSummaries>");
  EXPECT_NE(answer("ListStacks", {{"StackStatusFilter.member.1", "DELETE_COMPLETE"},
                                  {"StackStatusFilter.member.2", "CREATE_COMPLETE"}})
                .find("<TemplateDescription>A &lt;shop&gt;"),
            std::string::npos);
}

TEST_F(CloudFormationTest, ListsResourcesInTheTemplatesOrder) {
  publish();
  EXPECT_EQ(answer("ListStackResources", {{"StackName", "shop"}}),
            "<StackResourceSummaries><member><LogicalResourceId>Items</LogicalResourceId>"
            "<PhysicalResourceId>shop-items</PhysicalResourceId><ResourceType>AWS::DynamoDB::Table</ResourceType>"
            "<LastUpdatedTimestamp>2023-11-14T22:13:21.000Z</LastUpdatedTimestamp>"
            "<ResourceStatus>CREATE_COMPLETE</ResourceStatus><DriftInformation><StackResourceDriftStatus>NOT_CHECKED"
            "</StackResourceDriftStatus></DriftInformation></member>"
            "<member><LogicalResourceId>Pool</LogicalResourceId><ResourceType>AWS::Cognito::UserPool</ResourceType>"
            "<LastUpdatedTimestamp>2023-11-14T22:13:20.123Z</LastUpdatedTimestamp>"
            "<ResourceStatus>CREATE_COMPLETE</ResourceStatus><DriftInformation><StackResourceDriftStatus>NOT_CHECKED"
            "</StackResourceDriftStatus></DriftInformation></member></StackResourceSummaries>");
}

TEST_F(CloudFormationTest, DescribesOneResource) {
  publish();
  const std::string found = answer("DescribeStackResource", {{"StackName", "shop"}, {"LogicalResourceId", "Items"}});
  EXPECT_TRUE(found.starts_with("<StackResourceDetail><StackName>shop</StackName>")) << found;
  EXPECT_EQ(answer("DescribeStackResource", {{"StackName", "shop"}, {"LogicalResourceId", "None"}}),
            "ValidationError: Resource None does not exist for stack shop");
}

TEST_F(CloudFormationTest, FindsTheStackByAPhysicalId) {
  publish();
  const std::string all = answer("DescribeStackResources", {{"PhysicalResourceId", "shop-items"}});
  EXPECT_NE(all.find("Items"), std::string::npos);
  EXPECT_NE(all.find("Pool"), std::string::npos);
  const std::string one = answer("DescribeStackResources", {{"StackName", "shop"}, {"LogicalResourceId", "Pool"}});
  EXPECT_EQ(one.find("Items"), std::string::npos);
  EXPECT_TRUE(answer("DescribeStackResources").starts_with("ValidationError: "));
  EXPECT_TRUE(answer("DescribeStackResources", {{"StackName", "shop"}, {"PhysicalResourceId", "shop-items"}})
                  .starts_with("ValidationError: "));
}

TEST_F(CloudFormationTest, ListsWhatIsExported) {
  publish();
  EXPECT_EQ(answer("ListExports"),
            "<Exports><member><ExportingStackId>arn:aws:cloudformation:us-east-1:000000000000:stack/shop/1"
            "</ExportingStackId><Name>shop-url</Name><Value>http://x/?a=1&amp;b=&lt;2&gt;</Value></member></Exports>");
}

TEST_F(CloudFormationTest, RefusesChangesAndSaysHowTheyAreMade) {
  for (const std::string_view action : {"CreateStack", "UpdateStack", "DeleteStack", "GetTemplateSummary"}) {
    const std::string refusal = answer(action);
    EXPECT_TRUE(refusal.starts_with(fmt::format("InvalidAction: {} ", action))) << refusal;
    EXPECT_NE(refusal.find("gatehouse run"), std::string::npos);
  }
}

TEST_F(CloudFormationTest, AsksThePolicyOnTheStackThatIsNamed) {
  publish();
  EXPECT_EQ(operation("DescribeStacks").resources({{"StackName", "shop"}}), std::vector{std::string(kStackId)});
  EXPECT_TRUE(operation("DescribeStacks").resources({}).empty());
  EXPECT_TRUE(operation("DescribeStacks").resources({{"StackName", "other"}}).empty());
}

}  // namespace
}  // namespace gatehouse::app
