// Making, changing and deleting secrets: CreateSecret, UpdateSecret, DeleteSecret, RestoreSecret, TagResource,
// UntagResource.
#include <algorithm>

#include "base/id.hpp"
#include "services/secrets/errors.hpp"
#include "services/secrets/input.hpp"
#include "services/secrets/operations/operations.hpp"

namespace gatehouse::secrets {
namespace {

constexpr std::int64_t kDayMs = 86'400'000;
constexpr std::size_t kMaxTags = 50;

json::object identity_of(const Secret& secret) { return {{"ARN", secret.arn}, {"Name", secret.name}}; }

json::object written(const Written& outcome) {
  json::object out = identity_of(outcome.secret);
  if (!outcome.version_id.empty()) out["VersionId"] = outcome.version_id;
  return out;
}

}  // namespace

Task<Answer> create_secret(Vault& vault, const aws::Call& call) {
  Input input(call.input,
              {"Name", "ClientRequestToken", "Description", "KmsKeyId", "SecretString", "SecretBinary", "Tags"});
  NewSecret fresh;
  fresh.name = input.required_text("Name", {1, 512});
  fresh.description = input.text("Description", {0, 2048}).value_or("");
  fresh.tags = input.tags("Tags");
  input.refuse_kms_key();
  std::string token = client_request_token(input);
  if (std::optional<GivenValue> value = given_value(input)) {
    fresh.value = NewValue{std::move(value->content), value->is_binary, std::move(token), {}};
  }
  if (const Result<void> read = input.problem(); !read) co_return std::unexpected(read.error());
  if (const Result<void> named = check_name(fresh.name); !named) co_return std::unexpected(named.error());
  const Result<Written> outcome = co_await vault.create(std::move(fresh));
  if (!outcome) co_return std::unexpected(outcome.error());
  co_return written(*outcome);
}

Task<Answer> update_secret(Vault& vault, const aws::Call& call) {
  Input input(call.input,
              {"SecretId", "ClientRequestToken", "Description", "KmsKeyId", "SecretString", "SecretBinary"});
  const std::string id = secret_id(input);
  const std::optional<std::string> description = input.text("Description", {0, 2048});
  input.refuse_kms_key();
  std::string token = client_request_token(input);
  std::optional<GivenValue> value = given_value(input);
  if (const Result<void> read = input.problem(); !read) co_return std::unexpected(read.error());

  Written outcome;
  if (value) {
    NewValue fresh{std::move(value->content), value->is_binary, std::move(token), {}};
    Result<Written> put = co_await vault.put(id, std::move(fresh));
    if (!put) co_return std::unexpected(put.error());
    outcome = std::move(*put);
  }
  if (description || !value) {
    const std::int64_t now = vault.clock().now_ms();
    std::function<Result<void>(Secret&)> change = [&](Secret& secret) -> Result<void> {
      if (secret.purge_ms) return errors::marked_for_deletion();
      if (description) {
        secret.description = *description;
        secret.changed_ms = now;
      }
      return {};
    };
    Result<Secret> changed = co_await vault.change(id, std::move(change));
    if (!changed) co_return std::unexpected(changed.error());
    outcome.secret = std::move(*changed);
  }
  co_return written(outcome);
}

namespace {

// "If you include a previously deleted or nonexistent secret, the operation does not return ResourceNotFoundException"
// (DeleteSecret: ForceDeleteWithoutRecovery).
Task<Answer> delete_at_once(Vault& vault, std::string id) {
  const double now = seconds(vault.clock().now_ms());
  for (;;) {
    Result<Secret> secret = co_await vault.find(id);
    if (!secret && secret.error().kind == Error::Kind::kNotFound) {
      std::string arn =
          id.starts_with("arn:") ? id : arn_prefix(vault.config()) + id + "-" + vault.random().text(kAlphanumeric, 6);
      co_return json::object{{"ARN", std::move(arn)}, {"Name", id}, {"DeletionDate", now}};
    }
    if (!secret) co_return std::unexpected(secret.error());
    json::object out = identity_of(*secret);
    out["DeletionDate"] = now;
    const Result<void> erased = co_await vault.erase(std::move(*secret));
    if (erased) co_return out;
    if (erased.error().kind != Error::Kind::kConflict) co_return std::unexpected(erased.error());
  }
}

}  // namespace

Task<Answer> delete_secret(Vault& vault, const aws::Call& call) {
  Input input(call.input, {"SecretId", "RecoveryWindowInDays", "ForceDeleteWithoutRecovery"});
  std::string id = secret_id(input);
  const std::optional<std::int64_t> window = input.integer("RecoveryWindowInDays", INT32_MIN, INT32_MAX);
  const bool is_forced = input.flag("ForceDeleteWithoutRecovery");
  if (const Result<void> read = input.problem(); !read) co_return std::unexpected(read.error());
  if (is_forced && window) {
    co_return errors::invalid_parameter(
        "You can't use ForceDeleteWithoutRecovery in conjunction with RecoveryWindowInDays.");
  }
  if (window && (*window < 7 || *window > 30)) {
    co_return errors::invalid_parameter("The RecoveryWindowInDays value must be between 7 and 30 days (inclusive).");
  }
  if (is_forced) {
    Answer deleted = co_await delete_at_once(vault, std::move(id));
    co_return deleted;
  }
  const std::int64_t now = vault.clock().now_ms();
  const std::int64_t purge = now + window.value_or(30) * kDayMs;
  std::function<Result<void>(Secret&)> change = [&](Secret& secret) -> Result<void> {
    if (secret.purge_ms) {
      return errors::invalid_request(
          "You can't perform this operation on the secret because it was already marked for deletion.");
    }
    secret.deleted_ms = now;
    secret.purge_ms = purge;
    return {};
  };
  const Result<Secret> secret = co_await vault.change(std::move(id), std::move(change));
  if (!secret) co_return std::unexpected(secret.error());
  json::object out = identity_of(*secret);
  out["DeletionDate"] = seconds(purge);
  co_return out;
}

Task<Answer> restore_secret(Vault& vault, const aws::Call& call) {
  Input input(call.input, {"SecretId"});
  std::string id = secret_id(input);
  if (const Result<void> read = input.problem(); !read) co_return std::unexpected(read.error());
  std::function<Result<void>(Secret&)> change = [](Secret& secret) -> Result<void> {
    secret.deleted_ms.reset();
    secret.purge_ms.reset();
    return {};
  };
  const Result<Secret> secret = co_await vault.change(std::move(id), std::move(change));
  if (!secret) co_return std::unexpected(secret.error());
  co_return identity_of(*secret);
}

Task<Answer> tag_resource(Vault& vault, const aws::Call& call) {
  Input input(call.input, {"SecretId", "Tags"});
  std::string id = secret_id(input);
  const std::vector<Tag> tags = input.tags("Tags");
  if (const Result<void> read = input.problem(); !read) co_return std::unexpected(read.error());
  std::function<Result<void>(Secret&)> change = [&](Secret& secret) -> Result<void> {
    for (const Tag& tag : tags) {
      std::erase_if(secret.tags, [&](const Tag& old) { return old.key == tag.key; });
      secret.tags.push_back(tag);
    }
    if (secret.tags.size() > kMaxTags) return errors::invalid_parameter("A secret can have 50 tags at most.");
    return {};
  };
  const Result<Secret> secret = co_await vault.change(std::move(id), std::move(change));
  if (!secret) co_return std::unexpected(secret.error());
  co_return json::object{};
}

Task<Answer> untag_resource(Vault& vault, const aws::Call& call) {
  Input input(call.input, {"SecretId", "TagKeys"});
  std::string id = secret_id(input);
  const std::vector<std::string> keys = input.texts("TagKeys", {0, kMaxTags}, {1, 128});
  if (const Result<void> read = input.problem(); !read) co_return std::unexpected(read.error());
  std::function<Result<void>(Secret&)> change = [&](Secret& secret) -> Result<void> {
    std::erase_if(secret.tags, [&](const Tag& tag) { return std::ranges::find(keys, tag.key) != keys.end(); });
    return {};
  };
  const Result<Secret> secret = co_await vault.change(std::move(id), std::move(change));
  if (!secret) co_return std::unexpected(secret.error());
  co_return json::object{};
}

}  // namespace gatehouse::secrets
