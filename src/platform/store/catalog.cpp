#include "platform/store/catalog.hpp"

#include <mutex>

#include "base/json.hpp"

namespace gatehouse::store {
namespace {

constexpr std::string_view kTypes[] = {"S", "N", "B"};

json::object attribute_json(const KeyAttribute& attribute) {
  return {{"name", attribute.name}, {"type", kTypes[static_cast<std::size_t>(attribute.type)]}};
}

std::optional<KeyAttribute> read_attribute(const json::object& object) {
  const auto name = string_member(object, "name");
  const auto type = string_member(object, "type");
  if (!name || !type) return std::nullopt;
  for (std::size_t i = 0; i < std::size(kTypes); ++i) {
    if (kTypes[i] == *type) return KeyAttribute{std::string(*name), static_cast<KeyAttribute::Type>(i)};
  }
  return std::nullopt;
}

}  // namespace

std::optional<TableHandle> Catalog::find(std::string_view name) const {
  const std::shared_lock lock(mutex_);
  const auto found = by_name_.find(name);
  if (found == by_name_.end()) return std::nullopt;
  return found->second;
}

bool Catalog::has(std::uint32_t id) const {
  const std::shared_lock lock(mutex_);
  return sizes_.contains(id);
}

std::vector<TableHandle> Catalog::list() const {
  const std::shared_lock lock(mutex_);
  std::vector<TableHandle> tables;
  for (const auto& [name, table] : by_name_) tables.push_back(table);
  return tables;
}

void Catalog::add(TableHandle table) {
  const std::unique_lock lock(mutex_);
  sizes_.try_emplace(table.id);
  by_name_.insert_or_assign(table.schema->name, std::move(table));
}

void Catalog::replace(std::vector<std::pair<TableHandle, Store::Size>> tables) {
  const std::unique_lock lock(mutex_);
  by_name_.clear();
  sizes_.clear();
  for (auto& [table, size] : tables) {
    sizes_.insert_or_assign(table.id, size);
    by_name_.insert_or_assign(table.schema->name, std::move(table));
  }
}

void Catalog::remove(std::string_view name) {
  const std::unique_lock lock(mutex_);
  const auto found = by_name_.find(name);
  if (found == by_name_.end()) return;
  sizes_.erase(found->second.id);
  by_name_.erase(found);
}

Store::Size Catalog::size(std::uint32_t id) const {
  const std::shared_lock lock(mutex_);
  const auto found = sizes_.find(id);
  return found == sizes_.end() ? Store::Size{} : found->second;
}

void Catalog::set_size(std::uint32_t id, Store::Size size) {
  const std::unique_lock lock(mutex_);
  if (const auto found = sizes_.find(id); found != sizes_.end()) found->second = size;
}

std::string encode_schema(const TableHandle& table) {
  json::object out{
      {"id", table.id}, {"name", table.schema->name}, {"partition", attribute_json(table.schema->partition)}};
  if (table.schema->sort) out["sort"] = attribute_json(*table.schema->sort);
  return json::serialize(out);
}

std::optional<TableHandle> decode_schema(std::string_view bytes) {
  const Result<json::value> parsed = parse_json(bytes);
  const json::object* object = parsed ? parsed->if_object() : nullptr;
  if (object == nullptr) return std::nullopt;
  const auto id = integer_member(*object, "id");
  const auto name = string_member(*object, "name");
  const json::object* partition = object_member(*object, "partition");
  if (!id || !name || partition == nullptr) return std::nullopt;
  auto schema = std::make_shared<TableSchema>();
  schema->name = *name;
  const auto partition_attribute = read_attribute(*partition);
  if (!partition_attribute) return std::nullopt;
  schema->partition = *partition_attribute;
  if (const json::object* sort = object_member(*object, "sort")) {
    schema->sort = read_attribute(*sort);
    if (!schema->sort) return std::nullopt;
  }
  return TableHandle{std::move(schema), static_cast<std::uint32_t>(*id)};
}

std::string encode_size(Store::Size size) { return fmt::format("{} {}", size.items, size.bytes); }

std::optional<Store::Size> decode_size(std::string_view bytes) {
  Store::Size size;
  const std::string text(bytes);
  if (std::sscanf(text.c_str(), "%lu %lu", &size.items, &size.bytes) != 2) return std::nullopt;
  return size;
}

}  // namespace gatehouse::store
