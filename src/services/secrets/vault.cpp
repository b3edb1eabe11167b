#include "services/secrets/vault.hpp"

#include <algorithm>

#include "base/encoding.hpp"
#include "base/id.hpp"
#include "platform/crypto/hash.hpp"
#include "services/secrets/errors.hpp"

namespace gatehouse::secrets {
namespace {

constexpr const char* kSecrets = "secrets";
constexpr int kMaxAttempts = 16;  // of an optimistic change
constexpr std::int64_t kDayMs = 86'400'000;

std::string value_context(std::string_view arn, std::string_view version_id) {
  return fmt::format("secret-value {} {}", arn, version_id);
}
std::string digest_context(std::string_view arn) { return fmt::format("secret-template {}", arn); }

std::unexpected<Error> contended() {
  return fail(Error::Kind::kUnavailable, "", "", "a secret was changed by others too often to change it");
}

bool is_conflict(const Result<void>& result) { return !result && result.error().kind == Error::Kind::kConflict; }

Result<Secret> secret_of(const store::Record& record) {
  Result<Secret> secret = Secret::from_json(record.body);
  if (secret) secret->record_version = record.version;
  return secret;
}

// Takes the oldest versions without a stage out when there are too many (Secrets Manager: "removes deprecated
// versions").
Result<std::vector<std::string>> trim_versions(Secret& secret) {
  std::vector<std::string> dropped;
  while (secret.versions.size() > Vault::kMaxVersions) {
    const auto oldest = std::ranges::find_if(secret.versions, [](const Version& one) { return one.stages.empty(); });
    if (oldest == secret.versions.end()) {
      return fail(Error::Kind::kInvalid, "LimitExceededException",
                  "You've exceeded the limit of 100 versions with staging labels for a secret.");
    }
    dropped.push_back(oldest->value_key);
    secret.versions.erase(oldest);
  }
  return dropped;
}

}  // namespace

Vault::Vault(Config config, store::Records records, crypto::Sealer sealer, const Clock& clock, Random& random)
    : config_(std::move(config)),
      records_(std::move(records)),
      sealer_(std::move(sealer)),
      clock_(&clock),
      random_(&random),
      index_(config_) {}

Task<Result<std::unique_ptr<Vault>>> Vault::open(Config config, store::Store& store, crypto::Sealer sealer,
                                                 const Clock& clock, Random& random) {
  Result<store::Records> records = co_await store::Records::open(store, "secrets/secrets");
  if (!records) co_return std::unexpected(records.error());
  std::unique_ptr<Vault> vault(new Vault(std::move(config), std::move(*records), std::move(sealer), clock, random));
  const Result<void> loaded = co_await vault->load();
  if (!loaded) co_return std::unexpected(loaded.error());
  co_return vault;
}

Task<Result<void>> Vault::load() {
  std::string after;
  for (;;) {
    const Result<store::RecordPage> page = co_await records_.list(kSecrets, "", 1000, after);
    if (!page) co_return std::unexpected(page.error());
    for (const store::Record& record : page->records) {
      const Result<Secret> secret = secret_of(record);
      if (!secret) co_return std::unexpected(secret.error());
      index_.add(secret->name, secret->arn);
    }
    if (!page->next) co_return Result<void>();
    after = *page->next;
  }
}

Task<Result<Secret>> Vault::find(std::string secret_id) {
  const std::optional<std::string> name = index_.resolve(secret_id);
  if (!name) co_return errors::not_found();
  const Result<std::optional<store::Record>> record = co_await records_.get(kSecrets, *name);
  if (!record) co_return std::unexpected(record.error());
  if (!*record) co_return errors::not_found();
  Result<Secret> secret = secret_of(**record);
  if (!secret || !secret->purge_ms || *secret->purge_ms > clock_->now_ms()) co_return secret;
  const Result<void> erased = co_await erase(std::move(*secret));
  if (!erased && !is_conflict(erased)) co_return std::unexpected(erased.error());
  co_return errors::not_found();
}

Task<Result<std::vector<Secret>>> Vault::all() {
  std::vector<Secret> out;
  for (const std::string& name : index_.names()) {
    Result<Secret> secret = co_await find(name);
    if (secret) {
      out.push_back(std::move(*secret));
    } else if (secret.error().kind != Error::Kind::kNotFound) {
      co_return std::unexpected(secret.error());
    }
  }
  co_return out;
}

std::string Vault::make_arn(std::string_view name) const {
  return fmt::format("{}{}-{}", arn_prefix(config_), name, random_->text(kAlphanumeric, 6));
}

Task<Result<Written>> Vault::create(NewSecret fresh) {
  Secret secret{.name = fresh.name,
                .arn = make_arn(fresh.name),
                .description = std::move(fresh.description),
                .tags = std::move(fresh.tags),
                .versions = {},
                .created_ms = clock_->now_ms(),
                .changed_ms = clock_->now_ms(),
                .accessed_ms = {},
                .deleted_ms = {},
                .purge_ms = {},
                .origin = fresh.origin,
                .template_digest = {}};
  std::string version_id;
  if (!fresh.template_text.empty()) secret.template_digest = seal_digest(secret.arn, fresh.template_text);
  if (fresh.value) {
    version_id = fresh.value->version_id.empty() ? make_uuid(*random_) : fresh.value->version_id;
    const Result<std::string> key = co_await store_value(secret.arn, version_id, fresh.value->content);
    if (!key) co_return std::unexpected(key.error());
    secret.versions.push_back({version_id, {std::string(kCurrent)}, secret.created_ms, fresh.value->is_binary, *key});
  }
  const Result<void> created = co_await records_.create(kSecrets, secret.name, secret.to_json());
  if (!created) {
    static_cast<void>(co_await erase_values(secret.arn));
    if (is_conflict(created)) co_return co_await existing(std::move(secret.name), fresh.value);
    co_return std::unexpected(created.error());
  }
  index_.add(secret.name, secret.arn);
  co_return Written{std::move(secret), std::move(version_id)};
}

// A repeated creation with the same token and content is answered as the first one was.
Task<Result<Written>> Vault::existing(std::string name, std::optional<NewValue> value) {
  Result<Secret> secret = co_await find(name);
  if (secret && secret->purge_ms) {
    co_return errors::invalid_request(
        "You can't create this secret because a secret with this name is already scheduled for deletion.");
  }
  if (!secret || !value || value->version_id.empty() || secret->version(value->version_id) == nullptr) {
    co_return errors::exists(name);
  }
  Result<std::optional<Written>> earlier = co_await earlier_put(std::move(*secret), std::move(*value));
  if (!earlier) co_return std::unexpected(earlier.error());
  co_return std::move(**earlier);
}

Task<Result<std::string>> Vault::store_value(std::string arn, std::string version_id, std::string content) {
  std::string key = make_uuid(*random_);
  const std::string sealed = sealer_.seal(content, value_context(arn, version_id));
  crypto::wipe(content);
  json::object body{{"sealed", base64_encode(sealed)}};
  const Result<void> stored = co_await records_.create(std::move(arn), key, std::move(body));
  if (!stored) co_return std::unexpected(stored.error());
  co_return key;
}

Task<Result<std::string>> Vault::content(std::string arn, Version version) {
  const Result<std::optional<store::Record>> record = co_await records_.get(arn, version.value_key);
  if (!record) co_return std::unexpected(record.error());
  std::optional<std::string> sealed;
  if (*record) sealed = base64_decode(string_member((*record)->body, "sealed").value_or(std::string_view()));
  if (!sealed)
    co_return fail(Error::Kind::kInternal, "InternalServiceError", "An error occurred on the server side.",
                   "the value of a version is missing");
  Result<std::string> plain = sealer_.unseal(*sealed, value_context(arn, version.id));
  if (!plain) {
    co_return fail(Error::Kind::kInternal, "DecryptionFailure",
                   "Secrets Manager can't decrypt the protected secret text using the provided KMS key.",
                   plain.error().detail);
  }
  co_return plain;
}

// What an earlier call with the same token left: the answer to repeat, or the refusal (PutSecretValue:
// ClientRequestToken).
Task<Result<std::optional<Written>>> Vault::earlier_put(Secret secret, NewValue value) {
  const Version* earlier = secret.version(value.version_id);
  if (value.version_id.empty() || earlier == nullptr) co_return std::optional<Written>();
  const Result<std::string> before = co_await content(secret.arn, *earlier);
  if (!before) co_return std::unexpected(before.error());
  if (earlier->is_binary != value.is_binary || !crypto::equal_in_constant_time(*before, value.content)) {
    co_return errors::token_in_use(value.version_id, secret.arn);
  }
  co_return Written{std::move(secret), std::move(value.version_id)};
}

Task<Result<Written>> Vault::put(std::string secret_id, NewValue value) {
  std::string version_id = value.version_id.empty() ? make_uuid(*random_) : value.version_id;
  const std::vector<std::string> stages =
      value.stages.empty() ? std::vector<std::string>{std::string(kCurrent)} : value.stages;
  for (int attempt = 0; attempt < kMaxAttempts; ++attempt) {
    Result<Secret> secret = co_await find(secret_id);
    if (!secret) co_return std::unexpected(secret.error());
    if (secret->purge_ms) co_return errors::marked_for_deletion();
    Result<std::optional<Written>> earlier = co_await earlier_put(*secret, value);
    if (!earlier) co_return std::unexpected(earlier.error());
    if (*earlier) co_return std::move(**earlier);

    const std::int64_t now = clock_->now_ms();
    secret->versions.push_back({version_id, {}, now, value.is_binary, {}});
    secret->move_stages(version_id, stages);
    if (secret->with_stage(kCurrent) == nullptr) secret->move_stages(version_id, {std::string(kCurrent)});
    secret->changed_ms = now;
    const Result<std::vector<std::string>> dropped = trim_versions(*secret);
    if (!dropped) co_return std::unexpected(dropped.error());
    const Result<std::string> key = co_await store_value(secret->arn, version_id, value.content);
    if (!key) co_return std::unexpected(key.error());
    secret->version(version_id)->value_key = *key;

    const Result<void> saved = co_await save(*secret);
    if (!saved) {
      static_cast<void>(co_await records_.erase(secret->arn, *key));
      if (is_conflict(saved)) continue;
      co_return std::unexpected(saved.error());
    }
    for (const std::string& old : *dropped) static_cast<void>(co_await records_.erase(secret->arn, old));
    co_return Written{std::move(*secret), std::move(version_id)};
  }
  co_return contended();
}

Task<Result<Secret>> Vault::change(std::string secret_id, std::function<Result<void>(Secret&)> change) {
  for (int attempt = 0; attempt < kMaxAttempts; ++attempt) {
    Result<Secret> secret = co_await find(secret_id);
    if (!secret) co_return secret;
    const Result<void> changed = change(*secret);
    if (!changed) co_return std::unexpected(changed.error());
    const Result<void> saved = co_await save(*secret);
    if (saved) co_return secret;
    if (!is_conflict(saved)) co_return std::unexpected(saved.error());
  }
  co_return contended();
}

Task<Result<void>> Vault::save(Secret secret) {
  const store::Record record{kSecrets, secret.name, secret.to_json(), secret.record_version};
  const Result<void> replaced = co_await records_.replace(record);
  co_return replaced;
}

Task<Result<void>> Vault::erase(Secret secret) {
  const store::Record record{kSecrets, secret.name, {}, secret.record_version};
  const Result<void> erased = co_await records_.erase_unchanged(record);
  if (!erased) co_return erased;
  index_.remove(secret.name, secret.arn);
  const Result<void> values = co_await erase_values(secret.arn);
  co_return values;
}

Task<Result<void>> Vault::erase_values(std::string arn) {
  for (;;) {
    const Result<store::RecordPage> page = co_await records_.list(arn);
    if (!page) co_return std::unexpected(page.error());
    for (const store::Record& record : page->records) {
      const Result<bool> erased = co_await records_.erase(arn, record.sort);
      if (!erased) co_return std::unexpected(erased.error());
    }
    if (!page->next) co_return Result<void>();
  }
}

Task<void> Vault::touch(Secret secret) {
  const std::int64_t today = clock_->now_ms() / kDayMs * kDayMs;
  if (secret.accessed_ms == today) co_return;
  secret.accessed_ms = today;
  static_cast<void>(co_await save(std::move(secret)));
}

std::string Vault::seal_digest(std::string_view arn, std::string_view text) const {
  return base64_encode(sealer_.seal(crypto::sha256(text), digest_context(arn)));
}

bool Vault::digest_matches(const Secret& secret, std::string_view text) const {
  const std::optional<std::string> sealed = base64_decode(secret.template_digest);
  if (!sealed) return false;
  const Result<std::string> digest = sealer_.unseal(*sealed, digest_context(secret.arn));
  return digest && crypto::equal_in_constant_time(*digest, crypto::sha256(text));
}

}  // namespace gatehouse::secrets
