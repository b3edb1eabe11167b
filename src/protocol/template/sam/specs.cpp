#include "protocol/template/sam/specs.hpp"

#include <array>

namespace gatehouse::templates {
namespace {

constexpr std::string_view kNoAsync = "functions are invoked synchronously here";
constexpr std::string_view kNoNetwork = "there is no VPC here";
const std::vector<std::string_view> kRuntimes = {"provided.al2023", "provided.al2"};

const ObjectSpec kEnvironment{{{.name = "Variables", .shape = Shape::kTextMap}}};

const ObjectSpec kEventAuth{{
    {.name = "Authorizer", .is_literal = true},
    {.name = "AuthorizationScopes", .shape = Shape::kTexts, .is_literal = true},
    {.name = "ApiKeyRequired", .shape = Shape::kBoolean, .is_literal = true},
    refused("ResourcePolicy", "resource policies are not enforced here"),
    refused("InvokeRole", "IAM authorization is not supported"),
    refused("OverrideApiAuth", "write the method's own Auth instead"),
}};

const ObjectSpec kIdentity{{
    {.name = "Header"},
    refused("ValidationExpression", "only the header can be chosen"),
    refused("ReauthorizeEvery", "tokens are checked on every request"),
}};

const ObjectSpec kAuthorizer{{
    {.name = "UserPoolArn", .shape = Shape::kTexts, .is_required = true},
    {.name = "AuthorizationScopes", .shape = Shape::kTexts, .is_literal = true},
    {.name = "Identity", .shape = Shape::kObject, .object = &kIdentity, .is_literal = true},
    refused("FunctionArn", "Lambda authorizers are not supported; use a Cognito user pool"),
    refused("FunctionPayloadType", "Lambda authorizers are not supported; use a Cognito user pool"),
}};

const ObjectSpec kThrottle{{
    {.name = "RateLimit", .shape = Shape::kNumber, .min = 0},
    {.name = "BurstLimit", .shape = Shape::kInteger, .min = 0},
}};
const ObjectSpec kQuota{{
    {.name = "Limit", .shape = Shape::kInteger, .min = 0},
    {.name = "Period", .allowed = {"DAY", "WEEK", "MONTH"}},
    {.name = "Offset", .shape = Shape::kInteger, .min = 0},
}};
const ObjectSpec kUsagePlan{{
    {.name = "CreateUsagePlan", .allowed = {"PER_API", "NONE"}, .is_required = true, .is_literal = true},
    {.name = "UsagePlanName"},
    {.name = "Description"},
    {.name = "Throttle", .shape = Shape::kObject, .object = &kThrottle},
    {.name = "Quota", .shape = Shape::kObject, .object = &kQuota},
    {.name = "Tags", .shape = Shape::kAny},
}};

const ObjectSpec kApiAuth{{
    {.name = "DefaultAuthorizer", .is_literal = true},
    {.name = "Authorizers", .shape = Shape::kNamed, .object = &kAuthorizer, .is_literal = true},
    {.name = "AddDefaultAuthorizerToCorsPreflight", .shape = Shape::kBoolean, .is_literal = true},
    {.name = "AddApiKeyRequiredToCorsPreflight", .shape = Shape::kBoolean, .is_literal = true},
    {.name = "ApiKeyRequired", .shape = Shape::kBoolean, .is_literal = true},
    {.name = "UsagePlan", .shape = Shape::kObject, .object = &kUsagePlan, .is_literal = true},
    refused("ResourcePolicy", "resource policies are not enforced here"),
    refused("InvokeRole", "IAM authorization is not supported"),
}};

// SAM takes header values with quotes of their own: "'*'".
const ObjectSpec kCors{{
    {.name = "AllowOrigin"},
    {.name = "AllowMethods"},
    {.name = "AllowHeaders"},
    {.name = "MaxAge"},
    {.name = "AllowCredentials", .shape = Shape::kBoolean, .is_literal = true},
}};

const ObjectSpec kMethodSetting{{
    {.name = "ResourcePath"},
    {.name = "HttpMethod"},
    {.name = "ThrottlingRateLimit", .shape = Shape::kNumber, .min = 0},
    {.name = "ThrottlingBurstLimit", .shape = Shape::kInteger, .min = 0},
    {.name = "MetricsEnabled", .shape = Shape::kBoolean},
    {.name = "LoggingLevel", .allowed = {"OFF", "ERROR", "INFO"}},
    {.name = "DataTraceEnabled", .shape = Shape::kBoolean, .refused = "bodies are never logged here"},
    refused("CachingEnabled", "responses are not cached here"),
    refused("CacheTtlInSeconds", "responses are not cached here"),
    refused("CacheDataEncrypted", "responses are not cached here"),
}};

const ObjectSpec kResponseParameters{{
    {.name = "Headers", .shape = Shape::kTextMap},
    {.name = "Paths", .shape = Shape::kTextMap, .refused = "only Headers can be set"},
    {.name = "QueryStrings", .shape = Shape::kTextMap, .refused = "only Headers can be set"},
}};
const ObjectSpec kGatewayResponse{{
    {.name = "StatusCode", .shape = Shape::kInteger, .min = 400, .max = 599},
    {.name = "ResponseParameters", .shape = Shape::kObject, .object = &kResponseParameters},
    {.name = "ResponseTemplates", .shape = Shape::kTextMap},
}};

const ObjectSpec kEndpoint{{{.name = "Type", .allowed = {"REGIONAL", "EDGE"}}, refused("VPCEndpointIds", kNoNetwork)}};

}  // namespace

const ObjectSpec& sam_function_spec() {
  static const ObjectSpec event{{
      {.name = "Type", .allowed = {"Api"}, .is_required = true, .is_literal = true},
      {.name = "Properties", .shape = Shape::kAny, .is_required = true, .is_literal = true},
  }};
  static const ObjectSpec spec{{
      {.name = "CodeUri", .is_required = true},
      {.name = "Handler", .is_required = true},
      {.name = "Runtime", .allowed = kRuntimes, .is_required = true},
      {.name = "FunctionName", .min = 1, .max = 64},
      {.name = "Description"},
      {.name = "MemorySize", .shape = Shape::kInteger, .min = 128, .max = 10240},
      {.name = "Timeout", .shape = Shape::kInteger, .min = 1, .max = 900},
      {.name = "Environment", .shape = Shape::kObject, .object = &kEnvironment},
      {.name = "Policies", .shape = Shape::kAny},
      {.name = "Role"},
      {.name = "Events", .shape = Shape::kNamed, .object = &event, .is_literal = true},
      {.name = "ReservedConcurrentExecutions", .shape = Shape::kInteger, .min = 0, .max = 1000},
      {.name = "Architectures", .shape = Shape::kTexts, .allowed = {"x86_64", "arm64"}},
      {.name = "Tags", .shape = Shape::kAny},
      {.name = "PackageType", .allowed = {"Zip"}},
      {.name = "Tracing", .allowed = {"PassThrough", "Disabled"}},
      refused("InlineCode", "write a folder with an executable `bootstrap` and name it in CodeUri"),
      refused("ImageUri", "container images are not run"),
      refused("Layers", "put the files into the CodeUri folder"),
      refused("VpcConfig", kNoNetwork),
      refused("DeadLetterQueue", kNoAsync),
      refused("EventInvokeConfig", kNoAsync),
      refused("AutoPublishAlias", "functions have one version here"),
      refused("DeploymentPreference", "functions have one version here"),
      refused("ProvisionedConcurrencyConfig", "processes are kept warm by themselves"),
      refused("FunctionUrlConfig", "function URLs are not served; use an Api event"),
      refused("EphemeralStorage", "the size of /tmp is not limited here"),
      refused("FileSystemConfigs", kNoNetwork),
      refused("KmsKeyArn", "there is no KMS here"),
      refused("PermissionsBoundary", "only the role's own policies are evaluated"),
      refused("SnapStart", "functions start as processes"),
      refused("LoggingConfig", "logs go to /aws/lambda/NAME"),
  }};
  return spec;
}

const ObjectSpec& sam_api_event_spec() {
  static const ObjectSpec spec{{
      {.name = "Path", .is_required = true, .is_literal = true},
      {.name = "Method", .is_required = true, .is_literal = true},
      {.name = "RestApiId", .shape = Shape::kAny},
      {.name = "Auth", .shape = Shape::kObject, .object = &kEventAuth, .is_literal = true},
      {.name = "TimeoutInMillis", .shape = Shape::kInteger, .min = 50, .max = 29000},
      refused("RequestModel", "request models are not validated here"),
      refused("RequestParameters", "request parameters are not validated here"),
      refused("ResponseTransferMode", "responses are not streamed"),
  }};
  return spec;
}

const ObjectSpec& sam_api_spec() {
  static const ObjectSpec spec{{
      {.name = "StageName", .is_required = true},
      {.name = "Name"},
      {.name = "Description"},
      {.name = "Auth", .shape = Shape::kObject, .object = &kApiAuth, .is_literal = true},
      {.name = "Cors", .shape = Shape::kAny},
      {.name = "GatewayResponses", .shape = Shape::kNamed, .object = &kGatewayResponse, .is_literal = true},
      {.name = "MethodSettings", .shape = Shape::kObjects, .object = &kMethodSetting},
      {.name = "Variables", .shape = Shape::kTextMap},
      {.name = "BinaryMediaTypes", .shape = Shape::kTexts},
      {.name = "EndpointConfiguration", .shape = Shape::kObject, .object = &kEndpoint},
      {.name = "OpenApiVersion"},
      {.name = "Tags", .shape = Shape::kAny},
      {.name = "TracingEnabled", .shape = Shape::kBoolean},
      {.name = "AlwaysDeploy", .shape = Shape::kBoolean},
      refused("DefinitionBody", "write the routes as Api events of the functions"),
      refused("DefinitionUri", "write the routes as Api events of the functions"),
      refused("Domain", "custom domains are not served"),
      refused("CacheClusterEnabled", "responses are not cached here"),
      refused("CacheClusterSize", "responses are not cached here"),
      refused("CanarySetting", "a stage has one deployment here"),
      refused("AccessLogSetting", "the access log is the log group /gatehouse/access"),
      refused("DisableExecuteApiEndpoint", "it is the only endpoint there is"),
      refused("MinimumCompressionSize", "responses are not compressed"),
      refused("Mode", "there is nothing to import"),
      refused("ApiKeySourceType", "keys are taken from the x-api-key header"),
      refused("FailOnWarnings", "there is nothing to import"),
      refused("Models", "request models are not validated here"),
  }};
  return spec;
}

const ObjectSpec& sam_simple_table_spec() {
  static const ObjectSpec primary_key{
      {{.name = "Name"},
       {.name = "Type", .allowed = {"String", "Number", "Binary"}, .is_required = true, .is_literal = true}}};
  static const ObjectSpec throughput{{{.name = "ReadCapacityUnits", .shape = Shape::kInteger, .min = 1},
                                      {.name = "WriteCapacityUnits", .shape = Shape::kInteger, .min = 1}}};
  static const ObjectSpec spec{{
      {.name = "PrimaryKey", .shape = Shape::kObject, .object = &primary_key, .is_literal = true},
      {.name = "TableName", .min = 3, .max = 255},
      {.name = "ProvisionedThroughput", .shape = Shape::kObject, .object = &throughput},
      {.name = "Tags", .shape = Shape::kAny},
      refused("SSESpecification", "there is no KMS here"),
      refused("PointInTimeRecoverySpecification", "there are no backups yet"),
  }};
  return spec;
}

const ObjectSpec& sam_cors_spec() { return kCors; }

// AWS SAM Developer Guide: globals section, supported resources and properties.
std::span<const std::string_view> sam_global_names(std::string_view section) {
  static constexpr auto kFunction = std::to_array<std::string_view>({"Handler",
                                                                     "Runtime",
                                                                     "CodeUri",
                                                                     "DeadLetterQueue",
                                                                     "Description",
                                                                     "MemorySize",
                                                                     "Timeout",
                                                                     "VpcConfig",
                                                                     "Environment",
                                                                     "Tags",
                                                                     "PropagateTags",
                                                                     "Tracing",
                                                                     "KmsKeyArn",
                                                                     "AutoPublishAlias",
                                                                     "Layers",
                                                                     "DeploymentPreference",
                                                                     "RolePath",
                                                                     "PermissionsBoundary",
                                                                     "ReservedConcurrentExecutions",
                                                                     "ProvisionedConcurrencyConfig",
                                                                     "AssumeRolePolicyDocument",
                                                                     "EventInvokeConfig",
                                                                     "FileSystemConfigs",
                                                                     "CodeSigningConfigArn",
                                                                     "Architectures",
                                                                     "SnapStart",
                                                                     "EphemeralStorage",
                                                                     "FunctionUrlConfig",
                                                                     "RuntimeManagementConfig",
                                                                     "LoggingConfig"});
  static constexpr auto kApi = std::to_array<std::string_view>({"Auth",
                                                                "Name",
                                                                "DefinitionUri",
                                                                "CacheClusterEnabled",
                                                                "CacheClusterSize",
                                                                "MergeDefinitions",
                                                                "Variables",
                                                                "EndpointConfiguration",
                                                                "MethodSettings",
                                                                "BinaryMediaTypes",
                                                                "MinimumCompressionSize",
                                                                "Cors",
                                                                "GatewayResponses",
                                                                "AccessLogSetting",
                                                                "CanarySetting",
                                                                "TracingEnabled",
                                                                "OpenApiVersion",
                                                                "Domain",
                                                                "AlwaysDeploy",
                                                                "PropagateTags"});
  static constexpr auto kSimpleTable = std::to_array<std::string_view>({"SSESpecification"});
  if (section == "Function") return kFunction;
  if (section == "Api") return kApi;
  return kSimpleTable;
}

}  // namespace gatehouse::templates
