#include "services/identity/operations/input.hpp"

#include "base/encoding.hpp"
#include "base/text.hpp"
#include "services/identity/errors.hpp"

namespace gatehouse::identity {
namespace {

// "UserPoolId" -> "userPoolId", as the texts name members.
std::string lower_first(std::string_view name) {
  std::string text(name);
  if (!text.empty() && text[0] >= 'A' && text[0] <= 'Z') text[0] = static_cast<char>(text[0] - 'A' + 'a');
  return text;
}

std::unexpected<Error> wrong_type(std::string_view name) {
  return fail(Error::Kind::kInvalid, "SerializationException", fmt::format("{} has the wrong type", name));
}

}  // namespace

void Input::refuse(std::unexpected<Error> error) {
  if (!mistake_) mistake_ = std::move(error.error());
}

const json::value* Input::find(std::string_view name) {
  read_.push_back(name);
  const json::value* value = members_.if_contains(name);
  return value == nullptr || value->is_null() ? nullptr : value;
}

std::string Input::required(std::string_view name) {
  std::string text = optional(name);
  if (text.empty()) {
    refuse(errors::invalid_parameter(
        fmt::format("1 validation error detected: Value at '{}' failed to satisfy constraint: Member must not be null",
                    lower_first(name))));
  }
  return text;
}

std::string Input::optional(std::string_view name) {
  const json::value* value = find(name);
  if (value == nullptr) return {};
  if (!value->is_string()) {
    refuse(wrong_type(name));
    return {};
  }
  std::string text(std::string_view(value->get_string()));
  if (text.find('\0') != std::string::npos) {
    refuse(
        errors::invalid_parameter(fmt::format("1 validation error detected: Value at '{}' failed to satisfy "
                                              "constraint: Member must satisfy regular expression pattern: [\\S]+",
                                              lower_first(name))));
  }
  return text;
}

std::optional<bool> Input::flag(std::string_view name) {
  const json::value* value = find(name);
  if (value == nullptr) return std::nullopt;
  if (value->is_bool()) return value->get_bool();
  refuse(wrong_type(name));
  return std::nullopt;
}

std::size_t Input::number(std::string_view name, std::size_t low, std::size_t high, std::size_t otherwise) {
  const json::value* value = find(name);
  if (value == nullptr) return otherwise;
  if (!value->is_int64() && !value->is_uint64()) {
    refuse(wrong_type(name));
    return otherwise;
  }
  const bool is_negative = value->is_int64() && value->get_int64() < 0;
  const std::size_t number = is_negative ? 0 : value->to_number<std::size_t>();
  if (!is_negative && number >= low && number <= high) return number;
  const bool is_low = is_negative || number < low;
  refuse(
      errors::invalid_parameter(fmt::format("1 validation error detected: Value at '{}' failed to satisfy constraint: "
                                            "Member must have value {} than or equal to {}",
                                            lower_first(name), is_low ? "greater" : "less", is_low ? low : high)));
  return otherwise;
}

std::map<std::string, std::string> Input::map(std::string_view name) {
  std::map<std::string, std::string> texts;
  const json::value* value = find(name);
  if (value == nullptr) return texts;
  if (!value->is_object()) {
    refuse(wrong_type(name));
    return texts;
  }
  for (const auto& member : value->get_object()) {
    if (member.value().is_string()) {
      texts[member.key()] = std::string(std::string_view(member.value().get_string()));
    } else {
      refuse(wrong_type(name));
    }
  }
  return texts;
}

std::vector<std::string> Input::list(std::string_view name) {
  std::vector<std::string> texts;
  const json::value* value = find(name);
  if (value == nullptr) return texts;
  if (!value->is_array()) {
    refuse(wrong_type(name));
    return texts;
  }
  for (const json::value& entry : value->get_array()) {
    if (entry.is_string()) {
      texts.emplace_back(std::string_view(entry.get_string()));
    } else {
      refuse(wrong_type(name));
    }
  }
  return texts;
}

Attributes Input::attributes(std::string_view name) {
  read_.push_back(name);
  auto attributes = attributes_from_json(members_, name);
  if (attributes) return std::move(*attributes);
  refuse(std::unexpected(attributes.error()));
  return {};
}

void Input::ignore(std::initializer_list<std::string_view> names) { read_.insert(read_.end(), names); }

Result<void> Input::check() {
  for (const auto& member : members_) {
    if (std::ranges::find(read_, std::string_view(member.key())) != read_.end()) continue;
    refuse(errors::not_supported(fmt::format("The parameter {} is not supported", std::string_view(member.key()))));
  }
  if (mistake_) return std::unexpected(*mistake_);
  return {};
}

Origin origin_of(const aws::Call& call) {
  return {std::string(call.peer_address), std::string(call.request_id), call.journey};
}

Result<PoolPtr> find_pool(const Parts& parts, std::string_view pool_id) {
  PoolPtr pool = parts.directory.find(pool_id);
  if (!pool) return errors::pool_not_found(pool_id);
  return pool;
}

Task<Result<User>> find_user(Parts& parts, PoolPtr pool, std::string name) {
  auto user = co_await parts.users.find(std::move(pool), std::move(name));
  if (!user) co_return std::unexpected(user.error());
  if (!*user) co_return errors::user_not_found();
  co_return std::move(**user);
}

std::string page_token(std::string_view after) { return base64url_encode("1:" + std::string(after)); }

Result<std::string> read_page_token(std::string_view token) {
  if (token.empty()) return std::string{};
  const auto text = base64url_decode(token);
  if (!text || !text->starts_with("1:") || text->size() > 2048 || !is_utf8(*text)) {
    return errors::invalid_parameter("Invalid pagination token");
  }
  return text->substr(2);
}

}  // namespace gatehouse::identity
