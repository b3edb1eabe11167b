// Expected failures: the caller's or the world's mistake, returned as a value.
//
// Our own bugs are not Results: they are assertions or exceptions, caught once per request and once in main.
#pragma once

#include <expected>
#include <string>
#include <utility>

namespace gatehouse {

// What went wrong, in a form that every edge (JSON API, REST, OAuth, command line) can put into its own words.
struct Error {
  // Coarse class of the failure. Edges map it to a status when `code` alone does not decide it.
  enum class Kind {
    kInvalid,          // the input is malformed or breaks a rule
    kUnauthenticated,  // who is calling is unknown
    kForbidden,        // who is calling may not do this
    kNotFound,
    kConflict,   // exists already, or a condition on the present state failed
    kThrottled,  // a limit on rate or concurrency
    kTooLarge,
    kUnavailable,  // something outside (disk, peer, process) did not answer
    kInternal,     // our fault
  };

  Kind kind = Kind::kInternal;
  std::string code;     // the wire's own code, for example "ValidationException"; may be empty below the edge
  std::string message;  // public: goes to the client as it is, so never a secret and never an internal path
  std::string detail;   // private: for the log and the request's journey only
  // Further members of the wire's error body, as JSON text without braces (DynamoDB's "CancellationReasons":[...]).
  std::string members;
};

template <typename T>
using Result = std::expected<T, Error>;

// Shorthand for an early return: `return fail(Error::Kind::kNotFound, "ResourceNotFoundException", "...");`
inline std::unexpected<Error> fail(Error::Kind kind, std::string code, std::string message, std::string detail = {}) {
  return std::unexpected(Error{kind, std::move(code), std::move(message), std::move(detail), {}});
}

}  // namespace gatehouse
