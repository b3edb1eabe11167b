// One invocation as both hosts see it: what goes in, what comes out, what is logged around it.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/clock.hpp"
#include "base/journey.hpp"
#include "base/random.hpp"
#include "gatehouse/sdk/api.hpp"
#include "services/functions/functions.hpp"

namespace gatehouse::functions {

// Lambda quotas: 6 MB each for request and response (synchronous).
inline constexpr std::size_t kMaxPayloadBytes = 6'291'556;

struct Invocation {
  std::string request_id;
  std::string trace;
  Journey* journey = nullptr;
};

// How one execution ended.
struct Outcome {
  std::string payload;
  std::optional<sdk::ApiResponse> response;  // instead of the payload
  std::string error_type;                    // empty: the function answered
  bool timed_out = false;
  std::string log_tail;
  // For the journey.
  bool is_cold_start = false;
  std::chrono::microseconds init_duration{0};
  std::chrono::microseconds duration{0};
  std::size_t log_lines = 0;
};

// {"errorType", "errorMessage"}: the payload of a failed invocation when the platform, not the function, writes it.
std::string error_payload(std::string_view type, std::string_view message);
Outcome failed_outcome(std::string type, std::string_view message);
// The failure of an answer that is larger than Lambda takes.
Outcome too_large_outcome(std::size_t bytes);

// An X-Amzn-Trace-Id for a request that has none: the journey's root, or a new one.
std::string make_trace(const Clock& clock, Random& random, const Journey* journey);

// The lines around and within one invocation, in Lambda's format (Developer Guide: "Log and monitor"), and the last
// 4 KiB of them for X-Amz-Log-Result. Must not outlive what it refers to.
class InvocationLog {
 public:
  static constexpr std::size_t kTailBytes = 4096;

  InvocationLog(LogSink& sink, const Clock& clock, const FunctionConfig& config, const std::string& stream,
                std::string request_id)
      : sink_(sink), clock_(clock), config_(config), stream_(stream), request_id_(std::move(request_id)) {}

  void start();
  void line(std::string_view text);  // the function's own
  // "<time> <id> Task timed out after 3.00 seconds"; returned too, as the invocation's error message.
  std::string timed_out();
  // END and REPORT. `max_memory_bytes` is what the environment used at most.
  void end(const Outcome& outcome, std::size_t max_memory_bytes);

  std::size_t lines() const { return lines_; }
  std::string take_tail();

 private:
  void write(std::string_view text);

  LogSink& sink_;
  const Clock& clock_;
  const FunctionConfig& config_;
  const std::string& stream_;
  const std::string request_id_;
  std::string tail_;
  std::size_t lines_ = 0;
};

// A log stream's name: "2026/11/24/[$LATEST]<32 hex digits>".
std::string make_stream_name(const Clock& clock, Random& random);

}  // namespace gatehouse::functions
