#include <algorithm>

#include "services/logs/archive.hpp"
#include "services/logs/errors.hpp"
#include "services/logs/input.hpp"
#include "services/logs/operations/operations.hpp"
#include "services/logs/reader.hpp"

namespace gatehouse::logs {
namespace {

constexpr Position kStart{};
constexpr Position kEnd{INT64_MAX - kMaxBatchSpanMs, UINT64_MAX, UINT32_MAX};

// "f/POSITION/s" goes on behind the position, "b/POSITION/s" before it.
struct Token {
  bool forward = true;
  Position at;
};

std::string forward_token(const Position& at) { return "f/" + at.to_string() + "/s"; }
std::string backward_token(const Position& at) { return "b/" + at.to_string() + "/s"; }

std::optional<Token> parse_token(std::string_view text) {
  if (!text.ends_with("/s") || !(text.starts_with("f/") || text.starts_with("b/"))) return std::nullopt;
  const std::optional<Position> at = Position::parse(text.substr(2, text.size() - 4));
  if (!at) return std::nullopt;
  return Token{text[0] == 'f', *at};
}

json::array events_of(std::vector<StoredEvent>& events) {
  json::array out;
  for (const StoredEvent& event : events) {
    out.push_back(
        json::object{{"timestamp", event.at.timestamp}, {"message", event.message}, {"ingestionTime", event.ingested}});
  }
  return out;
}

// Both tokens of a page, never null. A page that found nothing new in its direction gives back the token it came with.
void add_tokens(json::object& out, const ReadRequest& request, const ReadResult& read) {
  Position low = request.from.value_or(request.forward ? kStart : kEnd);
  Position high = low;
  if (!read.events.empty()) {
    low = std::min(read.events.front().at, read.events.back().at);
    high = std::max(read.events.front().at, read.events.back().at);
  }
  if (read.cursor && request.forward) high = std::max(high, *read.cursor);
  if (read.cursor && !request.forward) low = std::min(low, *read.cursor);
  // The first page of an empty stream, read from its end: what comes later lies ahead.
  if (high == kEnd) high = kStart;
  out["nextForwardToken"] = forward_token(high);
  out["nextBackwardToken"] = backward_token(low);
}

}  // namespace

Task<Answer> get_log_events(Logs& logs, const aws::Call& call) {
  Input input(call.input, {"logGroupName", "logGroupIdentifier", "logStreamName", "startTime", "endTime", "nextToken",
                           "limit", "startFromHead", "unmask"});
  ReadRequest request;
  request.group = input.any_group_name(logs.config());
  const std::string name = input.stream_name();
  request.start = input.integer("startTime", 0, INT64_MAX).value_or(0);
  const std::optional<std::int64_t> end = input.integer("endTime", 0, INT64_MAX);
  if (end) request.end = *end - 1;  // "Events with a timestamp equal to or later than this time are not included."
  request.max_events = static_cast<std::size_t>(input.integer("limit", 1, 10'000).value_or(10'000));
  request.forward = input.flag("startFromHead");
  const std::optional<std::string> token = input.text("nextToken", 1, 256);
  if (token) {
    const std::optional<Token> parsed = parse_token(*token);
    if (!parsed) input.refuse(errors::invalid("The specified nextToken is invalid."));
    request.forward = parsed && parsed->forward;
    request.from = parsed ? parsed->at : kStart;
  }
  if (const Result<void> read = input.problem(); !read) co_return std::unexpected(read.error());
  const Archive& archive = logs.archive();
  if (!archive.directory().group(request.group)) co_return errors::no_group();
  const std::optional<Stream> stream = archive.directory().stream(request.group, name);
  if (!stream) co_return errors::no_stream();

  if (stream->has_events) request.start = std::max(request.start, stream->first);
  request.wants_stream = [&](std::string_view candidate) { return candidate == name; };
  const ReadRequest asked = request;
  Result<ReadResult> read = co_await read_events(archive, std::move(request));
  if (!read) co_return std::unexpected(read.error());
  json::object out;
  add_tokens(out, asked, *read);
  if (!asked.forward) std::ranges::reverse(read->events);
  out["events"] = events_of(read->events);
  co_return out;
}

}  // namespace gatehouse::logs
