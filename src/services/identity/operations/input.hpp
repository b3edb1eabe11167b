// Reading an operation's input, with Cognito's validation errors.
#pragma once

#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "protocol/aws/json_service.hpp"
#include "services/identity/origin.hpp"
#include "services/identity/parts.hpp"

namespace gatehouse::identity {

// Reads members one after the other and remembers the first mistake; check() hands it out at the end. Members that
// were never read are refused: what this service does not know must not be ignored.
class Input {
 public:
  explicit Input(const aws::Call& call) : members_(call.input) {}

  std::string required(std::string_view name);
  std::string optional(std::string_view name);
  std::optional<bool> flag(std::string_view name);
  // Within [low, high]; `otherwise` when absent.
  std::size_t number(std::string_view name, std::size_t low, std::size_t high, std::size_t otherwise);
  // A map of texts.
  std::map<std::string, std::string> map(std::string_view name);
  std::vector<std::string> list(std::string_view name);
  Attributes attributes(std::string_view name);
  // Members that have no effect here, nor on AWS without triggers and add-ons.
  void ignore(std::initializer_list<std::string_view> names);

  Result<void> check();

 private:
  const json::value* find(std::string_view name);
  void refuse(std::unexpected<Error> error);

  const json::object& members_;
  std::vector<std::string_view> read_;
  std::optional<Error> mistake_;
};

Origin origin_of(const aws::Call& call);

// The pool, or ResourceNotFoundException.
Result<PoolPtr> find_pool(const Parts& parts, std::string_view pool_id);
// The user by name or alias, or UserNotFoundException.
Task<Result<User>> find_user(Parts& parts, PoolPtr pool, std::string name);

// Page tokens: where the next page starts. InvalidParameterException for one that was not made here.
std::string page_token(std::string_view after);
Result<std::string> read_page_token(std::string_view token);

}  // namespace gatehouse::identity
