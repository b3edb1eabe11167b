#include "services/identity/user_records.hpp"

#include "services/identity/config_json.hpp"

namespace gatehouse::identity {

json::object to_json(const User& user) {
  json::object attributes;
  for (const auto& [name, value] : user.attributes) attributes[name] = value;
  return {{"username", user.username},
          {"sub", user.sub},
          {"attributes", std::move(attributes)},
          {"groups", to_json_array(user.groups)},
          {"status", user.status},
          {"enabled", user.is_enabled},
          {"password", user.password_hash},
          {"passwordVersion", user.password_version},
          {"temporaryUntil", user.temporary_until_ms},
          {"created", user.created_ms},
          {"modified", user.modified_ms}};
}

User user_from_json(const json::object& record) {
  User user;
  user.username = text_of(record, "username");
  user.sub = text_of(record, "sub");
  if (const json::object* attributes = object_member(record, "attributes")) {
    for (const auto& member : *attributes) {
      if (member.value().is_string()) user.attributes[member.key()] = std::string(member.value().get_string());
    }
  }
  user.groups = strings_of(record, "groups");
  user.status = text_of(record, "status");
  user.is_enabled = flag_of(record, "enabled");
  user.password_hash = text_of(record, "password");
  user.password_version = number_of(record, "passwordVersion");
  user.temporary_until_ms = number_of(record, "temporaryUntil");
  user.created_ms = number_of(record, "created");
  user.modified_ms = number_of(record, "modified");
  return user;
}

std::string users_partition(const Pool& pool) { return "u/" + pool.id; }
std::string aliases_partition(const Pool& pool) { return "a/" + pool.id; }
std::string members_partition(const Pool& pool, std::string_view group) {
  return fmt::format("g/{}/{}", pool.id, group);
}
std::string temporaries_partition(const Pool& pool) { return "t/" + pool.id; }

std::vector<std::string> aliases_of(const Pool& pool, const Attributes& attributes) {
  std::vector<std::string> aliases;
  const auto value_of = [&](std::string_view name) {
    const auto found = attributes.find(std::string(name));
    return found == attributes.end() ? std::string{} : found->second;
  };
  const auto add = [&](const std::string& attribute) {
    const std::string value = value_of(attribute);
    if (!value.empty()) aliases.push_back(attribute + ":" + Users::key_of(pool, value));
  };
  for (const std::string& attribute : pool.config.username_attributes) add(attribute);
  for (const std::string& attribute : pool.config.alias_attributes) {
    // Cognito: "Customizing sign-in attributes": an address or number signs in only once it is verified.
    if (attribute == "preferred_username" || value_of(attribute + "_verified") == "true") add(attribute);
  }
  return aliases;
}

}  // namespace gatehouse::identity
