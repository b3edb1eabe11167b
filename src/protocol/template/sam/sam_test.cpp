// What is expected here is what AWS's own transform makes of the same templates, but for the routes of an API, which
// Gatehouse keeps as a list (transform.hpp).
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "protocol/template/testing/load.hpp"

namespace gatehouse::templates {
namespace {

using ::testing::HasSubstr;
using ::testing::IsSupersetOf;
using testing::load;
using testing::Loaded;
using ::testing::UnorderedElementsAre;

constexpr std::string_view kSam = "Transform: AWS::Serverless-2016-10-31\n";

Template transformed(std::string_view text) {
  Loaded loaded = load(std::string(kSam) + std::string(text));
  EXPECT_EQ(loaded.findings, "");
  return std::move(*loaded.definition);
}

std::vector<std::string> ids(const Template& definition) {
  std::vector<std::string> out;
  for (const Resource& resource : definition.resources()) out.push_back(resource.logical_id);
  return out;
}

// The method of the API with this name, as JSON text; empty when there is none.
std::string route(const Template& definition, std::string_view api, std::string_view method, std::string_view path) {
  const Resource* resource = definition.find_resource(api);
  if (resource == nullptr) return "no API";
  for (const Node& entry : resource->properties.find("Gatehouse")->find("Methods")->items()) {
    if (entry.find("Method")->text() == method && entry.find("Path")->text() == path) return entry.to_json_text();
  }
  return {};
}

constexpr std::string_view kFunction = R"(
  F:
    Type: AWS::Serverless::Function
    Properties:
      CodeUri: dist/
      Handler: bootstrap
      Runtime: provided.al2023
)";

std::string function_with(std::string_view events) {
  return std::string(kFunction) + "      Events:\n" + std::string(events);
}

TEST(Sam, AFunctionBecomesItselfAndItsRole) {
  const Template out = transformed("Resources:" + std::string(kFunction) + R"(      MemorySize: 256
      Environment: {Variables: {A: b}}
      Policies:
        - DynamoDBReadPolicy: {TableName: orders}
        - AWSLambdaBasicExecutionRole
        - Statement: {Effect: Allow, Action: 's3:GetObject', Resource: '*'}
)");
  EXPECT_THAT(ids(out), UnorderedElementsAre("FRole", "F"));
  const Resource* function = out.find_resource("F");
  EXPECT_EQ(function->type, "AWS::Lambda::Function");
  EXPECT_EQ(function->properties.to_json_text(),
            R"({"Handler":"bootstrap","Runtime":"provided.al2023","MemorySize":256,)"
            R"("Environment":{"Variables":{"A":"b"}},"Code":"dist/","Role":{"Fn::GetAtt":"FRole.Arn"}})");
  const Node& role = out.find_resource("FRole")->properties;
  EXPECT_EQ(role.find("AssumeRolePolicyDocument")->to_json_text(),
            R"({"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":["sts:AssumeRole"],)"
            R"("Principal":{"Service":["lambda.amazonaws.com"]}}]})");
  EXPECT_EQ(role.find("ManagedPolicyArns")->to_json_text(),
            R"(["arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole"])");
  ASSERT_EQ(role.find("Policies")->items().size(), 2U);
  EXPECT_EQ(role.find("Policies")->items()[0].find("PolicyName")->text(), "FRolePolicy0");
  EXPECT_EQ(role.find("Policies")->items()[1].find("PolicyName")->text(), "FRolePolicy2") << "all are counted";
}

TEST(Sam, PolicyTemplatesNameExactlyWhatTheyAreGiven) {
  const Template out = transformed("Resources:" + std::string(kFunction) + R"(      Policies:
        - DynamoDBWritePolicy: {TableName: !Ref T}
  T: {Type: AWS::Serverless::SimpleTable}
)");
  const Node& policy = out.find_resource("FRole")->properties.find("Policies")->items()[0];
  const Node& statement = policy.find("PolicyDocument")->find("Statement")->items()[0];
  EXPECT_EQ(statement.find("Action")->to_json_text(),
            R"(["dynamodb:PutItem","dynamodb:UpdateItem","dynamodb:BatchWriteItem"])");
  EXPECT_EQ(statement.find("Resource")->items()[0].to_json_text(),
            R"({"Fn::Sub":["arn:${AWS::Partition}:dynamodb:${AWS::Region}:${AWS::AccountId}:table/${value}",)"
            R"({"value":{"Ref":"T"}}]})");
  EXPECT_THAT(out.find_resource("FRole")->depends_on, ::testing::ElementsAre("T"));
}

TEST(Sam, AnEventWithoutAnApiGetsTheImplicitOne) {
  const Template out = transformed(
      "Resources:" + function_with("        Hello: {Type: Api, Properties: {Path: /hello, Method: get}}\n"));
  EXPECT_THAT(ids(out),
              IsSupersetOf({"F", "FRole", "FHelloPermissionProd", "ServerlessRestApi", "ServerlessRestApiProdStage"}));
  EXPECT_EQ(out.resources().size(), 6U);
  EXPECT_EQ(out.find_resource("ServerlessRestApi")->properties.find("Name")->to_json_text(),
            R"({"Ref":"AWS::StackName"})");
  EXPECT_EQ(out.find_resource("ServerlessRestApiProdStage")->properties.find("StageName")->text(), "Prod");
  EXPECT_EQ(route(out, "ServerlessRestApi", "GET", "/hello"),
            R"({"Path":"/hello","Method":"GET","Function":{"Fn::GetAtt":["F","Arn"]}})");
}

TEST(Sam, NamesOfStagesPermissionsAndDeploymentsAreSams) {
  const struct {
    std::string_view stage_name, stage, permission;
  } cases[] = {
      {"v1", "Apiv1Stage", "FEPermissionv1"},
      {"!Ref P", "ApiStage", "FEPermissionStage"},
      {"my-st_age", "ApiStage85ef742d50", "FEPermission85ef742d50"},
  };
  for (const auto& test : cases) {
    const std::string api = fmt::format(
        "Parameters: {{P: {{Type: String, Default: dev}}}}\nResources:\n  Api: {{Type: AWS::Serverless::Api, "
        "Properties: "
        "{{StageName: {}}}}}",
        test.stage_name);
    const Template out = transformed(
        api + function_with(
                  "        E: {Type: Api, Properties: {RestApiId: !Ref Api, Path: '/a/{b}/c{d+}', Method: ANY}}\n"));
    EXPECT_NE(out.find_resource(test.stage), nullptr) << test.stage_name;
    const Resource* permission = out.find_resource(test.permission);
    ASSERT_NE(permission, nullptr) << test.stage_name;
    EXPECT_EQ(permission->properties.find("SourceArn")->to_json_text(),
              R"({"Fn::Sub":"arn:aws:execute-api:${AWS::Region}:${AWS::AccountId}:${Api}/*/*/a/*/c*"})");
    EXPECT_THAT(ids(out), ::testing::Contains(::testing::ContainsRegex("^ApiDeployment[0-9a-f]{10}$")));
  }
}

TEST(Sam, AChangedApiHasAnotherDeployment) {
  const auto deployment = [](std::string_view path) {
    const Template out =
        transformed("Resources:" + function_with(fmt::format(
                                       "        E: {{Type: Api, Properties: {{Path: {}, Method: GET}}}}\n", path)));
    for (const std::string& id : ids(out)) {
      if (id.starts_with("ServerlessRestApiDeployment")) return id;
    }
    return std::string();
  };
  EXPECT_EQ(deployment("/a"), deployment("/a"));
  EXPECT_NE(deployment("/a"), deployment("/b"));
}

constexpr std::string_view kProtected = R"(
Resources:
  Users: {Type: T::T::T}
  Api:
    Type: AWS::Serverless::Api
    Properties:
      StageName: v1
      Cors: {AllowOrigin: "'https://x'", MaxAge: "'600'"}
      Auth:
        DefaultAuthorizer: Signed
        ADD
        Authorizers:
          Signed: {UserPoolArn: !GetAtt Users.Arn, AuthorizationScopes: [openid]}
          Second: {UserPoolArn: !GetAtt Users.Arn}
)";

std::string protected_api(std::string_view more, std::string_view events) {
  std::string text(kProtected);
  text.replace(text.find("ADD"), 3, more);
  return text + function_with(events);
}

TEST(Sam, AMethodsOwnAuthWinsOverTheApis) {
  const Template out = transformed(protected_api("ApiKeyRequired: true", R"(
        A: {Type: Api, Properties: {RestApiId: !Ref Api, Path: /a, Method: GET}}
        B: {Type: Api, Properties: {RestApiId: !Ref Api, Path: /b, Method: GET, Auth: {Authorizer: NONE}}}
        C: {Type: Api, Properties: {RestApiId: !Ref Api, Path: /c, Method: GET, Auth: {ApiKeyRequired: false}}}
        D: {Type: Api, Properties: {RestApiId: !Ref Api, Path: /d, Method: GET, Auth: {Authorizer: Signed, AuthorizationScopes: [a, b]}}}
        E: {Type: Api, Properties: {RestApiId: !Ref Api, Path: /e, Method: GET, Auth: {Authorizer: Second}}}
)"));
  const auto expected = [](std::string_view path, std::string_view rest) {
    return fmt::format(R"({{"Path":"{}","Method":"GET","Function":{{"Fn::GetAtt":["F","Arn"]}},{}}})", path, rest);
  };
  EXPECT_EQ(route(out, "Api", "GET", "/a"),
            expected("/a", R"("Authorizer":"Signed","Scopes":["openid"],"ApiKeyRequired":true)"));
  EXPECT_EQ(route(out, "Api", "GET", "/b"), expected("/b", R"("ApiKeyRequired":true)"));
  EXPECT_EQ(route(out, "Api", "GET", "/c"),
            expected("/c", R"("Authorizer":"Signed","Scopes":["openid"],"ApiKeyRequired":false)"));
  EXPECT_EQ(route(out, "Api", "GET", "/d"),
            expected("/d", R"("Authorizer":"Signed","Scopes":["a","b"],"ApiKeyRequired":true)"));
  EXPECT_EQ(route(out, "Api", "GET", "/e"), expected("/e", R"("Authorizer":"Second","ApiKeyRequired":true)"));
}

TEST(Sam, PreflightIsAddedToEveryPathThatHasNone) {
  const Template out = transformed(protected_api("AddDefaultAuthorizerToCorsPreflight: false", R"(
        A: {Type: Api, Properties: {RestApiId: !Ref Api, Path: /a, Method: POST}}
        B: {Type: Api, Properties: {RestApiId: !Ref Api, Path: /a, Method: GET}}
        C: {Type: Api, Properties: {RestApiId: !Ref Api, Path: /any, Method: any}}
        D: {Type: Api, Properties: {RestApiId: !Ref Api, Path: /own, Method: OPTIONS}}
)"));
  EXPECT_EQ(route(out, "Api", "OPTIONS", "/a"),
            R"({"Path":"/a","Method":"OPTIONS","Cors":{"AllowOrigin":"'https://x'","MaxAge":"'600'",)"
            R"("AllowMethods":"'GET,OPTIONS,POST'"}})");
  EXPECT_THAT(route(out, "Api", "OPTIONS", "/any"),
              HasSubstr(R"("AllowMethods":"'DELETE,GET,HEAD,OPTIONS,PATCH,POST,PUT'")"));
  EXPECT_THAT(route(out, "Api", "OPTIONS", "/own"), HasSubstr("Function"));
}

TEST(Sam, PreflightIsProtectedUnlessTheTemplateSaysNo) {
  const std::string events = "        A: {Type: Api, Properties: {RestApiId: !Ref Api, Path: /a, Method: GET}}\n";
  EXPECT_THAT(route(transformed(protected_api("ApiKeyRequired: true", events)), "Api", "OPTIONS", "/a"),
              HasSubstr(R"("Authorizer":"Signed","Scopes":["openid"],"ApiKeyRequired":true)"));
  const std::string open = route(transformed(protected_api("ApiKeyRequired: true\n"
                                                           "        AddApiKeyRequiredToCorsPreflight: false\n"
                                                           "        AddDefaultAuthorizerToCorsPreflight: false",
                                                           events)),
                                 "Api", "OPTIONS", "/a");
  EXPECT_THAT(open, ::testing::Not(HasSubstr("Authorizer")));
  EXPECT_THAT(open, ::testing::Not(HasSubstr("ApiKeyRequired")));
}

TEST(Sam, AUsagePlanPerApiComesWithItsKey) {
  const Template out = transformed(protected_api(
      "UsagePlan: {CreateUsagePlan: PER_API, Throttle: {RateLimit: 1, BurstLimit: 2}, Quota: {Limit: 3, Period: DAY}}",
      "        A: {Type: Api, Properties: {RestApiId: !Ref Api, Path: /a, Method: GET}}\n"));
  EXPECT_EQ(out.find_resource("ApiUsagePlan")->properties.to_json_text(),
            R"({"Throttle":{"RateLimit":1,"BurstLimit":2},"Quota":{"Limit":3,"Period":"DAY"},)"
            R"("ApiStages":[{"ApiId":{"Ref":"Api"},"Stage":{"Ref":"Apiv1Stage"}}]})");
  EXPECT_EQ(out.find_resource("ApiApiKey")->properties.to_json_text(), R"({"Enabled":true})");
  EXPECT_EQ(out.find_resource("ApiUsagePlanKey")->properties.to_json_text(),
            R"({"KeyId":{"Ref":"ApiApiKey"},"KeyType":"API_KEY","UsagePlanId":{"Ref":"ApiUsagePlan"}})");
}

TEST(Sam, GlobalsLieUnderTheResourcesOwnProperties) {
  const Template out = transformed(R"(
Globals:
  Function:
    Runtime: provided.al2023
    Handler: bootstrap
    Timeout: 10
    Environment: {Variables: {A: global, B: global}}
Resources:
  F:
    Type: AWS::Serverless::Function
    Properties: {CodeUri: dist/, Timeout: 20, Environment: {Variables: {B: own}}}
)");
  const Node& function = out.find_resource("F")->properties;
  EXPECT_EQ(function.find("Timeout")->text(), "20");
  EXPECT_EQ(function.find("Environment")->to_json_text(), R"({"Variables":{"A":"global","B":"own"}})");
  EXPECT_EQ(function.find("Timeout")->at().line, 12U);
  EXPECT_EQ(function.find("Handler")->at().line, 6U);
}

TEST(Sam, ASimpleTableIsATableBilledPerRequest) {
  const Template out = transformed(R"(
Resources:
  T: {Type: AWS::Serverless::SimpleTable, DeletionPolicy: Retain}
  U:
    Type: AWS::Serverless::SimpleTable
    Properties:
      PrimaryKey: {Name: n, Type: Number}
      ProvisionedThroughput: {ReadCapacityUnits: 1, WriteCapacityUnits: 2}
)");
  EXPECT_EQ(out.find_resource("T")->properties.to_json_text(),
            R"({"AttributeDefinitions":[{"AttributeName":"id","AttributeType":"S"}],)"
            R"("KeySchema":[{"AttributeName":"id","KeyType":"HASH"}],"BillingMode":"PAY_PER_REQUEST"})");
  EXPECT_EQ(out.find_resource("T")->deletion_policy, DeletionPolicy::kRetain);
  EXPECT_EQ(out.find_resource("U")->properties.to_json_text(),
            R"({"AttributeDefinitions":[{"AttributeName":"n","AttributeType":"N"}],)"
            R"("KeySchema":[{"AttributeName":"n","KeyType":"HASH"}],)"
            R"("ProvisionedThroughput":{"ReadCapacityUnits":1,"WriteCapacityUnits":2}})");
}

TEST(Sam, WhatItGeneratesCanBeReferredTo) {
  const Template out = transformed(protected_api("ApiKeyRequired: false", R"(
        A: {Type: Api, Properties: {RestApiId: !Ref Api, Path: /a, Method: GET}}
  X:
    Type: T::T::T
    Properties:
      A: !Ref Api.Stage
      B: !Sub '${Api.Stage}/${!Api.Stage}'
      C: !Sub ['${Api.Stage}${v}', {v: !Ref Api.Stage}]
      D: !GetAtt FRole.Arn
Outputs:
  Stage: {Value: !Ref Api.Stage}
)"));
  const Node& properties = out.find_resource("X")->properties;
  EXPECT_EQ(properties.find("A")->to_json_text(), R"({"Ref":"Apiv1Stage"})");
  EXPECT_EQ(properties.find("B")->to_json_text(), R"({"Fn::Sub":"${Apiv1Stage}/${!Api.Stage}"})");
  EXPECT_EQ(properties.find("C")->to_json_text(), R"({"Fn::Sub":["${Apiv1Stage}${v}",{"v":{"Ref":"Apiv1Stage"}}]})");
  EXPECT_THAT(out.find_resource("X")->depends_on, IsSupersetOf({"Apiv1Stage", "FRole"}));
  EXPECT_EQ(out.outputs()[0].value.to_json_text(), R"({"Ref":"Apiv1Stage"})");
}

TEST(Sam, TheRoutesOfAnAbsentFunctionAreLeftOut) {
  const Template out = transformed(R"(
Conditions: {Never: !Equals [a, b]}
Resources:
  Api: {Type: AWS::Serverless::Api, Properties: {StageName: v1}}
  G:
    Type: AWS::Serverless::Function
    Condition: Never
    Properties:
      CodeUri: dist/
      Handler: bootstrap
      Runtime: provided.al2023
      Events:
        A: {Type: Api, Properties: {RestApiId: !Ref Api, Path: /gone, Method: GET}}
        B: {Type: Api, Properties: {Path: /gone, Method: GET}}
)" + function_with("        A: {Type: Api, Properties: {RestApiId: !Ref Api, Path: /here, Method: GET}}\n"));
  EXPECT_EQ(route(out, "Api", "GET", "/gone"), "");
  EXPECT_NE(route(out, "Api", "GET", "/here"), "");
  EXPECT_EQ(out.find_resource("G"), nullptr);
  EXPECT_EQ(out.find_resource("GRole"), nullptr);
  EXPECT_EQ(out.find_resource("ServerlessRestApi"), nullptr);
}

TEST(Sam, AGeneratedNameThatIsTakenIsRefused) {
  const Loaded loaded = load(std::string(kSam) + "Resources:" + std::string(kFunction) + "  FRole: {Type: T::T::T}\n");
  EXPECT_EQ(loaded.findings,
            "t.yaml:3:3: Resources.FRole: FRole is the name of a resource that SAM makes of F; rename it\n");
}

}  // namespace
}  // namespace gatehouse::templates
