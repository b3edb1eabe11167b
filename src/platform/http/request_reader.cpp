#include "platform/http/request_reader.hpp"

#include <boost/beast/http/basic_parser.hpp>
#include <boost/beast/http/error.hpp>
#include <optional>

#include "base/text.hpp"

namespace gatehouse::http {
namespace {

namespace beast = boost::beast;
using boost::system::error_code;

// RFC 9112 lets a recipient accept bare line feeds and folded fields; intermediaries disagree on them, so neither is.
// The block may be incomplete: what only its next byte decides is not judged yet.
bool has_ambiguous_lines(std::string_view block) {
  for (std::size_t at = block.find_first_of(std::string_view("\n\r\0", 3)); at != std::string_view::npos;
       at = block.find_first_of(std::string_view("\n\r\0", 3), at + 1)) {
    if (block[at] == '\0') return true;
    if (block[at] == '\r' && at + 1 < block.size() && block[at + 1] != '\n') return true;
    if (block[at] == '\n') {
      if (at == 0 || block[at - 1] != '\r') return true;
      if (at + 1 < block.size() && (block[at + 1] == ' ' || block[at + 1] == '\t')) return true;
    }
  }
  return false;
}

// Origin form, or absolute form reduced to it (RFC 9112 section 3.2.2); nothing for what cannot be served.
std::optional<std::string> origin_form(std::string_view target) {
  for (const char c : target) {
    if (c <= ' ' || c >= 0x7f || c == '#') return std::nullopt;
  }
  if (target.starts_with('/')) return std::string(target);
  for (const std::string_view scheme : {"http://", "https://"}) {
    if (target.size() <= scheme.size() || !equals_ignoring_case(target.substr(0, scheme.size()), scheme)) continue;
    const std::string_view rest = target.substr(scheme.size());
    const std::size_t path = rest.find_first_of("/?");
    if (path == 0) return std::nullopt;
    if (path == std::string_view::npos) return "/";
    return rest[path] == '/' ? std::string(rest.substr(path)) : "/" + std::string(rest.substr(path));
  }
  return std::nullopt;
}

bool is_host(std::string_view host) {
  for (const char c : host) {
    const bool is_fine = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                         std::string_view("-._~:[]%!$&'()*+,;=").find(c) != std::string_view::npos;
    if (!is_fine) return false;
  }
  return true;
}

}  // namespace

// Beast's parser, writing straight into our Request.
struct RequestReader::Parser final : beast::http::basic_parser<true> {
  explicit Parser(const ServerLimits& server_limits) : limits(server_limits) {
    header_limit(static_cast<std::uint32_t>(limits.max_header_bytes));
    body_limit(boost::none);  // ours is below, since an oversize body must not end the connection
  }

  const ServerLimits& limits;
  Request request;
  int version = 11;

  void on_request_impl(beast::http::verb, beast::string_view method, beast::string_view target, int http_version,
                       error_code&) override {
    version = http_version;
    request.method.assign(method.data(), method.size());
    request.target.assign(target.data(), target.size());
    request.headers.reserve(12);
  }
  void on_response_impl(int, beast::string_view, int, error_code&) override {}
  void on_field_impl(beast::http::field, beast::string_view name, beast::string_view value, error_code&) override {
    request.headers.add({name.data(), name.size()}, {value.data(), value.size()});
  }
  void on_header_impl(error_code&) override {}
  void on_body_init_impl(const boost::optional<std::uint64_t>& length, error_code&) override {
    if (length && !request.body_too_large) request.body.reserve(static_cast<std::size_t>(*length));
  }
  std::size_t on_body_impl(beast::string_view body, error_code&) override {
    take(body);
    return body.size();
  }
  void on_chunk_header_impl(std::uint64_t, beast::string_view, error_code&) override {}
  std::size_t on_chunk_body_impl(std::uint64_t, beast::string_view body, error_code&) override {
    take(body);
    return body.size();
  }
  void on_finish_impl(error_code&) override {}

 private:
  void take(beast::string_view body) {
    if (request.body_too_large) return;
    if (request.body.size() + body.size() > limits.max_body_bytes) {
      request.body_too_large = true;
      request.body = {};
    } else {
      request.body.append(body.data(), body.size());
    }
  }
};

RequestReader::RequestReader(const ServerLimits& limits) : limits_(limits) { reset(); }
RequestReader::~RequestReader() = default;

void RequestReader::reset() {
  parser_ = std::make_unique<Parser>(limits_);
  scanned_ = 0;
  begun_ = false;
  status_ = 0;
}

Request& RequestReader::request() { return parser_->request; }
bool RequestReader::keeps_alive() const { return parser_->keep_alive(); }
bool RequestReader::is_http_1_0() const { return parser_->version < 11; }
bool RequestReader::wants_continue() const {
  return !is_http_1_0() && equals_ignoring_case(parser_->request.headers.get("expect"), "100-continue");
}

ReadState RequestReader::fail(unsigned status, std::string_view reason) {
  status_ = status;
  reason_ = reason;
  return ReadState::kFailed;
}

ReadState RequestReader::read(std::string_view bytes, std::size_t& used) {
  used = 0;
  if (!parser_->is_header_done()) return read_headers(bytes, used);
  error_code error;
  while (used < bytes.size() && !parser_->is_done()) {
    used += parser_->put(boost::asio::buffer(bytes.data() + used, bytes.size() - used), error);
    if (error == beast::http::error::need_more) return ReadState::kNeedMore;
    if (error) return fail(400, "the body is malformed");
  }
  return parser_->is_done() ? ReadState::kDone : ReadState::kNeedMore;
}

ReadState RequestReader::read_headers(std::string_view bytes, std::size_t& used) {
  // Empty lines between requests are skipped (RFC 9112 section 2.2).
  std::size_t skipped = 0;
  while (!begun_ && bytes.substr(skipped).starts_with("\r\n")) skipped += 2;
  bytes.remove_prefix(skipped);
  used = skipped;
  if (bytes.empty()) return ReadState::kNeedMore;
  begun_ = true;
  const std::size_t from = scanned_ > 3 ? scanned_ - 3 : 0;
  const std::size_t end = bytes.find("\r\n\r\n", from);
  if (end == std::string_view::npos) {
    scanned_ = bytes.size();
    if (bytes.size() > limits_.max_header_bytes) return fail(431, "the request line and header fields are too large");
    // A bare line feed will never lead to the end that is waited for.
    if (has_ambiguous_lines(bytes)) return fail(400, "a line does not end in CR LF");
    return ReadState::kNeedMore;
  }
  const std::string_view block = bytes.substr(0, end + 4);
  if (block.size() > limits_.max_header_bytes) return fail(431, "the request line and header fields are too large");
  if (has_ambiguous_lines(block)) return fail(400, "a line does not end in CR LF, or a field is folded");
  error_code error;
  for (std::size_t taken = 0; taken < block.size() && !parser_->is_header_done();) {
    taken += parser_->put(boost::asio::buffer(block.data() + taken, block.size() - taken), error);
    if (error && error != beast::http::error::need_more) break;
  }
  if (error == beast::http::error::bad_version) return fail(505, "only HTTP/1.1 and HTTP/1.0 are spoken here");
  if (error == beast::http::error::header_limit) return fail(431, "the request line and header fields are too large");
  if (error == beast::http::error::bad_transfer_encoding && !parser_->request.headers.contains("content-length"))
    return fail(501, "only the transfer coding chunked is known");
  if (error || !parser_->is_header_done()) return fail(400, "the request line or a header field is malformed");
  used += block.size();
  return check_headers();
}

ReadState RequestReader::check_headers() {
  Request& request = parser_->request;
  const Headers& headers = request.headers;
  if (request.method == "OPTIONS" && request.target == "*") {
    request.target = "/";
  } else {
    std::optional<std::string> target = origin_form(request.target);
    if (!target) return fail(400, "the request target is not a path");
    request.target = std::move(*target);
  }
  const std::size_t hosts = headers.count("host");
  if (hosts > 1 || (hosts == 0 && !is_http_1_0()) || !is_host(headers.get("host"))) {
    return fail(400, "a request has exactly one valid Host field");
  }
  const std::size_t lengths = headers.count("content-length");
  const std::size_t codings = headers.count("transfer-encoding");
  if (lengths > 1 || codings > 1 || (lengths > 0 && codings > 0))
    return fail(400, "the length of the body is ambiguous");
  if (codings == 1) {
    if (is_http_1_0()) return fail(400, "HTTP/1.0 has no transfer codings");
    if (!equals_ignoring_case(trim(headers.get("transfer-encoding")), "chunked"))
      return fail(501, "only the transfer coding chunked is known");
  }
  const std::string* expect = headers.find("expect");
  if (expect != nullptr && !equals_ignoring_case(*expect, "100-continue"))
    return fail(417, "only 100-continue can be expected");
  if (parser_->content_length().value_or(0) > limits_.max_body_bytes) request.body_too_large = true;
  return parser_->is_done() ? ReadState::kDone : ReadState::kHeadersDone;
}

}  // namespace gatehouse::http
