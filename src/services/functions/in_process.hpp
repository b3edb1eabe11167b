// The in-process host of one function: each invocation is a coroutine on the loop that asked for it.
//
// There is no isolation: a handler that crashes takes the process along, one that blocks holds the loop, and no memory
// limit applies. The time-out is enforced whenever the handler waits for the Host (that is the only thing it can wait
// for): its coroutine is then destroyed where it stands, its locals with it, and what it had asked for ends unheard.
#pragma once

#include <atomic>
#include <map>
#include <memory>
#include <string>

#include "gatehouse/sdk/host.hpp"
#include "services/functions/function_host.hpp"

namespace gatehouse::functions {

// What an in-process function's invocations share. Immutable but for the counter; used from all loops.
struct InProcessSettings {
  FunctionConfig config;
  FunctionsPorts ports;
  std::unique_ptr<sdk::Function> function;
  std::map<std::string, std::string, std::less<>> environment;
  std::string stream;
  std::uint32_t limit = 0;
  std::atomic<std::uint32_t> running{0};    // invocations
  std::atomic<std::uint32_t> in_flight{0};  // operations of handlers, also of those that were abandoned
  std::atomic<bool> is_stopping{false};
};

class InProcessHost final : public FunctionHost {
 public:
  // Loads the shared object; see load_function().
  static Result<std::shared_ptr<FunctionHost>> make(FunctionConfig config, const FunctionsConfig& service,
                                                    FunctionsPorts ports);
  explicit InProcessHost(std::shared_ptr<InProcessSettings> settings) : settings_(std::move(settings)) {}

  std::string_view kind() const override { return "in-process"; }
  Task<Result<Outcome>> run(Event event, Invocation invocation) override;
  Task<void> stop() override;

 private:
  std::shared_ptr<InProcessSettings> settings_;
};

}  // namespace gatehouse::functions
