#include "services/identity/tables.hpp"

#include "base/log.hpp"
#include "services/identity/config_json.hpp"

namespace gatehouse::identity {
namespace {

constexpr std::int64_t kHourMs = 3'600'000;
constexpr std::string_view kCursor = "cursor";
// Between the parts of an entry; no part contains it (names are checked, the rest is made here).
constexpr char kSeparator = '\x1f';

std::string hour_partition(std::int64_t hour) { return "hour/" + std::to_string(hour); }

std::string entry_of(Expiry::Table table, std::string_view partition, std::string_view sort) {
  std::string entry = std::to_string(static_cast<int>(table));
  for (const std::string_view part : {partition, sort}) {
    entry += kSeparator;
    entry += part;
  }
  return entry;
}

}  // namespace

Task<Result<Tables>> Tables::open(store::Store& store) {
  auto pools = co_await store::Records::open(store, "identity/pools");
  if (!pools) co_return std::unexpected(pools.error());
  auto users = co_await store::Records::open(store, "identity/users");
  if (!users) co_return std::unexpected(users.error());
  auto grants = co_await store::Records::open(store, "identity/grants");
  if (!grants) co_return std::unexpected(grants.error());
  auto flows = co_await store::Records::open(store, "identity/flows");
  if (!flows) co_return std::unexpected(flows.error());
  auto expiry = co_await store::Records::open(store, "identity/expiry");
  if (!expiry) co_return std::unexpected(expiry.error());
  co_return Tables{*pools, *users, *grants, *flows, *expiry};
}

const store::Records& Expiry::records(Table table) const {
  switch (table) {
    case Table::kUsers:
      return tables_.users;
    case Table::kGrants:
      return tables_.grants;
    case Table::kFlows:
      break;
  }
  return tables_.flows;
}

Task<Result<void>> Expiry::note(Table table, std::string partition, std::string sort, std::int64_t purge_at_ms) const {
  json::object nothing;
  auto noted = co_await tables_.expiry.put(hour_partition(purge_at_ms / kHourMs), entry_of(table, partition, sort),
                                           std::move(nothing));
  co_return noted;
}

Task<void> Expiry::forget(Table table, std::string partition, std::string sort, std::int64_t purge_at_ms) const {
  auto erased = co_await tables_.expiry.erase(hour_partition(purge_at_ms / kHourMs), entry_of(table, partition, sort));
  if (!erased) log::warn("identity: {}", erased.error().message);
}

Task<Result<void>> Expiry::begin() const {
  json::object body{{"hour", clock_->now_ms() / kHourMs}};
  auto created = co_await tables_.expiry.create(std::string(kCursor), "-", std::move(body));
  if (!created && created.error().kind != Error::Kind::kConflict) co_return created;
  co_return Result<void>{};
}

Task<void> Expiry::purge() const {
  const std::int64_t present = clock_->now_ms() / kHourMs;
  auto cursor = co_await tables_.expiry.get(std::string(kCursor));
  if (!cursor || !*cursor) co_return;
  std::int64_t hour = number_of((*cursor)->body, "hour", present);
  bool is_complete = true;
  for (; hour < present && is_complete; ++hour) is_complete = co_await purge_hour(hour);
  if (!is_complete) --hour;
  json::object body{{"hour", hour}};
  auto kept = co_await tables_.expiry.put(std::string(kCursor), "-", std::move(body));
  if (!kept) log::warn("identity: purging stopped: {}", kept.error().message);
}

Task<bool> Expiry::purge_hour(std::int64_t hour) const {
  while (true) {
    auto page = co_await tables_.expiry.list(hour_partition(hour), "", 100);
    if (!page) co_return false;
    if (page->records.empty()) co_return true;
    for (const store::Record& record : page->records) {
      auto purged = co_await purge_entry(record.sort);
      if (!purged) co_return false;
      auto erased = co_await tables_.expiry.erase(record.partition, record.sort);
      if (!erased) co_return false;
    }
  }
}

Task<Result<void>> Expiry::purge_entry(std::string entry) const {
  const std::size_t first = entry.find(kSeparator);
  const std::size_t last = entry.rfind(kSeparator);
  if (first == std::string::npos || last == first) co_return Result<void>{};
  const auto table = static_cast<Table>(entry[0] - '0');
  std::string partition = entry.substr(first + 1, last - first - 1);
  std::string sort = entry.substr(last + 1);
  auto found = co_await records(table).get(partition, sort);
  if (!found) co_return std::unexpected(found.error());
  if (!*found) co_return Result<void>{};
  const std::int64_t purge_at = number_of((*found)->body, "purgeAt");
  if (purge_at > clock_->now_ms()) {
    auto noted = co_await note(table, partition, sort, purge_at);
    co_return noted;
  }
  auto erased = co_await records(table).erase_unchanged(**found);
  if (erased || erased.error().kind != Error::Kind::kConflict) co_return erased;
  // In use in this very moment: look again in an hour.
  auto noted = co_await note(table, std::move(partition), std::move(sort), clock_->now_ms());
  co_return noted;
}

}  // namespace gatehouse::identity
