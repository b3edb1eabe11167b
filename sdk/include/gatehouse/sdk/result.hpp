// Failures of calls that a function makes, as values.
#pragma once

#include <expected>
#include <string>

namespace gatehouse::sdk {

struct Error {
  // AWS's own code ("ConditionalCheckFailedException"), or one of the sdk's: "Timeout", "Unreachable", "InvalidUrl",
  // "InvalidResponse".
  std::string code;
  std::string message;
};

template <typename T>
using Result = std::expected<T, Error>;

}  // namespace gatehouse::sdk
