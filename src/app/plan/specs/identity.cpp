#include "app/plan/resource_spec.hpp"

namespace gatehouse::plan {
namespace {

using templates::ObjectSpec;
using templates::refused;
using templates::Shape;

constexpr std::string_view kNoMail = "mail is not sent; temporary passwords are printed by the run";

const ObjectSpec kPasswordPolicy{{
    {.name = "MinimumLength", .shape = Shape::kInteger, .min = 6, .max = 99},
    {.name = "RequireLowercase", .shape = Shape::kBoolean},
    {.name = "RequireUppercase", .shape = Shape::kBoolean},
    {.name = "RequireNumbers", .shape = Shape::kBoolean},
    {.name = "RequireSymbols", .shape = Shape::kBoolean},
    {.name = "TemporaryPasswordValidityDays", .shape = Shape::kInteger, .min = 0, .max = 365},
    refused("PasswordHistorySize", "earlier passwords are not remembered"),
}};
const ObjectSpec kPolicies{{
    {.name = "PasswordPolicy", .shape = Shape::kObject, .object = &kPasswordPolicy},
    refused("SignInPolicy", "the only first factor is the password"),
}};
const ObjectSpec kAdminCreate{{
    {.name = "AllowAdminCreateUserOnly", .shape = Shape::kBoolean},
    refused("InviteMessageTemplate", kNoMail),
    refused("UnusedAccountValidityDays", "write Policies.PasswordPolicy.TemporaryPasswordValidityDays"),
}};
const ObjectSpec kLengths{
    {{.name = "MinLength", .shape = Shape::kInteger}, {.name = "MaxLength", .shape = Shape::kInteger}}};
const ObjectSpec kRange{
    {{.name = "MinValue", .shape = Shape::kInteger}, {.name = "MaxValue", .shape = Shape::kInteger}}};
const ObjectSpec kAttribute{{
    {.name = "Name", .min = 1, .max = 20, .is_required = true},
    {.name = "AttributeDataType", .allowed = {"String", "Number", "DateTime", "Boolean"}},
    {.name = "Required", .shape = Shape::kBoolean},
    {.name = "Mutable", .shape = Shape::kBoolean},
    {.name = "StringAttributeConstraints", .shape = Shape::kObject, .object = &kLengths},
    {.name = "NumberAttributeConstraints", .shape = Shape::kObject, .object = &kRange},
    refused("DeveloperOnlyAttribute", "Cognito advises against it; use the client's WriteAttributes"),
}};
const ObjectSpec kUsername{{{.name = "CaseSensitive", .shape = Shape::kBoolean, .is_required = true}}};
const ObjectSpec kUnits{{
    {.name = "AccessToken", .allowed = {"seconds", "minutes", "hours", "days"}},
    {.name = "IdToken", .allowed = {"seconds", "minutes", "hours", "days"}},
    {.name = "RefreshToken", .allowed = {"seconds", "minutes", "hours", "days"}},
}};
const ObjectSpec kRotation{{
    {.name = "Feature", .allowed = {"ENABLED", "DISABLED"}, .is_required = true},
    {.name = "RetryGracePeriodSeconds", .shape = Shape::kInteger, .min = 0, .max = 60},
}};
const ObjectSpec kUserAttribute{{{.name = "Name", .is_required = true}, {.name = "Value"}}};

ResourceSpec pool() {
  return {
      .type = "AWS::Cognito::UserPool",
      .properties = {{
          {.name = "UserPoolName", .min = 1, .max = 128},
          {.name = "Policies", .shape = Shape::kObject, .object = &kPolicies},
          {.name = "AdminCreateUserConfig", .shape = Shape::kObject, .object = &kAdminCreate},
          {.name = "UsernameAttributes", .shape = Shape::kTexts, .allowed = {"email", "phone_number"}},
          {.name = "AliasAttributes",
           .shape = Shape::kTexts,
           .allowed = {"email", "phone_number", "preferred_username"}},
          {.name = "AutoVerifiedAttributes", .shape = Shape::kTexts, .allowed = {"email", "phone_number"}},
          {.name = "UsernameConfiguration", .shape = Shape::kObject, .object = &kUsername},
          {.name = "Schema", .shape = Shape::kObjects, .object = &kAttribute},
          {.name = "MfaConfiguration", .allowed = {"OFF"}},
          {.name = "UserPoolTags", .shape = Shape::kAny},
          {.name = "UserPoolTier", .allowed = {"LITE", "ESSENTIALS"}},
          {.name = "AccountRecoverySetting", .shape = Shape::kAny},  // nobody can recover an account by themselves
          refused("EnabledMfas", "there is no second factor yet"),
          refused("LambdaConfig", "triggers are not called yet"),
          refused("DeviceConfiguration", "devices are not remembered"),
          refused("UserPoolAddOns", "there is no threat protection"),
          refused("DeletionProtection", "write DeletionPolicy: Retain"),
          refused("EmailConfiguration", kNoMail),
          refused("EmailVerificationMessage", kNoMail),
          refused("EmailVerificationSubject", kNoMail),
          refused("SmsConfiguration", "text messages are not sent"),
          refused("SmsAuthenticationMessage", "text messages are not sent"),
          refused("SmsVerificationMessage", "text messages are not sent"),
          refused("UserAttributeUpdateSettings", kNoMail),
          refused("VerificationMessageTemplate", kNoMail),
          refused("WebAuthnRelyingPartyID", "there are no passkeys yet"),
          refused("WebAuthnUserVerification", "there are no passkeys yet"),
      }},
      .attributes = {"Arn", "ProviderName", "ProviderURL", "UserPoolId"},
  };
}

ResourceSpec client() {
  return {
      .type = "AWS::Cognito::UserPoolClient",
      .properties = {{
          {.name = "ClientName", .min = 1, .max = 128},
          {.name = "UserPoolId", .is_required = true},
          {.name = "GenerateSecret", .shape = Shape::kBoolean},
          {.name = "ExplicitAuthFlows",
           .shape = Shape::kTexts,
           .allowed = {"ALLOW_ADMIN_USER_PASSWORD_AUTH", "ALLOW_USER_PASSWORD_AUTH", "ALLOW_REFRESH_TOKEN_AUTH",
                       "ALLOW_USER_SRP_AUTH"}},
          {.name = "AllowedOAuthFlowsUserPoolClient", .shape = Shape::kBoolean},
          {.name = "AllowedOAuthFlows", .shape = Shape::kTexts, .allowed = {"code"}},
          {.name = "AllowedOAuthScopes", .shape = Shape::kTexts},
          {.name = "CallbackURLs", .shape = Shape::kTexts},
          {.name = "LogoutURLs", .shape = Shape::kTexts},
          {.name = "DefaultRedirectURI"},
          {.name = "SupportedIdentityProviders", .shape = Shape::kTexts, .allowed = {"COGNITO"}},
          {.name = "AccessTokenValidity", .shape = Shape::kInteger, .min = 1},
          {.name = "IdTokenValidity", .shape = Shape::kInteger, .min = 1},
          {.name = "RefreshTokenValidity", .shape = Shape::kInteger, .min = 0},
          {.name = "AuthSessionValidity", .shape = Shape::kInteger, .min = 3, .max = 15},
          {.name = "TokenValidityUnits", .shape = Shape::kObject, .object = &kUnits},
          {.name = "RefreshTokenRotation", .shape = Shape::kObject, .object = &kRotation},
          {.name = "PreventUserExistenceErrors", .allowed = {"ENABLED", "LEGACY"}},
          {.name = "EnableTokenRevocation", .shape = Shape::kBoolean},
          {.name = "ReadAttributes", .shape = Shape::kTexts},
          {.name = "WriteAttributes", .shape = Shape::kTexts},
          refused("AnalyticsConfiguration", "there is no Pinpoint here"),
          refused("EnablePropagateAdditionalUserContextData", "there is no threat protection"),
      }},
      .attributes = {"ClientId", "ClientSecret", "Name"},
  };
}

}  // namespace

std::vector<ResourceSpec> identity_specs() {
  return {
      pool(),
      client(),
      {.type = "AWS::Cognito::UserPoolDomain",
       .properties = {{{.name = "Domain", .min = 1, .max = 63, .is_required = true},
                       {.name = "UserPoolId", .is_required = true},
                       refused("CustomDomainConfig", "custom domains are not served"),
                       {.name = "ManagedLoginVersion", .shape = Shape::kInteger, .min = 1, .max = 2}}},
       .attributes = {"CloudFrontDistribution"}},
      {.type = "AWS::Cognito::UserPoolGroup",
       .properties = {{{.name = "GroupName", .min = 1, .max = 128},
                       {.name = "UserPoolId", .is_required = true},
                       {.name = "Description"},
                       {.name = "Precedence", .shape = Shape::kInteger, .min = 0},
                       {.name = "RoleArn"}}}},
      {.type = "AWS::Cognito::UserPoolUser",
       .properties = {{{.name = "UserPoolId", .is_required = true},
                       {.name = "Username", .min = 1, .max = 128},
                       {.name = "UserAttributes", .shape = Shape::kObjects, .object = &kUserAttribute},
                       {.name = "DesiredDeliveryMediums", .shape = Shape::kTexts, .allowed = {"EMAIL", "SMS"}},
                       {.name = "MessageAction", .allowed = {"SUPPRESS", "RESEND"}},
                       {.name = "ForceAliasCreation", .shape = Shape::kBoolean},
                       refused("ClientMetadata", "triggers are not called yet"),
                       refused("ValidationData", "triggers are not called yet")}}},
      {.type = "AWS::Cognito::UserPoolUserToGroupAttachment",
       .properties = {{{.name = "UserPoolId", .is_required = true},
                       {.name = "Username", .is_required = true},
                       {.name = "GroupName", .is_required = true}}}},
  };
}

}  // namespace gatehouse::plan
