#include "platform/http/head.hpp"

#include <charconv>
#include <cstring>

#include "base/text.hpp"
#include "platform/http/syntax.hpp"
#include "platform/http/url.hpp"

namespace gatehouse::http {
namespace {

// What the fields say about the message itself, gathered while they are read.
struct Control {
  std::size_t hosts = 0;
  std::size_t lengths = 0;
  std::size_t codings = 0;
  bool is_length_valid = true;
  std::uint64_t length = 0;
  std::string_view coding;
  bool is_connection_valid = true;
  bool says_close = false;
  bool says_keep_alive = false;
  bool expects = false;
  bool expects_continue = false;
};

// Takes the next line, without its CR LF, off the text. HeadScanner has seen that every LF follows a CR.
std::string_view take_line(std::string_view& text) {
  const std::size_t end = text.find('\n');
  const std::string_view line = text.substr(0, end - 1);
  text.remove_prefix(end + 1);
  return line;
}

// RFC 9110 section 8.6: 1*DIGIT and nothing else; 19 digits cannot overflow.
bool read_length(std::string_view value, std::uint64_t& length) {
  if (value.empty() || value.size() > 19) return false;
  const auto [end, error] = std::from_chars(value.data(), value.data() + value.size(), length);
  return error == std::errc() && end == value.data() + value.size();
}

void note_control(std::string_view name, std::string_view value, Control& control) {
  switch (name.size()) {
    case 4:
      if (equals_ignoring_case(name, "Host")) ++control.hosts;
      break;
    case 6:
      if (equals_ignoring_case(name, "Expect")) {
        control.expects = true;
        control.expects_continue = equals_ignoring_case(value, "100-continue");
      }
      break;
    case 10:
      if (equals_ignoring_case(name, "Connection")) {
        control.is_connection_valid = control.is_connection_valid && is_token_list(value);
        control.says_close = control.says_close || list_contains(value, "close");
        control.says_keep_alive = control.says_keep_alive || list_contains(value, "keep-alive");
      }
      break;
    case 14:
      if (equals_ignoring_case(name, "Content-Length")) {
        ++control.lengths;
        control.is_length_valid = read_length(value, control.length);
      }
      break;
    case 17:
      if (equals_ignoring_case(name, "Transfer-Encoding")) {
        ++control.codings;
        control.coding = value;
      }
      break;
    default:
      break;
  }
}

Refusal parse_fields(std::string_view text, Headers& headers, Control& control) {
  for (;;) {
    const std::string_view line = take_line(text);
    if (line.empty()) return {};
    if (line.front() == ' ' || line.front() == '\t') return {400, "A folded header line"};  // RFC 9112 section 5.2
    const std::size_t colon = line.find(':');
    if (colon == std::string_view::npos) return {400, "A header line without a colon"};
    const std::string_view name = line.substr(0, colon);
    if (!is_token(name)) return {400, "An invalid header name"};  // a blank before the colon too: RFC 9112 section 5.1
    const std::string_view value = trim_blanks(line.substr(colon + 1));
    if (!is_field_value(value)) return {400, "An invalid header value"};
    if (headers.size() == kMaxFields) return {431, "Too many header fields"};
    note_control(name, value, control);
    if (!control.is_connection_valid) return {400, "An invalid Connection field"};
    headers.add(std::string(name), std::string(value));
  }
}

Refusal read_framing(const Control& control, bool is_http11, Framing& framing) {
  if (control.lengths > 1) return {400, "More than one Content-Length"};
  if (!control.is_length_valid) return {400, "An invalid Content-Length"};
  if (control.codings == 0) {
    if (control.lengths == 1) framing.length = control.length;
    return {};
  }
  // RFC 9112 section 6.1: both fields, or a transfer coding in HTTP/1.0, are signs of smuggling.
  if (control.lengths != 0) return {400, "Content-Length beside Transfer-Encoding"};
  if (!is_http11) return {400, "Transfer-Encoding in HTTP/1.0"};
  if (control.codings > 1) return {400, "More than one Transfer-Encoding"};
  if (control.coding.empty()) return {400, "An empty Transfer-Encoding"};
  if (!equals_ignoring_case(control.coding, "chunked")) {
    const std::string_view last = trim_blanks(control.coding.substr(control.coding.rfind(',') + 1));
    const bool names_chunked = list_contains(control.coding, "chunked");
    if (names_chunked && !equals_ignoring_case(last, "chunked")) return {400, "chunked is not the last coding"};
    return {501, "An unknown transfer coding"};
  }
  framing.is_chunked = true;
  return {};
}

Refusal read_version(std::string_view version, bool& is_http11) {
  if (version == "HTTP/1.1") {
    is_http11 = true;
    return {};
  }
  if (version == "HTTP/1.0") {
    is_http11 = false;
    return {};
  }
  const auto is_digit = [&](std::size_t at) { return version[at] >= '0' && version[at] <= '9'; };
  if (version.size() == 8 && version.starts_with("HTTP/") && is_digit(5) && version[6] == '.' && is_digit(7))
    return {505, "Only HTTP/1.1 and HTTP/1.0 are spoken here"};
  return {400, "An invalid request line"};
}

// Absolute form: the authority in the target replaces the Host field (RFC 9112 section 3.2.2).
Refusal reduce_absolute_form(RequestHead& head, Request& request, std::string_view target) {
  const std::optional<Url> url = Url::parse(target);
  if (!url) return {400, "An invalid request target"};
  const std::size_t authority = target.find("://") + 3;
  const std::size_t end = std::min(target.find_first_of("/?", authority), target.size());
  if (end == target.size() && request.method == "OPTIONS") head.is_server_wide = true;  // RFC 9112 section 3.2.4
  request.headers.set("Host", std::string(target.substr(authority, end - authority)));
  request.target = url->target;
  return {};
}

Refusal read_target(std::string_view target, RequestHead& head, Request& request) {
  if (!is_target(target)) return {400, "An invalid request target"};
  // CONNECT asks for a tunnel (RFC 9110 section 9.3.6): this is no proxy.
  if (request.method == "CONNECT") return {400, "CONNECT is not served here"};
  if (target.front() == '/') {
    request.target = target;
    return {};
  }
  if (target == "*" && request.method == "OPTIONS") {
    head.is_server_wide = true;
    request.target = "/";
    return {};
  }
  return reduce_absolute_form(head, request, target);
}

Refusal check_host(const Control& control, bool is_http11, const Headers& headers) {
  // RFC 9112 section 3.2.
  if (control.hosts > 1) return {400, "More than one Host"};
  if (control.hosts == 0) return is_http11 ? Refusal{400, "No Host"} : Refusal{};
  if (!is_host(headers.get("Host"))) return {400, "An invalid Host"};
  return {};
}

Refusal apply_control(const Control& control, RequestHead& head) {
  head.keep_alive = head.is_http11 ? !control.says_close : control.says_keep_alive && !control.says_close;
  if (!control.expects || !head.is_http11) return {};  // RFC 9110 section 10.1.1: ignored in HTTP/1.0
  if (!control.expects_continue) return {417, "Only 100-continue can be expected"};
  head.expects_continue = true;
  return {};
}

}  // namespace

HeadScanner::State HeadScanner::scan(std::string_view bytes) {
  while (scanned_ < bytes.size()) {
    const void* found = std::memchr(bytes.data() + scanned_, '\n', bytes.size() - scanned_);
    if (found == nullptr) {
      scanned_ = bytes.size();
      return State::kIncomplete;
    }
    const auto at = static_cast<std::size_t>(static_cast<const char*>(found) - bytes.data());
    if (at == 0 || bytes[at - 1] != '\r') return State::kBroken;
    const bool is_empty_line = at - 1 == line_start_;
    scanned_ = line_start_ = at + 1;
    if (is_empty_line) return State::kComplete;
  }
  return State::kIncomplete;
}

Refusal parse_request_head(std::string_view text, RequestHead& head, Request& request) {
  const std::string_view line = take_line(text);
  const std::size_t first = line.find(' ');
  const std::size_t second = first == std::string_view::npos ? first : line.find(' ', first + 1);
  if (second == std::string_view::npos) return {400, "An invalid request line"};
  const std::string_view method = line.substr(0, first);
  if (!is_token(method)) return {400, "An invalid method"};
  request.method = method;
  if (Refusal refusal = read_version(line.substr(second + 1), head.is_http11)) return refusal;

  Control control;
  if (Refusal refusal = parse_fields(text, request.headers, control)) return refusal;
  if (Refusal refusal = check_host(control, head.is_http11, request.headers)) return refusal;
  if (Refusal refusal = read_target(line.substr(first + 1, second - first - 1), head, request)) return refusal;
  if (Refusal refusal = read_framing(control, head.is_http11, head.framing)) return refusal;
  return apply_control(control, head);
}

Refusal parse_response_head(std::string_view text, ResponseHead& head, Response& response) {
  // HTTP-version SP status-code SP [ reason-phrase ] (RFC 9112 section 4); the last SP is often left out.
  const std::string_view line = take_line(text);
  bool is_http11 = true;
  if (line.size() < 12 || line[8] != ' ') return {502, "An invalid status line"};
  if (read_version(line.substr(0, 8), is_http11)) return {502, "An unknown version of HTTP"};
  const char* digits = line.data() + 9;
  const auto [end, error] = std::from_chars(digits, digits + 3, head.status);
  if (error != std::errc() || end != digits + 3 || head.status < 100) return {502, "An invalid status"};
  if (line.size() > 12 && (line[12] != ' ' || !is_field_value(line.substr(12)))) return {502, "An invalid status line"};

  Control control;
  if (Refusal refusal = parse_fields(text, response.headers, control)) return refusal;
  if (Refusal refusal = read_framing(control, is_http11, head.framing)) return refusal;
  response.status = head.status;
  head.keep_alive = is_http11 ? !control.says_close : control.says_keep_alive && !control.says_close;
  return {};
}

}  // namespace gatehouse::http
