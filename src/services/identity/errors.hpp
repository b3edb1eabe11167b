// Cognito's errors, by the names and texts of its API.
#pragma once

#include <string>
#include <string_view>

#include "base/result.hpp"

namespace gatehouse::identity::errors {

inline std::unexpected<Error> invalid_parameter(std::string message, std::string detail = {}) {
  return fail(Error::Kind::kInvalid, "InvalidParameterException", std::move(message), std::move(detail));
}
inline std::unexpected<Error> invalid_password(std::string_view problem) {
  return fail(Error::Kind::kInvalid, "InvalidPasswordException",
              "Password did not conform with policy: " + std::string(problem));
}
inline std::unexpected<Error> not_authorized(std::string message, std::string detail = {}) {
  return fail(Error::Kind::kUnauthenticated, "NotAuthorizedException", std::move(message), std::move(detail));
}
inline std::unexpected<Error> wrong_credentials(std::string detail) {
  return not_authorized("Incorrect username or password.", std::move(detail));
}
inline std::unexpected<Error> user_not_found() {
  return fail(Error::Kind::kNotFound, "UserNotFoundException", "User does not exist.");
}
inline std::unexpected<Error> resource_not_found(std::string message) {
  return fail(Error::Kind::kNotFound, "ResourceNotFoundException", std::move(message));
}
inline std::unexpected<Error> pool_not_found(std::string_view pool_id) {
  return resource_not_found("User pool " + std::string(pool_id) + " does not exist.");
}
inline std::unexpected<Error> client_not_found(std::string_view client_id) {
  return resource_not_found("User pool client " + std::string(client_id) + " does not exist.");
}
inline std::unexpected<Error> group_not_found() { return resource_not_found("Group not found."); }
inline std::unexpected<Error> too_many_requests(std::string detail) {
  return fail(Error::Kind::kThrottled, "TooManyRequestsException", "Too many requests", std::move(detail));
}
inline std::unexpected<Error> internal(std::string detail) {
  return fail(Error::Kind::kInternal, "InternalErrorException", "Internal error", std::move(detail));
}
// Cognito's words for something that it has and this service does not.
inline std::unexpected<Error> not_supported(std::string message) {
  return fail(Error::Kind::kInvalid, "InvalidParameterException", std::move(message));
}

}  // namespace gatehouse::identity::errors
