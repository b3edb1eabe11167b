#include "services/logs/batch.hpp"

#include <algorithm>
#include <charconv>
#include <numeric>

namespace gatehouse::logs {
namespace {

constexpr char kVersion = 1;

std::unexpected<Error> damaged() {
  return fail(Error::Kind::kInternal, "", "Internal error", "a batch of log events is damaged");
}

void append_size(std::string& out, std::uint64_t value) {
  for (; value >= 0x80; value >>= 7) out.push_back(static_cast<char>(value | 0x80));
  out.push_back(static_cast<char>(value));
}

std::optional<std::uint64_t> take_size(std::string_view& bytes) {
  std::uint64_t value = 0;
  for (unsigned shift = 0; shift < 63 && !bytes.empty(); shift += 7) {
    const auto byte = static_cast<unsigned char>(bytes.front());
    bytes.remove_prefix(1);
    value |= static_cast<std::uint64_t>(byte & 0x7f) << shift;
    if (byte < 0x80) return value;
  }
  return std::nullopt;
}

// A version byte, then for each event the milliseconds since the first one, the length and the message.
std::string encode_events(const std::vector<NewEvent>& events) {
  std::string out(1, kVersion);
  for (const NewEvent& event : events) {
    append_size(out, static_cast<std::uint64_t>(event.timestamp - events.front().timestamp));
    append_size(out, event.message.size());
    out += event.message;
  }
  return out;
}

std::optional<std::vector<NewEvent>> decode_events(std::string_view bytes, std::int64_t first) {
  if (!bytes.starts_with(kVersion)) return std::nullopt;
  bytes.remove_prefix(1);
  std::vector<NewEvent> events;
  while (!bytes.empty()) {
    const auto later = take_size(bytes);
    const auto length = take_size(bytes);
    if (!later || *later > static_cast<std::uint64_t>(kMaxBatchSpanMs) || !length || *length > bytes.size())
      return std::nullopt;
    events.push_back({first + static_cast<std::int64_t>(*later), std::string(bytes.substr(0, *length))});
    bytes.remove_prefix(*length);
  }
  if (events.empty()) return std::nullopt;
  return events;
}

std::string hex16(std::uint64_t value) { return fmt::format("{:016x}", value); }

std::optional<std::uint64_t> read_hex(std::string_view text) {
  std::uint64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value, 16);
  if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return value;
}

template <typename T>
const T* member(const store::Item& item, std::string_view name) {
  const auto found = item.find(name);
  return found == item.end() ? nullptr : found->second.get_if<T>();
}

}  // namespace

std::string batch_sort(std::int64_t first, std::uint64_t number) {
  return hex16(static_cast<std::uint64_t>(std::max<std::int64_t>(first, 0))) + "-" + hex16(number);
}

std::vector<std::vector<NewEvent>> split_into_batches(std::vector<NewEvent> events) {
  std::vector<std::size_t> order(events.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  // Events of one millisecond keep the order in which they came.
  std::ranges::sort(order, {}, [&](std::size_t i) { return std::pair(events[i].timestamp, i); });
  std::vector<std::vector<NewEvent>> batches;
  std::size_t bytes = 0;
  for (const std::size_t i : order) {
    NewEvent& event = events[i];
    const bool starts_new = batches.empty() || bytes >= kMaxBatchBytes || batches.back().size() >= kMaxBatchEvents ||
                            event.timestamp - batches.back().front().timestamp > kMaxBatchSpanMs;
    if (starts_new) {
      batches.emplace_back();
      bytes = 0;
    }
    bytes += event.message.size() + kEventOverhead;
    batches.back().push_back(std::move(event));
  }
  return batches;
}

store::Item batch_item(const Batch& batch) {
  store::Item item;
  item.emplace("group", batch.group);
  item.emplace("at", batch_sort(batch.first(), batch.number));
  item.emplace("stream", batch.stream);
  item.emplace("ingested", store::Number::from_integer(batch.ingested));
  item.emplace("events", store::Binary{encode_events(batch.events)});
  return item;
}

Result<BatchHead> read_head(const store::Item& item) {
  const auto* at = member<std::string>(item, "at");
  const auto* stream = member<std::string>(item, "stream");
  const auto* events = member<store::Binary>(item, "events");
  if (at == nullptr || stream == nullptr || events == nullptr || at->size() != 33) return damaged();
  const auto first = read_hex(std::string_view(*at).substr(0, 16));
  const auto number = read_hex(std::string_view(*at).substr(17));
  if (!first || !number) return damaged();
  return BatchHead{*stream, static_cast<std::int64_t>(*first), *number, events->bytes.size()};
}

Result<Batch> read_batch(const store::Item& item) {
  const Result<BatchHead> head = read_head(item);
  if (!head) return std::unexpected(head.error());
  const auto* group = member<std::string>(item, "group");
  const auto* ingested = member<store::Number>(item, "ingested");
  if (group == nullptr || ingested == nullptr) return damaged();
  Batch batch{*group, std::string(head->stream), head->number, std::atoll(ingested->to_string().c_str()), {}};
  auto events = decode_events(member<store::Binary>(item, "events")->bytes, head->first);
  if (!events) return damaged();
  batch.events = std::move(*events);
  return batch;
}

}  // namespace gatehouse::logs
