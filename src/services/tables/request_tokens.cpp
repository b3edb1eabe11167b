#include "services/tables/request_tokens.hpp"

#include <algorithm>

namespace gatehouse::tables {
namespace {

constexpr const char* kTable = "catalog/request-tokens";
constexpr const char* kToken = "token";
constexpr const char* kDigest = "digest";
constexpr const char* kExpires = "expires";

store::Path path(const char* name) { return store::Path{{std::string(name)}}; }

template <typename Node>
store::ConditionPtr make(Node node) {
  auto condition = std::make_shared<store::Condition>();
  condition->node.emplace<Node>(std::move(node));
  return condition;
}

}  // namespace

Task<Result<void>> RequestTokens::open() {
  store::TableSchema schema{kTable, {kToken, store::KeyAttribute::Type::kString}, std::nullopt};
  Result<store::TableHandle> table = co_await store_->create_table(std::move(schema));
  if (!table) co_return std::unexpected(std::move(table.error()));
  table_ = std::move(*table);
  store::Scan scan;
  do {
    Result<store::Page> page = co_await store_->scan(table_, scan);
    if (!page) co_return std::unexpected(std::move(page.error()));
    for (const store::Item& item : page->items) {
      // When exactly it expires no longer matters: the sweep's condition looks again.
      if (const std::string* token = item.at(kToken).get_if<std::string>()) {
        claimed_.push_back({*token, clock_->now_ms() + kLifetimeMs});
      }
    }
    scan.start_after = std::move(page->last_key);
  } while (scan.start_after);
  co_return Result<void>{};
}

store::ConditionPtr RequestTokens::is_expired(std::int64_t now_ms) const {
  const store::Value now(store::Number::from_integer(now_ms));
  return make(store::Compare{store::Comparison::kLess, path(kExpires), now});
}

store::Write RequestTokens::claim(const std::string& token, const std::string& digest) const {
  const std::int64_t now = clock_->now_ms();
  store::Item item;
  item.emplace(kToken, store::Value(token));
  item.emplace(kDigest, store::Value(store::Binary{digest}));
  item.emplace(kExpires, store::Value(store::Number::from_integer(now + kLifetimeMs)));
  store::Write write;
  write.table = table_;
  write.action = store::Put{std::move(item)};
  write.condition = make(store::Or{{make(store::AttributeNotExists{path(kToken)}), is_expired(now)}});
  return write;
}

Task<void> RequestTokens::claimed(std::string token) {
  {
    const std::lock_guard lock(mutex_);
    claimed_.push_back({std::move(token), clock_->now_ms() + kLifetimeMs});
  }
  // A token that was claimed again meanwhile fails the sweep's condition and is kept.
  std::vector<store::Write> expired = take_expired();
  for (store::Write& write : expired) {
    store::WriteResult erased = co_await store_->write(std::move(write));
    if (!erased && erased.error().error.kind != Error::Kind::kConflict) co_return;
  }
}

std::vector<store::Write> RequestTokens::take_expired() {
  const std::int64_t now = clock_->now_ms();
  std::vector<store::Write> writes;
  const std::lock_guard lock(mutex_);
  if (claimed_.size() < kSweepAt) return writes;
  // Two for each new one: the queue shrinks, and no call pays for many.
  while (writes.size() < 2 && !claimed_.empty() && claimed_.front().expires_ms < now) {
    store::Item key;
    key.emplace(kToken, store::Value(claimed_.front().token));
    store::Write write;
    write.table = table_;
    write.action = store::Erase{std::move(key)};
    write.condition = is_expired(now);
    writes.push_back(std::move(write));
    claimed_.pop_front();
  }
  return writes;
}

Task<Result<std::string>> RequestTokens::digest_of(std::string token) const {
  store::Item key;
  key.emplace(kToken, store::Value(std::move(token)));
  Result<std::optional<store::Item>> item = co_await store_->get(table_, key);
  if (!item) co_return std::unexpected(std::move(item.error()));
  if (!*item) co_return std::string();
  const auto digest = (*item)->find(kDigest);
  const store::Binary* bytes = digest == (*item)->end() ? nullptr : digest->second.get_if<store::Binary>();
  co_return bytes == nullptr ? std::string() : bytes->bytes;
}

}  // namespace gatehouse::tables
