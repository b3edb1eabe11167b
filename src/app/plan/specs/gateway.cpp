#include "app/plan/resource_spec.hpp"

namespace gatehouse::plan {
namespace {

using templates::ObjectSpec;
using templates::refused;
using templates::Shape;

constexpr std::string_view kApi = "AWS::Serverless::Api, with Api events of the functions";

const ObjectSpec kThrottle{{
    {.name = "RateLimit", .shape = Shape::kNumber, .min = 0},
    {.name = "BurstLimit", .shape = Shape::kInteger, .min = 0},
}};
const ObjectSpec kQuota{{
    {.name = "Limit", .shape = Shape::kInteger, .min = 0},
    {.name = "Period", .allowed = {"DAY", "WEEK", "MONTH"}},
    {.name = "Offset", .shape = Shape::kInteger, .min = 0},
}};
const ObjectSpec kApiStage{{
    {.name = "ApiId", .is_required = true},
    {.name = "Stage", .is_required = true},
    {.name = "Throttle", .shape = Shape::kNamed, .object = &kThrottle},
}};
const ObjectSpec kStageKey{{{.name = "RestApiId"}, {.name = "StageName"}}};
const ObjectSpec kSetting{{
    {.name = "ResourcePath"},
    {.name = "HttpMethod"},
    {.name = "ThrottlingRateLimit", .shape = Shape::kNumber, .min = 0},
    {.name = "ThrottlingBurstLimit", .shape = Shape::kInteger, .min = 0},
    {.name = "MetricsEnabled", .shape = Shape::kBoolean},
    {.name = "LoggingLevel", .allowed = {"OFF", "ERROR", "INFO"}},
}};

// What the SAM transform makes of an API (protocol/template/sam/transform.hpp), after evaluation.
const ObjectSpec kPreflight{{
    {.name = "AllowOrigin"},
    {.name = "AllowMethods"},
    {.name = "AllowHeaders"},
    {.name = "MaxAge"},
    {.name = "AllowCredentials", .shape = Shape::kBoolean},
}};
const ObjectSpec kMethod{{
    {.name = "Path", .is_required = true},
    {.name = "Method", .is_required = true},
    {.name = "Authorizer"},
    {.name = "Scopes", .shape = Shape::kTexts},
    {.name = "ApiKeyRequired", .shape = Shape::kBoolean},
    {.name = "Function"},
    {.name = "TimeoutInMillis", .shape = Shape::kInteger, .min = 50, .max = 29000},
    {.name = "Cors", .shape = Shape::kObject, .object = &kPreflight},
}};
const ObjectSpec kIdentity{{{.name = "Header"}}};
const ObjectSpec kAuthorizer{{
    {.name = "UserPoolArn", .shape = Shape::kTexts, .is_required = true},
    {.name = "AuthorizationScopes", .shape = Shape::kTexts},
    {.name = "Identity", .shape = Shape::kObject, .object = &kIdentity},
}};
const ObjectSpec kResponseParameters{{{.name = "Headers", .shape = Shape::kTextMap}}};
const ObjectSpec kResponse{{
    {.name = "StatusCode", .shape = Shape::kInteger, .min = 400, .max = 599},
    {.name = "ResponseParameters", .shape = Shape::kObject, .object = &kResponseParameters},
    {.name = "ResponseTemplates", .shape = Shape::kTextMap},
}};
const ObjectSpec kRoutes{{
    {.name = "Methods", .shape = Shape::kObjects, .object = &kMethod},
    {.name = "Authorizers", .shape = Shape::kNamed, .object = &kAuthorizer},
    {.name = "GatewayResponses", .shape = Shape::kNamed, .object = &kResponse},
    {.name = "BinaryMediaTypes", .shape = Shape::kTexts},
}};

}  // namespace

std::vector<ResourceSpec> gateway_specs() {
  return {
      {.type = "AWS::ApiGateway::RestApi",
       .properties = {{{.name = "Name"}, {.name = "Gatehouse", .shape = Shape::kObject, .object = &kRoutes}}},
       .attributes = {"RootResourceId", "RestApiId"},
       .instead = kApi},
      {.type = "AWS::ApiGateway::Deployment",
       .properties = {{{.name = "RestApiId"}}},
       .attributes = {"DeploymentId"},
       .instead = kApi},
      {.type = "AWS::ApiGateway::Stage",
       .properties = {{{.name = "RestApiId"},
                       {.name = "DeploymentId"},
                       {.name = "StageName", .min = 1, .max = 128},
                       {.name = "Variables", .shape = Shape::kTextMap},
                       {.name = "MethodSettings", .shape = Shape::kObjects, .object = &kSetting}}},
       .instead = kApi},
      {.type = "AWS::ApiGateway::Resource", .properties = {}, .instead = kApi},
      {.type = "AWS::ApiGateway::Method", .properties = {}, .instead = kApi},
      {.type = "AWS::ApiGateway::Authorizer",
       .properties = {},
       .instead = "Auth.Authorizers of an AWS::Serverless::Api"},
      {.type = "AWS::ApiGateway::GatewayResponse",
       .properties = {},
       .instead = "GatewayResponses of an AWS::Serverless::Api"},
      {.type = "AWS::ApiGateway::ApiKey",
       .properties =
           {{{.name = "Name"},
             {.name = "Description"},
             {.name = "Enabled", .shape = Shape::kBoolean},
             {.name = "Value", .min = 20, .max = 128},
             {.name = "CustomerId"},
             {.name = "Tags", .shape = Shape::kAny},
             {.name = "StageKeys", .shape = Shape::kObjects, .object = &kStageKey, .refused = "use a usage plan"},
             {.name = "GenerateDistinctId", .shape = Shape::kBoolean}}},
       .attributes = {"APIKeyId"}},
      {.type = "AWS::ApiGateway::UsagePlan",
       .properties = {{{.name = "UsagePlanName"},
                       {.name = "Description"},
                       {.name = "ApiStages", .shape = Shape::kObjects, .object = &kApiStage},
                       {.name = "Throttle", .shape = Shape::kObject, .object = &kThrottle},
                       {.name = "Quota", .shape = Shape::kObject, .object = &kQuota},
                       {.name = "Tags", .shape = Shape::kAny}}},
       .attributes = {"Id"}},
      {.type = "AWS::ApiGateway::UsagePlanKey",
       .properties = {{{.name = "KeyId", .is_required = true},
                       {.name = "KeyType", .allowed = {"API_KEY"}, .is_required = true},
                       {.name = "UsagePlanId", .is_required = true}}},
       .attributes = {"Id"}},
  };
}

}  // namespace gatehouse::plan
