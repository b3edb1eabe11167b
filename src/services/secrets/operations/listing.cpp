// Looking around: DescribeSecret, ListSecrets, GetRandomPassword.
#include <algorithm>

#include "base/encoding.hpp"
#include "base/text.hpp"
#include "protocol/aws/echo.hpp"
#include "services/secrets/errors.hpp"
#include "services/secrets/input.hpp"
#include "services/secrets/operations/operations.hpp"

namespace gatehouse::secrets {

Task<Answer> describe_secret(Vault& vault, const aws::Call& call) {
  Input input(call.input, {"SecretId"});
  std::string id = secret_id(input);
  if (const Result<void> read = input.problem(); !read) co_return std::unexpected(read.error());
  const Result<Secret> secret = co_await vault.find(std::move(id));
  if (!secret) co_return std::unexpected(secret.error());
  json::object out = description_of(*secret, "VersionIdsToStages");
  out["RotationEnabled"] = false;
  co_return out;
}

Task<Answer> get_random_password(Vault& vault, const aws::Call& call) {
  Input input(call.input, {"PasswordLength", "ExcludeCharacters", "ExcludeNumbers", "ExcludePunctuation",
                           "ExcludeUppercase", "ExcludeLowercase", "IncludeSpace", "RequireEachIncludedType"});
  PasswordRules rules;
  rules.length = static_cast<std::size_t>(input.integer("PasswordLength", 1, 4096).value_or(32));
  rules.exclude_characters = input.text("ExcludeCharacters", {0, 4096}).value_or("");
  rules.exclude_numbers = input.flag("ExcludeNumbers");
  rules.exclude_punctuation = input.flag("ExcludePunctuation");
  rules.exclude_uppercase = input.flag("ExcludeUppercase");
  rules.exclude_lowercase = input.flag("ExcludeLowercase");
  rules.include_space = input.flag("IncludeSpace");
  rules.require_each_included_type = input.flag("RequireEachIncludedType", true);
  if (const Result<void> read = input.problem(); !read) co_return std::unexpected(read.error());
  const Result<std::string> password = make_password(rules, vault.random());
  if (!password) co_return std::unexpected(password.error());
  co_return json::object{{"RandomPassword", *password}};
}

namespace {

// ListSecrets: Filters. Values are prefixes, one with a ! in front excludes; of several values one must fit.
struct Filter {
  std::string key;
  std::vector<std::string> values;
};

bool has_word_prefix(std::string_view text, std::string_view prefix) {
  const std::string folded = lower(text);
  const std::string wanted = lower(prefix);
  for (const std::string_view word : split(folded, ' ')) {
    if (word.starts_with(wanted)) return true;
  }
  return folded.starts_with(wanted);
}

bool fits_value(const Secret& secret, std::string_view key, std::string_view value) {
  const auto any_tag = [&](std::string Tag::* part) {
    return std::ranges::any_of(secret.tags, [&](const Tag& tag) { return (tag.*part).starts_with(value); });
  };
  if (key == "name") return secret.name.starts_with(value);
  if (key == "description") return has_word_prefix(secret.description, value);
  if (key == "tag-key") return any_tag(&Tag::key);
  if (key == "tag-value") return any_tag(&Tag::value);
  const auto tag_fits = [&](const Tag& tag) {
    return has_word_prefix(tag.key, value) || has_word_prefix(tag.value, value);
  };
  return has_word_prefix(secret.name, value) || has_word_prefix(secret.description, value) ||
         std::ranges::any_of(secret.tags, tag_fits);
}

bool fits(const Secret& secret, const Filter& filter) {
  return std::ranges::any_of(filter.values, [&](std::string_view value) {
    if (value.starts_with('!')) return !fits_value(secret, filter.key, value.substr(1));
    return fits_value(secret, filter.key, value);
  });
}

std::vector<Filter> read_filters(const json::object& object, Input& outer) {
  std::vector<Filter> out;
  const json::array* list = array_member(object, "Filters");
  if (list == nullptr) return out;
  if (list->size() > 10) outer.refuse(errors::invalid_parameter("A list can have 10 filters at most."));
  for (const json::value& one : *list) {
    if (!one.is_object()) {
      outer.refuse(fail(Error::Kind::kInvalid, "SerializationException", "Unexpected value type in payload"));
      return out;
    }
    Input input(one.get_object(), {"Key", "Values"});
    out.push_back({input.required_text("Key", {1, 64}), input.texts("Values", {1, 10}, {0, 512})});
    if (const Result<void> read = input.problem(); !read) outer.refuse(std::unexpected(read.error()));
    static constexpr std::string_view kKeys[] = {"name", "description", "tag-key", "tag-value", "all"};
    if (std::ranges::find(kKeys, out.back().key) == std::end(kKeys)) {
      outer.refuse(errors::invalid_parameter(
          fmt::format("Gatehouse does not support the filter {}.", aws::echo(out.back().key))));
    }
  }
  return out;
}

struct Order {
  std::string by;  // the API's SortBy
  bool is_descending = false;
};

// What a secret is listed by: a date in digits of one length, or nothing; then the name, which makes it unique.
std::string sort_key(const Secret& secret, const Order& order) {
  std::int64_t time = 0;
  if (order.by == "created-date") time = secret.created_ms;
  if (order.by == "last-changed-date") time = secret.changed_ms;
  if (order.by == "last-accessed-date") time = secret.accessed_ms.value_or(0);
  return fmt::format("{:016} {}", time, secret.name);
}

Order read_order(Input& input) {
  Order order{input.text("SortBy", {1, 64}).value_or("created-date"), false};
  const std::string direction = input.text("SortOrder", {1, 8}).value_or("asc");
  order.is_descending = direction == "desc";
  static constexpr std::string_view kKeys[] = {"created-date", "last-accessed-date", "last-changed-date", "name"};
  if (std::ranges::find(kKeys, order.by) == std::end(kKeys)) input.refuse(errors::invalid_parameter("Unknown SortBy."));
  if (!order.is_descending && direction != "asc")
    input.refuse(errors::invalid_parameter("SortOrder must be asc or desc."));
  return order;
}

}  // namespace

Task<Answer> list_secrets(Vault& vault, const aws::Call& call) {
  Input input(call.input, {"IncludePlannedDeletion", "MaxResults", "NextToken", "Filters", "SortOrder", "SortBy"});
  const bool include_deleted = input.flag("IncludePlannedDeletion");
  const auto limit = static_cast<std::size_t>(input.integer("MaxResults", 1, 100).value_or(100));
  const std::optional<std::string> token = input.text("NextToken", {1, 4096});
  const Order order = read_order(input);
  const std::vector<Filter> filters = read_filters(call.input, input);
  // The token is the sort key of the last secret of the page before.
  const std::optional<std::string> after = token ? base64url_decode(*token) : std::optional<std::string>("");
  if (!after) input.refuse(fail(Error::Kind::kInvalid, "InvalidNextTokenException", "Invalid pagination token."));
  if (const Result<void> read = input.problem(); !read) co_return std::unexpected(read.error());

  Result<std::vector<Secret>> secrets = co_await vault.all();
  if (!secrets) co_return std::unexpected(secrets.error());
  std::vector<std::pair<std::string, const Secret*>> chosen;
  for (const Secret& secret : *secrets) {
    if (secret.purge_ms && !include_deleted) continue;
    if (!std::ranges::all_of(filters, [&](const Filter& filter) { return fits(secret, filter); })) continue;
    std::string key = sort_key(secret, order);
    const bool is_past = !token || (order.is_descending ? key < *after : key > *after);
    if (is_past) chosen.emplace_back(std::move(key), &secret);
  }
  std::ranges::sort(chosen);
  if (order.is_descending) std::ranges::reverse(chosen);

  json::object out;
  if (chosen.size() > limit) {
    chosen.resize(limit);
    out["NextToken"] = base64url_encode(chosen.back().first);
  }
  json::array list;
  for (const auto& [key, secret] : chosen) list.push_back(description_of(*secret, "SecretVersionsToStages"));
  out["SecretList"] = std::move(list);
  co_return out;
}

}  // namespace gatehouse::secrets
