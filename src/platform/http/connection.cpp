#include "platform/http/connection.hpp"

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/redirect_error.hpp>
#include <exception>

#include "base/log.hpp"
#include "platform/http/chunked.hpp"
#include "platform/http/syntax.hpp"

namespace gatehouse::http {
namespace {

using boost::system::error_code;

constexpr std::size_t kKeptBytes = 64 * 1024;  // larger bodies and outputs give their memory back
constexpr std::size_t kBodyBlock = 64 * 1024;
constexpr std::size_t kSourceBlock = 128 * 1024;
constexpr std::uint64_t kMinBodyRate = 16 * 1024;  // bytes a second that a long body must keep up
constexpr std::chrono::seconds kLingerTime{5};

std::string peer_address(const Socket& socket) {
  error_code error;
  net::ip::address address = socket.remote_endpoint(error).address();
  if (error) return {};
  if (address.is_v6() && address.to_v6().is_v4_mapped())
    address = net::ip::make_address_v4(net::ip::v4_mapped, address.to_v6());
  return address.to_string();
}

Response internal_error() { return make_response(500, "text/plain; charset=utf-8", "Internal Server Error\n"); }

std::string current_exception_text() {
  try {
    throw;
  } catch (const std::exception& error) {
    return error.what();
  } catch (...) {
    return "an exception of an unknown type";
  }
}

// A handler sets any status; one that is no final status of HTTP would leave the client waiting.
bool is_final(unsigned status) { return status >= 200 && status <= 599; }

}  // namespace

Connection::Connection(std::shared_ptr<ConnectionSet> set, Socket socket, Handler& handler)
    : set_(std::move(set)), socket_(std::move(socket)), handler_(handler), peer_(peer_address(socket_)) {
  error_code ignored;
  socket_.set_option(net::ip::tcp::no_delay(true), ignored);
  socket_.non_blocking(true, ignored);
  set_->add(*this);
}

Connection::~Connection() { set_->remove(*this); }

void Connection::start(std::shared_ptr<ConnectionSet> set, Socket socket, Handler& handler) {
  const std::shared_ptr<Connection> self(new Connection(std::move(set), std::move(socket), handler));
  const Executor executor = self->socket_.get_executor();
  net::co_spawn(executor, self->run(),
                net::bind_cancellation_slot(self->cancellation_.slot(), [self](const std::exception_ptr& error) {
                  // Nothing but a cancelled coroutine throws here: handlers' exceptions are answered.
                  error_code ignored;
                  if (error) self->socket_.close(ignored);
                }));
}

void Connection::check_deadline(std::uint64_t tick) {
  if (tick < deadline_) return;
  disarm();
  is_expired_ = true;
  error_code ignored;
  socket_.cancel(ignored);
}

void Connection::close_when_idle() {
  if (phase_ != Phase::kIdle && phase_ != Phase::kLingering) return;
  is_closing_ = true;
  error_code ignored;
  socket_.cancel(ignored);
}

void Connection::abort() {
  has_failed_ = true;
  cancellation_.emit(net::cancellation_type::terminal);
  error_code ignored;
  socket_.close(ignored);
}

// The path of every request stays in this one frame: each coroutine that it called would cost an allocation.
Task<void> Connection::run() {
  for (;;) {
    begin_request();
    Step step = read_head();
    while (step == Step::kNeedMore) {
      error_code error;
      const net::mutable_buffer space = buffer_.space(set_->limits().max_header_bytes);
      const std::size_t count = co_await socket_.async_read_some(space, net::redirect_error(kUseTask, error));
      step = received(error, count);
    }
    if (step == Step::kReady && (head_.framing.is_chunked || head_.framing.length.value_or(0) > 0)) {
      step = co_await read_body();
    }
    if (step == Step::kClose) break;
    if (step == Step::kRefuse) {
      co_await refuse();
      break;
    }

    phase_ = Phase::kAnswering;
    disarm();
    const bool is_head = request_.method == "HEAD";
    try {
      if (head_.is_server_wide) {
        response_ = Response{};
      } else {
        response_ = co_await handler_.handle(request_);
      }
      if (!is_final(response_.status)) throw std::logic_error("a handler answered with an impossible status");
    } catch (...) {
      if (has_failed_) break;
      log::error("a request failed: {}", current_exception_text());
      response_ = internal_error();
    }
    keeps_alive_ = keeps_alive_ && head_.keep_alive && !response_.close && !set_->is_draining();
    if (!send_now(is_head)) {
      const bool sent = co_await send_rest();
      if (!sent) break;
    }
    if (!keeps_alive_) break;
  }
  if (lingers_ && !has_failed_) co_await linger();
  error_code ignored;
  socket_.shutdown(Socket::shutdown_both, ignored);
}

void Connection::begin_request() {
  request_.headers.clear();
  if (request_.body.capacity() > kKeptBytes) request_.body = {};
  request_.body.clear();
  request_.peer_address = peer_;
  request_.is_secure = false;
  request_.body_too_large = false;
  request_.journey = nullptr;
  request_.request_id.clear();
  response_ = Response{};
  phase_ = buffer_.empty() ? Phase::kIdle : Phase::kReading;
  arm(buffer_.empty() ? set_->limits().idle_timeout : set_->limits().header_timeout);
}

Connection::Step Connection::refuse_with(Refusal refusal) {
  refusal_ = refusal;
  return Step::kRefuse;
}

Connection::Step Connection::received(const error_code& error, std::size_t count) {
  if (error || is_expired_) return lost(error);
  buffer_.commit(count);
  const Step step = read_head();
  if (step == Step::kNeedMore && phase_ == Phase::kIdle) {
    phase_ = Phase::kReading;
    arm(set_->limits().header_timeout);
  }
  return step;
}

// Nothing more comes in time: 408 to one who has begun (RFC 9110 section 15.5.9), nothing to one who has not.
Connection::Step Connection::lost(const error_code& error) {
  const bool is_late = is_expired_ && (!error || error == net::error::operation_aborted);
  if (!is_late || phase_ == Phase::kIdle || is_closing_) return Step::kClose;
  is_expired_ = false;
  return refuse_with({408, "The request took too long"});
}

Connection::Step Connection::read_head() {
  for (;;) {
    const std::string_view bytes = buffer_.data();
    if (bytes.empty()) return Step::kNeedMore;
    // What can never become a request is told so at once, not when its time is over.
    if (bytes.front() == '\x16') return refuse_with({400, "This port speaks HTTP, not HTTPS"});
    if (bytes.front() != '\r' && !is_token(bytes.substr(0, 1))) return refuse_with({400, "An invalid method"});
    switch (scanner_.scan(bytes)) {
      case HeadScanner::State::kBroken:
        return refuse_with({400, "A line does not end in CR LF"});
      case HeadScanner::State::kIncomplete:
        if (bytes.size() < set_->limits().max_header_bytes) return Step::kNeedMore;
        return refuse_with({431, "The request line and header fields are too large"});
      case HeadScanner::State::kComplete:
        break;
    }
    if (scanner_.size() > 2) return take_head(bytes.substr(0, scanner_.size()));
    buffer_.consume(2);  // an empty line before a request (RFC 9112 section 2.2)
    scanner_.reset();
  }
}

Connection::Step Connection::take_head(std::string_view bytes) {
  scanner_.reset();
  if (bytes.size() > set_->limits().max_header_bytes)
    return refuse_with({431, "The request line and header fields are too large"});
  head_ = {};
  refusal_ = parse_request_head(bytes, head_, request_);
  buffer_.consume(bytes.size());
  return refusal_ ? Step::kRefuse : Step::kReady;
}

void Connection::arm_for_body(std::size_t received_bytes) {
  arm(set_->limits().body_timeout + std::chrono::milliseconds{received_bytes * 1000 / kMinBodyRate});
}

// The request goes to its handler, which answers 413 in its own words; what follows of the body is never read as
// another request.
Connection::Step Connection::drop_large_body() {
  request_.body_too_large = true;
  request_.body = {};
  keeps_alive_ = false;
  lingers_ = true;
  return Step::kReady;
}

Task<Connection::Step> Connection::read_body() {
  phase_ = Phase::kReading;
  const std::uint64_t length = head_.framing.length.value_or(0);
  if (length > set_->limits().max_body_bytes) co_return drop_large_body();
  arm_for_body(0);
  if (head_.expects_continue && buffer_.empty()) {
    const bool sent = co_await send_interim("HTTP/1.1 100 Continue\r\n\r\n");
    if (!sent) co_return Step::kClose;
  }
  if (head_.framing.is_chunked) {
    const Step step = co_await read_chunked_body();
    co_return step;
  }
  const Step step = co_await read_sized_body(length);
  co_return step;
}

Task<Connection::Step> Connection::read_sized_body(std::uint64_t length) {
  std::string& body = request_.body;
  const auto buffered = static_cast<std::size_t>(std::min<std::uint64_t>(length, buffer_.data().size()));
  body.assign(buffer_.data().substr(0, buffered));
  buffer_.consume(buffered);
  // Straight into the body, which grows with what comes: a length that is only claimed holds no memory.
  while (body.size() < length) {
    const std::size_t have = body.size();
    const auto block = static_cast<std::size_t>(std::min<std::uint64_t>(length - have, std::max(kBodyBlock, have)));
    body.resize_and_overwrite(have + block, [](char*, std::size_t size) { return size; });
    error_code error;
    const std::size_t count = co_await socket_.async_read_some(net::mutable_buffer(body.data() + have, block),
                                                               net::redirect_error(kUseTask, error));
    body.resize(have + count);
    if (error || is_expired_) co_return lost(error);
    arm_for_body(body.size());
  }
  co_return Step::kReady;
}

Task<Connection::Step> Connection::read_chunked_body() {
  ChunkedDecoder decoder(set_->limits().max_body_bytes);
  for (;;) {
    std::size_t used = 0;
    const ChunkedDecoder::State state = decoder.decode(buffer_.data(), used, request_.body);
    buffer_.consume(used);
    if (state == ChunkedDecoder::State::kDone) co_return Step::kReady;
    if (state == ChunkedDecoder::State::kBroken) co_return refuse_with({400, "The chunked body is malformed"});
    if (state == ChunkedDecoder::State::kTooLarge) co_return drop_large_body();
    error_code error;
    const net::mutable_buffer space = buffer_.space(kBodyBlock);
    const std::size_t count = co_await socket_.async_read_some(space, net::redirect_error(kUseTask, error));
    if (error || is_expired_) co_return lost(error);
    buffer_.commit(count);
    arm_for_body(request_.body.size());
  }
}

std::array<net::const_buffer, 2> Connection::unsent() const {
  const std::size_t of_out = std::min(sent_, out_.size());
  const std::size_t of_body = sent_ - of_out;
  return {net::const_buffer(out_.data() + of_out, out_.size() - of_out),
          net::const_buffer(body_.bytes.data() + of_body, body_.bytes.size() - of_body)};
}

// True when nothing is left to send.
bool Connection::note_sent(const error_code& error, std::size_t count) {
  sent_ += count;
  if (error && error != net::error::would_block && error != net::error::try_again) has_failed_ = true;
  return sent_ == out_.size() + body_.bytes.size();
}

bool Connection::send_now(bool is_head) {
  out_.clear();
  sent_ = 0;
  body_ = write_response(response_,
                         {.is_head = is_head,
                          .keeps_alive = keeps_alive_,
                          .names_keep_alive = !head_.is_http11,
                          .date_line = set_->date_line()},
                         out_);
  error_code error;
  const std::size_t count =
      body_.bytes.empty() ? socket_.write_some(net::buffer(out_), error) : socket_.write_some(unsent(), error);
  return note_sent(error, count) && body_.source == nullptr;
}

Task<bool> Connection::send_rest() {
  while (!has_failed_ && sent_ < out_.size() + body_.bytes.size()) {
    arm(set_->limits().write_timeout);  // anew with all progress
    error_code error;
    const std::size_t count = co_await socket_.async_write_some(unsent(), net::redirect_error(kUseTask, error));
    note_sent(error, count);
    if (is_expired_) co_return false;
  }
  if (!has_failed_ && body_.source != nullptr) {
    const bool sent = co_await send_source();
    if (!sent) co_return false;
  }
  if (out_.capacity() > kKeptBytes) out_ = {};
  co_return !has_failed_;
}

Task<bool> Connection::send_source() {
  const BodySource& source = *std::exchange(body_.source, nullptr);
  const std::uint64_t size = source.size();
  for (std::uint64_t offset = 0; offset < size;) {
    out_.resize(static_cast<std::size_t>(std::min<std::uint64_t>(kSourceBlock, size - offset)));
    sent_ = 0;
    const std::size_t count = source.read(offset, out_);
    if (count == 0) {
      log::error("a body could not be read to its end");
      co_return false;
    }
    out_.resize(count);
    offset += count;
    while (sent_ < out_.size()) {
      arm(set_->limits().write_timeout);
      error_code error;
      const std::size_t written = co_await socket_.async_write_some(unsent(), net::redirect_error(kUseTask, error));
      note_sent(error, written);
      if (has_failed_ || is_expired_) co_return false;
    }
  }
  co_return true;
}

Task<bool> Connection::send_interim(std::string_view bytes) {
  out_.assign(bytes);
  sent_ = 0;
  body_ = {};
  const bool sent = co_await send_rest();
  arm_for_body(0);
  co_return sent;
}

Task<void> Connection::refuse() {
  phase_ = Phase::kAnswering;
  response_ = make_response(refusal_.status, "text/plain; charset=utf-8", std::string(refusal_.reason) + "\n");
  keeps_alive_ = false;
  lingers_ = true;
  if (send_now(false)) co_return;
  const bool sent = co_await send_rest();
  if (!sent) has_failed_ = true;
}

// Closing while the client still sends would reset the connection and destroy the answer on its way (RFC 9112
// section 9.6): what still comes is read and dropped for a while.
Task<void> Connection::linger() {
  phase_ = Phase::kLingering;
  arm(kLingerTime);
  error_code error;
  socket_.shutdown(Socket::shutdown_send, error);
  buffer_.consume(buffer_.data().size());
  while (!error && !is_expired_ && !is_closing_ && !set_->is_draining()) {
    const net::mutable_buffer space = buffer_.space(kBodyBlock);
    co_await socket_.async_read_some(space, net::redirect_error(kUseTask, error));
  }
}

}  // namespace gatehouse::http
