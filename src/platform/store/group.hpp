// One group commit in the making: judges writes in order against the database and the writes before them, and gathers
// what they change into one batch.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "platform/store/catalog.hpp"
#include "platform/store/store.hpp"

namespace rocksdb {
class DB;
class WriteBatch;
}  // namespace rocksdb

namespace gatehouse::store {

class Group {
 public:
  Group(rocksdb::DB& db, const Catalog& catalog);
  ~Group();

  // All of the writes join the group, or none does and the failures say why. Takes the items out of the writes.
  TransactionResult add(std::vector<Write>& writes);

  bool is_empty() const;
  std::size_t bytes() const;
  // The batch with the new table sizes in it. Call once.
  rocksdb::WriteBatch& finish();
  // After the batch is on disk.
  void publish_sizes(Catalog& catalog) const;

 private:
  struct Planned {
    std::string key;
    std::uint32_t table = 0;
    std::optional<Item> before, after;
    std::size_t after_bytes = 0;
    bool changes = false;
  };

  std::expected<Planned, WriteFailure> plan(Write& write);
  std::expected<void, WriteFailure> plan_action(Write& write, Planned& planned) const;
  Result<std::optional<Item>> current(const std::string& key) const;
  void record(Planned& planned);

  rocksdb::DB& db_;
  const Catalog& catalog_;
  std::unique_ptr<rocksdb::WriteBatch> batch_;
  // What earlier writes of the group left, as it will be on disk; nothing: erased.
  std::unordered_map<std::string, std::optional<std::string>> overlay_;
  std::unordered_map<std::uint32_t, Store::Size> sizes_;
};

}  // namespace gatehouse::store
