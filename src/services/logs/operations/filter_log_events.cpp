#include <algorithm>

#include "services/logs/archive.hpp"
#include "services/logs/errors.hpp"
#include "services/logs/filter_pattern.hpp"
#include "services/logs/input.hpp"
#include "services/logs/operations/operations.hpp"
#include "services/logs/reader.hpp"

namespace gatehouse::logs {
namespace {

json::array events_of(const std::vector<StoredEvent>& events) {
  json::array out;
  for (const StoredEvent& event : events) {
    out.push_back(json::object{{"logStreamName", event.stream},
                               {"timestamp", event.at.timestamp},
                               {"message", event.message},
                               {"ingestionTime", event.ingested},
                               {"eventId", event.at.to_string()}});
  }
  return out;
}

}  // namespace

Task<Answer> filter_log_events(Logs& logs, const aws::Call& call) {
  Input input(call.input, {"logGroupName", "logGroupIdentifier", "logStreamNames", "logStreamNamePrefix", "startTime",
                           "endTime", "filterPattern", "nextToken", "limit", "interleaved", "unmask"});
  ReadRequest request;
  request.group = input.any_group_name(logs.config());
  const std::vector<std::string> names = input.stream_names("logStreamNames");
  const std::optional<std::string> prefix = input.stream_name("logStreamNamePrefix");
  if (!names.empty() && prefix)
    input.refuse(errors::invalid("logStreamNamePrefix and logStreamNames cannot be specified together."));
  request.start = input.integer("startTime", 0, INT64_MAX).value_or(0);
  request.end = input.integer("endTime", 0, INT64_MAX).value_or(INT64_MAX);
  request.max_events = static_cast<std::size_t>(input.integer("limit", 1, 10'000).value_or(10'000));
  const Result<FilterPattern> pattern = FilterPattern::parse(input.text("filterPattern", 0, 1024).value_or(""));
  if (!pattern) input.refuse(std::unexpected(pattern.error()));
  if (const std::optional<std::string> token = input.text("nextToken", 1, 256)) {
    request.from = Position::parse(*token);
    if (!request.from) input.refuse(errors::invalid("The specified nextToken is invalid."));
  }
  if (const Result<void> read = input.problem(); !read) co_return std::unexpected(read.error());

  const Directory& directory = logs.archive().directory();
  if (!directory.group(request.group)) co_return errors::no_group();
  for (const std::string& name : names) {
    if (!directory.stream(request.group, name)) co_return errors::no_stream();
  }
  if (!names.empty())
    request.wants_stream = [&](std::string_view name) { return std::ranges::find(names, name) != names.end(); };
  if (prefix) request.wants_stream = [&](std::string_view name) { return name.starts_with(*prefix); };
  request.wants_message = [&](std::string_view message) { return pattern->matches(message); };

  const Result<ReadResult> read = co_await read_events(logs.archive(), std::move(request));
  if (!read) co_return std::unexpected(read.error());
  json::object out{{"events", events_of(read->events)}, {"searchedLogStreams", json::array{}}};
  // Every page that is not the last moves the cursor, so following the tokens comes to an end.
  if (!read->is_complete && read->cursor) out["nextToken"] = read->cursor->to_string();
  co_return out;
}

}  // namespace gatehouse::logs
