// Where a function's code runs: the common face of the process host and the in-process host.
#pragma once

#include <string>
#include <string_view>

#include "base/result.hpp"
#include "base/task.hpp"
#include "services/functions/invocation.hpp"

namespace gatehouse::functions {

// Either a payload or an API event that is turned into what the host needs.
struct Event {
  std::string payload;
  const ApiEvent* api = nullptr;  // outlives the invocation
};

class FunctionHost {
 public:
  virtual ~FunctionHost() = default;
  virtual std::string_view kind() const = 0;
  // From any loop. Errors: kThrottled (concurrency), kTooLarge, kUnavailable (the function could not be started).
  virtual Task<Result<Outcome>> run(Event event, Invocation invocation) = 0;
  // Refuses what comes, ends when nothing runs any more.
  virtual Task<void> stop() = 0;
};

std::unexpected<Error> too_many_requests(std::string detail);
Result<void> check_payload_size(std::size_t bytes);

}  // namespace gatehouse::functions
