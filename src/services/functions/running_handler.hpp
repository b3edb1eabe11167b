// One in-process invocation: the handler's coroutine and the Host that it talks to.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "base/journey.hpp"
#include "gatehouse/sdk/context.hpp"
#include "services/functions/in_process.hpp"
#include "services/functions/signal.hpp"

namespace gatehouse::functions {

// Lives on one loop. Operations in flight keep it alive; it keeps the journey that they write to, because they may end
// after the caller's own journey.
class RunningHandler final : public sdk::Host, public std::enable_shared_from_this<RunningHandler> {
 public:
  RunningHandler(Executor executor, std::shared_ptr<InProcessSettings> settings, sdk::Invocation invocation,
                 InvocationLog& log, Journey* parent);
  ~RunningHandler();

  // Starts the handler, waits for its end or the deadline. Called once.
  static Task<Outcome> run(std::shared_ptr<RunningHandler> self, Event event, Timer::time_point deadline);

  // The spans of nested calls. Only to be read when the invocation ended in time: then nothing is in flight.
  const Journey& journey() const { return journey_; }

  // sdk::Host
  void fetch(sdk::HttpRequest request, std::chrono::milliseconds timeout,
             sdk::Completion<sdk::Result<sdk::HttpResponse>>& done) override;
  void call_aws(sdk::AwsRequest request, sdk::Completion<sdk::Result<std::string>>& done) override;
  void log(std::string_view text) override;
  std::chrono::system_clock::time_point now() override { return settings_->ports.clock.now(); }
  void fill_random(std::span<std::uint8_t> out) override { settings_->ports.random.fill(out); }
  const std::string* environment(std::string_view name) override;

 private:
  template <typename T>
  struct Pending;

  sdk::Task<void> drive(Event event);
  void finish(Outcome outcome);
  static Task<void> fetch_outside(std::shared_ptr<RunningHandler> self, sdk::HttpRequest request,
                                  std::chrono::milliseconds timeout,
                                  std::shared_ptr<Pending<sdk::HttpResponse>> pending);
  static Task<void> call_inside(std::shared_ptr<RunningHandler> self, sdk::AwsRequest request,
                                std::shared_ptr<Pending<std::string>> pending);
  template <typename T>
  void complete(Pending<T>& pending, sdk::Result<T> value);

  const Executor executor_;
  const std::shared_ptr<InProcessSettings> settings_;
  Journey journey_;
  InvocationLog* log_;  // null once the invocation has ended
  Signal done_;
  std::optional<Outcome> outcome_;
  bool is_abandoned_ = false;
  sdk::Context context_;
  sdk::Task<void> handler_;  // last: its frame refers to what stands above
};

}  // namespace gatehouse::functions
