// What the functions service needs from its neighbours, in its own words.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "base/clock.hpp"
#include "base/json.hpp"
#include "base/result.hpp"
#include "base/task.hpp"
#include "protocol/aws/caller.hpp"

namespace gatehouse {
class Journey;
}

namespace gatehouse::functions {

// Takes what functions print. Called from any loop; must not block.
class LogSink {
 public:
  virtual ~LogSink() = default;
  // `stream` is one execution environment's: "2026/11/24/[$LATEST]<32 hex digits>". `line` has no newline.
  virtual void write(const std::string& group, const std::string& stream, Timestamp time, std::string_view line) = 0;
};

// The credentials of a function's role. Called from any loop.
class RoleCredentials {
 public:
  virtual ~RoleCredentials() = default;
  // A credential that is valid for a whole invocation from now on; for processes it must live as long as they may (no
  // expiry, or renewed by the implementation under the same key). Null: the function has no credentials.
  virtual std::shared_ptr<const aws::Credential> current() = 0;
};

// AWS JSON APIs of this process, called by in-process functions without a socket; the caller's policies are enforced.
class AwsCalls {
 public:
  virtual ~AwsCalls() = default;
  // `service` is the signing name ("dynamodb"). An unknown service or operation is an Error. All arguments live until
  // the task is done; `journey` may be null.
  virtual Task<Result<json::object>> call(std::string_view service, std::string_view operation,
                                          const json::object& input, const aws::Caller& caller, Journey* journey,
                                          std::string_view request_id) = 0;
};

}  // namespace gatehouse::functions
