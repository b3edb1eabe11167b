#include "services/logs/directory.hpp"

#include <algorithm>

namespace gatehouse::logs {

bool Directory::add(Group group) {
  const std::scoped_lock lock(mutex_);
  std::string name = group.name;
  return entries_.try_emplace(std::move(name), Entry{std::move(group), {}}).second;
}

bool Directory::add(std::string_view group, Stream stream) {
  const std::scoped_lock lock(mutex_);
  const auto found = entries_.find(group);
  if (found == entries_.end()) return false;
  std::string name = stream.name;
  const std::uint64_t bytes = stream.bytes;
  const bool is_new = found->second.streams.try_emplace(std::move(name), std::move(stream)).second;
  if (is_new) found->second.group.bytes += bytes;
  return is_new;
}

std::optional<Group> Directory::group(std::string_view name) const {
  const std::scoped_lock lock(mutex_);
  const auto found = entries_.find(name);
  if (found == entries_.end()) return std::nullopt;
  return found->second.group;
}

std::optional<Stream> Directory::stream(std::string_view group, std::string_view name) const {
  const std::scoped_lock lock(mutex_);
  const auto found = entries_.find(group);
  if (found == entries_.end()) return std::nullopt;
  const auto stream = found->second.streams.find(name);
  if (stream == found->second.streams.end()) return std::nullopt;
  return stream->second;
}

std::vector<Group> Directory::groups() const {
  const std::scoped_lock lock(mutex_);
  std::vector<Group> out;
  out.reserve(entries_.size());
  for (const auto& [name, entry] : entries_) out.push_back(entry.group);
  return out;
}

std::vector<Stream> Directory::streams(std::string_view group) const {
  const std::scoped_lock lock(mutex_);
  std::vector<Stream> out;
  const auto found = entries_.find(group);
  if (found == entries_.end()) return out;
  out.reserve(found->second.streams.size());
  for (const auto& [name, stream] : found->second.streams) out.push_back(stream);
  return out;
}

std::optional<Group> Directory::remove(std::string_view name) {
  const std::scoped_lock lock(mutex_);
  const auto found = entries_.find(name);
  if (found == entries_.end()) return std::nullopt;
  Group group = std::move(found->second.group);
  entries_.erase(found);
  return group;
}

std::optional<Stream> Directory::remove(std::string_view group, std::string_view stream) {
  const std::scoped_lock lock(mutex_);
  const auto entry = entries_.find(group);
  if (entry == entries_.end()) return std::nullopt;
  const auto found = entry->second.streams.find(stream);
  if (found == entry->second.streams.end()) return std::nullopt;
  Stream out = std::move(found->second);
  entry->second.streams.erase(found);
  entry->second.group.bytes -= std::min(entry->second.group.bytes, out.bytes);
  return out;
}

void Directory::set_retention(std::string_view group, std::optional<int> days) {
  const std::scoped_lock lock(mutex_);
  if (const auto found = entries_.find(group); found != entries_.end()) found->second.group.retention_days = days;
}

Stream* Directory::find(std::string_view group, std::string_view stream) {
  const auto entry = entries_.find(group);
  if (entry == entries_.end()) return nullptr;
  const auto found = entry->second.streams.find(stream);
  return found == entry->second.streams.end() ? nullptr : &found->second;
}

bool Directory::widen(std::string_view group, std::string_view name, const Batch& batch) {
  const std::scoped_lock lock(mutex_);
  Stream* stream = find(group, name);
  if (stream == nullptr) return false;
  const bool is_earlier = !stream->has_events || batch.first() < stream->first;
  stream->first = is_earlier ? batch.first() : stream->first;
  stream->last = stream->has_events ? std::max(stream->last, batch.last()) : batch.last();
  stream->ingested = std::max(stream->ingested, batch.ingested);
  stream->has_events = true;
  dirty_.emplace(group, name);
  return is_earlier;
}

void Directory::add_bytes(std::string_view group, std::string_view name, std::uint64_t bytes) {
  const std::scoped_lock lock(mutex_);
  Stream* stream = find(group, name);
  if (stream == nullptr) return;
  stream->bytes += bytes;
  entries_.find(group)->second.group.bytes += bytes;
  dirty_.emplace(group, name);
}

void Directory::take_bytes(std::string_view group, std::string_view name, std::uint64_t bytes) {
  const std::scoped_lock lock(mutex_);
  Stream* stream = find(group, name);
  if (stream == nullptr) return;
  // Counters can lag behind a crash: never below zero.
  const std::uint64_t taken = std::min(stream->bytes, bytes);
  stream->bytes -= taken;
  Group& owner = entries_.find(group)->second.group;
  owner.bytes -= std::min(owner.bytes, taken);
  dirty_.emplace(group, name);
}

std::vector<Stream> Directory::remove_streams_before(std::string_view group, std::int64_t frontier) {
  const std::scoped_lock lock(mutex_);
  std::vector<Stream> out;
  const auto entry = entries_.find(group);
  if (entry == entries_.end()) return out;
  for (auto it = entry->second.streams.begin(); it != entry->second.streams.end();) {
    if (it->second.has_events && it->second.last < frontier) {
      entry->second.group.bytes -= std::min(entry->second.group.bytes, it->second.bytes);
      out.push_back(std::move(it->second));
      it = entry->second.streams.erase(it);
    } else {
      ++it;
    }
  }
  return out;
}

std::set<Directory::GroupAndStream> Directory::take_dirty() {
  const std::scoped_lock lock(mutex_);
  return std::exchange(dirty_, {});
}

}  // namespace gatehouse::logs
