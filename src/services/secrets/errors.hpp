// Errors of Secrets Manager, with its codes and texts.
#pragma once

#include <string>
#include <string_view>

#include "base/result.hpp"
#include "protocol/aws/echo.hpp"

namespace gatehouse::secrets::errors {

using Kind = Error::Kind;

inline std::unexpected<Error> not_found() {
  return fail(Kind::kNotFound, "ResourceNotFoundException", "Secrets Manager can't find the specified secret.");
}
inline std::unexpected<Error> version_not_found(std::string_view what, std::string_view name) {
  return fail(Kind::kNotFound, "ResourceNotFoundException",
              fmt::format("Secrets Manager can't find the specified secret value for {}: {}", what, aws::echo(name)));
}
inline std::unexpected<Error> exists(std::string_view name) {
  return fail(Kind::kConflict, "ResourceExistsException",
              fmt::format("The operation failed because the secret {} already exists.", name));
}
inline std::unexpected<Error> token_in_use(std::string_view token, std::string_view arn) {
  return fail(Kind::kConflict, "ResourceExistsException",
              fmt::format("You can't use ClientRequestToken {} because that value is already in use for a version of "
                          "secret {}.",
                          token, arn));
}
inline std::unexpected<Error> invalid_parameter(std::string message) {
  return fail(Kind::kInvalid, "InvalidParameterException", std::move(message));
}
inline std::unexpected<Error> invalid_request(std::string message) {
  return fail(Kind::kInvalid, "InvalidRequestException", std::move(message));
}
inline std::unexpected<Error> marked_for_deletion() {
  return invalid_request("You can't perform this operation on the secret because it was marked for deletion.");
}
inline std::unexpected<Error> validation(std::string message) {
  return fail(Kind::kInvalid, "ValidationException", std::move(message));
}

}  // namespace gatehouse::secrets::errors
