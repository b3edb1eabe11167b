#include "platform/store/page_reader.hpp"

#include <rocksdb/db.h>

namespace gatehouse::store {
namespace {

void go_to_start(rocksdb::Iterator& it, const PageRequest& request) {
  const std::optional<std::string>& after = request.start_after;
  if (request.forward) {
    if (after)
      it.Seek(*after + '\0');
    else
      it.SeekToFirst();
  } else if (after) {
    it.SeekForPrev(*after);
    if (it.Valid() && it.key() == *after) it.Prev();
  } else {
    it.SeekToLast();
  }
}

}  // namespace

Result<Page> read_page(rocksdb::DB& db, const TableSchema& schema, const PageRequest& request) {
  const rocksdb::Slice lower(request.range.begin), upper(request.range.end);
  rocksdb::ReadOptions options;
  options.iterate_lower_bound = &lower;
  options.iterate_upper_bound = &upper;
  const std::unique_ptr<rocksdb::Iterator> it(db.NewIterator(options));
  Page page;
  for (go_to_start(*it, request); it->Valid(); request.forward ? it->Next() : it->Prev()) {
    Result<Item> item = decode_item({it->value().data(), it->value().size()});
    if (!item) return std::unexpected(item.error());
    page.bytes += item_size(*item);
    page.items.push_back(std::move(*item));
    if (page.items.size() >= request.limits.max_items || page.bytes >= request.limits.max_bytes) {
      page.last_key = key_attributes(schema, page.items.back());
      break;
    }
  }
  if (!it->status().ok())
    return fail(Error::Kind::kUnavailable, "InternalServerError", "Internal server error", it->status().ToString());
  return page;
}

}  // namespace gatehouse::store
