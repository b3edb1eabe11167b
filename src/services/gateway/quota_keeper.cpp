#include "services/gateway/quota_keeper.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/redirect_error.hpp>
#include <chrono>

#include "base/json.hpp"
#include "base/log.hpp"

namespace gatehouse::gateway {
namespace {

constexpr std::string_view kPartition = "quota";
constexpr std::chrono::seconds kDelay{1};

}  // namespace

Task<Result<std::vector<QuotaKeeper::Saved>>> QuotaKeeper::open(store::Records records) {
  std::vector<Saved> saved;
  std::string after;
  for (;;) {
    auto page = co_await records.list(std::string(kPartition), "", 1000, after);
    if (!page) co_return std::unexpected(page.error());
    for (store::Record& record : page->records) {
      const auto day = integer_member(record.body, "day");
      const auto used = integer_member(record.body, "used");
      if (!day || !used) continue;
      saved.push_back({std::move(record.sort), {static_cast<std::int32_t>(*day), *used}});
    }
    if (!page->next) break;
    after = *page->next;
  }
  records_ = std::move(records);
  is_open_.store(true);
  co_return saved;
}

void QuotaKeeper::watch(const UsageRegistry::Counters& counters) {
  const std::scoped_lock lock(mutex_);
  counters_.assign(counters.begin(), counters.end());
}

void QuotaKeeper::touch(const Executor& executor) {
  if (!is_open_.load(std::memory_order_relaxed) || is_due_.load(std::memory_order_relaxed)) return;
  if (is_due_.exchange(true)) return;
  net::co_spawn(executor, flush_later(shared_from_this()), net::detached);
}

Task<void> QuotaKeeper::flush_later(std::shared_ptr<QuotaKeeper> keeper) {
  const auto executor = co_await net::this_coro::executor;
  Timer timer(executor, kDelay);
  boost::system::error_code ignored;
  co_await timer.async_wait(net::redirect_error(kUseTask, ignored));
  keeper->is_due_.store(false);
  const auto flushed = co_await keeper->flush();
  if (!flushed) log::warn("gateway: quota counts were not saved: {}", flushed.error().message);
}

Task<Result<void>> QuotaKeeper::flush() {
  if (!is_open_.load()) co_return Result<void>{};
  std::vector<std::pair<std::string, std::shared_ptr<QuotaCounter>>> counters;
  {
    const std::scoped_lock lock(mutex_);
    counters = counters_;
  }
  for (const auto& [name, counter] : counters) {
    const std::uint64_t state = counter->unsaved();
    if (state == 0) continue;
    const QuotaCounter::Count count = QuotaCounter::unpack(state);
    json::object body{{"day", count.day}, {"used", count.used}};
    auto written = co_await records_->put(std::string(kPartition), name, std::move(body));
    if (!written) co_return std::unexpected(written.error());
    counter->mark_saved(state);
  }
  co_return Result<void>{};
}

}  // namespace gatehouse::gateway
