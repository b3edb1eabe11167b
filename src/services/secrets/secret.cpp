#include "services/secrets/secret.hpp"

#include <algorithm>

#include "services/secrets/errors.hpp"

namespace gatehouse::secrets {
namespace {

json::array array_of(const std::vector<std::string>& texts) {
  json::array out;
  for (const std::string& text : texts) out.emplace_back(text);
  return out;
}

json::object object_of(const Version& version) {
  return {{"id", version.id},
          {"stages", array_of(version.stages)},
          {"created", version.created_ms},
          {"binary", version.is_binary},
          {"value", version.value_key}};
}

std::string text(const json::object& object, std::string_view name) {
  return std::string(string_member(object, name).value_or(std::string_view()));
}

Version version_of(const json::object& object) {
  Version version{.id = text(object, "id"),
                  .stages = {},
                  .created_ms = integer_member(object, "created").value_or(0),
                  .is_binary = bool_member(object, "binary").value_or(false),
                  .value_key = text(object, "value")};
  if (const json::array* stages = array_member(object, "stages")) {
    for (const json::value& stage : *stages) version.stages.emplace_back(stage.as_string());
  }
  return version;
}

constexpr std::string_view kOrigins[] = {"api", "text", "generated"};

}  // namespace

bool Version::has_stage(std::string_view stage) const { return std::ranges::find(stages, stage) != stages.end(); }

Version* Secret::version(std::string_view id) {
  const auto found = std::ranges::find(versions, id, &Version::id);
  return found == versions.end() ? nullptr : &*found;
}

const Version* Secret::version(std::string_view id) const { return const_cast<Secret*>(this)->version(id); }

const Version* Secret::with_stage(std::string_view stage) const {
  const auto found = std::ranges::find_if(versions, [&](const Version& one) { return one.has_stage(stage); });
  return found == versions.end() ? nullptr : &*found;
}

void Secret::move_stages(std::string_view version_id, const std::vector<std::string>& stages) {
  const auto give = [this](std::string_view id, const std::string& stage) {
    for (Version& one : versions) std::erase(one.stages, stage);
    if (Version* target = version(id)) target->stages.push_back(stage);
  };
  const Version* before = with_stage(kCurrent);
  const std::string current_before = before == nullptr ? std::string() : before->id;
  for (const std::string& stage : stages) give(version_id, stage);
  const Version* after = with_stage(kCurrent);
  if (!current_before.empty() && (after == nullptr || after->id != current_before)) {
    give(current_before, std::string(kPrevious));
  }
}

json::object Secret::to_json() const {
  json::array version_list;
  for (const Version& one : versions) version_list.push_back(object_of(one));
  json::array tag_list;
  for (const Tag& tag : tags) tag_list.push_back(json::object{{"key", tag.key}, {"value", tag.value}});
  json::object out{{"name", name},
                   {"arn", arn},
                   {"description", description},
                   {"tags", std::move(tag_list)},
                   {"versions", std::move(version_list)},
                   {"created", created_ms},
                   {"changed", changed_ms},
                   {"origin", kOrigins[static_cast<std::size_t>(origin)]},
                   {"templateDigest", template_digest}};
  if (accessed_ms) out["accessed"] = *accessed_ms;
  if (deleted_ms) out["deleted"] = *deleted_ms;
  if (purge_ms) out["purge"] = *purge_ms;
  return out;
}

Result<Secret> Secret::from_json(const json::object& object) {
  Secret secret;
  secret.name = text(object, "name");
  secret.arn = text(object, "arn");
  secret.description = text(object, "description");
  secret.template_digest = text(object, "templateDigest");
  secret.created_ms = integer_member(object, "created").value_or(0);
  secret.changed_ms = integer_member(object, "changed").value_or(0);
  secret.accessed_ms = integer_member(object, "accessed");
  secret.deleted_ms = integer_member(object, "deleted");
  secret.purge_ms = integer_member(object, "purge");
  const json::array* versions = array_member(object, "versions");
  const json::array* tags = array_member(object, "tags");
  const auto origin = std::ranges::find(kOrigins, text(object, "origin"));
  if (secret.name.empty() || secret.arn.empty() || versions == nullptr || tags == nullptr ||
      origin == std::end(kOrigins)) {
    return fail(Error::Kind::kInternal, "", "", "a stored secret is damaged");
  }
  secret.origin = static_cast<Origin>(origin - std::begin(kOrigins));
  for (const json::value& one : *versions) secret.versions.push_back(version_of(one.as_object()));
  for (const json::value& one : *tags)
    secret.tags.push_back({text(one.as_object(), "key"), text(one.as_object(), "value")});
  return secret;
}

std::string arn_prefix(const Config& config) {
  return fmt::format("arn:aws:secretsmanager:{}:{}:secret:", config.region, config.account);
}

Result<void> check_name(std::string_view name) {
  const auto is_allowed = [](char c) {
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') ||
           std::string_view("/_+=.@-!").find(c) != std::string_view::npos;
  };
  if (!name.empty() && name.size() <= 512 && std::ranges::all_of(name, is_allowed)) return {};
  return errors::validation(
      "Invalid name. Must be a valid name containing alphanumeric characters, or any of the following: -/_+=.@!");
}

}  // namespace gatehouse::secrets
