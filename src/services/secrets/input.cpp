#include "services/secrets/input.hpp"

#include <algorithm>

#include "base/encoding.hpp"
#include "base/text.hpp"
#include "protocol/aws/echo.hpp"
#include "services/secrets/errors.hpp"
#include "services/secrets/vault.hpp"

namespace gatehouse::secrets {
namespace {

// The service framework's names of JSON types in its messages.
std::string_view token_name(const json::value& value) {
  switch (value.kind()) {
    case json::kind::string:
      return "STRING_VALUE";
    case json::kind::bool_:
      return value.get_bool() ? "TRUE_VALUE" : "FALSE_VALUE";
    case json::kind::double_:
      return "DECIMAL_VALUE";
    case json::kind::object:
      return "START_OBJECT";
    case json::kind::array:
      return "START_ARRAY";
    default:
      return "NUMBER_VALUE";
  }
}

// Constraint messages name members with a small first letter.
std::string small(std::string_view name) {
  std::string out(name);
  if (!out.empty()) out[0] = lower(out.substr(0, 1))[0];
  return out;
}

std::string constraint(std::string_view name, std::string_view shown, std::string_view rule) {
  return fmt::format("1 validation error detected: Value {} at '{}' failed to satisfy constraint: Member must {}",
                     shown, small(name), rule);
}

}  // namespace

Input::Input(const json::object& object, std::initializer_list<std::string_view> known) : object_(object) {
  for (const auto& member : object) {
    const std::string_view name(member.key().data(), member.key().size());
    if (std::ranges::find(known, name) == known.end()) {
      refuse(
          errors::invalid_parameter(fmt::format("Gatehouse does not support the parameter {} here.", aws::echo(name))));
    }
  }
}

void Input::refuse(std::unexpected<Error> error) {
  if (!problem_) problem_ = std::move(error.error());
}

Result<void> Input::problem() const {
  if (problem_) return std::unexpected(*problem_);
  return {};
}

const json::value* Input::find(std::string_view name, std::string_view wanted, json::kind kind) {
  const json::value* value = object_.if_contains(name);
  if (value == nullptr || value->is_null()) return nullptr;  // null is absent, as for AWS
  if (value->kind() == kind) return value;
  refuse(fail(Error::Kind::kInvalid, "SerializationException",
              fmt::format("{} can not be converted to {}", token_name(*value), wanted)));
  return nullptr;
}

void Input::check_length(std::string_view name, std::string_view shown, std::size_t size, Length length) {
  if (size < length.min) {
    refuse(errors::validation(
        constraint(name, shown, fmt::format("have length greater than or equal to {}", length.min))));
  } else if (size > length.max) {
    refuse(
        errors::validation(constraint(name, shown, fmt::format("have length less than or equal to {}", length.max))));
  }
}

std::string Input::required_text(std::string_view name, Length length) {
  std::optional<std::string> value = text(name, length);
  if (value) return std::move(*value);
  refuse(errors::validation(constraint(name, "null", "not be null")));
  return {};
}

std::optional<std::string> Input::text(std::string_view name, Length length) {
  const json::value* value = find(name, "a String", json::kind::string);
  if (value == nullptr) return std::nullopt;
  std::string out(value->get_string());
  check_length(name, fmt::format("'{}'", aws::echo(out)), count_code_points(out).value_or(0), length);
  return out;
}

std::optional<std::string> Input::secret_text(std::string_view name, Length length) {
  const json::value* value = find(name, "a String", json::kind::string);
  if (value == nullptr) return std::nullopt;
  std::string out(value->get_string());
  check_length(name, "'***'", out.size(), length);
  return out;
}

std::optional<std::string> Input::base64(std::string_view name, Length length) {
  const json::value* value = find(name, "a ByteBuffer", json::kind::string);
  if (value == nullptr) return std::nullopt;
  std::optional<std::string> out = base64_decode(value->get_string());
  if (!out) {
    refuse(fail(Error::Kind::kInvalid, "SerializationException", fmt::format("{} is not valid Base64", name)));
    return std::nullopt;
  }
  check_length(name, "'***'", out->size(), length);
  return out;
}

std::optional<std::int64_t> Input::integer(std::string_view name, std::int64_t min, std::int64_t max) {
  const json::value* value = object_.if_contains(name);
  if (value == nullptr || value->is_null()) return std::nullopt;
  const std::optional<std::int64_t> number = integer_member(object_, name);
  if (!value->is_number() || !number) {
    refuse(fail(Error::Kind::kInvalid, "SerializationException",
                fmt::format("{} can not be converted to an Integer", token_name(*value))));
    return std::nullopt;
  }
  const std::string shown = fmt::format("'{}'", *number);
  if (*number < min) {
    refuse(errors::validation(constraint(name, shown, fmt::format("have value greater than or equal to {}", min))));
  } else if (*number > max) {
    refuse(errors::validation(constraint(name, shown, fmt::format("have value less than or equal to {}", max))));
  }
  return number;
}

bool Input::flag(std::string_view name, bool otherwise) {
  const json::value* value = find(name, "a Boolean", json::kind::bool_);
  return value == nullptr ? otherwise : value->get_bool();
}

std::vector<std::string> Input::texts(std::string_view name, Length count, Length length) {
  std::vector<std::string> out;
  const json::value* value = find(name, "a List", json::kind::array);
  if (value == nullptr) return out;
  check_length(name, fmt::format("'[{} values]'", value->get_array().size()), value->get_array().size(), count);
  for (const json::value& one : value->get_array()) {
    if (!one.is_string()) {
      refuse(fail(Error::Kind::kInvalid, "SerializationException",
                  fmt::format("{} can not be converted to a String", token_name(one))));
      return {};
    }
    out.emplace_back(one.get_string());
    check_length(name, fmt::format("'{}'", aws::echo(out.back())), out.back().size(), length);
  }
  return out;
}

std::vector<Tag> Input::tags(std::string_view name) {
  std::vector<Tag> out;
  const json::value* value = find(name, "a List", json::kind::array);
  if (value == nullptr) return out;
  for (const json::value& one : value->get_array()) {
    if (!one.is_object()) {
      refuse(fail(Error::Kind::kInvalid, "SerializationException", "Unexpected value type in payload"));
      return {};
    }
    Input tag(one.get_object(), {"Key", "Value"});
    out.push_back({tag.text("Key", {1, 128}).value_or(""), tag.text("Value", {0, 256}).value_or("")});
    if (const Result<void> read = tag.problem(); !read) refuse(std::unexpected(read.error()));
    if (out.back().key.empty() || out.back().key.starts_with("aws:")) {
      refuse(errors::invalid_parameter("A tag key must have 1 to 128 characters and can't start with aws:."));
    }
    const auto is_same = [&](const Tag& tag_before) { return tag_before.key == out.back().key; };
    if (std::ranges::count_if(out, is_same) > 1) refuse(errors::invalid_parameter("A tag key can be given once only."));
  }
  if (out.size() > 50) refuse(errors::invalid_parameter("A secret can have 50 tags at most."));
  return out;
}

void Input::refuse_kms_key() {
  const std::optional<std::string> key = text("KmsKeyId", {0, 2048});
  if (key && !key->empty() && *key != "alias/aws/secretsmanager") {
    refuse(errors::invalid_parameter(
        "Gatehouse encrypts secrets under the key file of its data folder: KmsKeyId can only be "
        "alias/aws/secretsmanager."));
  }
}

std::string secret_id(Input& input) { return input.required_text("SecretId", {1, 2048}); }

std::optional<GivenValue> given_value(Input& input) {
  std::optional<std::string> text = input.secret_text("SecretString", {1, Vault::kMaxValueBytes});
  std::optional<std::string> bytes = input.base64("SecretBinary", {1, Vault::kMaxValueBytes});
  if (text && bytes) {
    input.refuse(
        errors::invalid_parameter("You can't specify both a binary secret value and a string secret value in "
                                  "the same secret."));
  }
  if (text) return GivenValue{std::move(*text), false};
  if (bytes) return GivenValue{std::move(*bytes), true};
  return std::nullopt;
}

std::string client_request_token(Input& input) { return input.text("ClientRequestToken", {32, 64}).value_or(""); }

}  // namespace gatehouse::secrets
