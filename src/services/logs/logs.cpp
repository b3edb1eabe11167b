#include "services/logs/logs.hpp"

#include <algorithm>
#include <array>
#include <boost/asio/redirect_error.hpp>

#include "base/log.hpp"
#include "base/text.hpp"
#include "services/logs/archive.hpp"
#include "services/logs/queue.hpp"
#include "services/logs/together.hpp"

namespace gatehouse::logs {
namespace {

// An event's largest size; a longer line is cut (PutLogEvents refuses one).
constexpr std::size_t kMaxMessageBytes = 1024 * 1024 - kEventOverhead;

// Far enough, and nowhere near an overflow.
constexpr std::int64_t kMaxTimestamp = std::int64_t{1} << 50;
constexpr std::chrono::seconds kCounterInterval{5};

// PutRetentionPolicy: the values of "Days".
constexpr std::array kRetentions = {1,   3,   5,   7,   14,   30,   60,   90,   120,  150,  180,
                                    365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653};

// Events are text: what is not UTF-8 becomes the replacement character, byte by byte.
std::string clean_text(std::string_view message) {
  message = message.substr(0, kMaxMessageBytes);
  if (is_utf8(message)) return std::string(message);
  std::string out;
  while (!message.empty()) {
    std::size_t length = 1;
    while (length <= 4 && length <= message.size() && !is_utf8(message.substr(0, length))) ++length;
    if (length > 4 || length > message.size()) {
      out += "\xEF\xBF\xBD";
      message.remove_prefix(1);
    } else {
      out += message.substr(0, length);
      message.remove_prefix(length);
    }
  }
  return out;
}

Task<void> write_stream(Archive& archive, Queue& queue, StreamKey key, std::vector<NewEvent> events) {
  const std::size_t count = events.size();
  const Result<void> written = co_await archive.write_making(key.first, key.second, std::move(events));
  if (written) co_return;
  queue.drop(key, count);
  log::warn("{} log events of {} were lost: {} {}", count, key.first, written.error().message, written.error().detail);
}

}  // namespace

bool is_retention(std::int64_t days) { return std::ranges::find(kRetentions, days) != kRetentions.end(); }

Logs::Logs(Config config, const Clock& clock, std::unique_ptr<Archive> archive)
    : config_(std::move(config)),
      clock_(&clock),
      archive_(std::move(archive)),
      queue_(std::make_unique<Queue>(config_.max_waiting_bytes)) {}

Logs::~Logs() = default;

Task<Result<std::unique_ptr<Logs>>> Logs::open(Config config, store::Store& store, const Clock& clock) {
  Result<std::unique_ptr<Archive>> archive = co_await Archive::open(store, clock, config.max_group_bytes);
  if (!archive) co_return std::unexpected(archive.error());
  co_return std::unique_ptr<Logs>(new Logs(std::move(config), clock, std::move(*archive)));
}

void Logs::append(std::string_view group, std::string_view stream, std::int64_t timestamp_ms,
                  std::string_view message) {
  // CloudWatch Logs has no empty events.
  if (message.empty() || group.empty() || stream.empty()) return;
  queue_->push(group, stream, {std::clamp<std::int64_t>(timestamp_ms, 0, kMaxTimestamp), clean_text(message)});
}

// The writer sleeps until something is appended, then gathers for one interval. Counters follow more slowly.
Task<void> Logs::run() {
  const Executor executor = co_await net::this_coro::executor;
  const auto bell = std::make_shared<Bell>(executor);
  queue_->set_bell(bell);
  Timer::time_point save_at = Timer::time_point::max();
  while (!queue_->is_closed()) {
    boost::system::error_code ignored;
    if (std::chrono::steady_clock::now() >= save_at) {
      co_await archive_->save_counters();
      save_at = Timer::time_point::max();
    }
    if (!queue_->is_rung()) {
      bell->timer.expires_at(save_at);
      co_await bell->timer.async_wait(net::redirect_error(kUseTask, ignored));
      continue;
    }
    // close() rings again and so ends this wait early; that the first ring does too only writes a little sooner.
    bell->timer.expires_after(config_.flush_interval);
    co_await bell->timer.async_wait(net::redirect_error(kUseTask, ignored));
    co_await write_waiting();
    save_at = std::min(save_at, std::chrono::steady_clock::now() + kCounterInterval);
  }
  co_await finish();
  queue_->set_bell(nullptr);
}

Task<void> Logs::stop() {
  queue_->close();
  const Executor executor = co_await net::this_coro::executor;
  // run() may be on another loop: look again every few milliseconds until it has gone.
  Timer timer(executor);
  while (queue_->has_bell()) {
    boost::system::error_code ignored;
    timer.expires_after(std::chrono::milliseconds(2));
    co_await timer.async_wait(net::redirect_error(kUseTask, ignored));
  }
  co_await finish();
}

Task<void> Logs::flush() { co_await finish(); }

Task<void> Logs::finish() {
  co_await write_waiting();
  co_await archive_->save_counters();
}

Task<void> Logs::write_waiting() {
  Waiting waiting = queue_->take();
  for (const auto& [key, count] : waiting.dropped) {
    waiting.events[key].push_back(
        {clock_->now_ms(),
         fmt::format("[gatehouse] {} log events were dropped here: they came faster than the disk takes them", count)});
  }
  std::vector<Task<void>> tasks;
  for (auto& [key, events] : waiting.events) tasks.push_back(write_stream(*archive_, *queue_, key, std::move(events)));
  co_await run_together(std::move(tasks));
  co_await archive_->trim();
}

Task<Result<void>> Logs::ensure_group(std::string name, std::optional<int> retention_days) {
  const std::optional<Group> group = archive_->directory().group(name);
  if (!group) {
    const Result<void> made = co_await archive_->create_group(name, retention_days);
    if (made || made.error().kind != Error::Kind::kConflict) co_return made;
  } else if (group->retention_days == retention_days) {
    co_return Result<void>();
  }
  co_return co_await archive_->set_retention(std::move(name), retention_days);
}

Task<Result<void>> Logs::remove_group(std::string name) {
  const Result<void> removed = co_await archive_->delete_group(std::move(name));
  if (!removed && removed.error().kind != Error::Kind::kNotFound) co_return removed;
  co_return Result<void>();
}

std::uint64_t Logs::dropped_events() const { return queue_->dropped(); }

}  // namespace gatehouse::logs
