#include "services/functions/invocation.hpp"

#include "base/encoding.hpp"
#include "base/json.hpp"
#include "base/time_format.hpp"

namespace gatehouse::functions {
namespace {

double milliseconds(std::chrono::microseconds duration) { return static_cast<double>(duration.count()) / 1000.0; }

// Billed per started millisecond; for the provided runtimes the init phase is billed too.
std::int64_t billed_ms(const Outcome& outcome) {
  return std::max<std::int64_t>(
      1, std::chrono::ceil<std::chrono::milliseconds>(outcome.duration + outcome.init_duration).count());
}

}  // namespace

std::string error_payload(std::string_view type, std::string_view message) {
  std::string out = R"({"errorType":)";
  append_json_string(out, type);
  out += R"(,"errorMessage":)";
  append_json_string(out, message);
  out += "}";
  return out;
}

Outcome failed_outcome(std::string type, std::string_view message) {
  Outcome outcome;
  outcome.payload = error_payload(type, message);
  outcome.error_type = std::move(type);
  return outcome;
}

Outcome too_large_outcome(std::size_t bytes) {
  return failed_outcome(
      "Function.ResponseSizeTooLarge",
      fmt::format("Response payload size ({} bytes) exceeded maximum allowed payload size ({} bytes).", bytes,
                  kMaxPayloadBytes));
}

std::string make_trace(const Clock& clock, Random& random, const Journey* journey) {
  // X-Ray Developer Guide, "Tracing header": version, epoch seconds and 96 bits.
  std::string root = journey == nullptr ? std::string() : journey->trace_root();
  if (root.empty())
    root = fmt::format("1-{:08x}-{}", static_cast<std::uint32_t>(clock.now_s()), hex_encode(random.bytes(12)));
  return fmt::format("Root={};Parent={};Sampled=0", root, hex_encode(random.bytes(8)));
}

std::string make_stream_name(const Clock& clock, Random& random) {
  std::string date = format_iso8601(clock.now()).substr(0, 10);
  std::ranges::replace(date, '-', '/');
  return date + "/[$LATEST]" + hex_encode(random.bytes(16));
}

void InvocationLog::start() { write(fmt::format("START RequestId: {} Version: $LATEST", request_id_)); }

void InvocationLog::line(std::string_view text) {
  ++lines_;
  write(text);
}

std::string InvocationLog::timed_out() {
  std::string message = fmt::format("{} {} Task timed out after {:.2f} seconds", format_iso8601(clock_.now()),
                                    request_id_, static_cast<double>(config_.timeout_s));
  write(message);
  return message;
}

void InvocationLog::end(const Outcome& outcome, std::size_t max_memory_bytes) {
  write("END RequestId: " + request_id_);
  std::string report = fmt::format(
      "REPORT RequestId: {}\tDuration: {:.2f} ms\tBilled Duration: {} ms\tMemory Size: {} MB\tMax Memory Used: {} MB\t",
      request_id_, milliseconds(outcome.duration), billed_ms(outcome), config_.memory_mb,
      std::min<std::size_t>((max_memory_bytes + (1 << 20U) - 1) >> 20U, config_.memory_mb));
  if (outcome.is_cold_start) report += fmt::format("Init Duration: {:.2f} ms\t", milliseconds(outcome.init_duration));
  if (outcome.timed_out) {
    report += "Status: timeout";
  } else if (outcome.error_type.starts_with("Runtime.ExitError") || outcome.error_type == "Runtime.OutOfMemory") {
    report += "Status: error\tError Type: " + outcome.error_type;
  }
  write(report);
}

std::string InvocationLog::take_tail() {
  if (tail_.size() > kTailBytes) tail_.erase(0, tail_.size() - kTailBytes);
  return std::move(tail_);
}

void InvocationLog::write(std::string_view text) {
  sink_.write(config_.log_group, stream_, clock_.now(), text);
  if (text.size() >= kTailBytes) {
    tail_ = text.substr(text.size() - kTailBytes + 1);
  } else {
    tail_ += text;
  }
  tail_ += '\n';
  if (tail_.size() > 4 * kTailBytes) tail_.erase(0, tail_.size() - kTailBytes);
}

}  // namespace gatehouse::functions
