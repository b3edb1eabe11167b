#include "services/functions/in_process.hpp"

#include <unistd.h>

#include "platform/process/family.hpp"
#include "services/functions/module.hpp"
#include "services/functions/running_handler.hpp"
#include "services/functions/variables.hpp"

namespace gatehouse::functions {
namespace {

// What this process holds: the memory of one coroutine among many cannot be told. Looked up once a second at most.
std::size_t own_memory(const Clock& clock) {
  static std::atomic<std::int64_t> looked_up_s{0};
  static std::atomic<std::size_t> bytes{0};
  const std::int64_t now = clock.now_s();
  if (looked_up_s.exchange(now) != now) bytes = process::resident_bytes_of({::getpid()});
  return bytes;
}

// Counts an invocation for as long as it lives, also when its coroutine is destroyed on the way.
class Slot {
 public:
  explicit Slot(InProcessSettings& settings)
      : settings_(settings), is_free_(settings.running.fetch_add(1) < settings.limit) {}
  ~Slot() { settings_.running.fetch_sub(1); }
  Slot(const Slot&) = delete;
  Slot& operator=(const Slot&) = delete;
  bool is_free() const { return is_free_; }

 private:
  InProcessSettings& settings_;
  const bool is_free_;
};

}  // namespace

Result<std::shared_ptr<FunctionHost>> InProcessHost::make(FunctionConfig config, const FunctionsConfig& service,
                                                          FunctionsPorts ports) {
  Result<std::unique_ptr<sdk::Function>> function = load_function(*config.in_process);
  if (!function) return std::unexpected(function.error());
  std::string stream = make_stream_name(ports.clock, ports.random);
  const Variables variables = common_variables(config, service, stream);
  const std::uint32_t limit = config.reserved_concurrency.value_or(service.max_in_process_invocations);
  auto settings = std::make_shared<InProcessSettings>(
      std::move(config), ports, std::move(*function),
      std::map<std::string, std::string, std::less<>>(variables.begin(), variables.end()), std::move(stream), limit);
  return std::make_shared<InProcessHost>(std::move(settings));
}

Task<Result<Outcome>> InProcessHost::run(Event event, Invocation invocation) {
  const std::shared_ptr<InProcessSettings> settings = settings_;
  if (settings->is_stopping) co_return too_many_requests("the service stops");
  const Slot slot(*settings);
  if (!slot.is_free()) {
    co_return too_many_requests(
        fmt::format("{} invocations of {} run already", settings->limit, settings->config.name));
  }
  if (const Result<void> fits = check_payload_size(event.payload.size()); !fits)
    co_return std::unexpected(fits.error());

  const Executor executor = co_await net::this_coro::executor;
  const Clock& clock = settings->ports.clock;
  const auto limit = std::chrono::seconds{settings->config.timeout_s};
  InvocationLog log(settings->ports.logs, clock, settings->config, settings->stream, invocation.request_id);
  sdk::Invocation told{.request_id = invocation.request_id,
                       .function_name = settings->config.name,
                       .function_version = "$LATEST",
                       .function_arn = settings->config.arn,
                       .trace_id = invocation.trace,
                       .memory_mb = settings->config.memory_mb,
                       .deadline = clock.now() + limit};
  auto handler = std::make_shared<RunningHandler>(executor, settings, std::move(told), log, invocation.journey);
  const Timer::time_point began = Timer::clock_type::now();
  log.start();
  Task<Outcome> running = RunningHandler::run(handler, std::move(event), began + limit);
  Outcome outcome = co_await std::move(running);
  outcome.duration = std::chrono::duration_cast<std::chrono::microseconds>(Timer::clock_type::now() - began);
  if (invocation.journey != nullptr && !outcome.timed_out) invocation.journey->absorb(handler->journey());
  log.end(outcome, own_memory(clock));
  outcome.log_lines = log.lines();
  outcome.log_tail = log.take_tail();
  co_return outcome;
}

Task<void> InProcessHost::stop() {
  settings_->is_stopping = true;
  Signal pause(co_await net::this_coro::executor);
  while (settings_->running > 0 || settings_->in_flight > 0) {
    co_await pause.wait_until(Timer::clock_type::now() + std::chrono::milliseconds{10});
  }
}

}  // namespace gatehouse::functions
