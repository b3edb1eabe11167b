#include "platform/http/connection.hpp"

#include <array>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/write.hpp>
#include <exception>

#include "base/log.hpp"
#include "platform/http/response_writer.hpp"

namespace gatehouse::http {
namespace {

using boost::system::error_code;
using SteadyTime = std::chrono::steady_clock::time_point;

constexpr std::chrono::milliseconds kTick{100};
constexpr std::size_t kReadBytes = 16 * 1024;
constexpr std::size_t kKeptBufferBytes = 64 * 1024;          // a larger buffer is given back between requests
constexpr std::size_t kMaxDiscardedBytes = 4 * 1024 * 1024;  // read and dropped before a refused connection closes

}  // namespace

class Connection {
 public:
  Connection(ConnectionSet& set, Socket socket, Handler& handler)
      : set_(set), socket_(std::move(socket)), handler_(handler), reader_(set.limits()) {
    place_ = set_.connections_.insert(set_.connections_.end(), this);
    error_code ignored;
    socket_.set_option(net::ip::tcp::no_delay(true), ignored);
    const auto peer = socket_.remote_endpoint(ignored);
    if (!ignored) peer_ = peer.address().to_string();
  }
  ~Connection() { set_.connections_.erase(place_); }

  Task<void> run() {
    bool goes_on = true;
    while (goes_on) goes_on = co_await serve_one();
    error_code ignored;
    socket_.shutdown(Socket::shutdown_both, ignored);
  }

  void check_deadline(SteadyTime now) {
    if (now < deadline_ || expired_) return;
    expired_ = true;
    error_code ignored;
    socket_.cancel(ignored);
  }
  // Between requests there is nothing to finish.
  void close_when_idle() {
    if (!is_serving_ && !reader_.has_begun()) close();
  }
  void close() {
    error_code ignored;
    socket_.close(ignored);
  }

 private:
  void allow(std::chrono::milliseconds time) { deadline_ = set_.now() + time + kTick; }
  void allow_forever() { deadline_ = SteadyTime::max(); }

  // Appends what the client sends; false when it is gone or the time is over.
  Task<bool> read_more() {
    const std::size_t filled = buffer_.size();
    buffer_.resize(filled + kReadBytes);
    error_code error;
    const std::size_t count = co_await socket_.async_read_some(net::buffer(buffer_.data() + filled, kReadBytes),
                                                               net::redirect_error(kUseTask, error));
    buffer_.resize(filled + count);
    co_return !error;
  }

  Task<bool> send(const Response& response, const WriteContext& context) {
    out_.clear();
    const std::string_view rest = write_response(response, context, out_);
    allow(set_.limits().write_timeout);
    error_code error;
    if (rest.empty()) {
      co_await net::async_write(socket_, net::buffer(out_), net::redirect_error(kUseTask, error));
    } else {
      const std::array<net::const_buffer, 2> buffers = {net::buffer(out_), net::buffer(rest.data(), rest.size())};
      co_await net::async_write(socket_, buffers, net::redirect_error(kUseTask, error));
    }
    if (out_.capacity() > kKeptBufferBytes) out_ = {};
    co_return !error;
  }

  // Answers what cannot be served; what the client still sends is read and dropped, so that the answer arrives.
  Task<void> refuse(unsigned status, std::string_view reason) {
    Response response = make_response(status, "text/plain; charset=utf-8", std::string(reason) + "\n");
    const bool sent = co_await send(response, {.keeps_alive = false});
    if (!sent) co_return;
    error_code ignored;
    socket_.shutdown(Socket::shutdown_send, ignored);
    allow(std::min(set_.limits().body_timeout, std::chrono::milliseconds{2000}));
    for (std::size_t dropped = 0; dropped < kMaxDiscardedBytes;) {
      buffer_.clear();
      const bool more = co_await read_more();
      if (!more) break;
      dropped += buffer_.size();
    }
  }

  // Reads the fields of a request; false when the connection is done.
  Task<bool> read_headers(ReadState& state) {
    for (;;) {
      std::size_t used = 0;
      state = reader_.read(buffer_, used);
      buffer_.erase(0, used);
      if (state != ReadState::kNeedMore) co_return true;
      const bool had_begun = reader_.has_begun();
      const bool more = co_await read_more();
      if (!more) {
        if (expired_ && had_begun) co_await refuse_late();
        co_return false;
      }
      if (!had_begun) allow(set_.limits().header_timeout);
    }
  }
  Task<void> refuse_late() {
    expired_ = false;
    co_await refuse(408, "the request took too long");
  }

  Task<bool> read_body(ReadState& state) {
    allow(set_.limits().body_timeout);
    if (reader_.wants_continue() && buffer_.empty()) {
      if (reader_.request().body_too_large) {
        state = ReadState::kDone;  // the client has not sent it yet: answer instead
        must_close_ = true;
        co_return true;
      }
      error_code error;
      constexpr std::string_view kContinue = "HTTP/1.1 100 Continue\r\n\r\n";
      co_await net::async_write(socket_, net::buffer(kContinue.data(), kContinue.size()),
                                net::redirect_error(kUseTask, error));
      if (error) co_return false;
    }
    for (;;) {
      std::size_t used = 0;
      state = reader_.read(buffer_, used);
      buffer_.erase(0, used);
      if (state != ReadState::kNeedMore) co_return true;
      const bool more = co_await read_more();
      if (!more) {
        if (expired_) co_await refuse_late();
        co_return false;
      }
    }
  }

  // True when another request may follow.
  Task<bool> serve_one() {
    reader_.reset();
    must_close_ = false;
    allow(set_.limits().idle_timeout);
    ReadState state = ReadState::kNeedMore;
    const bool has_headers = co_await read_headers(state);
    if (!has_headers) co_return false;
    if (state == ReadState::kHeadersDone) {
      const bool has_body = co_await read_body(state);
      if (!has_body) co_return false;
    }
    if (state == ReadState::kFailed) {
      co_await refuse(reader_.status(), reader_.reason());
      co_return false;
    }
    Request& request = reader_.request();
    request.peer_address = peer_;
    allow_forever();  // the handler has limits of its own
    is_serving_ = true;
    const Response response = co_await answer(request);
    is_serving_ = false;
    const bool keeps_alive = reader_.keeps_alive() && !response.close && !must_close_ && !set_.is_draining();
    const bool sent = co_await send(
        response,
        {.is_head = request.method == "HEAD", .is_http_1_0 = reader_.is_http_1_0(), .keeps_alive = keeps_alive});
    if (buffer_.empty() && buffer_.capacity() > kKeptBufferBytes) buffer_ = {};
    co_return sent&& keeps_alive;
  }

  Task<Response> answer(Request& request) {
    try {
      co_return co_await handler_.handle(request);
    } catch (const std::exception& error) {
      log::error("a handler failed: {}", error.what());
    }
    co_return make_response(500, "text/plain; charset=utf-8", "Internal server error\n");
  }

  ConnectionSet& set_;
  std::list<Connection*>::iterator place_;
  Socket socket_;
  Handler& handler_;
  RequestReader reader_;
  std::string peer_;
  std::string buffer_;  // received, not yet used
  std::string out_;
  SteadyTime deadline_ = SteadyTime::max();
  bool expired_ = false;
  bool is_serving_ = false;
  bool must_close_ = false;
};

Task<void> ConnectionSet::serve(std::shared_ptr<ConnectionSet> self, Socket socket, Handler& handler) {
  {
    Connection connection(*self, std::move(socket), handler);
    co_await connection.run();
  }
  self->total_.fetch_sub(1);
}

Task<void> ConnectionSet::watch(std::shared_ptr<ConnectionSet> self) {
  Timer timer(self->executor_);
  for (;;) {
    timer.expires_after(kTick);
    error_code error;
    co_await timer.async_wait(net::redirect_error(kUseTask, error));
    if (error) co_return;
    self->now_ = std::chrono::steady_clock::now();
    for (Connection* connection : self->connections_) connection->check_deadline(self->now_);
  }
}

void ConnectionSet::drain() {
  draining_ = true;
  for (Connection* connection : connections_) connection->close_when_idle();
}

void ConnectionSet::close_all() {
  for (Connection* connection : connections_) connection->close();
}

}  // namespace gatehouse::http
