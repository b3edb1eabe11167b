#include "app/plan/resource_spec.hpp"

namespace gatehouse::plan {
namespace {

using templates::ObjectSpec;
using templates::Shape;

const ObjectSpec kInProcess{{{.name = "InProcess"}}};
const ObjectSpec kEnvironment{{{.name = "Variables", .shape = Shape::kTextMap}}};
const ObjectSpec kPolicy{{
    {.name = "PolicyName", .is_required = true},
    {.name = "PolicyDocument", .shape = Shape::kAny, .is_required = true},
}};

}  // namespace

std::vector<ResourceSpec> function_specs() {
  return {
      {.type = "AWS::Lambda::Function",
       .properties = {{{.name = "FunctionName", .min = 1, .max = 64},
                       {.name = "Handler", .is_required = true},
                       {.name = "Runtime", .allowed = {"provided.al2023", "provided.al2"}, .is_required = true},
                       {.name = "Code", .is_required = true},
                       {.name = "Role", .is_required = true},
                       {.name = "MemorySize", .shape = Shape::kInteger, .min = 128, .max = 10240},
                       {.name = "Timeout", .shape = Shape::kInteger, .min = 1, .max = 900},
                       {.name = "Environment", .shape = Shape::kObject, .object = &kEnvironment},
                       {.name = "ReservedConcurrentExecutions", .shape = Shape::kInteger, .min = 0, .max = 1000}}},
       .attributes = {"Arn"},
       .metadata = &kInProcess,
       .instead = "AWS::Serverless::Function"},
      {.type = "AWS::Lambda::Permission",
       .properties = {{{.name = "Action"}, {.name = "Principal"}, {.name = "FunctionName"}, {.name = "SourceArn"}}},
       .instead = "Events of an AWS::Serverless::Function"},
      {.type = "AWS::IAM::Role",
       .properties = {{{.name = "AssumeRolePolicyDocument", .shape = Shape::kAny, .is_required = true},
                       {.name = "Description"},
                       {.name = "ManagedPolicyArns",
                        .shape = Shape::kTexts,
                        .allowed = {"arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole"}},
                       {.name = "Policies", .shape = Shape::kObjects, .object = &kPolicy},
                       {.name = "RoleName", .min = 1, .max = 64},
                       {.name = "Path"},
                       {.name = "Tags", .shape = Shape::kAny},
                       templates::refused("PermissionsBoundary", "only the role's own policies are evaluated"),
                       templates::refused("MaxSessionDuration", "functions get their credentials from the run")}},
       .attributes = {"Arn", "RoleId"}},
  };
}

}  // namespace gatehouse::plan
