#include "platform/http/client.hpp"

#include <boost/asio/basic_stream_socket.hpp>
#include <boost/asio/connect.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/http/string_body.hpp>
#include <map>
#include <mutex>

#include "base/text.hpp"
#include "platform/http/url.hpp"

namespace gatehouse::http {
namespace {

namespace beast = boost::beast;
using boost::system::error_code;
using Socket = net::basic_stream_socket<net::ip::tcp, Executor>;
using Resolver = net::ip::basic_resolver<net::ip::tcp, Executor>;
using Parser = beast::http::response_parser<beast::http::string_body>;

std::unexpected<Error> unavailable(const Url& url, std::string_view why) {
  return fail(Error::Kind::kUnavailable, "", fmt::format("no answer from {}: {}", url.origin(), why));
}

bool is_idempotent(std::string_view method) {
  return method == "GET" || method == "HEAD" || method == "PUT" || method == "DELETE" || method == "OPTIONS";
}

// Requires: fields without line breaks, which fetch() checks.
std::string request_bytes(const Request& request, const Url& url) {
  std::string out = fmt::format("{} {} HTTP/1.1\r\n", request.method, url.target);
  if (!request.headers.contains("host")) out += "Host: " + url.origin().substr(url.scheme.size() + 3) + "\r\n";
  for (const Header& field : request.headers) {
    if (equals_ignoring_case(field.name, "content-length") || equals_ignoring_case(field.name, "connection") ||
        equals_ignoring_case(field.name, "transfer-encoding")) {
      continue;
    }
    out.append(field.name).append(": ").append(field.value).append("\r\n");
  }
  if (!request.body.empty() || !is_idempotent(request.method))
    out += fmt::format("Content-Length: {}\r\n", request.body.size());
  out += "\r\n";
  return out += request.body;
}

bool is_safe(const Request& request) {
  const auto breaks_out = [](std::string_view text) {
    return text.find_first_of(std::string_view("\r\n\0", 3)) != std::string_view::npos;
  };
  if (request.method.empty() || request.method.find(' ') != std::string::npos || breaks_out(request.method))
    return false;
  for (const Header& field : request.headers) {
    if (field.name.empty() || field.name.find_first_of(": ") != std::string::npos || breaks_out(field.name) ||
        breaks_out(field.value))
      return false;
  }
  return true;
}

Response to_response(Parser::value_type&& message) {
  Response response;
  response.status = message.result_int();
  for (const auto& field : message) {
    const auto name = field.name_string();
    const auto value = field.value();
    response.headers.add({name.data(), name.size()}, {value.data(), value.size()});
  }
  response.body = std::move(message.body());
  return response;
}

}  // namespace

struct Client::Impl {
  explicit Impl(ClientLimits client_limits) : limits(client_limits) {}

  // Kept connections belong to the loop that made them.
  using PoolKey = std::pair<const net::execution_context*, std::string>;

  std::optional<Socket> take_idle(const PoolKey& key) {
    const std::scoped_lock lock(mutex);
    std::vector<Socket>& sockets = idle[key];
    if (sockets.empty()) return std::nullopt;
    std::optional<Socket> socket(std::move(sockets.back()));
    sockets.pop_back();
    return socket;
  }
  void keep(const PoolKey& key, Socket socket) {
    const std::scoped_lock lock(mutex);
    std::vector<Socket>& sockets = idle[key];
    if (sockets.size() < limits.max_idle_per_origin) sockets.push_back(std::move(socket));
  }

  Task<Result<Socket>> connect(const Url& url, std::shared_ptr<Socket>& current) {
    const Executor executor = co_await net::this_coro::executor;
    error_code error;
    Resolver resolver(executor);
    const auto endpoints =
        co_await resolver.async_resolve(url.host, std::to_string(url.port), net::redirect_error(kUseTask, error));
    if (error) co_return unavailable(url, error.message());
    current = std::make_shared<Socket>(executor);
    co_await net::async_connect(*current, endpoints, net::redirect_error(kUseTask, error));
    if (error) co_return unavailable(url, error.message());
    error_code ignored;
    current->set_option(net::ip::tcp::no_delay(true), ignored);
    co_return std::move(*current);
  }

  // One request and its response on an open socket. `keeps` says whether the socket may be used again.
  Task<Result<Response>> exchange(Socket& socket, const std::string& bytes, const Request& request, const Url& url,
                                  bool& keeps) {
    error_code error;
    co_await net::async_write(socket, net::buffer(bytes), net::redirect_error(kUseTask, error));
    if (error) co_return unavailable(url, error.message());
    Parser parser;
    parser.body_limit(limits.max_response_bytes);
    parser.skip(request.method == "HEAD");
    beast::flat_buffer buffer;
    co_await beast::http::async_read(socket, buffer, parser, net::redirect_error(kUseTask, error));
    if (error) co_return unavailable(url, error.message());
    keeps = parser.keep_alive() && buffer.size() == 0;
    co_return to_response(parser.release());
  }

  const ClientLimits limits;
  std::mutex mutex;
  std::map<PoolKey, std::vector<Socket>> idle;
};

Client::Client(ClientLimits limits) : impl_(std::make_unique<Impl>(limits)) {}
Client::~Client() = default;

Task<Result<Response>> Client::fetch(std::string_view url_text, Request request, std::chrono::milliseconds timeout) {
  const std::optional<Url> url = Url::parse(url_text);
  if (!url) co_return fail(Error::Kind::kInvalid, "", "not an absolute http URL");
  if (url->scheme != "http")
    co_return fail(Error::Kind::kInvalid, "", "https is not spoken to the outside; name an http address");
  if (!is_safe(request))
    co_return fail(Error::Kind::kInvalid, "", "the method or a header field is not allowed in HTTP");

  const Executor executor = co_await net::this_coro::executor;
  const Impl::PoolKey key{&executor.context(), url->origin()};
  const std::string bytes = request_bytes(request, *url);
  // The timer closes whatever socket is in use; shared, because its handler may run after this frame is gone.
  auto current = std::make_shared<std::shared_ptr<Socket>>();
  auto timed_out = std::make_shared<bool>(false);
  Timer timer(executor, timeout);
  timer.async_wait([current, timed_out](const error_code& error) {
    if (error) return;
    *timed_out = true;
    error_code ignored;
    if (*current) (*current)->close(ignored);
  });

  for (bool may_reuse = true;; may_reuse = false) {
    std::optional<Socket> kept;
    if (may_reuse) kept = impl_->take_idle(key);
    const bool is_reused = kept.has_value();
    if (is_reused) {
      *current = std::make_shared<Socket>(std::move(*kept));
    } else {
      Result<Socket> opened = co_await impl_->connect(*url, *current);
      if (*timed_out) co_return unavailable(*url, "it took too long");
      if (!opened) co_return std::unexpected(opened.error());
      *current = std::make_shared<Socket>(std::move(*opened));
    }
    bool keeps = false;
    const std::shared_ptr<Socket> socket = *current;
    Result<Response> response = co_await impl_->exchange(*socket, bytes, request, *url, keeps);
    if (*timed_out) co_return unavailable(*url, "it took too long");
    // The server may have closed a kept connection just before the request reached it.
    if (!response && is_reused && is_idempotent(request.method)) continue;
    *current = nullptr;
    if (response && keeps) impl_->keep(key, std::move(*socket));
    co_return response;
  }
}

}  // namespace gatehouse::http
