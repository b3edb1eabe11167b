#include "services/logs/operations/operations.hpp"

namespace gatehouse::logs {
namespace {

using Perform = Task<Answer> (*)(Logs&, const aws::Call&);
using Resources = std::vector<std::string> (*)(const Config&, const json::object&);

std::string text_of(const json::object& input, std::string_view name) {
  return std::string(string_member(input, name).value_or(""));
}

// The group that the input names in either way.
std::string group_of(const json::object& input) {
  std::string name = text_of(input, "logGroupName");
  if (name.empty()) name = text_of(input, "logGroupIdentifier");
  if (const std::size_t at = name.find(":log-group:"); at != std::string::npos) name.erase(0, at + 11);
  return name;
}

// Service Authorization Reference: Amazon CloudWatch Logs.
std::vector<std::string> on_group(const Config& config, const json::object& input) {
  return {group_arn(config, group_of(input)) + ":*"};
}
std::vector<std::string> on_stream(const Config& config, const json::object& input) {
  return {stream_arn(config, group_of(input), text_of(input, "logStreamName"))};
}
std::vector<std::string> on_all_groups(const Config& config, const json::object&) { return {group_arn(config, "*")}; }

struct Entry {
  std::string_view name;
  Perform perform;
  Resources resources;
};

constexpr Entry kEntries[] = {
    {"CreateLogGroup", create_log_group, on_group},
    {"CreateLogStream", create_log_stream, on_group},
    {"DeleteLogGroup", delete_log_group, on_group},
    {"DeleteLogStream", delete_log_stream, on_stream},
    {"DeleteRetentionPolicy", delete_retention_policy, on_group},
    {"DescribeLogGroups", describe_log_groups, on_all_groups},
    {"DescribeLogStreams", describe_log_streams, on_group},
    {"FilterLogEvents", filter_log_events, on_group},
    {"GetLogEvents", get_log_events, on_stream},
    {"PutLogEvents", put_log_events, on_stream},
    {"PutRetentionPolicy", put_retention_policy, on_group},
};

}  // namespace

std::string group_arn(const Config& config, std::string_view group) {
  return fmt::format("arn:aws:logs:{}:{}:log-group:{}", config.region, config.account, group);
}

std::string stream_arn(const Config& config, std::string_view group, std::string_view stream) {
  return fmt::format("{}:log-stream:{}", group_arn(config, group), stream);
}

aws::JsonServiceConfig service_config(std::string region) {
  aws::JsonServiceConfig config;
  config.signing_name = "logs";
  config.action_prefix = "logs";
  config.target_prefix = "Logs_20140328";
  config.json_version = "1.1";
  config.region = std::move(region);
  return config;
}

std::vector<aws::Operation> operations(Logs& logs) {
  std::vector<aws::Operation> out;
  for (const Entry& entry : kEntries) {
    aws::Operation operation;
    operation.name = entry.name;
    operation.run = [&logs, perform = entry.perform](const aws::Call& call) { return perform(logs, call); };
    operation.resources = [&logs, resources = entry.resources](const json::object& input) {
      return resources(logs.config(), input);
    };
    out.push_back(std::move(operation));
  }
  return out;
}

}  // namespace gatehouse::logs
