// The process host of one function: its execution environments, started when needed, reused while warm.
#pragma once

#include <memory>
#include <vector>

#include "services/functions/environment.hpp"
#include "services/functions/function_host.hpp"

namespace gatehouse::functions {

// Lives on one loop; run() may be called from any and comes over. Kept alive by what it runs.
class ProcessPool final : public FunctionHost, public std::enable_shared_from_this<ProcessPool> {
 public:
  ProcessPool(Executor home, std::shared_ptr<const EnvironmentSettings> settings);
  ~ProcessPool() override;

  std::string_view kind() const override { return "process"; }
  Task<Result<Outcome>> run(Event event, Invocation invocation) override;
  Task<void> stop() override;

 private:
  static Task<Result<Outcome>> run_at_home(std::shared_ptr<ProcessPool> self, std::string payload,
                                           Invocation invocation);
  static Task<void> stop_at_home(std::shared_ptr<ProcessPool> self);
  Task<Result<Outcome>> run_in_environment(std::string payload, Invocation invocation);
  Task<Result<std::shared_ptr<Environment>>> acquire();
  std::shared_ptr<Environment> find(Environment::Phase phase) const;
  void forget(Environment& environment);

  const Executor home_;
  const std::shared_ptr<const EnvironmentSettings> settings_;
  const std::uint32_t limit_;
  std::vector<std::shared_ptr<Environment>> environments_;  // the most recently used last
  std::uint32_t running_ = 0;
  bool is_stopping_ = false;
  Signal settled_;  // an environment became idle or dead
  Signal all_done_;
};

}  // namespace gatehouse::functions
