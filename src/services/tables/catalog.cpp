#include "services/tables/catalog.hpp"

#include "services/tables/errors.hpp"

namespace gatehouse::tables {
namespace {

template <typename Element>
bool read_pairs(const json::object& record, std::string_view member, std::string_view first, std::string_view second,
                std::vector<Element>& out) {
  const json::array* list = array_member(record, member);
  if (list == nullptr) return false;
  for (const json::value& value : *list) {
    const json::object* object = value.if_object();
    if (object == nullptr) return false;
    const auto one = string_member(*object, first);
    const auto other = string_member(*object, second);
    if (!one || !other) return false;
    out.push_back({std::string(*one), std::string(*other)});
  }
  return true;
}

}  // namespace

json::object to_record(const CatalogEntry& entry) {
  const TableConfig& config = entry.config;
  json::array attributes;
  for (const AttributeDefinition& attribute : config.attributes) {
    attributes.push_back(json::object{{"name", attribute.name}, {"type", attribute.type}});
  }
  json::array keys;
  for (const KeySchemaElement& key : config.key_schema) {
    keys.push_back(json::object{{"name", key.name}, {"role", key.role}});
  }
  json::object tags;
  for (const auto& [key, value] : config.tags) tags.emplace(key, value);
  return {{"name", config.name},
          {"id", entry.id},
          {"created", entry.created_ms},
          {"deleting", entry.is_deleting},
          {"attributes", std::move(attributes)},
          {"keys", std::move(keys)},
          {"perRequest", config.billing_mode == BillingMode::kPayPerRequest},
          {"readUnits", static_cast<std::int64_t>(config.throughput.read_units)},
          {"writeUnits", static_cast<std::int64_t>(config.throughput.write_units)},
          {"protected", config.deletion_protection},
          {"class", config.table_class},
          {"tags", std::move(tags)}};
}

Result<CatalogEntry> from_record(const json::object& record) {
  CatalogEntry entry;
  TableConfig& config = entry.config;
  config.name = string_member(record, "name").value_or("");
  entry.id = string_member(record, "id").value_or("");
  entry.created_ms = integer_member(record, "created").value_or(0);
  entry.is_deleting = bool_member(record, "deleting").value_or(false);
  const bool is_whole = read_pairs(record, "attributes", "name", "type", config.attributes) &&
                        read_pairs(record, "keys", "name", "role", config.key_schema);
  config.billing_mode =
      bool_member(record, "perRequest").value_or(false) ? BillingMode::kPayPerRequest : BillingMode::kProvisioned;
  config.throughput.read_units = static_cast<std::uint64_t>(integer_member(record, "readUnits").value_or(0));
  config.throughput.write_units = static_cast<std::uint64_t>(integer_member(record, "writeUnits").value_or(0));
  config.deletion_protection = bool_member(record, "protected").value_or(false);
  config.table_class = string_member(record, "class").value_or("STANDARD");
  if (const json::object* tags = object_member(record, "tags")) {
    for (const auto& [key, value] : *tags) {
      if (value.is_string()) config.tags.emplace(std::string_view(key), std::string_view(value.get_string()));
    }
  }
  if (!is_whole || !validate_config(config)) return errors::internal("the catalog's record of a table is damaged");
  return entry;
}

}  // namespace gatehouse::tables
