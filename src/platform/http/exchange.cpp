#include "platform/http/exchange.hpp"

#include <boost/asio/redirect_error.hpp>
#include <boost/asio/write.hpp>

#include "base/text.hpp"
#include "platform/http/chunked.hpp"

namespace gatehouse::http {
namespace {

using boost::system::error_code;
using Endpoint = net::ip::tcp::endpoint;

constexpr std::size_t kMaxHeadBytes = 64 * 1024;
constexpr std::size_t kBlock = 16 * 1024;
constexpr int kMaxInterim = 8;  // responses with 1xx before the real one

// RFC 6761 section 6.3: these names are the loopback, whatever a resolver says.
bool is_localhost(std::string_view host) { return host == "localhost" || host.ends_with(".localhost"); }

// RFC 9112 section 6.3.
bool has_no_body(unsigned status, bool is_head) { return is_head || status < 200 || status == 204 || status == 304; }

}  // namespace

std::unexpected<Error> Exchange::failed(std::string_view why) const {
  return fail(Error::Kind::kUnavailable, "",
              fmt::format("no answer from {}: {}", url_.origin(), is_expired_ ? "it took too long" : why));
}

std::unexpected<Error> Exchange::too_large() const {
  return fail(Error::Kind::kTooLarge, "",
              fmt::format("the answer from {} has more than {} bytes", url_.origin(), max_response_bytes_));
}

void Exchange::expire() {
  is_expired_ = true;
  resolver_.cancel();
  error_code ignored;
  socket_.close(ignored);
}

std::optional<Socket> Exchange::release() {
  if (!is_reusable_) return std::nullopt;
  return std::move(socket_);
}

Task<Result<std::vector<Endpoint>>> Exchange::addresses() {
  if (is_localhost(url_.host)) {
    co_return std::vector<Endpoint>{{net::ip::address_v4::loopback(), url_.port},
                                    {net::ip::address_v6::loopback(), url_.port}};
  }
  error_code error;
  const net::ip::address address = net::ip::make_address(url_.host, error);
  if (!error) co_return std::vector<Endpoint>{{address, url_.port}};
  const auto found =
      co_await resolver_.async_resolve(url_.host, std::to_string(url_.port), net::redirect_error(kUseTask, error));
  if (error) co_return failed(error.message());
  std::vector<Endpoint> endpoints;
  for (const auto& entry : found) endpoints.push_back(entry.endpoint());
  co_return endpoints;
}

Task<Result<void>> Exchange::connect() {
  const Result<std::vector<Endpoint>> endpoints = co_await addresses();
  if (!endpoints) co_return std::unexpected(endpoints.error());
  error_code error = net::error::host_not_found;
  for (const Endpoint& endpoint : *endpoints) {
    if (is_expired_) break;
    error_code ignored;
    socket_.close(ignored);
    co_await socket_.async_connect(endpoint, net::redirect_error(kUseTask, error));
    if (error) continue;
    socket_.set_option(net::ip::tcp::no_delay(true), ignored);
    co_return Result<void>();
  }
  co_return failed(error.message());
}

Task<error_code> Exchange::read_more() {
  const std::size_t have = buffer_.size();
  buffer_.resize(have + kBlock);
  error_code error;
  const std::size_t count = co_await socket_.async_read_some(net::mutable_buffer(buffer_.data() + have, kBlock),
                                                             net::redirect_error(kUseTask, error));
  buffer_.resize(have + count);
  if (count > 0) has_answer_ = true;
  if (is_expired_) error = net::error::timed_out;
  co_return error;
}

Task<Result<Response>> Exchange::run(const std::string& bytes, bool is_head) {
  error_code error;
  co_await net::async_write(socket_, net::buffer(bytes), net::redirect_error(kUseTask, error));
  // A server may refuse a request before it took all of it: its answer can be there although writing failed.
  if (is_expired_) co_return failed("");

  ResponseHead head;
  Response response;
  for (int interim = 0;; ++interim) {
    const Result<void> read = co_await read_head(head, response);
    if (!read) co_return std::unexpected(read.error());
    if (head.status >= 200) break;
    if (head.status == 101 || interim == kMaxInterim)
      co_return failed("it switches protocols or never comes to an end");
  }
  if (has_no_body(head.status, is_head)) {
    if (is_head) response.content_length = head.framing.length;
  } else {
    const Result<void> read = co_await read_body(head.framing, response.body);
    if (!read) co_return std::unexpected(read.error());
  }
  const bool is_delimited =
      has_no_body(head.status, is_head) || head.framing.is_chunked || head.framing.length.has_value();
  is_reusable_ = head.keep_alive && is_delimited && buffer_.empty() && !error;
  co_return response;
}

Task<Result<void>> Exchange::read_head(ResponseHead& head, Response& response) {
  HeadScanner scanner;
  for (;;) {
    const HeadScanner::State state = scanner.scan(buffer_);
    if (state == HeadScanner::State::kBroken) co_return failed("it does not speak HTTP");
    if (state == HeadScanner::State::kComplete) break;
    if (buffer_.size() > kMaxHeadBytes) co_return failed("its header fields are too large");
    const error_code error = co_await read_more();
    if (error) co_return failed(error.message());
  }
  head = {};
  response = {};
  const Refusal refusal = parse_response_head(std::string_view(buffer_).substr(0, scanner.size()), head, response);
  if (refusal) co_return failed(refusal.reason);
  buffer_.erase(0, scanner.size());
  co_return Result<void>();
}

Task<Result<void>> Exchange::read_body(const Framing& framing, std::string& body) {
  if (framing.is_chunked) {
    const Result<void> read = co_await read_chunked(body);
    co_return read;
  }
  if (!framing.length) {
    const Result<void> read = co_await read_to_end(body);
    co_return read;
  }
  const Result<void> read = co_await read_sized(*framing.length, body);
  co_return read;
}

Task<Result<void>> Exchange::read_chunked(std::string& body) {
  ChunkedDecoder decoder(max_response_bytes_);
  for (;;) {
    std::size_t used = 0;
    const ChunkedDecoder::State state = decoder.decode(buffer_, used, body);
    buffer_.erase(0, used);
    if (state == ChunkedDecoder::State::kDone) co_return Result<void>();
    if (state == ChunkedDecoder::State::kTooLarge) co_return too_large();
    if (state == ChunkedDecoder::State::kBroken) co_return failed("its chunked body is malformed");
    const error_code error = co_await read_more();
    if (error) co_return failed(error.message());
  }
}

Task<Result<void>> Exchange::read_sized(std::uint64_t length, std::string& body) {
  if (length > max_response_bytes_) co_return too_large();
  for (;;) {
    const auto wanted = static_cast<std::size_t>(std::min<std::uint64_t>(length - body.size(), buffer_.size()));
    body.append(buffer_, 0, wanted);
    buffer_.erase(0, wanted);
    if (body.size() == length) co_return Result<void>();
    const error_code error = co_await read_more();
    if (error) co_return failed(error.message());
  }
}

Task<Result<void>> Exchange::read_to_end(std::string& body) {
  for (;;) {
    body += buffer_;
    buffer_.clear();
    if (body.size() > max_response_bytes_) co_return too_large();
    const error_code error = co_await read_more();
    if (error == net::error::eof) co_return Result<void>();
    if (error) co_return failed(error.message());
  }
}

}  // namespace gatehouse::http
