#include "services/secrets/name_index.hpp"

#include <mutex>

#include "services/secrets/secret.hpp"

namespace gatehouse::secrets {

NameIndex::NameIndex(const Config& config) : prefix_(arn_prefix(config)) {}

void NameIndex::add(const std::string& name, const std::string& arn) {
  const std::unique_lock lock(mutex_);
  arn_by_name_.insert_or_assign(name, arn);
}

void NameIndex::remove(const std::string& name, const std::string& arn) {
  const std::unique_lock lock(mutex_);
  const auto found = arn_by_name_.find(name);
  if (found != arn_by_name_.end() && found->second == arn) arn_by_name_.erase(found);
}

std::optional<std::string> NameIndex::resolve(std::string_view secret_id) const {
  const std::shared_lock lock(mutex_);
  if (!secret_id.starts_with("arn:")) {
    const auto found = arn_by_name_.find(secret_id);
    return found == arn_by_name_.end() ? std::nullopt : std::optional(found->first);
  }
  if (!secret_id.starts_with(prefix_)) return std::nullopt;  // another region's or account's
  const std::string_view rest = secret_id.substr(prefix_.size());
  if (rest.size() > 7 && rest[rest.size() - 7] == '-') {
    const auto whole = arn_by_name_.find(rest.substr(0, rest.size() - 7));
    if (whole != arn_by_name_.end() && whole->second == secret_id) return whole->first;
  }
  const auto partial = arn_by_name_.find(rest);
  return partial == arn_by_name_.end() ? std::nullopt : std::optional(partial->first);
}

std::string NameIndex::resource(std::string_view secret_id) const {
  const std::optional<std::string> name = resolve(secret_id);
  if (name) {
    const std::shared_lock lock(mutex_);
    const auto found = arn_by_name_.find(*name);
    if (found != arn_by_name_.end()) return found->second;
  }
  if (secret_id.starts_with("arn:")) return std::string(secret_id);
  return prefix_ + std::string(secret_id) + "-??????";
}

std::vector<std::string> NameIndex::names() const {
  const std::shared_lock lock(mutex_);
  std::vector<std::string> out;
  out.reserve(arn_by_name_.size());
  for (const auto& [name, arn] : arn_by_name_) out.push_back(name);
  return out;
}

}  // namespace gatehouse::secrets
