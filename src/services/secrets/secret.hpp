// A secret as the store keeps it: everything but its values.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.hpp"
#include "base/result.hpp"
#include "services/secrets/secrets.hpp"

namespace gatehouse::secrets {

inline constexpr std::string_view kCurrent = "AWSCURRENT";
inline constexpr std::string_view kPrevious = "AWSPREVIOUS";
inline constexpr std::string_view kPending = "AWSPENDING";

struct Version {
  std::string id;
  std::vector<std::string> stages;  // none: deprecated
  std::int64_t created_ms = 0;
  bool is_binary = false;
  std::string value_key;  // where the sealed value lies

  bool has_stage(std::string_view stage) const;
};

struct Secret {
  enum class Origin { kApi, kTemplateText, kTemplateGenerated };

  std::string name;
  std::string arn;
  std::string description;
  std::vector<Tag> tags;
  std::vector<Version> versions;  // oldest first
  std::int64_t created_ms = 0;
  std::int64_t changed_ms = 0;
  std::optional<std::int64_t> accessed_ms;  // midnight of the day
  std::optional<std::int64_t> deleted_ms;   // when deletion was asked for
  std::optional<std::int64_t> purge_ms;     // when it will happen
  Origin origin = Origin::kApi;
  std::string template_digest;  // sealed hash of the template's SecretString

  std::uint64_t record_version = 0;  // the store's, for optimistic replacement

  Version* version(std::string_view id);
  const Version* version(std::string_view id) const;
  const Version* with_stage(std::string_view stage) const;
  // Moves the stages to a version. When AWSCURRENT moves, the version that had it gets AWSPREVIOUS.
  void move_stages(std::string_view version_id, const std::vector<std::string>& stages);

  json::object to_json() const;
  static Result<Secret> from_json(const json::object& object);
};

// arn:aws:secretsmanager:REGION:ACCOUNT:secret:
std::string arn_prefix(const Config& config);
// 1 to 512 of A-Z a-z 0-9 / _ + = . @ - (CreateSecret).
Result<void> check_name(std::string_view name);

}  // namespace gatehouse::secrets
