// One client connection: reads requests, has them answered in order, keeps its deadlines.
#pragma once

#include <array>
#include <boost/asio/cancellation_signal.hpp>
#include <memory>
#include <string>

#include "platform/http/connection_set.hpp"
#include "platform/http/head.hpp"
#include "platform/http/read_buffer.hpp"
#include "platform/http/response_writer.hpp"

namespace gatehouse::http {

// Lives as long as its coroutine. Everything runs on its set's loop.
class Connection {
 public:
  // Serves the socket until it ends. It is counted in the server's connections already.
  static void start(std::shared_ptr<ConnectionSet> set, Socket socket, Handler& handler);
  ~Connection();
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  // For the set.
  void set_place(std::size_t place) { place_ = place; }
  std::size_t place() const { return place_; }
  void check_deadline(std::uint64_t tick);
  void close_when_idle();
  void abort();

 private:
  enum class Step { kNeedMore, kReady, kRefuse, kClose };
  enum class Phase { kIdle, kReading, kAnswering, kLingering };
  static constexpr std::uint64_t kNever = UINT64_MAX;

  Connection(std::shared_ptr<ConnectionSet> set, Socket socket, Handler& handler);

  Task<void> run();
  Task<Step> read_body();
  Task<Step> read_chunked_body();
  Task<Step> read_sized_body(std::uint64_t length);
  Task<bool> send_rest();
  Task<bool> send_source();
  Task<bool> send_interim(std::string_view bytes);
  Task<void> refuse();
  Task<void> linger();

  Step read_head();
  Step take_head(std::string_view bytes);
  Step received(const boost::system::error_code& error, std::size_t count);
  Step lost(const boost::system::error_code& error);
  Step refuse_with(Refusal refusal);
  Step drop_large_body();
  void begin_request();
  void arm_for_body(std::size_t received);
  void arm(std::chrono::milliseconds time) { deadline_ = set_->tick_after(time); }
  void disarm() { deadline_ = kNever; }

  // Serialises response_ and sends what the socket takes at once; true when that was all.
  bool send_now(bool is_head);
  bool note_sent(const boost::system::error_code& error, std::size_t count);
  std::array<boost::asio::const_buffer, 2> unsent() const;

  const std::shared_ptr<ConnectionSet> set_;
  std::size_t place_ = 0;
  Socket socket_;
  Handler& handler_;
  boost::asio::cancellation_signal cancellation_;
  std::string peer_;

  Phase phase_ = Phase::kIdle;
  std::uint64_t deadline_ = kNever;
  bool is_expired_ = false;
  bool is_closing_ = false;  // while idle, because the server drains
  bool has_failed_ = false;  // the socket takes no more

  ReadBuffer buffer_;
  HeadScanner scanner_;
  RequestHead head_;
  Request request_;
  Refusal refusal_;
  bool keeps_alive_ = true;
  bool lingers_ = false;  // the client may still be sending when the connection ends

  Response response_;
  std::string out_;  // head and small body, reused
  BodyToWrite body_;
  std::size_t sent_ = 0;  // of out_ and body_.bytes together
};

}  // namespace gatehouse::http
