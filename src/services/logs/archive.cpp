#include "services/logs/archive.hpp"

#include "base/log.hpp"
#include "services/logs/errors.hpp"
#include "services/logs/together.hpp"

namespace gatehouse::logs {
namespace {

constexpr const char* kGroups = "groups";

std::string streams_of(std::string_view group) { return fmt::format("streams/{}", group); }

std::int64_t integer(const json::object& body, std::string_view name) { return integer_member(body, name).value_or(0); }

json::object body_of(const Group& group) {
  json::object body{{"since", group.since}, {"created", group.created}};
  if (group.retention_days) body["retention"] = *group.retention_days;
  return body;
}

json::object body_of(const Stream& stream) {
  json::object body{{"since", stream.since}, {"created", stream.created}};
  if (!stream.has_events) return body;
  body["first"] = stream.first;
  body["last"] = stream.last;
  body["ingested"] = stream.ingested;
  body["bytes"] = stream.bytes;
  return body;
}

Group group_of(const store::Record& record) {
  Group group{record.sort, static_cast<std::uint64_t>(integer(record.body, "since")), integer(record.body, "created"),
              std::nullopt, 0};
  if (const auto days = integer_member(record.body, "retention")) group.retention_days = static_cast<int>(*days);
  return group;
}

Stream stream_of(const store::Record& record) {
  Stream stream;
  stream.name = record.sort;
  stream.since = static_cast<std::uint64_t>(integer(record.body, "since"));
  stream.created = integer(record.body, "created");
  stream.has_events = record.body.contains("first");
  stream.first = integer(record.body, "first");
  stream.last = integer(record.body, "last");
  stream.ingested = integer(record.body, "ingested");
  stream.bytes = static_cast<std::uint64_t>(integer(record.body, "bytes"));
  return stream;
}

}  // namespace

Task<Result<std::unique_ptr<Archive>>> Archive::open(store::Store& store, const Clock& clock,
                                                     std::uint64_t max_group_bytes) {
  Result<store::Records> records = co_await store::Records::open(store, "logs/directory");
  if (!records) co_return std::unexpected(records.error());
  store::TableSchema schema{"logs/batches", {"group"}, store::KeyAttribute{"at"}};
  Result<store::TableHandle> batches = co_await store.create_table(std::move(schema));
  if (!batches) co_return std::unexpected(batches.error());
  std::unique_ptr<Archive> archive(
      new Archive(store, clock, max_group_bytes, std::move(*records), std::move(*batches)));
  const Result<void> loaded = co_await archive->load();
  if (!loaded) co_return std::unexpected(loaded.error());
  co_return archive;
}

Task<Result<void>> Archive::load() {
  std::string after;
  for (bool more = true; more;) {
    const Result<store::RecordPage> page = co_await records_.list(kGroups, "", 1000, after);
    if (!page) co_return std::unexpected(page.error());
    for (const store::Record& record : page->records) {
      directory_.add(group_of(record));
      const Result<void> streams = co_await load_streams(record.sort);
      if (!streams) co_return streams;
    }
    more = page->next.has_value();
    after = page->next.value_or("");
  }
  co_return co_await start_numbers();
}

Task<Result<void>> Archive::load_streams(std::string group) {
  std::string after;
  for (bool more = true; more;) {
    const Result<store::RecordPage> page = co_await records_.list(streams_of(group), "", 1000, after);
    if (!page) co_return std::unexpected(page.error());
    for (const store::Record& record : page->records) directory_.add(group, stream_of(record));
    more = page->next.has_value();
    after = page->next.value_or("");
  }
  co_return Result<void>();
}

// Each start takes four thousand million numbers, so that none is given twice whatever the clock says.
Task<Result<void>> Archive::start_numbers() {
  const Result<std::optional<store::Record>> record = co_await records_.get("numbers");
  if (!record) co_return std::unexpected(record.error());
  const std::int64_t start = *record ? integer((*record)->body, "start") + 1 : 1;
  next_number_ = static_cast<std::uint64_t>(start) << 32;
  co_return co_await records_.put("numbers", "-", {{"start", start}});
}

Task<Result<void>> Archive::save_group(std::string name) {
  const std::optional<Group> group = directory_.group(name);
  if (!group) co_return errors::no_group();
  const Result<void> saved = co_await records_.put(kGroups, name, body_of(*group));
  if (!saved) co_return errors::unavailable(saved.error());
  co_return saved;
}

Task<Result<void>> Archive::save_stream(std::string group, std::string name) {
  const std::optional<Stream> stream = directory_.stream(group, name);
  if (!stream) co_return errors::no_stream();
  const Result<void> saved = co_await records_.put(streams_of(group), name, body_of(*stream));
  if (!saved) co_return errors::unavailable(saved.error());
  // Deleted meanwhile: the deletion may have come before this write.
  const std::optional<Stream> now = directory_.stream(group, name);
  if (!now) co_await erase_record(streams_of(group), name, stream->since);
  co_return saved;
}

// Erases a record unless it speaks of a later namesake.
Task<void> Archive::erase_record(std::string partition, std::string sort, std::uint64_t since) {
  const Result<std::optional<store::Record>> record = co_await records_.get(partition, sort);
  if (!record || !*record || static_cast<std::uint64_t>(integer((*record)->body, "since")) != since) co_return;
  const Result<void> erased = co_await records_.erase_unchanged(**record);
  if (!erased && erased.error().kind != Error::Kind::kConflict)
    log::warn("a deleted log group or stream is still on disk: {}", erased.error().detail);
}

Task<Result<void>> Archive::create_group(std::string name, std::optional<int> retention_days) {
  const bool is_new = directory_.add(Group{name, next_number(), clock_.now_ms(), retention_days, 0});
  if (!is_new) co_return errors::group_exists();
  const Result<void> saved = co_await save_group(name);
  if (!saved) directory_.remove(name);
  co_return saved;
}

Task<Result<void>> Archive::create_stream(std::string group, std::string stream) {
  if (!directory_.group(group)) co_return errors::no_group();
  Stream fresh;
  fresh.name = stream;
  fresh.since = next_number();
  fresh.created = clock_.now_ms();
  const bool is_new = directory_.add(group, std::move(fresh));
  if (!is_new) co_return errors::stream_exists();
  const Result<void> saved = co_await save_stream(group, stream);
  if (!saved) directory_.remove(group, stream);
  co_return saved;
}

Task<Result<void>> Archive::set_retention(std::string group, std::optional<int> days) {
  const std::optional<Group> before = directory_.group(group);
  if (!before) co_return errors::no_group();
  directory_.set_retention(group, days);
  const Result<void> saved = co_await save_group(group);
  if (!saved) directory_.set_retention(group, before->retention_days);
  co_return saved;
}

// The names are free at once; the records go last, so that a crash on the way leaves a group that can be deleted again.
Task<Result<void>> Archive::delete_group(std::string name) {
  const std::vector<Stream> streams = directory_.streams(name);
  const std::optional<Group> group = directory_.remove(name);
  if (!group) co_return errors::no_group();
  const Result<void> erased = co_await erase_batches(name, std::nullopt, next_number());
  if (!erased) co_return errors::unavailable(erased.error());
  for (const Stream& stream : streams) co_await erase_record(streams_of(name), stream.name, stream.since);
  co_await erase_record(kGroups, name, group->since);
  co_return Result<void>();
}

Task<Result<void>> Archive::delete_stream(std::string group, std::string name) {
  if (!directory_.group(group)) co_return errors::no_group();
  const std::optional<Stream> stream = directory_.remove(group, name);
  if (!stream) co_return errors::no_stream();
  const Result<void> erased = co_await erase_batches(group, name, next_number());
  if (!erased) co_return errors::unavailable(erased.error());
  co_await erase_record(streams_of(group), name, stream->since);
  co_return Result<void>();
}

Task<Result<void>> Archive::write_making(std::string group, std::string stream, std::vector<NewEvent> events) {
  if (!directory_.group(group)) {
    const Result<void> made = co_await create_group(group, std::nullopt);
    if (!made && made.error().kind != Error::Kind::kConflict) co_return made;
  }
  if (!directory_.stream(group, stream)) {
    const Result<void> made = co_await create_stream(group, stream);
    if (!made && made.error().kind != Error::Kind::kConflict) co_return made;
  }
  co_return co_await write(std::move(group), std::move(stream), std::move(events));
}

Task<Result<void>> Archive::write(std::string group, std::string stream, std::vector<NewEvent> events) {
  if (!directory_.group(group)) co_return errors::no_group();
  if (!directory_.stream(group, stream)) co_return errors::no_stream();
  for (std::vector<NewEvent>& part : split_into_batches(std::move(events))) {
    Batch batch{group, stream, next_number(), clock_.now_ms(), std::move(part)};
    const Result<void> written = co_await write_batch(std::move(batch));
    if (!written) co_return written;
  }
  co_return Result<void>();
}

Task<Result<void>> Archive::write_batch(Batch batch) {
  const bool must_save = directory_.widen(batch.group, batch.stream, batch);
  if (must_save) {
    const Result<void> saved = co_await save_stream(batch.group, batch.stream);
    if (!saved) co_return saved;
  }
  store::Item item = batch_item(batch);
  const std::size_t bytes = read_head(item)->bytes;
  store::Write put{batches_, store::Put{std::move(item)}, nullptr, SIZE_MAX};
  const store::WriteResult written = co_await store_.write(std::move(put));
  if (!written) co_return errors::unavailable(written.error().error);
  directory_.add_bytes(batch.group, batch.stream, bytes);
  // Deleted meanwhile: the deletion may have looked for batches before this one was there.
  const std::optional<Stream> now = directory_.stream(batch.group, batch.stream);
  if (!now || now->since > batch.number) {
    std::vector<store::Item> late;
    late.push_back(batch_item(batch));
    co_await erase_items(std::move(late));
    co_return errors::no_stream();
  }
  co_return Result<void>();
}

Task<void> Archive::save_counter(Directory::GroupAndStream place) {
  const Result<void> saved = co_await save_stream(place.first, place.second);
  if (!saved && saved.error().kind != Error::Kind::kNotFound)
    log::warn("counters of a log stream could not be saved: {}", saved.error().detail);
}

Task<void> Archive::save_counters() {
  std::vector<Task<void>> tasks;
  for (const Directory::GroupAndStream& place : directory_.take_dirty()) tasks.push_back(save_counter(place));
  co_await run_together(std::move(tasks));
}

}  // namespace gatehouse::logs
