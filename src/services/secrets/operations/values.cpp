// Reading and writing values: GetSecretValue, PutSecretValue, ListSecretVersionIds, UpdateSecretVersionStage.
#include "base/encoding.hpp"
#include "services/secrets/errors.hpp"
#include "services/secrets/input.hpp"
#include "services/secrets/operations/operations.hpp"

namespace gatehouse::secrets {

Task<Answer> get_secret_value(Vault& vault, const aws::Call& call) {
  Input input(call.input, {"SecretId", "VersionId", "VersionStage"});
  const std::string id = secret_id(input);
  const std::string version_id = input.text("VersionId", {32, 64}).value_or("");
  const std::string stage = input.text("VersionStage", {1, 256}).value_or("");
  if (const Result<void> read = input.problem(); !read) co_return std::unexpected(read.error());

  Result<Secret> secret = co_await vault.find(id);
  if (!secret) co_return std::unexpected(secret.error());
  if (secret->purge_ms) co_return errors::marked_for_deletion();
  const Result<const Version*> chosen = choose_version(*secret, version_id, stage);
  if (!chosen) co_return std::unexpected(chosen.error());
  const Version version = **chosen;
  Result<std::string> content = co_await vault.content(secret->arn, version);
  if (!content) co_return std::unexpected(content.error());

  json::object out{{"ARN", secret->arn}, {"Name", secret->name}, {"VersionId", version.id}};
  if (version.is_binary) {
    out["SecretBinary"] = base64_encode(*content);
  } else {
    out["SecretString"] = *content;
  }
  out["VersionStages"] = texts_of(version.stages);
  out["CreatedDate"] = seconds(version.created_ms);
  co_await vault.touch(std::move(*secret));
  co_return out;
}

Task<Answer> put_secret_value(Vault& vault, const aws::Call& call) {
  Input input(call.input, {"SecretId", "ClientRequestToken", "SecretString", "SecretBinary", "VersionStages"});
  const std::string id = secret_id(input);
  std::optional<GivenValue> value = given_value(input);
  std::string token = client_request_token(input);
  std::vector<std::string> stages = input.texts("VersionStages", {1, Vault::kMaxStages}, {1, 256});
  if (const Result<void> read = input.problem(); !read) co_return std::unexpected(read.error());
  if (!value) co_return errors::invalid_request("You must provide either SecretString or SecretBinary.");

  NewValue fresh{std::move(value->content), value->is_binary, std::move(token), std::move(stages)};
  const Result<Written> written = co_await vault.put(id, std::move(fresh));
  if (!written) co_return std::unexpected(written.error());
  const Version* version = written->secret.version(written->version_id);
  co_return json::object{{"ARN", written->secret.arn},
                         {"Name", written->secret.name},
                         {"VersionId", written->version_id},
                         {"VersionStages", texts_of(version->stages)}};
}

Task<Answer> list_secret_version_ids(Vault& vault, const aws::Call& call) {
  Input input(call.input, {"SecretId", "MaxResults", "NextToken", "IncludeDeprecated"});
  const std::string id = secret_id(input);
  const auto limit = static_cast<std::size_t>(input.integer("MaxResults", 1, 100).value_or(100));
  const std::string after = input.text("NextToken", {1, 4096}).value_or("");
  const bool include_deprecated = input.flag("IncludeDeprecated");
  if (const Result<void> read = input.problem(); !read) co_return std::unexpected(read.error());

  const Result<Secret> secret = co_await vault.find(id);
  if (!secret) co_return std::unexpected(secret.error());
  // The token is the id of the last version of the page before.
  auto at = secret->versions.begin();
  if (!after.empty()) {
    at = std::ranges::find(secret->versions, after, &Version::id);
    if (at == secret->versions.end()) {
      co_return fail(Error::Kind::kInvalid, "InvalidNextTokenException", "Invalid pagination token.");
    }
    ++at;
  }
  json::array versions;
  std::string last;
  bool has_more = false;
  for (; at != secret->versions.end(); ++at) {
    if (at->stages.empty() && !include_deprecated) continue;
    if (versions.size() == limit) {
      has_more = true;
      break;
    }
    last = at->id;
    versions.push_back(json::object{
        {"VersionId", at->id}, {"VersionStages", texts_of(at->stages)}, {"CreatedDate", seconds(at->created_ms)}});
  }
  json::object out{{"Versions", std::move(versions)}, {"ARN", secret->arn}, {"Name", secret->name}};
  if (has_more) out["NextToken"] = last;
  co_return out;
}

namespace {

// Where the stage is now must be named when it is taken away (UpdateSecretVersionStage).
Result<void> move_stage(Secret& secret, const std::string& stage, const std::string& from, const std::string& to) {
  if (secret.purge_ms) return errors::marked_for_deletion();
  if (!from.empty() && secret.version(from) == nullptr) return errors::version_not_found("VersionId", from);
  if (!to.empty() && secret.version(to) == nullptr) return errors::version_not_found("VersionId", to);
  const Version* holder = secret.with_stage(stage);
  if (!from.empty() && (holder == nullptr || holder->id != from)) {
    return errors::invalid_parameter(
        fmt::format("The parameter RemoveFromVersionId can't be {}. Staging label {} is not attached to that version.",
                    from, aws::echo(stage)));
  }
  if (holder != nullptr && holder->id != to && from.empty()) {
    return errors::invalid_parameter(fmt::format(
        "The parameter RemoveFromVersionId can't be empty. Staging label {} is currently attached to version "
        "{}, so you must explicitly reference that version in RemoveFromVersionId.",
        aws::echo(stage), holder->id));
  }
  if (to.empty()) {
    if (stage == kCurrent) {
      return errors::invalid_parameter(
          "You can only move staging label AWSCURRENT to a different secret version. It "
          "can't be completely removed.");
    }
    std::erase(secret.version(from)->stages, stage);
    return {};
  }
  if (secret.version(to)->stages.size() >= Vault::kMaxStages && !secret.version(to)->has_stage(stage)) {
    return fail(Error::Kind::kInvalid, "LimitExceededException", "A version can have 20 staging labels at most.");
  }
  secret.move_stages(to, {stage});
  return {};
}

}  // namespace

Task<Answer> update_secret_version_stage(Vault& vault, const aws::Call& call) {
  Input input(call.input, {"SecretId", "VersionStage", "RemoveFromVersionId", "MoveToVersionId"});
  const std::string id = secret_id(input);
  const std::string stage = input.required_text("VersionStage", {1, 256});
  const std::string from = input.text("RemoveFromVersionId", {32, 64}).value_or("");
  const std::string to = input.text("MoveToVersionId", {32, 64}).value_or("");
  if (const Result<void> read = input.problem(); !read) co_return std::unexpected(read.error());
  if (from.empty() && to.empty()) {
    co_return errors::invalid_parameter("You must provide RemoveFromVersionId, MoveToVersionId, or both.");
  }
  const std::int64_t now = vault.clock().now_ms();
  std::function<Result<void>(Secret&)> change = [&](Secret& secret) {
    secret.changed_ms = now;
    return move_stage(secret, stage, from, to);
  };
  const Result<Secret> secret = co_await vault.change(id, std::move(change));
  if (!secret) co_return std::unexpected(secret.error());
  co_return json::object{{"ARN", secret->arn}, {"Name", secret->name}};
}

}  // namespace gatehouse::secrets
