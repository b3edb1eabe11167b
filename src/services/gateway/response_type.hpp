// The 21 gateway response types with their default status codes (API Gateway: gateway response types).
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

namespace gatehouse::gateway {

enum class ResponseType : std::uint8_t {
  kAccessDenied,
  kApiConfigurationError,
  kAuthorizerConfigurationError,
  kAuthorizerFailure,
  kBadRequestBody,
  kBadRequestParameters,
  kDefault4xx,
  kDefault5xx,
  kExpiredToken,
  kIntegrationFailure,
  kIntegrationTimeout,
  kInvalidApiKey,
  kInvalidSignature,
  kMissingAuthenticationToken,
  kQuotaExceeded,
  kRequestTooLarge,
  kResourceNotFound,
  kThrottled,
  kUnauthorized,
  kUnsupportedMediaType,
  kWafFiltered,
};

struct ResponseTypeInfo {
  ResponseType type;
  std::string_view name;
  unsigned status;  // 0: none of its own (DEFAULT_4XX, DEFAULT_5XX)
};

inline constexpr std::array<ResponseTypeInfo, 21> kResponseTypes = {{
    {ResponseType::kAccessDenied, "ACCESS_DENIED", 403},
    {ResponseType::kApiConfigurationError, "API_CONFIGURATION_ERROR", 500},
    {ResponseType::kAuthorizerConfigurationError, "AUTHORIZER_CONFIGURATION_ERROR", 500},
    {ResponseType::kAuthorizerFailure, "AUTHORIZER_FAILURE", 500},
    {ResponseType::kBadRequestBody, "BAD_REQUEST_BODY", 400},
    {ResponseType::kBadRequestParameters, "BAD_REQUEST_PARAMETERS", 400},
    {ResponseType::kDefault4xx, "DEFAULT_4XX", 0},
    {ResponseType::kDefault5xx, "DEFAULT_5XX", 0},
    {ResponseType::kExpiredToken, "EXPIRED_TOKEN", 403},
    {ResponseType::kIntegrationFailure, "INTEGRATION_FAILURE", 504},
    {ResponseType::kIntegrationTimeout, "INTEGRATION_TIMEOUT", 504},
    {ResponseType::kInvalidApiKey, "INVALID_API_KEY", 403},
    {ResponseType::kInvalidSignature, "INVALID_SIGNATURE", 403},
    {ResponseType::kMissingAuthenticationToken, "MISSING_AUTHENTICATION_TOKEN", 403},
    {ResponseType::kQuotaExceeded, "QUOTA_EXCEEDED", 429},
    {ResponseType::kRequestTooLarge, "REQUEST_TOO_LARGE", 413},
    {ResponseType::kResourceNotFound, "RESOURCE_NOT_FOUND", 404},
    {ResponseType::kThrottled, "THROTTLED", 429},
    {ResponseType::kUnauthorized, "UNAUTHORIZED", 401},
    {ResponseType::kUnsupportedMediaType, "UNSUPPORTED_MEDIA_TYPE", 415},
    {ResponseType::kWafFiltered, "WAF_FILTERED", 403},
}};

constexpr const ResponseTypeInfo& info(ResponseType type) { return kResponseTypes[static_cast<std::size_t>(type)]; }

constexpr std::optional<ResponseType> response_type_of(std::string_view name) {
  for (const ResponseTypeInfo& entry : kResponseTypes)
    if (entry.name == name) return entry.type;
  return std::nullopt;
}

// Why a request is refused, before it is put into the words of the API's gateway responses.
struct Refusal {
  ResponseType type = ResponseType::kDefault5xx;
  unsigned status = 500;
  std::string_view error_type;  // x-amzn-ErrorType; a literal
  std::string_view message;     // $context.error.message; a literal
};

namespace refusals {

inline constexpr Refusal kUnknownRoute{ResponseType::kMissingAuthenticationToken, 403,
                                       "MissingAuthenticationTokenException", "Missing Authentication Token"};
inline constexpr Refusal kUnknownStage{ResponseType::kAccessDenied, 403, "ForbiddenException", "Forbidden"};
inline constexpr Refusal kBadRequest{ResponseType::kBadRequestParameters, 400, "BadRequestException", "Bad Request"};
inline constexpr Refusal kTooLarge{ResponseType::kRequestTooLarge, 413, "RequestTooLargeException", "Request Too Long"};
inline constexpr Refusal kUnauthorized{ResponseType::kUnauthorized, 401, "UnauthorizedException", "Unauthorized"};
inline constexpr Refusal kExpired{ResponseType::kUnauthorized, 401, "UnauthorizedException",
                                  "The incoming token has expired"};
inline constexpr Refusal kAuthorizerBroken{ResponseType::kAuthorizerConfigurationError, 500,
                                           "AuthorizerConfigurationException", "Internal server error"};
inline constexpr Refusal kForbiddenKey{ResponseType::kInvalidApiKey, 403, "ForbiddenException", "Forbidden"};
inline constexpr Refusal kThrottled{ResponseType::kThrottled, 429, "TooManyRequestsException", "Too Many Requests"};
inline constexpr Refusal kQuotaExceeded{ResponseType::kQuotaExceeded, 429, "LimitExceededException", "Limit Exceeded"};
inline constexpr Refusal kBadGateway{ResponseType::kDefault5xx, 502, "InternalServerErrorException",
                                     "Internal server error"};
inline constexpr Refusal kInvocationFailed{ResponseType::kIntegrationFailure, 500, "InternalServerErrorException",
                                           "Internal server error"};
inline constexpr Refusal kTimedOut{ResponseType::kIntegrationTimeout, 504, "InternalServerErrorException",
                                   "Endpoint request timed out"};

}  // namespace refusals

}  // namespace gatehouse::gateway
