#include "services/functions/running_handler.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>

#include "base/text.hpp"
#include "platform/http/handler.hpp"
#include "platform/process/child.hpp"

namespace gatehouse::functions {
namespace {

sdk::Error to_sdk(const Error& error) {
  if (!error.code.empty()) return {error.code, error.message};
  const bool is_invalid = error.kind == Error::Kind::kInvalid;
  return {is_invalid ? "InvalidUrl" : "Unreachable", error.message};
}

http::Request to_http(sdk::HttpRequest& request) {
  http::Request out;
  out.method = std::move(request.method);
  out.body = std::move(request.body);
  for (auto& [name, value] : request.headers) out.headers.add(std::move(name), std::move(value));
  return out;
}

sdk::HttpResponse to_sdk(http::Response& response) {
  sdk::HttpResponse out;
  out.status = static_cast<int>(response.status);
  out.body = response.shared_body ? *response.shared_body : std::move(response.body);
  for (const http::Header& header : response.headers) out.headers.add(header.name, header.value);
  return out;
}

// An operation uses the service's neighbours, so stop() waits for it also when nobody waits for its result any more.
class InFlight {
 public:
  explicit InFlight(InProcessSettings& settings) : settings_(settings) { ++settings_.in_flight; }
  ~InFlight() { --settings_.in_flight; }
  InFlight(const InFlight&) = delete;
  InFlight& operator=(const InFlight&) = delete;

 private:
  InProcessSettings& settings_;
};

}  // namespace

// Where an operation's result goes, until it is there or nobody wants it any more.
template <typename T>
struct RunningHandler::Pending {
  explicit Pending(sdk::Completion<sdk::Result<T>>& chosen, Executor executor) : done(&chosen), timeout(executor) {}
  sdk::Completion<sdk::Result<T>>* done;  // null once completed
  Timer timeout;
};

RunningHandler::RunningHandler(Executor executor, std::shared_ptr<InProcessSettings> settings,
                               sdk::Invocation invocation, InvocationLog& log, Journey* parent)
    : executor_(executor),
      settings_(std::move(settings)),
      journey_(parent == nullptr ? invocation.request_id : parent->request_id(), settings_->ports.clock.now()),
      log_(&log),
      done_(executor),
      context_(*this, std::move(invocation)) {
  if (parent != nullptr) journey_.set_trace_root(parent->trace_root());
}

RunningHandler::~RunningHandler() = default;

Task<Outcome> RunningHandler::run(std::shared_ptr<RunningHandler> self, Event event, Timer::time_point deadline) {
  self->handler_ = self->drive(std::move(event));
  self->handler_.start();
  while (!self->outcome_ && Timer::clock_type::now() < deadline) co_await self->done_.wait_until(deadline);
  Outcome outcome;
  if (self->outcome_) {
    outcome = std::move(*self->outcome_);
  } else {
    outcome = failed_outcome("Sandbox.Timedout", self->log_->timed_out());
    outcome.timed_out = true;
  }
  self->is_abandoned_ = true;
  self->log_ = nullptr;
  // Suspended in an operation of the Host, or at its end: both are places to destroy a coroutine at.
  self->handler_ = {};
  co_return outcome;
}

sdk::Task<void> RunningHandler::drive(Event event) {
  Outcome outcome;
  try {
    if (event.api != nullptr && settings_->function->takes_api_requests()) {
      sdk::Task<sdk::ApiResponse> running = settings_->function->invoke_api(event.api->request(), context_);
      outcome.response = co_await running;
      if (outcome.response->body.size() > kMaxPayloadBytes) outcome = too_large_outcome(outcome.response->body.size());
    } else {
      std::string payload = event.api == nullptr ? std::move(event.payload) : event.api->json();
      sdk::Task<std::string> running = settings_->function->invoke(std::move(payload), context_);
      outcome.payload = co_await running;
      if (outcome.payload.size() > kMaxPayloadBytes) outcome = too_large_outcome(outcome.payload.size());
    }
  } catch (const std::exception& thrown) {
    outcome = failed_outcome("Runtime.HandlerError", thrown.what());
    log(std::string("Runtime.HandlerError: ") + thrown.what());
  } catch (...) {
    outcome = failed_outcome("Runtime.HandlerError", "the handler threw something that is not an exception");
  }
  finish(std::move(outcome));
}

void RunningHandler::finish(Outcome outcome) {
  outcome_ = std::move(outcome);
  done_.notify();
}

template <typename T>
void RunningHandler::complete(Pending<T>& pending, sdk::Result<T> value) {
  pending.timeout.cancel();
  auto* const done = std::exchange(pending.done, nullptr);
  // After the end of the invocation the Completion is gone with the handler's frame.
  if (done != nullptr && !is_abandoned_) done->complete(std::move(value));
}

void RunningHandler::fetch(sdk::HttpRequest request, std::chrono::milliseconds timeout,
                           sdk::Completion<sdk::Result<sdk::HttpResponse>>& done) {
  auto pending = std::make_shared<Pending<sdk::HttpResponse>>(done, executor_);
  // The fetcher may answer addresses of this process without a timer of its own.
  pending->timeout.expires_after(timeout);
  pending->timeout.async_wait([self = shared_from_this(), pending](const boost::system::error_code& cancelled) {
    if (cancelled) return;
    self->complete<sdk::HttpResponse>(*pending, std::unexpected(sdk::Error{"Timeout", "no answer in time"}));
  });
  net::co_spawn(executor_, fetch_outside(shared_from_this(), std::move(request), timeout, pending), net::detached);
}

Task<void> RunningHandler::fetch_outside(std::shared_ptr<RunningHandler> self, sdk::HttpRequest request,
                                         std::chrono::milliseconds timeout,
                                         std::shared_ptr<Pending<sdk::HttpResponse>> pending) {
  const InFlight in_flight(*self->settings_);
  const std::string url = std::move(request.url);
  http::Request outgoing = to_http(request);
  outgoing.journey = &self->journey_;
  sdk::Result<sdk::HttpResponse> result = std::unexpected(sdk::Error{"Unreachable", "the call failed"});
  try {
    Result<http::Response> response = co_await self->settings_->ports.fetcher.fetch(url, std::move(outgoing), timeout);
    if (response) {
      result = to_sdk(*response);
    } else {
      result = std::unexpected(to_sdk(response.error()));
    }
  } catch (const std::exception& thrown) {
    result = std::unexpected(sdk::Error{"Unreachable", thrown.what()});
  }
  self->complete(*pending, std::move(result));
}

void RunningHandler::call_aws(sdk::AwsRequest request, sdk::Completion<sdk::Result<std::string>>& done) {
  auto pending = std::make_shared<Pending<std::string>>(done, executor_);
  net::co_spawn(executor_, call_inside(shared_from_this(), std::move(request), pending), net::detached);
}

Task<void> RunningHandler::call_inside(std::shared_ptr<RunningHandler> self, sdk::AwsRequest request,
                                       std::shared_ptr<Pending<std::string>> pending) {
  const InFlight in_flight(*self->settings_);
  const auto& role = self->settings_->config.role;
  const std::shared_ptr<const aws::Credential> credential = role ? role->current() : nullptr;
  sdk::Result<std::string> result = std::unexpected(sdk::Error{"InternalError", "the call failed"});
  const Result<json::value> input = parse_json(request.input);
  if (!credential || !credential->caller) {
    result = std::unexpected(sdk::Error{"NoCredentials", "the function has no role"});
  } else if (!input || !input->is_object()) {
    result = std::unexpected(sdk::Error{"SerializationException", "the input is not a JSON object"});
  } else {
    try {
      const std::string& request_id = self->context_.request_id();
      Result<json::object> output = co_await self->settings_->ports.aws.call(
          request.service, request.operation, input->get_object(), *credential->caller, &self->journey_, request_id);
      if (output) {
        result = json::serialize(*output);
      } else {
        result = std::unexpected(sdk::Error{output.error().code, output.error().message});
      }
    } catch (const std::exception& thrown) {
      result = std::unexpected(sdk::Error{"InternalError", "the call failed"});
    }
  }
  self->complete(*pending, std::move(result));
}

void RunningHandler::log(std::string_view text) {
  if (log_ == nullptr) return;
  for (std::string_view line : split(text, '\n')) {
    // As long as a process's lines may be.
    for (; line.size() > process::kMaxLineBytes; line.remove_prefix(process::kMaxLineBytes)) {
      log_->line(line.substr(0, process::kMaxLineBytes));
    }
    log_->line(line);
  }
}

const std::string* RunningHandler::environment(std::string_view name) {
  const auto found = settings_->environment.find(name);
  return found == settings_->environment.end() ? nullptr : &found->second;
}

}  // namespace gatehouse::functions
