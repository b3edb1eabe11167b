// Reads a page of items off a range of keys.
#pragma once

#include <optional>
#include <string>

#include "platform/store/keys.hpp"
#include "platform/store/store.hpp"

namespace rocksdb {
class DB;
}

namespace gatehouse::store {

struct PageRequest {
  KeyRange range;
  std::optional<std::string> start_after;  // in reading order
  bool forward = true;
  ReadLimits limits;
};

// One consistent view: an iterator of RocksDB is a snapshot.
Result<Page> read_page(rocksdb::DB& db, const TableSchema& schema, const PageRequest& request);

}  // namespace gatehouse::store
