#include "protocol/template/dynamic_reference.hpp"

#include "base/text.hpp"

namespace gatehouse::templates {
namespace {

constexpr std::string_view kOpen = "{{resolve:";
constexpr std::string_view kClose = "}}";

std::unexpected<Error> refuse(std::string message) { return fail(Error::Kind::kInvalid, "", std::move(message)); }

// ID[:SecretString[:json-key[:version-stage[:version-id]]]]; an ARN as ID has six colons of its own.
Result<DynamicReference> parse_secret(std::string_view text) {
  DynamicReference reference;
  std::vector<std::string_view> parts = split(text, ':');
  std::size_t next = 1;
  reference.secret_id = parts[0];
  if (parts[0] == "arn") {
    if (parts.size() < 7) return refuse("the secret's ARN is not complete");
    for (next = 1; next < 7; ++next) reference.secret_id.append(":").append(parts[next]);
  }
  const auto part = [&](std::size_t index) { return index < parts.size() ? std::string(parts[index]) : std::string(); };
  if (reference.secret_id.empty()) return refuse("it names no secret");
  if (!part(next).empty() && part(next) != "SecretString") return refuse("only SecretString can be resolved");
  reference.json_key = part(next + 1);
  reference.version_stage = part(next + 2);
  reference.version_id = part(next + 3);
  if (parts.size() > next + 4) return refuse("it has too many parts");
  if (!reference.version_stage.empty() && !reference.version_id.empty())
    return refuse("it names a version stage and a version id: one of them is enough");
  return reference;
}

}  // namespace

bool has_dynamic_reference(std::string_view text) { return text.find(kOpen) != std::string_view::npos; }

Result<std::vector<DynamicPart>> split_dynamic_references(std::string_view text) {
  std::vector<DynamicPart> parts;
  for (;;) {
    const std::size_t open = text.find(kOpen);
    if (open != 0) parts.emplace_back(std::string(text.substr(0, open)));
    if (open == std::string_view::npos) return parts;
    const std::size_t close = text.find(kClose, open);
    if (close == std::string_view::npos) return refuse("a dynamic reference does not end with }}");
    const std::string_view body = text.substr(open + kOpen.size(), close - open - kOpen.size());
    const std::size_t colon = body.find(':');
    const std::string_view service = body.substr(0, colon);
    if (service != "secretsmanager" || colon == std::string_view::npos) {
      return refuse(fmt::format("dynamic references to {} are not supported; use secretsmanager", service));
    }
    Result<DynamicReference> reference = parse_secret(body.substr(colon + 1));
    if (!reference) return std::unexpected(reference.error());
    parts.emplace_back(std::move(*reference));
    text.remove_prefix(close + kClose.size());
    if (text.empty()) return parts;
  }
}

}  // namespace gatehouse::templates
