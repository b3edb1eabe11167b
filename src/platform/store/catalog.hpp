// The tables of a store, by name and by id. Readers take a lock for the look-up only; the commit thread changes it.
#pragma once

#include <map>
#include <optional>
#include <shared_mutex>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "platform/store/store.hpp"

namespace gatehouse::store {

// Table ids start at 1; id 0 holds the store's own records.
class Catalog {
 public:
  std::optional<TableHandle> find(std::string_view name) const;
  bool has(std::uint32_t id) const;
  std::vector<TableHandle> list() const;
  void add(TableHandle table);
  void replace(std::vector<std::pair<TableHandle, Store::Size>> tables);  // all of them
  void remove(std::string_view name);
  Store::Size size(std::uint32_t id) const;
  void set_size(std::uint32_t id, Store::Size size);

 private:
  mutable std::shared_mutex mutex_;
  std::map<std::string, TableHandle, std::less<>> by_name_;
  std::unordered_map<std::uint32_t, Store::Size> sizes_;
};

// The catalog's records on disk.
std::string encode_schema(const TableHandle& table);
std::optional<TableHandle> decode_schema(std::string_view bytes);
std::string encode_size(Store::Size size);
std::optional<Store::Size> decode_size(std::string_view bytes);

}  // namespace gatehouse::store
