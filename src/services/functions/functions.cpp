#include "services/functions/functions.hpp"

#include <unistd.h>
#include <shared_mutex>

#include "base/id.hpp"
#include "services/functions/function_host.hpp"
#include "services/functions/in_process.hpp"
#include "services/functions/process_pool.hpp"
#include "services/functions/variables.hpp"

namespace gatehouse::functions {
namespace {

struct Entry {
  std::string arn;
  std::shared_ptr<FunctionHost> host;
};
using Entries = std::map<std::string, Entry, std::less<>>;

std::unexpected<Error> refused(const FunctionConfig& config, std::string_view what) {
  return fail(Error::Kind::kInvalid, "InvalidParameterValueException",
              fmt::format("Function {}: {}", config.name, what));
}

// Lambda quotas: memory 128 MB to 10,240 MB, time-out up to 900 seconds.
Result<void> check(const FunctionConfig& config) {
  if (config.runtime != "provided.al2023") {
    return refused(config, fmt::format("Runtime {} is not supported; use provided.al2023", config.runtime));
  }
  if (config.memory_mb < 128 || config.memory_mb > 10'240)
    return refused(config, "MemorySize must be from 128 to 10240");
  if (config.timeout_s < 1 || config.timeout_s > 900) return refused(config, "Timeout must be from 1 to 900");
  if (Result<void> variables = check_variables(config); !variables) return variables;
  if (config.in_process) return {};
  const std::filesystem::path bootstrap = config.code_folder / "bootstrap";
  std::error_code error;
  if (!std::filesystem::is_regular_file(bootstrap, error)) {
    return refused(config, fmt::format("{} does not exist; build the function first", bootstrap.string()));
  }
  if (::access(bootstrap.c_str(), X_OK) != 0) {
    return refused(config, fmt::format("{} is not executable; run chmod +x on it", bootstrap.string()));
  }
  return {};
}

// "name", its ARN, either with ":$LATEST"; the name of an ARN "arn:aws:lambda:REGION:ACCOUNT:function:NAME".
std::string_view name_of(std::string_view name_or_arn) {
  constexpr std::string_view kLatest = ":$LATEST";
  if (name_or_arn.ends_with(kLatest)) name_or_arn.remove_suffix(kLatest.size());
  return name_or_arn;
}

void tell(Span& span, const FunctionHost& host, const Result<Outcome>& outcome) {
  span.note("host", host.kind());
  if (!outcome) {
    const bool is_throttled = outcome.error().kind == Error::Kind::kThrottled;
    span.explain(outcome.error().detail.empty() ? outcome.error().message : outcome.error().detail,
                 is_throttled ? "Call less often, or raise the function's concurrency." : "See the process's own log.");
    return;
  }
  span.note("cold_start", outcome->is_cold_start ? "true" : "false");
  if (outcome->is_cold_start) span.note("init_us", std::to_string(outcome->init_duration.count()));
  span.note("duration_us", std::to_string(outcome->duration.count()));
  span.note("log_lines", std::to_string(outcome->log_lines));
  if (outcome->error_type.empty()) return;
  span.note("error", outcome->error_type);
  span.explain(outcome->timed_out ? "The function did not answer within its Timeout."
                                  : "The function failed: " + outcome->error_type,
               outcome->timed_out ? "Raise the function's Timeout or make it faster; its log says how far it came."
                                  : "Read the function's log (gatehouse logs).");
}

}  // namespace

std::unexpected<Error> too_many_requests(std::string detail) {
  return fail(Error::Kind::kThrottled, "TooManyRequestsException", "Rate Exceeded.", std::move(detail));
}

Result<void> check_payload_size(std::size_t bytes) {
  if (bytes <= kMaxPayloadBytes) return {};
  return fail(Error::Kind::kTooLarge, "RequestTooLargeException",
              fmt::format("Request must be smaller than {} bytes for the InvokeFunction operation", kMaxPayloadBytes));
}

struct Functions::Impl {
  Impl(FunctionsConfig chosen, FunctionsPorts given, std::vector<Executor> all)
      : config(std::move(chosen)), ports(given), loops(std::move(all)) {}

  std::shared_ptr<const Entries> snapshot() const {
    const std::shared_lock lock(mutex);
    return entries;
  }

  std::optional<Entry> find(std::string_view name_or_arn) const {
    const std::shared_ptr<const Entries> known = snapshot();
    const std::string_view name = name_of(name_or_arn);
    if (const auto found = known->find(name); found != known->end()) return found->second;
    for (const auto& [unused, entry] : *known) {
      if (entry.arn == name) return entry;
    }
    return std::nullopt;
  }

  Result<std::shared_ptr<FunctionHost>> make_host(FunctionConfig function, Executor home) const {
    if (function.in_process) return InProcessHost::make(std::move(function), config, ports);
    auto settings = std::make_shared<const EnvironmentSettings>(std::move(function), config, &ports.clock,
                                                                &ports.random, &ports.logs);
    return std::make_shared<ProcessPool>(home, std::move(settings));
  }

  Task<Result<Outcome>> run(std::string name, Event event, InvokeContext context) const;

  const FunctionsConfig config;
  const FunctionsPorts ports;
  const std::vector<Executor> loops;
  mutable std::shared_mutex mutex;
  std::shared_ptr<const Entries> entries = std::make_shared<Entries>();
};

Functions::Functions(FunctionsConfig config, FunctionsPorts ports, std::vector<Executor> loops)
    : impl_(std::make_shared<Impl>(std::move(config), ports, std::move(loops))) {}

Functions::~Functions() = default;

Result<void> Functions::deploy(std::vector<FunctionConfig> configs) {
  auto fresh = std::make_shared<Entries>();
  std::size_t index = 0;
  for (FunctionConfig& config : configs) {
    if (Result<void> valid = check(config); !valid) return valid;
    const std::string name = config.name;
    std::string arn = config.arn;
    Result<std::shared_ptr<FunctionHost>> host =
        impl_->make_host(std::move(config), impl_->loops[index++ % impl_->loops.size()]);
    if (!host) return std::unexpected(host.error());
    if (!fresh->emplace(name, Entry{std::move(arn), std::move(*host)}).second) {
      return fail(Error::Kind::kConflict, "ResourceConflictException", "Function already exist: " + name);
    }
  }
  const std::unique_lock lock(impl_->mutex);
  impl_->entries = std::move(fresh);
  return {};
}

bool Functions::knows(std::string_view name_or_arn) const { return impl_->find(name_or_arn).has_value(); }

Task<Result<Outcome>> Functions::Impl::run(std::string name, Event event, InvokeContext context) const {
  const std::optional<Entry> entry = find(name);
  if (!entry) {
    co_return fail(Error::Kind::kNotFound, "ResourceNotFoundException", "Function not found: " + name);
  }
  Span span(context.journey, "function", name);
  Invocation invocation{std::move(context.request_id), std::move(context.trace), context.journey};
  if (invocation.request_id.empty()) invocation.request_id = make_uuid(ports.random);
  if (invocation.trace.empty()) invocation.trace = make_trace(ports.clock, ports.random, context.journey);
  Task<Result<Outcome>> running = entry->host->run(std::move(event), std::move(invocation));
  Result<Outcome> outcome = co_await std::move(running);
  tell(span, *entry->host, outcome);
  co_return outcome;
}

namespace {

InvokeResult to_result(Outcome& outcome) {
  InvokeResult result;
  result.payload = std::move(outcome.payload);
  if (!outcome.error_type.empty()) result.function_error = "Unhandled";
  result.log_tail = std::move(outcome.log_tail);
  return result;
}

}  // namespace

Task<Result<InvokeResult>> Functions::invoke(std::string name_or_arn, std::string payload, InvokeContext context) {
  const std::shared_ptr<const Impl> impl = impl_;
  if (const Result<void> fits = check_payload_size(payload.size()); !fits) co_return std::unexpected(fits.error());
  if (payload.empty()) payload = "{}";
  if (const Result<json::value> parsed = parse_json(payload, 1000); !parsed) {
    co_return fail(Error::Kind::kInvalid, "InvalidRequestContentException",
                   "Could not parse request body into json: " + parsed.error().message);
  }
  Task<Result<Outcome>> running =
      impl->run(std::move(name_or_arn), Event{std::move(payload), nullptr}, std::move(context));
  Result<Outcome> outcome = co_await std::move(running);
  if (!outcome) co_return std::unexpected(outcome.error());
  if (outcome->response) outcome->payload = outcome->response->to_json();
  co_return to_result(*outcome);
}

Task<Result<ApiResult>> Functions::invoke_api(std::string name_or_arn, ApiEvent event, InvokeContext context) {
  const std::shared_ptr<const Impl> impl = impl_;
  Task<Result<Outcome>> running = impl->run(std::move(name_or_arn), Event{{}, &event}, std::move(context));
  Result<Outcome> outcome = co_await std::move(running);
  if (!outcome) co_return std::unexpected(outcome.error());
  std::optional<sdk::ApiResponse> response = std::move(outcome->response);
  co_return ApiResult{std::move(response), to_result(*outcome)};
}

Task<void> Functions::stop() {
  const std::shared_ptr<const Impl> impl = impl_;
  const std::shared_ptr<const Entries> entries = impl->snapshot();
  for (const auto& [name, entry] : *entries) co_await entry.host->stop();
}

}  // namespace gatehouse::functions
