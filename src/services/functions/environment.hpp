// One execution environment: one process of a function, from its start over its invocations, one at a time, to its end.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "base/result.hpp"
#include "platform/process/child.hpp"
#include "services/functions/invocation.hpp"
#include "services/functions/runtime_server.hpp"
#include "services/functions/signal.hpp"

namespace gatehouse::functions {

// What all environments of one function share.
struct EnvironmentSettings {
  FunctionConfig config;
  FunctionsConfig service;
  const Clock* clock;
  Random* random;
  LogSink* logs;
};

// Belongs to one loop. Its coroutines keep it alive until its process is reaped.
class Environment : public std::enable_shared_from_this<Environment> {
 public:
  enum class Phase {
    kInit,      // started, has not asked for an event yet
    kIdle,      // asks for an event
    kBusy,      // handles one
    kSettling,  // has answered, has not asked for the next one yet
    kDead,
  };

  // `on_change` is called when it becomes idle or dead. Requires: `settings` outlives the loop's work (it is shared).
  static Result<std::shared_ptr<Environment>> start(Executor executor,
                                                    std::shared_ptr<const EnvironmentSettings> settings,
                                                    std::function<void(Environment&)> on_change);
  Environment(Executor executor, std::shared_ptr<const EnvironmentSettings> settings,
              std::function<void(Environment&)> on_change);

  Phase phase() const { return phase_; }
  // Waits for the end of the init phase; an Outcome when it failed.
  Task<std::optional<Outcome>> finish_init(const std::string& request_id);
  // Requires: idle.
  Task<Outcome> execute(std::string payload, const Invocation& invocation, InvocationLog& log);
  // Ends the process. Idempotent.
  void retire();

  const std::string& stream() const { return stream_; }
  std::size_t peak_memory_bytes() const;
  std::chrono::microseconds init_duration() const { return init_duration_; }

 private:
  struct Delivery {
    std::string request_id;
    std::string payload;
    std::string trace;
    std::int64_t deadline_ms = 0;
  };

  static Task<RuntimeAnswer> answer(std::shared_ptr<Environment> self, RuntimeRequest request);
  static Task<RuntimeAnswer> next(std::shared_ptr<Environment> self);
  static Task<void> watch_end(std::shared_ptr<Environment> self);
  RuntimeAnswer take_result(RuntimeRequest& request, std::string_view request_id, bool is_error);
  RuntimeAnswer take_init_error(RuntimeRequest& request);
  Result<void> launch();
  void become_idle();
  void settle_until(Timer::time_point deadline);
  void take_line(std::string_view line);
  Outcome exit_outcome(const std::string& request_id);

  const Executor executor_;
  const std::shared_ptr<const EnvironmentSettings> settings_;
  const std::function<void(Environment&)> on_change_;
  const std::string stream_;
  const Timer::time_point started_;

  Phase phase_ = Phase::kInit;
  std::unique_ptr<RuntimeServer> server_;
  std::unique_ptr<process::Child> child_;
  std::optional<process::ChildExit> exit_;
  std::chrono::microseconds init_duration_{0};

  Signal changed_;      // for finish_init() and execute()
  Signal event_ready_;  // for next()
  Timer lifetime_;      // ends what stays idle or does not settle
  std::uint64_t latest_next_ = 0;
  std::optional<Delivery> delivery_;
  std::string current_id_;
  std::optional<Outcome> answer_;
  InvocationLog* log_ = nullptr;  // of the invocation that runs
};

}  // namespace gatehouse::functions
