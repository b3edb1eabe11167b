// What the two transactions share: their reasons, and the rules over all their members.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/json.hpp"
#include "base/result.hpp"
#include "platform/store/store.hpp"
#include "services/tables/tables.hpp"

namespace gatehouse::tables {

inline constexpr std::size_t kMaxTransactionItems = 100;
inline constexpr std::size_t kMaxTransactionBytes = 4 * 1024 * 1024;

// The key that a write of a transaction is about.
store::Item key_of_write(const store::Write& write, const store::TableSchema& schema);

// No two members on one item, nor more than 4 MB.
Result<void> check_members(const std::vector<store::Write>& writes, const std::vector<TablePtr>& tables);

// TransactionCanceledException with a reason for each member. `shows_item[i]`: with the item that failed its condition.
Error cancelled(store::TransactionFailure failure, const std::vector<bool>& shows_item);

}  // namespace gatehouse::tables
