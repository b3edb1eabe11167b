// The names and ARNs of all secrets, in memory: policies are asked about a secret's ARN before the store is.
#pragma once

#include <map>
#include <optional>
#include <shared_mutex>
#include <string>
#include <string_view>
#include <vector>

#include "services/secrets/secrets.hpp"

namespace gatehouse::secrets {

// Thread-safe. Some hundred bytes a secret.
class NameIndex {
 public:
  explicit NameIndex(const Config& config);

  void add(const std::string& name, const std::string& arn);
  void remove(const std::string& name, const std::string& arn);  // only when the name still means that ARN

  // The name that a SecretId means: a name, an ARN, or an ARN without its random suffix (a whole ARN goes first).
  std::optional<std::string> resolve(std::string_view secret_id) const;
  // What policies are asked about. For a secret that does not exist: the ARN that it would have, with ?????? for the
  // random part, so that neither "NAME-??????" nor "NAME-*" in a policy refuses its creation.
  std::string resource(std::string_view secret_id) const;
  std::vector<std::string> names() const;

 private:
  const std::string prefix_;
  mutable std::shared_mutex mutex_;
  std::map<std::string, std::string, std::less<>> arn_by_name_;
};

}  // namespace gatehouse::secrets
