// Making and deleting: groups, streams, retention.
#include "services/logs/archive.hpp"
#include "services/logs/errors.hpp"
#include "services/logs/input.hpp"
#include "services/logs/operations/operations.hpp"

namespace gatehouse::logs {
namespace {

Answer empty_answer(const Result<void>& done) {
  if (!done) return std::unexpected(done.error());
  return json::object{};
}

}  // namespace

Task<Answer> create_log_group(Logs& logs, const aws::Call& call) {
  Input input(call.input, {"logGroupName", "tags", "logGroupClass", "deletionProtectionEnabled"});
  std::string name = input.group_name();
  const std::optional<std::string> kind = input.one_of("logGroupClass", {"STANDARD", "INFREQUENT_ACCESS", "DELIVERY"});
  if (kind && *kind != "STANDARD")
    input.refuse(errors::invalid("Gatehouse has log groups of the class STANDARD only."));
  if (input.flag("deletionProtectionEnabled"))
    input.refuse(errors::invalid("Gatehouse does not support deletionProtectionEnabled."));
  if (const Result<void> read = input.problem(); !read) co_return std::unexpected(read.error());
  const Result<void> made = co_await logs.archive().create_group(std::move(name), std::nullopt);
  co_return empty_answer(made);
}

Task<Answer> create_log_stream(Logs& logs, const aws::Call& call) {
  Input input(call.input, {"logGroupName", "logStreamName"});
  std::string group = input.group_name();
  std::string stream = input.stream_name();
  if (const Result<void> read = input.problem(); !read) co_return std::unexpected(read.error());
  const Result<void> made = co_await logs.archive().create_stream(std::move(group), std::move(stream));
  co_return empty_answer(made);
}

Task<Answer> delete_log_group(Logs& logs, const aws::Call& call) {
  Input input(call.input, {"logGroupName"});
  std::string name = input.group_name();
  if (const Result<void> read = input.problem(); !read) co_return std::unexpected(read.error());
  const Result<void> deleted = co_await logs.archive().delete_group(std::move(name));
  co_return empty_answer(deleted);
}

Task<Answer> delete_log_stream(Logs& logs, const aws::Call& call) {
  Input input(call.input, {"logGroupName", "logStreamName"});
  std::string group = input.group_name();
  std::string stream = input.stream_name();
  if (const Result<void> read = input.problem(); !read) co_return std::unexpected(read.error());
  const Result<void> deleted = co_await logs.archive().delete_stream(std::move(group), std::move(stream));
  co_return empty_answer(deleted);
}

Task<Answer> put_retention_policy(Logs& logs, const aws::Call& call) {
  Input input(call.input, {"logGroupName", "retentionInDays"});
  std::string name = input.group_name();
  const std::optional<std::int64_t> days = input.integer("retentionInDays", INT64_MIN, INT64_MAX);
  if (!days) input.refuse_constraint("retentionInDays", "null", "not be null");
  if (days && !is_retention(*days)) {
    input.refuse_constraint("retentionInDays", fmt::format("'{}'", *days),
                            "satisfy enum value set: [1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, "
                            "1096, 1827, 2192, 2557, 2922, 3288, 3653]");
  }
  if (const Result<void> read = input.problem(); !read) co_return std::unexpected(read.error());
  const Result<void> set = co_await logs.archive().set_retention(std::move(name), static_cast<int>(*days));
  co_return empty_answer(set);
}

Task<Answer> delete_retention_policy(Logs& logs, const aws::Call& call) {
  Input input(call.input, {"logGroupName"});
  std::string name = input.group_name();
  if (const Result<void> read = input.problem(); !read) co_return std::unexpected(read.error());
  const Result<void> set = co_await logs.archive().set_retention(std::move(name), std::nullopt);
  co_return empty_answer(set);
}

}  // namespace gatehouse::logs
