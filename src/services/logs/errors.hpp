// Errors of CloudWatch Logs, with its codes and texts.
#pragma once

#include <string>
#include <string_view>

#include "base/result.hpp"

namespace gatehouse::logs::errors {

using Kind = Error::Kind;

inline std::unexpected<Error> no_group() {
  return fail(Kind::kNotFound, "ResourceNotFoundException", "The specified log group does not exist.");
}
inline std::unexpected<Error> no_stream() {
  return fail(Kind::kNotFound, "ResourceNotFoundException", "The specified log stream does not exist.");
}
inline std::unexpected<Error> group_exists() {
  return fail(Kind::kConflict, "ResourceAlreadyExistsException", "The specified log group already exists");
}
inline std::unexpected<Error> stream_exists() {
  return fail(Kind::kConflict, "ResourceAlreadyExistsException", "The specified log stream already exists");
}
inline std::unexpected<Error> invalid(std::string message) {
  return fail(Kind::kInvalid, "InvalidParameterException", std::move(message));
}
// The store's own error in this API's words.
inline std::unexpected<Error> unavailable(const Error& error) {
  return fail(error.kind, error.kind == Kind::kThrottled ? "ThrottlingException" : "ServiceUnavailableException",
              error.kind == Kind::kThrottled ? "Rate exceeded" : "Service unavailable.",
              error.message + " " + error.detail);
}

}  // namespace gatehouse::logs::errors
