// One group commit in the making: judges writes in order against the database and the writes before them, and gathers
// what they change into one batch.
#pragma once

#include <rocksdb/db.h>
#include <rocksdb/write_batch.h>

#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "platform/store/catalog.hpp"
#include "platform/store/store.hpp"

namespace gatehouse::store {

class Group {
 public:
  Group(rocksdb::DB& db, const Catalog& catalog) : db_(db), catalog_(catalog) {}

  // All of the writes join the group, or none does and the failures say why.
  TransactionResult add(std::vector<Write>& writes);

  bool is_empty() const { return batch_.Count() == 0; }
  std::size_t bytes() const { return batch_.GetDataSize(); }
  // The batch with the new table sizes in it. Call once.
  rocksdb::WriteBatch& finish();
  // After the batch is on disk.
  void publish_sizes(Catalog& catalog) const;

 private:
  struct Planned {
    std::string key;
    std::uint32_t table = 0;
    std::optional<Item> before, after;
    bool changes = false;
  };

  std::expected<Planned, WriteFailure> plan(const Write& write);
  Result<std::optional<Item>> current(const std::string& key) const;
  void record(const Planned& planned);

  rocksdb::DB& db_;
  const Catalog& catalog_;
  rocksdb::WriteBatch batch_;
  std::unordered_map<std::string, std::optional<Item>> overlay_;  // what earlier writes of the group left
  std::unordered_map<std::uint32_t, Store::Size> sizes_;
};

std::string size_key(std::uint32_t table_id);

}  // namespace gatehouse::store
