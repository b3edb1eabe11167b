// The secrets in the store, and what can be done to them.
//
// A secret is one record ("secrets", NAME); each version's value is a record of its own (the secret's ARN, a random
// key), sealed with the ARN and the version's id as its context. A change writes the new value first and then replaces
// the secret's record, if nobody else did meanwhile: a crash in between leaves a sealed value that nothing refers to.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "platform/store/records.hpp"
#include "services/secrets/name_index.hpp"
#include "services/secrets/secret.hpp"

namespace gatehouse::secrets {

struct NewValue {
  std::string content;  // text or bytes
  bool is_binary = false;
  std::string version_id;           // ClientRequestToken; empty: a new one
  std::vector<std::string> stages;  // empty: AWSCURRENT
};

struct NewSecret {
  std::string name;
  std::string description;
  std::vector<Tag> tags;
  std::optional<NewValue> value;
  Secret::Origin origin = Secret::Origin::kApi;
  std::string template_text;  // a template's SecretString; only its sealed hash is kept
};

struct Written {
  Secret secret;
  std::string version_id;  // empty when no value was written
};

// Thread-safe.
class Vault {
 public:
  static constexpr std::size_t kMaxValueBytes = 65'536;
  static constexpr std::size_t kMaxVersions = 100;
  static constexpr std::size_t kMaxStages = 20;  // of one version

  static Task<Result<std::unique_ptr<Vault>>> open(Config config, store::Store& store, crypto::Sealer sealer,
                                                   const Clock& clock, Random& random);

  const Config& config() const { return config_; }
  const Clock& clock() const { return *clock_; }
  Random& random() const { return *random_; }
  const NameIndex& index() const { return index_; }

  // One that is scheduled for deletion is found too; one whose time has come is not, and goes.
  Task<Result<Secret>> find(std::string secret_id);
  Task<Result<std::vector<Secret>>> all();  // by name

  Task<Result<Written>> create(NewSecret secret);
  // Adds a version. A version of that id with the same content is what was asked for already.
  Task<Result<Written>> put(std::string secret_id, NewValue value);
  // Changes a secret's record; `change` may run more than once and may refuse.
  Task<Result<Secret>> change(std::string secret_id, std::function<Result<void>(Secret&)> change);
  // kConflict when it was changed meanwhile.
  Task<Result<void>> erase(Secret secret);

  Task<Result<std::string>> content(std::string arn, Version version);
  // Remembers the day of the last read; failing to is no failure.
  Task<void> touch(Secret secret);

  std::string seal_digest(std::string_view arn, std::string_view text) const;
  bool digest_matches(const Secret& secret, std::string_view text) const;

 private:
  Vault(Config config, store::Records records, crypto::Sealer sealer, const Clock& clock, Random& random);
  Task<Result<void>> load();
  Task<Result<void>> save(Secret secret);
  Task<Result<Written>> existing(std::string name, std::optional<NewValue> value);
  Task<Result<void>> erase_values(std::string arn);
  Task<Result<std::string>> store_value(std::string arn, std::string version_id, std::string content);
  Task<Result<std::optional<Written>>> earlier_put(Secret secret, NewValue value);
  std::string make_arn(std::string_view name) const;

  const Config config_;
  const store::Records records_;
  const crypto::Sealer sealer_;
  const Clock* clock_;
  Random* random_;
  NameIndex index_;
};

}  // namespace gatehouse::secrets
