// RocksDB, opened and tuned for a small process.
#pragma once

#include <rocksdb/db.h>

#include <memory>

#include "platform/store/catalog.hpp"
#include "platform/store/store.hpp"

namespace gatehouse::store {

// Opens or makes the database and checks its format version.
Result<std::unique_ptr<rocksdb::DB>> open_database(const EmbeddedOptions& options);

// Fills the catalog; returns the highest table id in use.
Result<std::uint32_t> load_catalog(rocksdb::DB& db, Catalog& catalog);

std::string schema_key(std::string_view table_name);

}  // namespace gatehouse::store
