// Secrets Manager: named secret values in versions, encrypted in the store under the data folder's key.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.hpp"
#include "base/json.hpp"
#include "base/random.hpp"
#include "base/result.hpp"
#include "base/task.hpp"
#include "platform/crypto/seal.hpp"
#include "platform/store/store.hpp"
#include "protocol/aws/json_service.hpp"
#include "services/secrets/password.hpp"

namespace gatehouse::secrets {

struct Config {
  std::string region = "us-east-1";
  std::string account = "000000000000";
};

// GenerateSecretString. With a template and a key, the password becomes that member of the template's JSON object; with
// neither it is the whole value. One without the other is refused, as by CloudFormation.
struct GeneratedValue {
  PasswordRules rules;
  std::string secret_string_template;
  std::string generate_string_key;
};

struct Tag {
  std::string key;
  std::string value;
  bool operator==(const Tag&) const = default;
};

// AWS::SecretsManager::Secret. Exactly one of the two values.
struct TemplateSecret {
  std::string name;
  std::string description;
  std::optional<std::string> secret_string;
  std::optional<GeneratedValue> generate;
  std::vector<Tag> tags;
};

struct Ensured {
  std::string arn;
  bool is_new = false;
};

// {{resolve:secretsmanager:SECRET_ID:SecretString:JSON_KEY:VERSION_STAGE:VERSION_ID}}
struct ValueReference {
  std::string secret_id;      // name, ARN, or ARN without the random suffix
  std::string json_key;       // a member of the value's JSON object; empty: the whole value
  std::string version_stage;  // empty: AWSCURRENT, unless a version is named
  std::string version_id;
};

class Vault;

// Thread-safe. The store, the clock and the source of randomness must outlive it.
class Secrets {
 public:
  static Task<Result<std::unique_ptr<Secrets>>> open(Config config, store::Store& store, crypto::Sealer sealer,
                                                     const Clock& clock, Random& random);
  ~Secrets();

  // Makes the template's secret, or brings the one of that name to what the template says: description and tags always,
  // the value when `secret_string` differs from what an earlier template said, so that a value that was put later by
  // PutSecretValue stays. A generated value is generated once and never again. A secret that is scheduled for deletion
  // is restored.
  Task<Result<Ensured>> ensure(TemplateSecret secret);
  // Deletes at once, without a recovery window. One that does not exist is fine.
  Task<Result<void>> remove(std::string secret_id);
  // For dynamic references. The caller is the stack itself: no policy is asked.
  Task<Result<std::string>> value(ValueReference reference);

  // GetSecretValue, PutSecretValue, DescribeSecret ...; they refer to this object.
  std::vector<aws::Operation> operations();
  static aws::JsonServiceConfig service_config(std::string region);

 private:
  explicit Secrets(std::unique_ptr<Vault> vault);
  std::unique_ptr<Vault> vault_;
};

}  // namespace gatehouse::secrets
