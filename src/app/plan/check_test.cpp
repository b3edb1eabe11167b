#include "app/plan/check.hpp"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <sstream>

namespace gatehouse::plan {
namespace {

std::string read(const std::filesystem::path& path) {
  std::ifstream file(path);
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

// All findings of loading and checking a template, one a line; empty when it may start.
std::string findings_of(std::string_view text, std::map<std::string, std::string, std::less<>> parameters = {}) {
  templates::Inputs inputs;
  inputs.parameters = std::move(parameters);
  inputs.host_values = {{"SiteUrl", "http://localhost:8080"}};
  templates::Findings findings;
  const auto loaded = templates::Template::load(text, "t.yaml", inputs, findings);
  if (loaded) check(*loaded, findings);
  return findings.to_string();
}

const std::filesystem::path kApplications = APPLICATIONS;

TEST(Applications, PassWithoutAFinding) {
  EXPECT_EQ(findings_of(read(kApplications / "products/template.yaml")), "");
  EXPECT_EQ(findings_of(read(kApplications / "hello/template.yaml")), "");
}

TEST(Applications, AreDeployedInTheOrderOfTheirReferences) {
  templates::Inputs inputs;
  inputs.host_values = {{"SiteUrl", "http://localhost:8080"}};
  templates::Findings findings;
  const auto loaded =
      templates::Template::load(read(kApplications / "products/template.yaml"), "t.yaml", inputs, findings);
  ASSERT_TRUE(loaded) << findings.to_string();
  std::map<std::string, std::size_t> place;
  for (const templates::Resource& resource : loaded->resources()) place.emplace(resource.logical_id, place.size());
  for (const templates::Resource& resource : loaded->resources()) {
    for (const std::string& needed : resource.depends_on)
      EXPECT_LT(place.at(needed), place.at(resource.logical_id)) << resource.logical_id;
  }
  for (const char* made : {"ProxyFunctionRole", "ProxyApiProdStage", "ProxyFunctionExchangePermissionProd"}) {
    EXPECT_TRUE(place.contains(made)) << made;
  }
}

struct Wrong {
  std::string_view text;
  std::vector<std::string_view> expected;  // parts of the findings
};

constexpr std::string_view kTable =
    "    Type: AWS::DynamoDB::Table\n    Properties:\n      AttributeDefinitions: [{AttributeName: id, AttributeType: "
    "S}]\n"
    "      KeySchema: [{AttributeName: id, KeyType: HASH}]\n";

TEST(Check, RefusesWhatIsNotEnforcedWithPlacePathAndCure) {
  const std::string table = "Resources:\n  T:\n" + std::string(kTable);
  const std::string sam =
      "Transform: AWS::Serverless-2016-10-31\nResources:\n  F:\n    Type: AWS::Serverless::Function\n    Properties:\n"
      "      CodeUri: dist/\n      Handler: bootstrap\n      Runtime: provided.al2023\n";
  const std::string typo = table + "      BilingMode: PAY_PER_REQUEST\n";
  const std::string streams =
      table + "      StreamSpecification: {StreamViewType: NEW_IMAGE}\n      TimeToLiveSpecification: {}\n";
  const std::string value = table + "      BillingMode: PAY_PER_REQEST\n";
  const std::string event = sam + "      Events:\n        E: {Type: Schedule, Properties: {}}\n";
  const std::string policy = sam + "      Policies:\n        - DynamoDBCrudPolcy: {TableName: x}\n";
  const std::string condition = sam +
                                "      Policies:\n        - Statement:\n            - {Effect: Allow, Action: "
                                "'dynamodb:*', Resource: '*', Condition: {}}\n";
  const std::string cycle =
      table + "      TableName: !Ref U\n  U:\n" + std::string(kTable) + "      TableName: !Ref T\n";
  const std::string attribute = table + "      TableName: !GetAtt T2.Arnn\n  T2:\n" + std::string(kTable);
  const std::string authorizer =
      sam + "      Events:\n        E: {Type: Api, Properties: {Path: /x, Method: GET, Auth: {Authorizer: Nobody}}}\n";
  const Wrong cases[] = {
      {typo, {"t.yaml:7:7: Resources.T.Properties.BilingMode: unknown property; did you mean BillingMode?"}},
      {streams, {"Resources.T.Properties.StreamSpecification", "Resources.T.Properties.TimeToLiveSpecification"}},
      {value, {"did you mean PAY_PER_REQUEST?"}},
      {"Resources:\n  B:\n    Type: AWS::S3::Bukket\n", {"t.yaml:3:11", "did you mean AWS::S3::Bucket?"}},
      {"Resources:\n  A:\n    Type: AWS::ApiGateway::Method\n", {"write AWS::Serverless::Api"}},
      {event, {"Schedule"}},
      {policy, {"did you mean DynamoDBCrudPolicy?"}},
      {condition, {"Condition"}},
      {cycle, {"T -> U -> T"}},
      {attribute, {"has no attribute Arnn", "did you mean Arn?"}},
      {authorizer, {"no authorizer Nobody"}},
      {"Resources:\n  T: {Type: AWS::DynamoDB::Table, Properties: {TableName: !Ref Nothing}}\n",
       {"there is no parameter or resource Nothing", "AttributeDefinitions is missing", "KeySchema is missing"}},
      {"Resources:\n  T: {Type: X, Type: Y}\n", {"t.yaml:2:16", "Type is given twice"}},
      {"Resources: &a\n  T: {}\n", {"anchors are not supported"}},
      {"Resources:\n  T: {Type: AWS::DynamoDB::Table, Properties: {TableName: !Rf x}}\n",
       {"unknown tag !Rf", "did you mean !Ref?"}},
      {"Resource: {}\n", {"did you mean Resources?"}},
      {"Resources: [\n", {"not valid YAML"}},
  };
  for (const Wrong& wrong : cases) {
    const std::string found = findings_of(wrong.text);
    for (const std::string_view expected : wrong.expected)
      EXPECT_NE(found.find(expected), std::string::npos) << wrong.text << "\nfound:\n"
                                                         << found << "expected: " << expected;
  }
}

TEST(Parameters, AreCheckedAgainstTheirDeclaration) {
  const std::string text =
      "Parameters:\n  Size: {Type: Number, MinValue: 1, MaxValue: 9}\n  Name: {Type: String, AllowedPattern: '[a-z]+', "
      "Default: abc}\n"
      "Resources:\n  T:\n" +
      std::string(kTable);
  EXPECT_EQ(findings_of(text, {{"Size", "5"}}), "");
  EXPECT_NE(findings_of(text).find("--parameter Size=VALUE"), std::string::npos);
  EXPECT_NE(findings_of(text, {{"Size", "10"}}).find("more than MaxValue"), std::string::npos);
  EXPECT_NE(findings_of(text, {{"Size", "x"}}).find("is not a number"), std::string::npos);
  EXPECT_NE(findings_of(text, {{"Size", "5"}, {"Name", "A1"}}).find("AllowedPattern"), std::string::npos);
  EXPECT_NE(findings_of(text, {{"Size", "5"}, {"Nam", "a"}}).find("did you mean Name?"), std::string::npos);
}

TEST(Site, MustBePublicOnAwsToo) {
  const std::string text =
      "Resources:\n  S:\n    Type: AWS::S3::Bucket\n    Metadata: {Gatehouse: {Content: site}}\n    Properties:\n      "
      "WebsiteConfiguration: {IndexDocument: index.html}\n";
  const std::string found = findings_of(text);
  EXPECT_NE(found.find("write BlockPublicPolicy: false"), std::string::npos) << found;
  EXPECT_NE(found.find("no bucket policy lets anybody read the site"), std::string::npos) << found;
}

}  // namespace
}  // namespace gatehouse::plan
