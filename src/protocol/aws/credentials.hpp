// The access keys that this process knows. Thread-safe.
#pragma once

#include <memory>
#include <shared_mutex>
#include <string>
#include <string_view>
#include <unordered_map>

#include "protocol/aws/caller.hpp"

namespace gatehouse::aws {

class CredentialBook {
 public:
  void add(Credential credential);
  void remove(std::string_view access_key_id);
  std::shared_ptr<const Credential> find(std::string_view access_key_id) const;

 private:
  mutable std::shared_mutex mutex_;
  std::unordered_map<std::string, std::shared_ptr<const Credential>> by_id_;
};

}  // namespace gatehouse::aws
