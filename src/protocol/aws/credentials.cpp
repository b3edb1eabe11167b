#include "protocol/aws/credentials.hpp"

#include <mutex>
#include <utility>

namespace gatehouse::aws {

void CredentialBook::add(Credential credential) {
  auto shared = std::make_shared<const Credential>(std::move(credential));
  const std::unique_lock lock(mutex_);
  by_id_.insert_or_assign(shared->access_key_id, shared);
}

void CredentialBook::remove(std::string_view access_key_id) {
  const std::unique_lock lock(mutex_);
  if (const auto found = by_id_.find(std::string(access_key_id)); found != by_id_.end()) by_id_.erase(found);
}

std::shared_ptr<const Credential> CredentialBook::find(std::string_view access_key_id) const {
  const std::string id(access_key_id);
  const std::shared_lock lock(mutex_);
  const auto found = by_id_.find(id);
  return found == by_id_.end() ? nullptr : found->second;
}

}  // namespace gatehouse::aws
