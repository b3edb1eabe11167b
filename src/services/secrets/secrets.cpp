#include "services/secrets/secrets.hpp"

#include "base/text.hpp"
#include "services/secrets/errors.hpp"
#include "services/secrets/operations/operations.hpp"
#include "services/secrets/vault.hpp"

namespace gatehouse::secrets {
namespace {

// The value of GenerateSecretString.
Result<std::string> generate(const GeneratedValue& wanted, Random& random) {
  Result<std::string> password = make_password(wanted.rules, random);
  if (!password) return password;
  if (wanted.secret_string_template.empty() != wanted.generate_string_key.empty()) {
    return errors::invalid_parameter("GenerateStringKey and SecretStringTemplate must be given together.");
  }
  if (wanted.generate_string_key.empty()) return password;
  Result<json::value> value = parse_json(wanted.secret_string_template);
  if (!value || !value->is_object()) return errors::invalid_parameter("SecretStringTemplate must be a JSON object.");
  value->get_object()[wanted.generate_string_key] = *password;
  return json::serialize(*value);
}

Result<void> check(const TemplateSecret& wanted) {
  if (Result<void> named = check_name(wanted.name); !named) return named;
  if (wanted.secret_string && wanted.generate) {
    return errors::invalid_parameter("A secret has SecretString or GenerateSecretString, not both.");
  }
  if (wanted.secret_string && (wanted.secret_string->empty() || wanted.secret_string->size() > Vault::kMaxValueBytes)) {
    return errors::invalid_parameter("SecretString must have 1 to 65536 bytes.");
  }
  if (count_code_points(wanted.description).value_or(SIZE_MAX) > 2048) {
    return errors::invalid_parameter("Description can have 2048 characters at most.");
  }
  return {};
}

// The value that the template wants the secret to have now, if it must be written.
Result<std::optional<std::string>> value_to_write(Vault& vault, const Secret* present, const TemplateSecret& wanted) {
  const bool was_text = present != nullptr && present->origin == Secret::Origin::kTemplateText;
  const bool has_value = present != nullptr && present->with_stage(kCurrent) != nullptr;
  if (wanted.secret_string) {
    if (was_text && has_value && vault.digest_matches(*present, *wanted.secret_string)) return std::nullopt;
    return wanted.secret_string;
  }
  if (!wanted.generate || (has_value && !was_text)) return std::nullopt;
  Result<std::string> value = generate(*wanted.generate, vault.random());
  if (!value) return std::unexpected(std::move(value.error()));
  return std::move(*value);
}

Result<std::string> json_member(const std::string& text, const std::string& key) {
  const Result<json::value> value = parse_json(text);
  const json::object* object = value ? value->if_object() : nullptr;
  if (object == nullptr) return errors::invalid_request("The secret's value is not a JSON object.");
  const json::value* member = object->if_contains(key);
  if (member == nullptr) return errors::invalid_request(fmt::format("The secret's value has no member {}.", key));
  if (member->is_string()) return std::string(member->get_string());
  if (member->is_number() || member->is_bool()) return json::serialize(*member);
  return errors::invalid_request(fmt::format("The member {} of the secret's value is not a plain value.", key));
}

Secret::Origin origin_of(const TemplateSecret& wanted) {
  if (wanted.secret_string) return Secret::Origin::kTemplateText;
  return wanted.generate ? Secret::Origin::kTemplateGenerated : Secret::Origin::kApi;
}

}  // namespace

Secrets::Secrets(std::unique_ptr<Vault> vault) : vault_(std::move(vault)) {}
Secrets::~Secrets() = default;

Task<Result<std::unique_ptr<Secrets>>> Secrets::open(Config config, store::Store& store, crypto::Sealer sealer,
                                                     const Clock& clock, Random& random) {
  Result<std::unique_ptr<Vault>> vault =
      co_await Vault::open(std::move(config), store, std::move(sealer), clock, random);
  if (!vault) co_return std::unexpected(vault.error());
  co_return std::unique_ptr<Secrets>(new Secrets(std::move(*vault)));
}

Task<Result<Ensured>> Secrets::ensure(TemplateSecret wanted) {
  if (const Result<void> checked = check(wanted); !checked) co_return std::unexpected(checked.error());
  const Result<Secret> present = co_await vault_->find(wanted.name);
  if (!present && present.error().kind != Error::Kind::kNotFound) co_return std::unexpected(present.error());
  Result<std::optional<std::string>> value = value_to_write(*vault_, present ? &*present : nullptr, wanted);
  if (!value) co_return std::unexpected(value.error());

  if (!present) {
    NewSecret fresh{wanted.name, wanted.description, wanted.tags,
                    {},          origin_of(wanted),  wanted.secret_string.value_or("")};
    if (*value) fresh.value = NewValue{std::move(**value), false, {}, {}};
    const Result<Written> made = co_await vault_->create(std::move(fresh));
    if (!made) co_return std::unexpected(made.error());
    co_return Ensured{made->secret.arn, true};
  }
  const bool has_value = value->has_value();
  const auto change = [&](bool is_value_written) -> std::function<Result<void>(Secret&)> {
    return [this, &wanted, is_value_written](Secret& secret) -> Result<void> {
      secret.deleted_ms.reset();
      secret.purge_ms.reset();
      secret.description = wanted.description;
      secret.tags = wanted.tags;
      if (!is_value_written) return {};
      secret.origin = origin_of(wanted);
      secret.template_digest = wanted.secret_string ? vault_->seal_digest(secret.arn, *wanted.secret_string) : "";
      return {};
    };
  };
  // The digest goes last: after a crash in between the value is written again, never forgotten.
  Result<Secret> changed = co_await vault_->change(wanted.name, change(false));
  if (!changed) co_return std::unexpected(changed.error());
  if (has_value) {
    NewValue fresh{std::move(**value), false, {}, {}};
    const Result<Written> put = co_await vault_->put(wanted.name, std::move(fresh));
    if (!put) co_return std::unexpected(put.error());
    changed = co_await vault_->change(wanted.name, change(true));
    if (!changed) co_return std::unexpected(changed.error());
  }
  co_return Ensured{changed->arn, false};
}

Task<Result<void>> Secrets::remove(std::string secret_id) {
  for (;;) {
    Result<Secret> secret = co_await vault_->find(secret_id);
    if (!secret && secret.error().kind == Error::Kind::kNotFound) co_return Result<void>();
    if (!secret) co_return std::unexpected(secret.error());
    const Result<void> erased = co_await vault_->erase(std::move(*secret));
    if (erased || erased.error().kind != Error::Kind::kConflict) co_return erased;
  }
}

Task<Result<std::string>> Secrets::value(ValueReference reference) {
  const Result<Secret> secret = co_await vault_->find(reference.secret_id);
  if (!secret) co_return std::unexpected(secret.error());
  if (secret->purge_ms) co_return errors::marked_for_deletion();
  const Result<const Version*> chosen = choose_version(*secret, reference.version_id, reference.version_stage);
  if (!chosen) co_return std::unexpected(chosen.error());
  if ((*chosen)->is_binary) co_return errors::invalid_request("The secret has a binary value, not a SecretString.");
  Result<std::string> content = co_await vault_->content(secret->arn, **chosen);
  if (!content || reference.json_key.empty()) co_return content;
  co_return json_member(*content, reference.json_key);
}

aws::JsonServiceConfig Secrets::service_config(std::string region) {
  return {.signing_name = "secretsmanager",
          .action_prefix = "secretsmanager",
          .target_prefix = "secretsmanager",
          .json_version = "1.1",
          .sends_crc32 = false,
          .uses_long_request_ids = false,
          .error_namespace = {},
          .message_member = "Message",
          .region = std::move(region)};
}

std::vector<aws::Operation> Secrets::operations() {
  Vault* const vault = vault_.get();
  using Run = Task<Answer> (*)(Vault&, const aws::Call&);
  // Policies are asked about the secret's own ARN (IAM: actions of Secrets Manager).
  const auto on_secret = [vault](std::string_view name, Run run, const char* member = "SecretId") {
    return aws::Operation{.name = name,
                          .run = [vault, run](const aws::Call& call) { return run(*vault, call); },
                          .resources = [vault, member](const json::object& input) -> std::vector<std::string> {
                            const auto id = string_member(input, member);
                            if (!id) return {};
                            return {vault->index().resource(*id)};
                          }};
  };
  const auto on_all = [vault](std::string_view name, Run run) {
    return aws::Operation{
        .name = name, .run = [vault, run](const aws::Call& call) { return run(*vault, call); }, .resources = {}};
  };
  return {on_secret("CreateSecret", create_secret, "Name"),
          on_secret("DeleteSecret", delete_secret),
          on_secret("DescribeSecret", describe_secret),
          on_all("GetRandomPassword", get_random_password),
          on_secret("GetSecretValue", get_secret_value),
          on_secret("ListSecretVersionIds", list_secret_version_ids),
          on_all("ListSecrets", list_secrets),
          on_secret("PutSecretValue", put_secret_value),
          on_secret("RestoreSecret", restore_secret),
          on_secret("TagResource", tag_resource),
          on_secret("UntagResource", untag_resource),
          on_secret("UpdateSecret", update_secret),
          on_secret("UpdateSecretVersionStage", update_secret_version_stage)};
}

}  // namespace gatehouse::secrets
