// Takes one request at a time out of a connection's bytes. Strict: what two parties could read differently is refused.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "platform/http/message.hpp"
#include "platform/http/server.hpp"

namespace gatehouse::http {

// How far a request has come, or why it is refused.
enum class ReadState {
  kNeedMore,
  kHeadersDone,  // the fields are in; a body follows
  kDone,
  kFailed,  // answer with status() and close
};

// One per connection, reset for each request. Not thread-safe.
class RequestReader {
 public:
  explicit RequestReader(const ServerLimits& limits);
  ~RequestReader();

  // Starts a new request.
  void reset();
  // Reads from the front of `bytes`; `used` says how many may be dropped. Call again with more after kNeedMore, and
  // once more after kHeadersDone.
  ReadState read(std::string_view bytes, std::size_t& used);

  Request& request();
  bool has_begun() const { return begun_; }  // the first byte of a request is here
  bool wants_continue() const;               // Expect: 100-continue
  bool keeps_alive() const;
  bool is_http_1_0() const;
  unsigned status() const { return status_; }  // of kFailed
  std::string_view reason() const { return reason_; }

 private:
  struct Parser;
  ReadState fail(unsigned status, std::string_view reason);
  ReadState read_headers(std::string_view bytes, std::size_t& used);
  ReadState check_headers();

  const ServerLimits& limits_;
  std::unique_ptr<Parser> parser_;
  std::size_t scanned_ = 0;  // bytes already searched for the end of the fields
  bool begun_ = false;
  unsigned status_ = 0;
  std::string_view reason_;
};

}  // namespace gatehouse::http
