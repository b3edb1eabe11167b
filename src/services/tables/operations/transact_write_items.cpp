#include "platform/crypto/hash.hpp"
#include "protocol/aws/permission.hpp"
#include "services/tables/capacity.hpp"
#include "services/tables/errors.hpp"
#include "services/tables/operations/operations.hpp"
#include "services/tables/operations/resources.hpp"
#include "services/tables/request_tokens.hpp"
#include "services/tables/transaction.hpp"
#include "services/tables/write_request.hpp"

namespace gatehouse::tables {
namespace {

struct Member {
  std::string_view name;
  std::string_view prefix;
  WriteShape shape;
  std::string_view action;  // IAM's, for the member's table
};
constexpr Member kMembers[] = {
    {"Put", "put.", WriteShape::kPut, "dynamodb:PutItem"},
    {"Update", "update.", WriteShape::kUpdate, "dynamodb:UpdateItem"},
    {"Delete", "delete.", WriteShape::kDelete, "dynamodb:DeleteItem"},
    {"ConditionCheck", "conditionCheck.", WriteShape::kCheck, "dynamodb:ConditionCheckItem"}};

struct Writes {
  std::vector<store::Write> writes;
  std::vector<TablePtr> tables;
  std::vector<bool> shows_item;
};

Result<void> read_one(Request& call, const json::value& value, std::size_t index, Writes& all) {
  const json::object* item = value.if_object();
  if (item == nullptr) return errors::serialization("Unexpected field type");
  const Member* found = nullptr;
  const json::object* members = nullptr;
  for (const Member& member : kMembers) {
    const json::object* here = object_member(*item, member.name);
    if (here == nullptr) continue;
    if (found != nullptr) {
      return errors::validation("TransactItems can only contain one of Check, Put, Update or Delete");
    }
    found = &member;
    members = here;
  }
  if (found == nullptr) {
    return errors::validation("Invalid Request: TransactWriteRequest should contain Delete or Put or Update request");
  }
  const std::string_view table = string_member(*members, "TableName").value_or("");
  Result<void> allowed = aws::check_permission(call.caller, found->action, {named_arn(call.tables, table)}, call.span);
  if (!allowed) return allowed;
  WriteContext context{found->shape, true, "transactItems." + std::to_string(index + 1) + ".member."};
  context.prefix += found->prefix;
  Result<WriteRequest> request = read_write(call.tables, *members, context);
  if (!request) return std::unexpected(std::move(request.error()));
  all.writes.push_back(std::move(request->write));
  all.tables.push_back(std::move(request->table));
  all.shows_item.push_back(request->returns_item_on_failure);
  return {};
}

using Units = std::map<std::string_view, double>;

json::object answer_with(const Units& units, CapacityReport report, UnitsShare share) {
  json::object answer;
  if (report == CapacityReport::kNone) return answer;
  json::array list;
  for (const auto& [name, sum] : units) list.emplace_back(capacity_json(name, sum, report, share));
  answer.emplace("ConsumedCapacity", std::move(list));
  return answer;
}

Units written_units(const Writes& all, const std::vector<store::WriteOutcome>& outcomes) {
  Units units;
  for (std::size_t i = 0; i < all.tables.size(); ++i) {
    units[all.tables[i]->config.name] += outcome_units(outcomes[i], true);
  }
  return units;
}

// A repeated request costs reads instead of writes (TransactWriteItems: "ClientRequestToken").
Units repeated_units(const Writes& all) {
  Units units;
  for (const TablePtr& table : all.tables) units[table->config.name] += read_units(0, ReadKind::kTransactional);
  return units;
}

// Names the request's content for a repeated token. Its members' order is part of it.
std::string digest_of(const json::array& items) { return crypto::sha256(json::serialize(items)); }

}  // namespace

Task<Answer> transact_write_items(Request& request) {
  Input input(request.input);
  const json::array& items = input.required_list("TransactItems", {1, kMaxTransactionItems});
  const CapacityReport report = read_capacity_report(input);
  const std::optional<std::string_view> given_token = input.text("ClientRequestToken", {1, 36});
  constexpr std::string_view kMetrics[] = {"SIZE", "NONE"};
  input.choice("ReturnItemCollectionMetrics", kMetrics, "NONE");
  if (Result<void> valid = input.check(); !valid) co_return std::unexpected(std::move(valid.error()));
  Writes all;
  for (std::size_t i = 0; i < items.size(); ++i) {
    Result<void> valid = read_one(request, items[i], i, all);
    if (!valid) co_return std::unexpected(std::move(valid.error()));
  }
  Result<void> valid = check_members(all.writes, all.tables);
  if (!valid) co_return std::unexpected(std::move(valid.error()));
  request.span.note("count", std::to_string(all.tables.size()));

  RequestTokens& tokens = request.tables.request_tokens();
  std::string token;
  std::string digest;
  if (given_token) {
    token = request.caller.account + "/" + std::string(*given_token);
    digest = digest_of(items);
    all.writes.push_back(tokens.claim(token, digest));
  }
  store::TransactionResult result = co_await request.tables.store().transact(std::move(all.writes));
  if (result) {
    if (given_token) co_await tokens.claimed(token);
    co_return answer_with(written_units(all, *result), report, UnitsShare::kWrite);
  }
  const std::vector<std::optional<store::WriteFailure>>& reasons = result.error().reasons;
  const bool is_repeated = given_token && reasons.size() > all.tables.size() && reasons.back().has_value();
  if (!is_repeated) co_return std::unexpected(cancelled(std::move(result.error()), all.shows_item));
  Result<std::string> earlier = co_await tokens.digest_of(token);
  if (!earlier) co_return std::unexpected(from_store(std::move(earlier.error())));
  if (*earlier != digest) {
    co_return fail(Error::Kind::kConflict, "IdempotentParameterMismatchException",
                   "The request uses the same client token as a previous, but non-identical request.");
  }
  request.span.note("repeated", "yes");
  co_return answer_with(repeated_units(all), report, UnitsShare::kRead);
}

}  // namespace gatehouse::tables
