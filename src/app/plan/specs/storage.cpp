#include "app/plan/resource_spec.hpp"

namespace gatehouse::plan {
namespace {

using templates::ObjectSpec;
using templates::refused;
using templates::Shape;

const ObjectSpec kWebsite{{
    {.name = "IndexDocument"},
    {.name = "ErrorDocument"},
    refused("RedirectAllRequestsTo", "redirects are not made"),
    refused("RoutingRules", "redirects are not made"),
}};
const ObjectSpec kPublicAccess{{
    {.name = "BlockPublicAcls", .shape = Shape::kBoolean},
    {.name = "IgnorePublicAcls", .shape = Shape::kBoolean},
    {.name = "BlockPublicPolicy", .shape = Shape::kBoolean},
    {.name = "RestrictPublicBuckets", .shape = Shape::kBoolean},
}};
const ObjectSpec kContent{{
    {.name = "Content", .is_required = true},
    {.name = "Files", .shape = Shape::kAny},
    {.name = "Headers", .shape = Shape::kTextMap},
}};
const ObjectSpec kGenerate{{
    {.name = "PasswordLength", .shape = Shape::kInteger, .min = 1, .max = 4096},
    {.name = "ExcludeCharacters", .max = 4096},
    {.name = "ExcludeLowercase", .shape = Shape::kBoolean},
    {.name = "ExcludeUppercase", .shape = Shape::kBoolean},
    {.name = "ExcludeNumbers", .shape = Shape::kBoolean},
    {.name = "ExcludePunctuation", .shape = Shape::kBoolean},
    {.name = "IncludeSpace", .shape = Shape::kBoolean},
    {.name = "RequireEachIncludedType", .shape = Shape::kBoolean},
    {.name = "SecretStringTemplate"},
    {.name = "GenerateStringKey"},
}};

// CloudWatch Logs API: PutRetentionPolicy.
const std::vector<std::string_view> kRetentionDays = {"1",    "3",    "5",    "7",    "14",   "30",  "60",  "90",
                                                      "120",  "150",  "180",  "365",  "400",  "545", "731", "1096",
                                                      "1827", "2192", "2557", "2922", "3288", "3653"};

}  // namespace

std::vector<ResourceSpec> storage_specs() {
  return {
      {.type = "AWS::S3::Bucket",
       .properties =
           {{{.name = "BucketName", .min = 3, .max = 63},
             {.name = "WebsiteConfiguration", .shape = Shape::kObject, .object = &kWebsite, .is_required = true},
             {.name = "PublicAccessBlockConfiguration", .shape = Shape::kObject, .object = &kPublicAccess},
             {.name = "Tags", .shape = Shape::kAny},
             refused("AccessControl", "a bucket policy makes a site public"),
             refused("BucketEncryption", "there is no KMS here; encrypt the disk"),
             refused("CorsConfiguration", "the site has one origin"),
             refused("LifecycleConfiguration", "the content is the folder"),
             refused("LoggingConfiguration", "the access log is the log group /gatehouse/access"),
             refused("NotificationConfiguration", "the content does not change by API"),
             refused("ReplicationConfiguration", "the content is the folder"),
             refused("VersioningConfiguration", "the content is the folder"),
             refused("OwnershipControls", "the content has one owner")}},
       .attributes = {"Arn", "DomainName", "RegionalDomainName", "WebsiteURL"},
       .metadata = &kContent},
      {.type = "AWS::S3::BucketPolicy",
       .properties = {{{.name = "Bucket", .is_required = true},
                       {.name = "PolicyDocument", .shape = Shape::kAny, .is_required = true}}}},
      {.type = "AWS::SecretsManager::Secret",
       .properties = {{{.name = "Name", .min = 1, .max = 512},
                       {.name = "Description"},
                       {.name = "SecretString", .max = 65536},
                       {.name = "GenerateSecretString", .shape = Shape::kObject, .object = &kGenerate},
                       {.name = "Tags", .shape = Shape::kAny},
                       refused("KmsKeyId", "there is no KMS here; secrets are encrypted under the data folder's key"),
                       refused("ReplicaRegions", "there is one region")}},
       .attributes = {"Id"}},
      {.type = "AWS::Logs::LogGroup",
       .properties = {{{.name = "LogGroupName", .min = 1, .max = 512},
                       {.name = "RetentionInDays", .allowed = kRetentionDays},
                       {.name = "Tags", .shape = Shape::kAny},
                       {.name = "LogGroupClass", .allowed = {"STANDARD"}},
                       refused("KmsKeyId", "there is no KMS here; encrypt the disk"),
                       refused("DataProtectionPolicy", "lines are kept as they come")}},
       .attributes = {"Arn"}},
  };
}

}  // namespace gatehouse::plan
