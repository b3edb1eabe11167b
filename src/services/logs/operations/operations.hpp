// The operations of the CloudWatch Logs API, a file for each family. operations.cpp lists them like a table of
// contents.
#pragma once

#include "base/json.hpp"
#include "base/result.hpp"
#include "base/task.hpp"
#include "protocol/aws/json_service.hpp"
#include "services/logs/logs.hpp"

namespace gatehouse::logs {

using Answer = Result<json::object>;

Task<Answer> create_log_group(Logs& logs, const aws::Call& call);
Task<Answer> create_log_stream(Logs& logs, const aws::Call& call);
Task<Answer> delete_log_group(Logs& logs, const aws::Call& call);
Task<Answer> delete_log_stream(Logs& logs, const aws::Call& call);
Task<Answer> delete_retention_policy(Logs& logs, const aws::Call& call);
Task<Answer> describe_log_groups(Logs& logs, const aws::Call& call);
Task<Answer> describe_log_streams(Logs& logs, const aws::Call& call);
Task<Answer> filter_log_events(Logs& logs, const aws::Call& call);
Task<Answer> get_log_events(Logs& logs, const aws::Call& call);
Task<Answer> put_log_events(Logs& logs, const aws::Call& call);
Task<Answer> put_retention_policy(Logs& logs, const aws::Call& call);

std::string group_arn(const Config& config, std::string_view group);  // without the final :*
std::string stream_arn(const Config& config, std::string_view group, std::string_view stream);

}  // namespace gatehouse::logs
