// Looking around: DescribeLogGroups, DescribeLogStreams.
#include <algorithm>

#include "base/encoding.hpp"
#include "services/logs/archive.hpp"
#include "services/logs/errors.hpp"
#include "services/logs/input.hpp"
#include "services/logs/operations/operations.hpp"

namespace gatehouse::logs {
namespace {

constexpr std::int64_t kMaxPage = 50;

json::object description_of(const Config& config, const Group& group) {
  const std::string arn = group_arn(config, group.name);
  json::object out{{"logGroupName", group.name}, {"creationTime", group.created}, {"metricFilterCount", 0},
                   {"arn", arn + ":*"},          {"storedBytes", group.bytes},    {"logGroupClass", "STANDARD"},
                   {"logGroupArn", arn}};
  if (group.retention_days) out["retentionInDays"] = *group.retention_days;
  return out;
}

json::object description_of(const Config& config, const std::string& group, const Stream& stream) {
  json::object out{{"logStreamName", stream.name},
                   {"creationTime", stream.created},
                   {"arn", stream_arn(config, group, stream.name)},
                   // DescribeLogStreams: "storedBytes is always zero for log streams since 2019".
                   {"storedBytes", 0}};
  if (stream.has_events) {
    out["firstEventTimestamp"] = stream.first;
    out["lastEventTimestamp"] = stream.last;
    out["lastIngestionTime"] = stream.ingested;
  }
  out["uploadSequenceToken"] = stream.name.empty() ? "" : Position{stream.last, stream.since, 0}.to_string();
  return out;
}

// Page tokens hold the sort key of the last entry: the next page begins behind it, whatever came or went meanwhile.
std::string token_of(std::string_view key) { return base64url_encode(key); }

std::optional<std::string> read_token(Input& input) {
  const std::optional<std::string> token = input.text("nextToken", 1, 4096);
  if (!token) return std::nullopt;
  std::optional<std::string> key = base64url_decode(*token);
  if (!key) input.refuse(errors::invalid("The specified nextToken is invalid."));
  return key;
}

// Streams ordered by name, or by their last event and then by name; the key's text order is that order.
std::string sort_key(const Stream& stream, bool by_time) {
  if (!by_time) return stream.name;
  return fmt::format("{:020d}{}", stream.has_events ? stream.last : 0, stream.name);
}

}  // namespace

Task<Answer> describe_log_groups(Logs& logs, const aws::Call& call) {
  Input input(call.input, {"logGroupNamePrefix", "logGroupNamePattern", "nextToken", "limit", "includeLinkedAccounts",
                           "logGroupClass"});
  const std::string prefix = input.group_name("logGroupNamePrefix").value_or("");
  const std::string pattern = input.text("logGroupNamePattern", 0, 512).value_or("");
  const auto limit = static_cast<std::size_t>(input.integer("limit", 1, kMaxPage).value_or(kMaxPage));
  const std::optional<std::string> after = read_token(input);
  const std::optional<std::string> kind = input.one_of("logGroupClass", {"STANDARD", "INFREQUENT_ACCESS", "DELIVERY"});
  if (!prefix.empty() && !pattern.empty())
    input.refuse(errors::invalid("LogGroup name prefix and LogGroup name pattern are mutually exclusive parameters."));
  if (input.flag("includeLinkedAccounts"))
    input.refuse(errors::invalid("Gatehouse has one account: includeLinkedAccounts is not supported."));
  if (const Result<void> read = input.problem(); !read) co_return std::unexpected(read.error());

  json::array page;
  json::object out;
  std::string last;
  for (const Group& group : logs.archive().directory().groups()) {
    if (after && group.name <= *after) continue;
    if (!group.name.starts_with(prefix) || group.name.find(pattern) == std::string::npos) continue;
    if (kind && *kind != "STANDARD") continue;
    if (page.size() == limit) {
      out["nextToken"] = token_of(last);
      break;
    }
    last = group.name;
    page.push_back(description_of(logs.config(), group));
  }
  out["logGroups"] = std::move(page);
  co_return out;
}

Task<Answer> describe_log_streams(Logs& logs, const aws::Call& call) {
  Input input(call.input, {"logGroupName", "logGroupIdentifier", "logStreamNamePrefix", "orderBy", "descending",
                           "nextToken", "limit"});
  const std::string group = input.any_group_name(logs.config());
  const std::string prefix = input.stream_name("logStreamNamePrefix").value_or("");
  const bool by_time = input.one_of("orderBy", {"LogStreamName", "LastEventTime"}) == "LastEventTime";
  const bool descending = input.flag("descending");
  const auto limit = static_cast<std::size_t>(input.integer("limit", 1, kMaxPage).value_or(kMaxPage));
  const std::optional<std::string> after = read_token(input);
  if (by_time && !prefix.empty())
    input.refuse(errors::invalid("Cannot order by LastEventTime with a logStreamNamePrefix."));
  if (const Result<void> read = input.problem(); !read) co_return std::unexpected(read.error());
  if (!logs.archive().directory().group(group)) co_return errors::no_group();

  std::vector<std::pair<std::string, Stream>> streams;
  for (Stream& stream : logs.archive().directory().streams(group)) {
    std::string key = sort_key(stream, by_time);
    const bool is_behind = !after || (descending ? key < *after : key > *after);
    if (is_behind && stream.name.starts_with(prefix)) streams.emplace_back(std::move(key), std::move(stream));
  }
  std::ranges::sort(streams,
                    [&](const auto& a, const auto& b) { return descending ? a.first > b.first : a.first < b.first; });
  json::object out;
  if (streams.size() > limit) {
    streams.resize(limit);
    out["nextToken"] = token_of(streams.back().first);
  }
  json::array page;
  for (const auto& [key, stream] : streams) page.push_back(description_of(logs.config(), group, stream));
  out["logStreams"] = std::move(page);
  co_return out;
}

}  // namespace gatehouse::logs
