// gatehouse logs: shows a log group of a run, and follows it.
#include <chrono>
#include <csignal>
#include <cstdio>
#include <set>
#include <thread>

#include "app/commands/commands.hpp"
#include "app/commands/remote.hpp"
#include "base/text.hpp"
#include "base/time_format.hpp"

namespace gatehouse::app {
namespace {

constexpr std::chrono::milliseconds kPollInterval{500};
// Lines can arrive late by a flush of the log service: look back a little and drop what was shown.
constexpr std::int64_t kOverlapMs = 5000;

std::optional<std::int64_t> parse_since(std::string_view text) {
  if (text.size() < 2) return std::nullopt;
  const auto count = parse_unsigned(text.substr(0, text.size() - 1));
  if (!count || *count > 1'000'000) return std::nullopt;
  const auto value = static_cast<std::int64_t>(*count);
  switch (text.back()) {
    case 's':
      return value * 1000;
    case 'm':
      return value * 60'000;
    case 'h':
      return value * 3'600'000;
    case 'd':
      return value * 86'400'000;
    default:
      return std::nullopt;
  }
}

int print_failure(const Error& error) {
  std::fprintf(stderr, "error: %s\n", error.message.c_str());
  return 1;
}

int list_groups(const Remote& remote) {
  json::object input;
  for (;;) {
    const Result<json::object> page = remote.call("logs", "Logs_20140328.DescribeLogGroups", input);
    if (!page) return print_failure(page.error());
    if (const json::array* groups = array_member(*page, "logGroups")) {
      for (const json::value& group : *groups) {
        const auto name = string_member(group.as_object(), "logGroupName");
        std::printf("%s\n", std::string(name.value_or("")).c_str());
      }
    }
    const auto next = string_member(*page, "nextToken");
    if (!next) return 0;
    input["nextToken"] = *next;
  }
}

// Prints lines once each, in the order they come.
class Tail {
 public:
  Tail(const Remote& remote, const LogsOptions& options) : remote_(remote), options_(options) {}

  // Shows what is new since the last call.
  Result<void> show(std::int64_t since_ms) {
    json::object input{{"logGroupName", options_.group}, {"startTime", std::max(since_ms, newest_ - kOverlapMs)}};
    if (!options_.filter.empty()) input["filterPattern"] = options_.filter;
    for (;;) {
      const Result<json::object> page = remote_.call("logs", "Logs_20140328.FilterLogEvents", input);
      if (!page) return std::unexpected(page.error());
      if (const json::array* events = array_member(*page, "events")) {
        for (const json::value& event : *events) print(event.as_object());
      }
      const auto next = string_member(*page, "nextToken");
      if (!next) return {};
      input["nextToken"] = *next;
    }
  }

 private:
  void print(const json::object& event) {
    const std::int64_t time = integer_member(event, "timestamp").value_or(0);
    if (!shown_.emplace(time, std::string(string_member(event, "eventId").value_or(""))).second) return;
    newest_ = std::max(newest_, time);
    shown_.erase(shown_.begin(), shown_.lower_bound({newest_ - 4 * kOverlapMs, ""}));
    std::string_view message = string_member(event, "message").value_or("");
    while (message.ends_with('\n')) message.remove_suffix(1);
    const std::string stamp = format_iso8601(Timestamp{std::chrono::milliseconds{time}});
    std::printf("%s %.*s\n", stamp.c_str(), static_cast<int>(message.size()), message.data());
    std::fflush(stdout);
  }

  const Remote& remote_;
  const LogsOptions& options_;
  std::set<std::pair<std::int64_t, std::string>> shown_;
  std::int64_t newest_ = 0;
};

}  // namespace

int logs_command(const LogsOptions& options) {
  const Result<Remote> remote = Remote::connect(options.env);
  if (!remote) return print_failure(remote.error());
  if (options.group.empty()) return list_groups(*remote);
  const auto back = parse_since(options.since);
  if (!back) {
    std::fprintf(stderr, "error: --since takes a number and a unit (30s, 10m, 2h, 1d), not \"%s\"\n",
                 options.since.c_str());
    return kExitUsage;
  }
  Tail tail(*remote, options);
  const std::int64_t since = SystemClock{}.now_ms() - *back;
  for (;;) {
    const Result<void> shown = tail.show(since);
    if (!shown) return print_failure(shown.error());
    if (!options.follow) return 0;
    std::this_thread::sleep_for(kPollInterval);
  }
}

}  // namespace gatehouse::app
