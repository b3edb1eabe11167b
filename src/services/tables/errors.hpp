// DynamoDB's errors, by name.
#pragma once

#include <string>
#include <string_view>

#include "base/result.hpp"

namespace gatehouse::tables::errors {

inline std::unexpected<Error> validation(std::string message) {
  return fail(Error::Kind::kInvalid, "ValidationException", std::move(message));
}

// "One or more parameter values were invalid: ..."
inline std::unexpected<Error> invalid_parameter(std::string_view what) {
  return validation("One or more parameter values were invalid: " + std::string(what));
}

// The request's JSON has another shape than the operation's.
inline std::unexpected<Error> serialization(std::string message) {
  return fail(Error::Kind::kInvalid, "SerializationException", std::move(message));
}

// Item operations say no more than this; table operations name the table.
inline std::unexpected<Error> resource_not_found() {
  return fail(Error::Kind::kNotFound, "ResourceNotFoundException", "Requested resource not found");
}
inline std::unexpected<Error> table_not_found(std::string_view name) {
  return fail(Error::Kind::kNotFound, "ResourceNotFoundException",
              "Requested resource not found: Table: " + std::string(name) + " not found");
}

inline std::unexpected<Error> resource_in_use(std::string message) {
  return fail(Error::Kind::kConflict, "ResourceInUseException", std::move(message));
}

inline std::unexpected<Error> internal(std::string detail) {
  return fail(Error::Kind::kInternal, "InternalServerError", "Internal server error", std::move(detail));
}

}  // namespace gatehouse::tables::errors
