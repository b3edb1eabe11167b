#include "services/functions/process_pool.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/post.hpp>

#include "base/log.hpp"

namespace gatehouse::functions {
namespace {

// How long an invocation waits for an environment that has answered and will ask for more at once, before it starts
// another process.
constexpr std::chrono::milliseconds kSettleGrace{500};

}  // namespace

ProcessPool::ProcessPool(Executor home, std::shared_ptr<const EnvironmentSettings> settings)
    : home_(home),
      settings_(std::move(settings)),
      limit_(settings_->config.reserved_concurrency.value_or(settings_->service.max_processes_per_function)),
      settled_(home),
      all_done_(home) {}

ProcessPool::~ProcessPool() {
  // The last one to hold the pool may be on any thread (a deployment, an invocation of another loop); environments are
  // only touched at home.
  net::post(home_, [environments = std::move(environments_)] {
    for (const auto& environment : environments) environment->retire();
  });
}

Task<Result<Outcome>> ProcessPool::run(Event event, Invocation invocation) {
  std::string payload = event.api == nullptr ? std::move(event.payload) : event.api->json();
  if (const Result<void> fits = check_payload_size(payload.size()); !fits) co_return std::unexpected(fits.error());
  const Executor here = co_await net::this_coro::executor;
  Task<Result<Outcome>> running = run_at_home(shared_from_this(), std::move(payload), std::move(invocation));
  if (here == home_) {
    Result<Outcome> outcome = co_await std::move(running);
    co_return outcome;
  }
  Result<Outcome> outcome = co_await net::co_spawn(home_, std::move(running), kUseTask);
  co_return outcome;
}

Task<Result<Outcome>> ProcessPool::run_at_home(std::shared_ptr<ProcessPool> self, std::string payload,
                                               Invocation invocation) {
  if (self->is_stopping_) co_return too_many_requests("the function is being replaced or the service stops");
  if (self->running_ >= self->limit_) {
    co_return too_many_requests(
        fmt::format("{} invocations of {} run already", self->running_, self->settings_->config.name));
  }
  ++self->running_;
  Result<Outcome> outcome = co_await self->run_in_environment(std::move(payload), std::move(invocation));
  --self->running_;
  if (self->running_ == 0) self->all_done_.notify();
  co_return outcome;
}

Task<Result<Outcome>> ProcessPool::run_in_environment(std::string payload, Invocation invocation) {
  Result<std::shared_ptr<Environment>> acquired = co_await acquire();
  if (!acquired) co_return std::unexpected(acquired.error());
  const std::shared_ptr<Environment> environment = std::move(*acquired);
  const bool is_cold_start = environment->phase() == Environment::Phase::kInit;
  InvocationLog log(*settings_->logs, *settings_->clock, settings_->config, environment->stream(),
                    invocation.request_id);

  std::optional<Outcome> failed_init;
  if (is_cold_start) failed_init = co_await environment->finish_init(invocation.request_id);
  log.start();
  Outcome outcome;
  if (failed_init) {
    outcome = std::move(*failed_init);
    log.line(outcome.payload);
  } else {
    outcome = co_await environment->execute(std::move(payload), invocation, log);
  }
  outcome.is_cold_start = is_cold_start;
  if (is_cold_start) outcome.init_duration = environment->init_duration();
  log.end(outcome, environment->peak_memory_bytes());
  outcome.log_lines = log.lines();
  outcome.log_tail = log.take_tail();
  co_return outcome;
}

std::shared_ptr<Environment> ProcessPool::find(Environment::Phase phase) const {
  const auto found = std::ranges::find_if(environments_.rbegin(), environments_.rend(),
                                          [&](const auto& environment) { return environment->phase() == phase; });
  return found == environments_.rend() ? nullptr : *found;
}

// The environment that was used last is taken first, so that those that are not needed become old and end.
Task<Result<std::shared_ptr<Environment>>> ProcessPool::acquire() {
  const Timer::time_point patience = Timer::clock_type::now() + kSettleGrace;
  std::shared_ptr<Environment> idle = find(Environment::Phase::kIdle);
  while (!idle && find(Environment::Phase::kSettling) && Timer::clock_type::now() < patience) {
    co_await settled_.wait_until(patience);
    idle = find(Environment::Phase::kIdle);
  }
  if (idle) {
    std::erase(environments_, idle);
    environments_.push_back(idle);
    co_return idle;
  }
  const auto on_change = [weak = weak_from_this()](Environment& environment) {
    const std::shared_ptr<ProcessPool> self = weak.lock();
    if (self && environment.phase() == Environment::Phase::kDead) self->forget(environment);
    if (self) self->settled_.notify();
  };
  Result<std::shared_ptr<Environment>> started = Environment::start(home_, settings_, on_change);
  if (started) {
    environments_.push_back(*started);
  } else {
    log::error("the function {} could not be started: {}", settings_->config.name, started.error().detail);
  }
  co_return started;
}

void ProcessPool::forget(Environment& environment) {
  std::erase_if(environments_, [&](const auto& known) { return known.get() == &environment; });
}

Task<void> ProcessPool::stop() {
  const Executor here = co_await net::this_coro::executor;
  Task<void> stopping = stop_at_home(shared_from_this());
  if (here == home_) {
    co_await std::move(stopping);
  } else {
    co_await net::co_spawn(home_, std::move(stopping), kUseTask);
  }
}

Task<void> ProcessPool::stop_at_home(std::shared_ptr<ProcessPool> self) {
  self->is_stopping_ = true;
  while (self->running_ > 0) co_await self->all_done_.wait_until(Timer::time_point::max());
  for (const auto& environment : std::vector(self->environments_)) environment->retire();
}

}  // namespace gatehouse::functions
