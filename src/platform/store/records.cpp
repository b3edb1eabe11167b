#include "platform/store/records.hpp"

#include <chrono>

namespace gatehouse::store {
namespace {

constexpr const char* kPartition = "partition";
constexpr const char* kSort = "sort";
constexpr const char* kBody = "body";
constexpr const char* kVersion = "version";

// Never the same twice, over restarts too: a record that was erased and made again is not mistaken for the old one.
std::uint64_t next_version() {
  static std::atomic<std::uint64_t> last{static_cast<std::uint64_t>(
      std::chrono::duration_cast<std::chrono::nanoseconds>(std::chrono::system_clock::now().time_since_epoch())
          .count())};
  return last.fetch_add(1) + 1;
}

Item key_of(std::string partition, std::string sort) {
  Item key;
  key.emplace(kPartition, std::move(partition));
  key.emplace(kSort, std::move(sort));
  return key;
}

Item item_of(std::string partition, std::string sort, const json::object& body) {
  Item item = key_of(std::move(partition), std::move(sort));
  item.emplace(kBody, json::serialize(body));
  item.emplace(kVersion, Number::from_integer(static_cast<std::int64_t>(next_version())));
  return item;
}

std::uint64_t version_of(const Item& item) {
  const auto found = item.find(kVersion);
  const Number* number = found == item.end() ? nullptr : found->second.get_if<Number>();
  return number == nullptr ? 0 : std::strtoull(number->to_string().c_str(), nullptr, 10);
}

std::string text_of(const Item& item, const char* name) {
  const auto found = item.find(name);
  const std::string* text = found == item.end() ? nullptr : found->second.get_if<std::string>();
  return text == nullptr ? std::string() : *text;
}

Result<Record> record_of(const Item& item) {
  Result<json::value> body = parse_json(text_of(item, kBody));
  if (!body || !body->is_object())
    return fail(Error::Kind::kInternal, "", "Internal error", "a record of the store is damaged");
  return Record{text_of(item, kPartition), text_of(item, kSort), std::move(body->get_object()), version_of(item)};
}

ConditionPtr condition(auto node) { return std::make_shared<const Condition>(Condition{std::move(node)}); }
const Path& partition_path() {
  static const Path path{{std::string(kPartition)}};
  return path;
}

Compare is_at(std::uint64_t version) {
  return {Comparison::kEqual, Path{{std::string(kVersion)}},
          Value(Number::from_integer(static_cast<std::int64_t>(version)))};
}

Result<void> done(const WriteResult& result) {
  if (result) return {};
  return std::unexpected(result.error().error);
}

}  // namespace

Task<Result<Records>> Records::open(Store& store, std::string table_name) {
  TableSchema schema{std::move(table_name), {kPartition}, KeyAttribute{kSort}};
  Result<TableHandle> table = co_await store.create_table(std::move(schema));
  if (!table) co_return std::unexpected(table.error());
  co_return Records(store, std::move(*table));
}

Task<Result<std::optional<Record>>> Records::get(std::string partition, std::string sort) const {
  const Item key = key_of(std::move(partition), std::move(sort));
  const Result<std::optional<Item>> item = co_await store_->get(table_, key);
  if (!item) co_return std::unexpected(item.error());
  if (!*item) co_return std::optional<Record>();
  Result<Record> record = record_of(**item);
  if (!record) co_return std::unexpected(record.error());
  co_return std::optional<Record>(std::move(*record));
}

Task<Result<void>> Records::create(std::string partition, std::string sort, json::object body) const {
  Write write{table_, Put{item_of(std::move(partition), std::move(sort), body)},
              condition(AttributeNotExists{partition_path()}), SIZE_MAX};
  const WriteResult result = co_await store_->write(std::move(write));
  co_return done(result);
}

Task<Result<void>> Records::put(std::string partition, std::string sort, json::object body) const {
  Write write{table_, Put{item_of(std::move(partition), std::move(sort), body)}, nullptr, SIZE_MAX};
  const WriteResult result = co_await store_->write(std::move(write));
  co_return done(result);
}

Task<Result<void>> Records::replace(const Record& record) const {
  Write write{table_, Put{item_of(record.partition, record.sort, record.body)}, condition(is_at(record.version)),
              SIZE_MAX};
  const WriteResult result = co_await store_->write(std::move(write));
  co_return done(result);
}

Task<Result<void>> Records::erase_unchanged(const Record& record) const {
  Write write{table_, Erase{key_of(record.partition, record.sort)}, condition(is_at(record.version)), SIZE_MAX};
  const WriteResult result = co_await store_->write(std::move(write));
  co_return done(result);
}

Task<Result<bool>> Records::erase(std::string partition, std::string sort) const {
  Write write{table_, Erase{key_of(std::move(partition), std::move(sort))}, nullptr, SIZE_MAX};
  const WriteResult result = co_await store_->write(std::move(write));
  if (!result) co_return std::unexpected(result.error().error);
  co_return result->before.has_value();
}

Task<Result<std::optional<Record>>> Records::take(std::string partition, std::string sort) const {
  Write write{table_, Erase{key_of(std::move(partition), std::move(sort))}, nullptr, SIZE_MAX};
  const WriteResult result = co_await store_->write(std::move(write));
  if (!result) co_return std::unexpected(result.error().error);
  if (!result->before) co_return std::optional<Record>();
  Result<Record> record = record_of(*result->before);
  if (!record) co_return std::unexpected(record.error());
  co_return std::optional<Record>(std::move(*record));
}

Task<Result<RecordPage>> Records::list(std::string partition, std::string sort_prefix, std::size_t limit,
                                       std::string after) const {
  Query query;
  query.partition = Value(partition);
  query.limits = {.max_items = limit, .max_bytes = SIZE_MAX};
  if (!sort_prefix.empty())
    query.sort = SortCondition{SortCondition::Kind::kBeginsWith, Value(std::move(sort_prefix)), {}};
  if (!after.empty()) query.start_after = key_of(partition, std::move(after));
  const Result<Page> page = co_await store_->query(table_, query);
  if (!page) co_return std::unexpected(page.error());
  RecordPage out;
  for (const Item& item : page->items) {
    Result<Record> record = record_of(item);
    if (!record) co_return std::unexpected(record.error());
    out.records.push_back(std::move(*record));
  }
  if (page->last_key) out.next = text_of(*page->last_key, kSort);
  co_return out;
}

}  // namespace gatehouse::store
