#include "services/logs/archive.hpp"
#include "services/logs/errors.hpp"
#include "services/logs/input.hpp"
#include "services/logs/operations/operations.hpp"

namespace gatehouse::logs {
namespace {

// PutLogEvents: the constraints of a batch.
constexpr std::size_t kMaxEvents = 10'000;
constexpr std::size_t kMaxRequestBytes = 1'048'576;
constexpr std::size_t kMaxEventBytes = 1'048'576;
constexpr std::int64_t kHourMs = 3'600'000;
constexpr std::int64_t kDayMs = 24 * kHourMs;

void read_events(Input& input, std::vector<NewEvent>& events) {
  const json::array* given = input.list("logEvents", 1, kMaxEvents);
  if (given == nullptr) {
    input.refuse_constraint("logEvents", "null", "not be null");
    return;
  }
  std::size_t bytes = 0;
  events.reserve(std::min(given->size(), kMaxEvents));
  for (std::size_t i = 0; i < given->size() && input.problem(); ++i) {
    const json::object* object = (*given)[i].if_object();
    if (object == nullptr) {
      input.refuse(fail(Error::Kind::kInvalid, "SerializationException", "Unexpected value type in payload"));
      return;
    }
    Input event(*object, {"timestamp", "message"});
    const std::optional<std::int64_t> time = event.integer("timestamp", 0, INT64_MAX);
    std::optional<std::string> message = event.text("message", 1, SIZE_MAX);
    const std::string where = fmt::format("logEvents.{}.member.", i + 1);
    if (!time) event.refuse_constraint(where + "timestamp", "null", "not be null");
    if (!message) event.refuse_constraint(where + "message", "null", "not be null");
    if (const Result<void> read = event.problem(); !read) {
      input.refuse(std::unexpected(read.error()));
      return;
    }
    const std::size_t size = message->size() + kEventOverhead;
    if (size > kMaxEventBytes)
      input.refuse(
          errors::invalid(fmt::format("Log event too large: {} bytes exceeds limit of {}", size, kMaxEventBytes)));
    bytes += size;
    events.push_back({*time, std::move(*message)});
  }
  if (bytes > kMaxRequestBytes)
    input.refuse(
        errors::invalid(fmt::format("Upload too large: {} bytes exceeds limit of {}", bytes, kMaxRequestBytes)));
}

Result<void> check_order(const std::vector<NewEvent>& events) {
  if (!std::ranges::is_sorted(events, {}, &NewEvent::timestamp))
    return errors::invalid("Log events in a single PutLogEvents request must be in chronological order.");
  return {};
}

struct Sorted {
  std::vector<NewEvent> accepted;
  json::object rejected;  // rejectedLogEventsInfo
};

// Too old, expired and too new events are left out and told; the rest is taken. `events` are in order of time.
Sorted sort_out(std::vector<NewEvent> events, std::int64_t now, std::int64_t oldest_kept) {
  Sorted out;
  const auto count_before = [&](std::int64_t time) {
    return std::ranges::lower_bound(events, time, {}, &NewEvent::timestamp) - events.begin();
  };
  const std::ptrdiff_t too_old = count_before(now - 14 * kDayMs);
  const std::ptrdiff_t expired = count_before(oldest_kept);
  const std::ptrdiff_t too_new = count_before(now + 2 * kHourMs + 1);
  if (too_old > 0) out.rejected["tooOldLogEventEndIndex"] = too_old;
  if (expired > 0) out.rejected["expiredLogEventEndIndex"] = expired;
  if (too_new < std::ssize(events)) out.rejected["tooNewLogEventStartIndex"] = too_new;
  for (std::ptrdiff_t i = std::max(too_old, expired); i < too_new; ++i)
    out.accepted.push_back(std::move(events[static_cast<std::size_t>(i)]));
  return out;
}

}  // namespace

Task<Answer> put_log_events(Logs& logs, const aws::Call& call) {
  // sequenceToken is ignored, as on AWS; an entity only labels.
  Input input(call.input, {"logGroupName", "logStreamName", "logEvents", "sequenceToken", "entity"});
  std::string group_name = input.group_name();
  std::string stream = input.stream_name();
  std::vector<NewEvent> events;
  read_events(input, events);
  if (const Result<void> read = input.problem(); !read) co_return std::unexpected(read.error());
  if (const Result<void> ordered = check_order(events); !ordered) co_return std::unexpected(ordered.error());

  const Archive& archive = logs.archive();
  const std::optional<Group> group = archive.directory().group(group_name);
  if (!group) co_return errors::no_group();
  if (!archive.directory().stream(group_name, stream)) co_return errors::no_stream();
  Sorted sorted = sort_out(std::move(events), archive.clock().now_ms(), archive.oldest_kept(*group));
  if (!sorted.accepted.empty() && sorted.accepted.back().timestamp - sorted.accepted.front().timestamp > kDayMs) {
    co_return errors::invalid(
        "The batch of log events in a single PutLogEvents request cannot span more than 24 hours.");
  }
  json::object out{{"nextSequenceToken", Position{archive.clock().now_ms(), 0, 0}.to_string()}};
  if (!sorted.rejected.empty()) out["rejectedLogEventsInfo"] = std::move(sorted.rejected);
  const Result<void> written =
      co_await logs.archive().write(std::move(group_name), std::move(stream), std::move(sorted.accepted));
  if (!written) co_return std::unexpected(written.error());
  co_return out;
}

}  // namespace gatehouse::logs
