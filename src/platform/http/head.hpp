// The head of an HTTP/1.1 message: start line and fields (RFC 9112 sections 2 to 6), read strictly.
//
// Strict means that whatever two implementations could read differently is refused: bare CR or LF, folded lines, blanks
// before a colon, two lengths, a length beside a transfer coding. That is the whole defence against request smuggling,
// so nothing here is lenient. Our own code and not Beast's parser because that one unfolds lines, accepts unknown
// transfer codings and repeated lengths; head_test.cpp holds it beside Beast: what this accepts, Beast reads alike.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "platform/http/message.hpp"

namespace gatehouse::http {

// Why a message is refused, and with what status. Empty when it is not.
struct Refusal {
  unsigned status = 0;
  std::string_view reason;  // a literal, fit for the client
  explicit operator bool() const { return status != 0; }
};

// Finds the end of a head in bytes that arrive piece by piece; looks at each byte once.
class HeadScanner {
 public:
  enum class State { kIncomplete, kComplete, kBroken };  // broken: a line that does not end in CR LF

  // `bytes` is all that has arrived of the message so far, from its first byte.
  State scan(std::string_view bytes);
  std::size_t size() const { return line_start_; }  // of the complete head, its empty line included
  void reset() { scanned_ = line_start_ = 0; }

 private:
  std::size_t scanned_ = 0;
  std::size_t line_start_ = 0;
};

// How the body is delimited (RFC 9112 section 6.3).
struct Framing {
  bool is_chunked = false;
  std::optional<std::uint64_t> length;
};

struct RequestHead {
  bool is_http11 = true;
  bool keep_alive = true;
  bool expects_continue = false;
  bool is_server_wide = false;  // "OPTIONS *": about the server, not about a resource
  Framing framing;
};

struct ResponseHead {
  unsigned status = 0;
  bool keep_alive = true;
  Framing framing;
};

inline constexpr std::size_t kMaxFields = 200;

// Reads a complete head (as HeadScanner found it) into `head` and the method, target and headers of `request`. An
// absolute target becomes its origin form, and its authority the Host (RFC 9112 section 3.2.2).
Refusal parse_request_head(std::string_view text, RequestHead& head, Request& request);

// The same for a response; `response` gets status and headers. The refusal's status means nothing here.
Refusal parse_response_head(std::string_view text, ResponseHead& head, Response& response);

}  // namespace gatehouse::http
