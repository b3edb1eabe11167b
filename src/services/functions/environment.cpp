#include "services/functions/environment.hpp"

#include <signal.h>
#include <string.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>

#include "base/json.hpp"
#include "base/text.hpp"
#include "services/functions/variables.hpp"

namespace gatehouse::functions {
namespace {

constexpr std::string_view kInvocations = "/2018-06-01/runtime/invocation/";

RuntimeAnswer refuse(unsigned status, std::string_view type, std::string_view message) {
  return {status, {{"Content-Type", "application/json"}}, error_payload(type, message)};
}
RuntimeAnswer accepted() { return {202, {{"Content-Type", "application/json"}}, R"({"status":"OK"})"}; }

// In Lambda's words: "exit status 1", "signal: killed".
std::string describe(const process::ChildExit& exit) {
  if (!exit.signalled) return fmt::format("exit status {}", exit.code);
  const char* name = ::sigdescr_np(exit.code);
  return "signal: " + (name == nullptr ? std::to_string(exit.code) : lower(name));
}

// What the runtime reported, or a report made of its header when the body is not one.
Outcome reported_error(RuntimeRequest& request) {
  const std::string_view type = request.header("lambda-runtime-function-error-type");
  const Result<json::value> body = parse_json(request.body);
  const std::string fallback(type.empty() ? "Runtime.UnknownError" : type);
  if (!body || !body->is_object()) return failed_outcome(fallback, "the function reported an error without details");
  Outcome outcome;
  outcome.error_type = string_member(body->get_object(), "errorType").value_or(fallback);
  if (outcome.error_type.empty()) outcome.error_type = fallback;
  outcome.payload = std::move(request.body);
  return outcome;
}

template <typename Duration>
std::chrono::microseconds micros(Duration duration) {
  return std::chrono::duration_cast<std::chrono::microseconds>(duration);
}

}  // namespace

Environment::Environment(Executor executor, std::shared_ptr<const EnvironmentSettings> settings,
                         std::function<void(Environment&)> on_change)
    : executor_(executor),
      settings_(std::move(settings)),
      on_change_(std::move(on_change)),
      stream_(make_stream_name(*settings_->clock, *settings_->random)),
      started_(Timer::clock_type::now()),
      changed_(executor),
      event_ready_(executor),
      lifetime_(executor) {}

Result<std::shared_ptr<Environment>> Environment::start(Executor executor,
                                                        std::shared_ptr<const EnvironmentSettings> settings,
                                                        std::function<void(Environment&)> on_change) {
  auto environment = std::make_shared<Environment>(executor, std::move(settings), std::move(on_change));
  const Result<void> launched = environment->launch();
  if (!launched) return std::unexpected(launched.error());
  return environment;
}

Result<void> Environment::launch() {
  std::weak_ptr<Environment> weak = weak_from_this();
  auto handler = [weak](RuntimeRequest request) { return answer(weak.lock(), std::move(request)); };
  Result<std::unique_ptr<RuntimeServer>> server = RuntimeServer::listen(executor_, handler);
  if (!server) return std::unexpected(server.error());
  server_ = std::move(*server);

  const FunctionConfig& config = settings_->config;
  process::ChildOptions options{
      .executable = config.code_folder / "bootstrap",
      .arguments = {},
      .working_directory = config.code_folder,
      .environment = process_variables(config, settings_->service, stream_, server_->address()),
      .memory_bytes = std::size_t{config.memory_mb} << 20U,
      .on_line = [this](std::string_view line) { take_line(line); }};
  Result<std::unique_ptr<process::Child>> child = process::Child::start(executor_, std::move(options));
  if (!child) {
    return fail(Error::Kind::kUnavailable, "ServiceException", "The function could not be started",
                child.error().detail);
  }
  child_ = std::move(*child);
  server_->admit(child_->pid());
  net::co_spawn(executor_, watch_end(shared_from_this()), net::detached);
  return {};
}

// Keeps the environment until its process is reaped.
Task<void> Environment::watch_end(std::shared_ptr<Environment> self) {
  self->exit_ = co_await self->child_->wait();
  self->retire();
}

void Environment::retire() {
  if (phase_ == Phase::kDead) return;
  phase_ = Phase::kDead;
  child_->kill();
  server_.reset();
  lifetime_.cancel();
  changed_.notify();
  event_ready_.notify();
  on_change_(*this);
}

void Environment::take_line(std::string_view line) {
  if (log_ != nullptr) {
    log_->line(line);
  } else {
    settings_->logs->write(settings_->config.log_group, stream_, settings_->clock->now(), line);
  }
}

std::size_t Environment::peak_memory_bytes() const { return child_ ? child_->peak_resident_bytes() : 0; }

Task<std::optional<Outcome>> Environment::finish_init(const std::string& request_id) {
  const Timer::time_point deadline = started_ + settings_->service.init_timeout;
  while (phase_ == Phase::kInit && !answer_ && Timer::clock_type::now() < deadline)
    co_await changed_.wait_until(deadline);
  init_duration_ = micros(Timer::clock_type::now() - started_);
  if (phase_ == Phase::kIdle) co_return std::nullopt;
  if (answer_) {  // the runtime said what is wrong with its init
    Outcome outcome = *std::exchange(answer_, std::nullopt);
    retire();
    co_return outcome;
  }
  if (phase_ == Phase::kDead) co_return exit_outcome(request_id);
  const std::string text = fmt::format("INIT_REPORT Init Duration: {:.2f} ms\tPhase: init\tStatus: timeout",
                                       static_cast<double>(init_duration_.count()) / 1000.0);
  take_line(text);
  retire();
  co_return failed_outcome(
      "Runtime.InitTimeout",
      fmt::format("RequestId: {} Error: the init phase did not end within {:.2f} seconds", request_id,
                  static_cast<double>(settings_->service.init_timeout.count()) / 1000.0));
}

Task<Outcome> Environment::execute(std::string payload, const Invocation& invocation, InvocationLog& log) {
  const auto limit = std::chrono::seconds{settings_->config.timeout_s};
  const Timer::time_point began = Timer::clock_type::now();
  const Timer::time_point deadline = began + limit;
  lifetime_.cancel();
  child_->set_busy(true);
  log_ = &log;
  current_id_ = invocation.request_id;
  answer_.reset();
  delivery_ = Delivery{current_id_, std::move(payload), invocation.trace,
                       settings_->clock->now_ms() + std::chrono::milliseconds{limit}.count()};
  phase_ = Phase::kBusy;
  event_ready_.notify();

  while (!answer_ && phase_ == Phase::kBusy && Timer::clock_type::now() < deadline)
    co_await changed_.wait_until(deadline);
  child_->drain_output();
  Outcome outcome;
  if (answer_) {
    outcome = *std::exchange(answer_, std::nullopt);
    if (phase_ == Phase::kBusy) settle_until(deadline);
  } else if (phase_ == Phase::kDead) {
    outcome = exit_outcome(current_id_);
    log.line(fmt::format("RequestId: {} Error: Runtime exited with error: {}", current_id_,
                         exit_ ? describe(*exit_) : "signal: killed"));
  } else {
    outcome = failed_outcome("Sandbox.Timedout", log.timed_out());
    outcome.timed_out = true;
    retire();
  }
  outcome.duration = micros(Timer::clock_type::now() - began);
  log_ = nullptr;
  current_id_.clear();
  co_return outcome;
}

Outcome Environment::exit_outcome(const std::string& request_id) {
  const bool is_out_of_memory = exit_ && exit_->out_of_memory;
  const bool has_reason = !exit_ || exit_->signalled || exit_->code != 0;
  const std::string reason = has_reason ? "Runtime exited with error: " + (exit_ ? describe(*exit_) : "signal: killed")
                                        : "Runtime exited without providing a reason";
  return failed_outcome(is_out_of_memory ? "Runtime.OutOfMemory" : "Runtime.ExitError",
                        fmt::format("RequestId: {} Error: {}", request_id, reason));
}

// The next event is given when the process asks for it; the invocation's own deadline is the time it has for that.
void Environment::settle_until(Timer::time_point deadline) {
  phase_ = Phase::kSettling;
  lifetime_.expires_at(deadline);
  lifetime_.async_wait([weak = weak_from_this()](const boost::system::error_code& cancelled) {
    const std::shared_ptr<Environment> self = weak.lock();
    if (!cancelled && self && self->phase_ == Phase::kSettling) self->retire();
  });
}

void Environment::become_idle() {
  phase_ = Phase::kIdle;
  child_->set_busy(false);
  changed_.notify();
  lifetime_.expires_after(settings_->service.idle_timeout);
  lifetime_.async_wait([weak = weak_from_this()](const boost::system::error_code& cancelled) {
    const std::shared_ptr<Environment> self = weak.lock();
    if (!cancelled && self && self->phase_ == Phase::kIdle) self->retire();
  });
  on_change_(*this);
}

Task<RuntimeAnswer> Environment::answer(std::shared_ptr<Environment> self, RuntimeRequest request) {
  if (!self || self->phase_ == Phase::kDead) co_return refuse(410, "InvalidState", "the environment has ended");
  const bool is_post = request.method == "POST";
  if (request.method == "GET" && request.path == "/2018-06-01/runtime/invocation/next") {
    RuntimeAnswer event = co_await next(std::move(self));
    co_return event;
  }
  if (is_post && request.path == "/2018-06-01/runtime/init/error") co_return self->take_init_error(request);
  if (is_post && request.path.starts_with(kInvocations)) {
    const std::string path = request.path.substr(kInvocations.size());
    const std::size_t slash = path.find('/');
    const std::string what = slash == std::string::npos ? std::string() : path.substr(slash);
    if (what == "/response" || what == "/error") {
      co_return self->take_result(request, std::string_view(path).substr(0, slash), what == "/error");
    }
  }
  co_return refuse(404, "NotFound", "the Runtime API 2018-06-01 has no such path");
}

Task<RuntimeAnswer> Environment::next(std::shared_ptr<Environment> self) {
  if (self->phase_ == Phase::kBusy && !self->delivery_ && !self->answer_) {
    co_return refuse(403, "InvalidStateTransition", "the invocation has not been answered yet");
  }
  const std::uint64_t own = ++self->latest_next_;
  self->event_ready_.notify();  // an older question is given up
  // A process that asks again before execute() has seen its answer is idle as soon as that has.
  while (self->phase_ == Phase::kBusy && self->answer_) {
    co_await self->event_ready_.wait_until(Timer::clock_type::now() + std::chrono::milliseconds{1});
  }
  if (self->phase_ == Phase::kInit || self->phase_ == Phase::kSettling) self->become_idle();
  while (!self->delivery_ && self->phase_ != Phase::kDead && own == self->latest_next_) {
    co_await self->event_ready_.wait_until(Timer::time_point::max());
  }
  if (!self->delivery_ || self->phase_ == Phase::kDead || own != self->latest_next_) {
    co_return refuse(410, "InvalidState", "the environment has ended, or asked again");
  }
  Delivery event = *std::exchange(self->delivery_, std::nullopt);
  co_return RuntimeAnswer{200,
                          {{"Content-Type", "application/json"},
                           {"Lambda-Runtime-Aws-Request-Id", event.request_id},
                           {"Lambda-Runtime-Deadline-Ms", std::to_string(event.deadline_ms)},
                           {"Lambda-Runtime-Invoked-Function-Arn", self->settings_->config.arn},
                           {"Lambda-Runtime-Trace-Id", event.trace}},
                          std::move(event.payload)};
}

RuntimeAnswer Environment::take_result(RuntimeRequest& request, std::string_view request_id, bool is_error) {
  if (phase_ != Phase::kBusy || answer_ || delivery_) {
    return refuse(403, "InvalidStateTransition", "no invocation waits for an answer");
  }
  if (request_id != current_id_) return refuse(400, "InvalidRequestID", "Invalid request ID");
  if (request.is_body_too_large) {
    answer_ = too_large_outcome(kMaxPayloadBytes + 1);
    answer_->payload = error_payload(
        answer_->error_type,
        fmt::format("Response payload size exceeded maximum allowed payload size ({} bytes).", kMaxPayloadBytes));
    changed_.notify();
    return refuse(413, "RequestEntityTooLarge", "the answer is larger than 6 MB");
  }
  if (is_error) {
    answer_ = reported_error(request);
  } else {
    answer_.emplace();
    answer_->payload = std::move(request.body);
  }
  changed_.notify();
  return accepted();
}

RuntimeAnswer Environment::take_init_error(RuntimeRequest& request) {
  if (phase_ != Phase::kInit || answer_) return refuse(403, "InvalidStateTransition", "the init phase is over");
  answer_ = reported_error(request);
  changed_.notify();
  return accepted();
}

}  // namespace gatehouse::functions
