#include "services/secrets/errors.hpp"
#include "services/secrets/operations/operations.hpp"

namespace gatehouse::secrets {

double seconds(std::int64_t milliseconds) { return static_cast<double>(milliseconds) / 1000.0; }

json::array texts_of(const std::vector<std::string>& texts) {
  json::array out;
  for (const std::string& text : texts) out.emplace_back(text);
  return out;
}

json::object description_of(const Secret& secret, std::string_view versions) {
  json::object out{{"ARN", secret.arn}, {"Name", secret.name}};
  if (!secret.description.empty()) out["Description"] = secret.description;
  out["CreatedDate"] = seconds(secret.created_ms);
  out["LastChangedDate"] = seconds(secret.changed_ms);
  if (secret.accessed_ms) out["LastAccessedDate"] = seconds(*secret.accessed_ms);
  if (secret.deleted_ms) out["DeletedDate"] = seconds(*secret.deleted_ms);
  json::array tags;
  for (const Tag& tag : secret.tags) tags.push_back(json::object{{"Key", tag.key}, {"Value", tag.value}});
  out["Tags"] = std::move(tags);
  json::object stages;
  for (const Version& version : secret.versions) {
    if (!version.stages.empty()) stages[version.id] = texts_of(version.stages);
  }
  out[versions] = std::move(stages);
  return out;
}

Result<const Version*> choose_version(const Secret& secret, std::string_view id, std::string_view stage) {
  if (id.empty()) {
    const std::string_view wanted = stage.empty() ? kCurrent : stage;
    const Version* version = secret.with_stage(wanted);
    if (version == nullptr) return errors::version_not_found("staging label", wanted);
    return version;
  }
  const Version* version = secret.version(id);
  if (version == nullptr) return errors::version_not_found("VersionId", id);
  if (!stage.empty() && !version->has_stage(stage)) {
    return errors::invalid_request("You provided a VersionStage that is not associated to the provided VersionId.");
  }
  return version;
}

}  // namespace gatehouse::secrets
