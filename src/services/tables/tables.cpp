#include "services/tables/tables.hpp"

#include <mutex>

#include "base/id.hpp"
#include "base/log.hpp"
#include "services/tables/catalog.hpp"
#include "services/tables/errors.hpp"

namespace gatehouse::tables {
namespace {

TablePtr make_table(const CatalogEntry& entry, store::TableHandle handle, std::uint64_t version, std::string arn) {
  auto table = std::make_shared<Table>();
  table->config = entry.config;
  table->schema = store_schema(entry.config);
  table->handle = std::move(handle);
  table->id = entry.id;
  table->arn = std::move(arn);
  table->created_ms = entry.created_ms;
  table->version = version;
  return table;
}

CatalogEntry entry_of(const Table& table) { return {table.config, table.id, table.created_ms, false}; }

// "productId (S, HASH)", for the message that refuses another schema.
std::string show_schema(const TableConfig& config) {
  std::string text;
  for (const KeySchemaElement& key : config.key_schema) {
    std::string_view type = "?";
    for (const AttributeDefinition& attribute : config.attributes) {
      if (attribute.name == key.name) type = attribute.type;
    }
    text += (text.empty() ? "" : ", ") + key.name + " (" + std::string(type) + ", " + key.role + ")";
  }
  return text;
}

store::Record record_of(const CatalogEntry& entry, std::uint64_t version) {
  return {std::string(kCatalogPartition), entry.config.name, to_record(entry), version};
}

std::unexpected<Error> in_change(std::string_view name) {
  return errors::resource_in_use("Attempt to change a resource which is still in use: Table is being updated: " +
                                 std::string(name));
}

}  // namespace

Tables::Tables(store::Store& store, const Clock& clock, Random& random, TablesConfig config)
    : store_(&store),
      clock_(&clock),
      random_(&random),
      config_(std::move(config)),
      request_tokens_(store, clock),
      arn_prefix_(arn_of("")) {}

Task<Result<void>> Tables::open() {
  Result<store::Records> catalog = co_await store::Records::open(*store_, std::string(kCatalogTable));
  if (!catalog) co_return std::unexpected(std::move(catalog.error()));
  catalog_.emplace(std::move(*catalog));
  Result<void> tokens = co_await request_tokens_.open();
  if (!tokens) co_return tokens;
  std::string after;
  for (;;) {
    Result<store::RecordPage> page = co_await catalog_->list(std::string(kCatalogPartition), "", 1000, after);
    if (!page) co_return std::unexpected(std::move(page.error()));
    for (store::Record& record : page->records) {
      Result<void> loaded = co_await load(std::move(record));
      if (!loaded) co_return loaded;
    }
    if (!page->next) co_return Result<void>{};
    after = *page->next;
  }
}

// Takes a table over from its record, finishing a creation or a deletion that a crash interrupted.
Task<Result<void>> Tables::load(store::Record record) {
  Result<CatalogEntry> entry = from_record(record.body);
  if (!entry) co_return std::unexpected(std::move(entry.error()));
  const std::string name = entry->config.name;
  if (entry->is_deleting) {
    const std::string stored = store_schema(entry->config).name;
    if (store_->find_table(stored)) {
      Result<void> dropped = co_await store_->drop_table(stored);
      if (!dropped) co_return dropped;
    }
    Result<bool> erased = co_await catalog_->erase(std::string(kCatalogPartition), name);
    if (!erased) co_return std::unexpected(std::move(erased.error()));
    co_return Result<void>{};
  }
  Result<store::TableHandle> handle = co_await store_->create_table(store_schema(entry->config));
  if (!handle) co_return std::unexpected(std::move(handle.error()));
  remember(make_table(*entry, std::move(*handle), record.version, arn_of(name)));
  co_return Result<void>{};
}

Task<Result<TablePtr>> Tables::ensure_table(TableConfig config) {
  const TablePtr existing = find(config.name);
  if (existing == nullptr) co_return co_await create_table(std::move(config));
  if (Result<void> valid = validate_config(config); !valid) co_return std::unexpected(std::move(valid.error()));
  if (store_schema(config) != existing->schema) {
    co_return errors::resource_in_use("Table " + config.name + " exists with the key schema " +
                                      show_schema(existing->config) + ", which cannot be changed to " +
                                      show_schema(config) +
                                      ". Give the new table another name, or delete the old one.");
  }
  if (config == existing->config) co_return existing;
  co_return co_await update_table(existing, std::move(config));
}

Task<Result<TablePtr>> Tables::create_table(TableConfig config) {
  if (Result<void> valid = validate_config(config); !valid) co_return std::unexpected(std::move(valid.error()));
  CatalogEntry entry{std::move(config), make_uuid(*random_), clock_->now_ms(), false};
  const std::string name = entry.config.name;
  // The record first: a crash before the data's table exists is finished by open().
  Result<void> created = co_await catalog_->create(std::string(kCatalogPartition), name, to_record(entry));
  if (!created && created.error().kind == Error::Kind::kConflict) {
    co_return errors::resource_in_use("Table already exists: " + name);
  }
  if (!created) co_return std::unexpected(std::move(created.error()));
  Result<store::TableHandle> handle = co_await store_->create_table(store_schema(entry.config));
  if (!handle) co_return std::unexpected(std::move(handle.error()));
  co_return co_await adopt(entry, std::move(*handle));
}

// Remembers a table at its record's present version.
Task<Result<TablePtr>> Tables::adopt(const CatalogEntry& entry, store::TableHandle handle) {
  Result<std::optional<store::Record>> record =
      co_await catalog_->get(std::string(kCatalogPartition), entry.config.name);
  if (!record) co_return std::unexpected(std::move(record.error()));
  if (!*record) co_return in_change(entry.config.name);
  TablePtr table = make_table(entry, std::move(handle), (*record)->version, arn_of(entry.config.name));
  remember(table);
  co_return table;
}

Task<Result<TablePtr>> Tables::update_table(TablePtr table, TableConfig config) {
  if (Result<void> valid = validate_config(config); !valid) co_return std::unexpected(std::move(valid.error()));
  CatalogEntry entry = entry_of(*table);
  entry.config = std::move(config);
  const store::Record record = record_of(entry, table->version);
  Result<void> replaced = co_await catalog_->replace(record);
  if (!replaced && replaced.error().kind == Error::Kind::kConflict) co_return in_change(entry.config.name);
  if (!replaced) co_return std::unexpected(std::move(replaced.error()));
  co_return co_await adopt(entry, table->handle);
}

Task<Result<TablePtr>> Tables::delete_table(std::string name) {
  TablePtr table = find(name);
  if (table == nullptr) co_return errors::table_not_found(name);
  name = table->config.name;
  if (table->config.deletion_protection) {
    co_return errors::validation(
        "Resource cannot be deleted as it is currently protected against deletion. Disable deletion protection first.");
  }
  CatalogEntry entry = entry_of(*table);
  entry.is_deleting = true;
  const store::Record record = record_of(entry, table->version);
  Result<void> marked = co_await catalog_->replace(record);
  if (!marked && marked.error().kind == Error::Kind::kConflict) co_return in_change(name);
  if (!marked) co_return std::unexpected(std::move(marked.error()));
  forget(name);
  Result<void> dropped = co_await store_->drop_table(table->schema.name);
  if (!dropped) co_return std::unexpected(std::move(dropped.error()));
  Result<bool> erased = co_await catalog_->erase(std::string(kCatalogPartition), name);
  if (!erased) co_return std::unexpected(std::move(erased.error()));
  co_return table;
}

TablePtr Tables::find(std::string_view name_or_arn) const {
  std::string_view name = name_or_arn;
  if (name.starts_with("arn:")) {
    if (!name.starts_with(arn_prefix_)) return nullptr;
    name.remove_prefix(arn_prefix_.size());
  }
  const std::shared_lock lock(mutex_);
  const auto found = by_name_.find(name);
  return found == by_name_.end() ? nullptr : found->second;
}

std::vector<std::string> Tables::names() const {
  const std::shared_lock lock(mutex_);
  std::vector<std::string> names;
  names.reserve(by_name_.size());
  for (const auto& [name, table] : by_name_) names.push_back(name);
  return names;
}

std::string Tables::arn_of(std::string_view name) const { return table_arn(config_.region, config_.account, name); }

void Tables::remember(TablePtr table) {
  const std::unique_lock lock(mutex_);
  by_name_.insert_or_assign(table->config.name, std::move(table));
}

void Tables::forget(std::string_view name) {
  const std::unique_lock lock(mutex_);
  if (const auto found = by_name_.find(name); found != by_name_.end()) by_name_.erase(found);
}

}  // namespace gatehouse::tables
