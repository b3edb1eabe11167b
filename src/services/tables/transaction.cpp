#include "services/tables/transaction.hpp"

#include "services/tables/errors.hpp"
#include "services/tables/keys.hpp"
#include "services/tables/operations/operations.hpp"
#include "services/tables/values.hpp"

namespace gatehouse::tables {
namespace {

std::size_t action_size(const store::Write& write) {
  return std::visit(
      [](const auto& action) {
        if constexpr (requires { action.item; }) {
          return store::item_size(action.item);
        } else {
          return store::item_size(action.key);
        }
      },
      write.action);
}

std::string_view reason_code(const Error& error) {
  if (error.kind == Error::Kind::kConflict) return "ConditionalCheckFailed";
  return error.kind == Error::Kind::kInvalid ? "ValidationError" : "TransactionConflict";
}

json::object reason_json(const std::optional<store::WriteFailure>& failure, bool shows_item) {
  if (!failure) return {{"Code", "None"}};
  json::object reason{{"Code", reason_code(failure->error)}, {"Message", from_store(failure->error).message}};
  if (shows_item && failure->before) reason.emplace("Item", to_json(*failure->before, {}));
  return reason;
}

}  // namespace

store::Item key_of_write(const store::Write& write, const store::TableSchema& schema) {
  return std::visit(
      [&schema](const auto& action) {
        if constexpr (requires { action.item; }) {
          return key_of(action.item, schema);
        } else {
          return action.key;
        }
      },
      write.action);
}

Result<void> check_members(const std::vector<store::Write>& writes, const std::vector<TablePtr>& tables) {
  std::vector<store::Item> keys;
  keys.reserve(writes.size());
  std::size_t bytes = 0;
  for (std::size_t i = 0; i < writes.size(); ++i) {
    keys.push_back(key_of_write(writes[i], tables[i]->schema));
    bytes += action_size(writes[i]);
    for (std::size_t earlier = 0; earlier < i; ++earlier) {
      if (tables[earlier]->schema.name == tables[i]->schema.name && keys[earlier] == keys[i]) {
        return errors::validation("Transaction request cannot include multiple operations on one item");
      }
    }
  }
  if (bytes > kMaxTransactionBytes) {
    return errors::validation("Total size of the transaction's items has exceeded the maximum of 4 MB");
  }
  return {};
}

Error cancelled(store::TransactionFailure failure, const std::vector<bool>& shows_item) {
  if (failure.error) return from_store(std::move(*failure.error));
  std::string codes;
  json::array reasons;
  for (std::size_t i = 0; i < shows_item.size(); ++i) {
    const std::optional<store::WriteFailure> none;
    const std::optional<store::WriteFailure>& reason = i < failure.reasons.size() ? failure.reasons[i] : none;
    json::object shown = reason_json(reason, shows_item[i]);
    codes += (codes.empty() ? "" : ", ") + std::string(shown.at("Code").as_string());
    reasons.emplace_back(std::move(shown));
  }
  Error error{Error::Kind::kConflict,
              "TransactionCanceledException",
              "Transaction cancelled, please refer cancellation reasons for specific reasons [" + codes + "]",
              {},
              {}};
  error.members = "\"CancellationReasons\":" + json::serialize(reasons);
  return error;
}

}  // namespace gatehouse::tables
