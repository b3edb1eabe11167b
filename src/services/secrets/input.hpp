// Reads an operation's input by the API's model: types, lengths, and no member that is not honoured.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.hpp"
#include "base/result.hpp"
#include "services/secrets/secrets.hpp"

namespace gatehouse::secrets {

struct Length {
  std::size_t min = 0;
  std::size_t max = SIZE_MAX;
};

// The first problem is kept and everything read after it is empty: read all, then ask problem() once.
class Input {
 public:
  // A member that is not among `known` is refused by name.
  Input(const json::object& object, std::initializer_list<std::string_view> known);

  std::string required_text(std::string_view name, Length length);
  std::optional<std::string> text(std::string_view name, Length length);
  // A text that no message may repeat.
  std::optional<std::string> secret_text(std::string_view name, Length length);
  std::optional<std::string> base64(std::string_view name, Length length);  // decoded
  std::optional<std::int64_t> integer(std::string_view name, std::int64_t min, std::int64_t max);
  bool flag(std::string_view name, bool otherwise = false);
  std::vector<std::string> texts(std::string_view name, Length count, Length length);
  std::vector<Tag> tags(std::string_view name);
  // Members that stand for features that are absent here: refused unless they ask for nothing.
  void refuse_kms_key();

  void refuse(std::unexpected<Error> error);
  Result<void> problem() const;

 private:
  const json::value* find(std::string_view name, std::string_view wanted, json::kind kind);
  void check_length(std::string_view name, std::string_view shown, std::size_t size, Length length);

  const json::object& object_;
  std::optional<Error> problem_;
};

// "SecretId", 1 to 2048.
std::string secret_id(Input& input);
// SecretString or SecretBinary; nothing when neither is there.
struct GivenValue {
  std::string content;
  bool is_binary = false;
};
std::optional<GivenValue> given_value(Input& input);
// "ClientRequestToken", 32 to 64; empty when absent.
std::string client_request_token(Input& input);

}  // namespace gatehouse::secrets
