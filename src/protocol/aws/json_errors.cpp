#include "protocol/aws/json_errors.hpp"

#include <algorithm>

namespace gatehouse::aws {
namespace {

using Kind = Error::Kind;

// What the service framework makes, in its own namespaces, when the service has one (dynamodb).
constexpr std::string_view kFrameworkCodes[] = {
    "AccessDeniedException",
    "ExpiredTokenException",
    "IncompleteSignatureException",
    "InvalidSignatureException",
    "MissingAuthenticationTokenException",
    "MalformedQueryStringException",
    "RequestEntityTooLargeException",
    "SerializationException",
    "ServiceUnavailableException",
    "UnknownOperationException",
    "UnrecognizedClientException",
};

std::string_view namespace_of(std::string_view code, const JsonServiceConfig& config) {
  if (config.error_namespace.empty()) return {};
  if (code == "ValidationException") return "com.amazon.coral.validate#";
  if (code == "ThrottlingException") return "com.amazon.coral.availability#";
  if (std::ranges::find(kFrameworkCodes, code) != std::end(kFrameworkCodes)) return "com.amazon.coral.service#";
  return config.error_namespace;
}

// The framework writes these two with a capital letter, whatever the service does.
std::string_view message_member(std::string_view code, const JsonServiceConfig& config) {
  return code == "AccessDeniedException" || code == "SerializationException" ? "Message" : config.message_member;
}

std::string_view default_code(Kind kind) {
  switch (kind) {
    case Kind::kInvalid:
      return "ValidationException";
    case Kind::kUnauthenticated:
      return "UnrecognizedClientException";
    case Kind::kForbidden:
      return "AccessDeniedException";
    case Kind::kNotFound:
      return "ResourceNotFoundException";
    case Kind::kConflict:
      return "ConflictException";
    case Kind::kThrottled:
      return "ThrottlingException";
    case Kind::kTooLarge:
      return "RequestEntityTooLargeException";
    case Kind::kUnavailable:
      return "ServiceUnavailableException";
    case Kind::kInternal:
      break;
  }
  return "InternalServerError";
}

}  // namespace

Error with_wire_code(Error error) {
  if (!error.code.empty()) return error;
  error.code = default_code(error.kind);
  if (error.kind == Kind::kInternal) {
    if (error.detail.empty()) error.detail = error.message;
    error.message = "Internal server error";
  } else if (error.kind == Kind::kUnavailable) {
    if (error.detail.empty()) error.detail = error.message;
    error.message = "The service is temporarily unavailable. Please retry.";
  } else if (error.message.empty() && error.kind == Kind::kThrottled) {
    error.message = "Rate exceeded";
  }
  return error;
}

unsigned json_error_status(const Error& error) {
  switch (error.kind) {
    case Kind::kInternal:
      return 500;
    case Kind::kUnavailable:
      return 503;
    case Kind::kTooLarge:
      return 413;
    default:
      return 400;
  }
}

std::string json_error_body(const Error& error, const JsonServiceConfig& config) {
  std::string body = R"({"__type":)";
  append_json_string(body, std::string(namespace_of(error.code, config)) + error.code);
  if (!error.message.empty()) {
    body += ',';
    append_json_string(body, message_member(error.code, config));
    body += ':';
    append_json_string(body, error.message);
  }
  if (!error.members.empty()) {
    body += ',';
    body += error.members;
  }
  body += '}';
  return body;
}

}  // namespace gatehouse::aws
