#include "platform/http/connection_set.hpp"

#include "base/time_format.hpp"
#include "platform/http/connection.hpp"

namespace gatehouse::http {
namespace {

// Fine enough for the shortest limit, and never so fine that the ticks cost anything.
std::chrono::milliseconds period_for(const ServerLimits& limits) {
  const auto shortest =
      std::min({limits.header_timeout, limits.body_timeout, limits.idle_timeout, limits.write_timeout});
  return std::clamp(shortest / 8, std::chrono::milliseconds{5}, std::chrono::milliseconds{250});
}

}  // namespace

ConnectionSet::ConnectionSet(Executor executor, std::shared_ptr<ServerState> state)
    : state_(std::move(state)), period_(period_for(state_->limits)), timer_(executor) {}

void ConnectionSet::add(Connection& connection) {
  connection.set_place(connections_.size());
  connections_.push_back(&connection);
  if (is_ticking_) return;
  is_ticking_ = true;
  refresh_date();
  schedule();
}

void ConnectionSet::remove(Connection& connection) {
  Connection* last = connections_.back();
  connections_[connection.place()] = last;
  last->set_place(connection.place());
  connections_.pop_back();
  state_->connections.fetch_sub(1);
}

void ConnectionSet::schedule() {
  timer_.expires_after(period_);
  timer_.async_wait([self = shared_from_this()](const boost::system::error_code& error) {
    if (!error) self->tick();
  });
}

void ConnectionSet::tick() {
  ++tick_;
  refresh_date();
  for (Connection* connection : connections_) connection->check_deadline(tick_);
  is_ticking_ = !connections_.empty();
  if (is_ticking_) schedule();
}

void ConnectionSet::refresh_date() {
  const Timestamp now = std::chrono::system_clock::now();
  const std::int64_t second = std::chrono::floor<std::chrono::seconds>(now.time_since_epoch()).count();
  if (second == date_second_) return;
  date_second_ = second;
  date_line_ = "Date: " + format_http_date(now) + "\r\n";
}

void ConnectionSet::begin_drain() {
  is_draining_ = true;
  for (Connection* connection : connections_) connection->close_when_idle();
}

void ConnectionSet::abort() {
  is_draining_ = true;
  timer_.cancel();
  is_ticking_ = false;
  // Backwards, since one that ends at once is replaced by the last.
  for (std::size_t i = connections_.size(); i-- > 0;) connections_[i]->abort();
}

}  // namespace gatehouse::http
