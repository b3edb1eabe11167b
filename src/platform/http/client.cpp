#include "platform/http/client.hpp"

#include <algorithm>
#include <array>

#include "base/text.hpp"
#include "platform/http/connection_pool.hpp"
#include "platform/http/exchange.hpp"
#include "platform/http/syntax.hpp"
#include "platform/http/url.hpp"

namespace gatehouse::http {
namespace {

// RFC 9110 section 9.2.2.
bool is_idempotent(std::string_view method) {
  constexpr std::array<std::string_view, 6> kMethods{"GET", "HEAD", "PUT", "DELETE", "OPTIONS", "TRACE"};
  return std::ranges::find(kMethods, method) != kMethods.end();
}

// What concerns this hop alone (RFC 9110 section 7.6.1), and Host, which the URL says.
bool is_clients_own(std::string_view name) {
  constexpr std::array<std::string_view, 9> kNames{"Host",       "Content-Length", "Transfer-Encoding",
                                                   "Connection", "Keep-Alive",     "Proxy-Connection",
                                                   "TE",         "Upgrade",        "Expect"};
  return std::ranges::any_of(kNames, [name](std::string_view own) { return equals_ignoring_case(own, name); });
}

bool is_valid(const Request& request) {
  return is_token(request.method) && request.method != "CONNECT" &&
         std::ranges::all_of(request.headers,
                             [](const Header& field) { return is_token(field.name) && is_field_value(field.value); });
}

std::string request_bytes(const Request& request, const Url& url) {
  std::string out = fmt::format("{} {} HTTP/1.1\r\nHost: {}\r\n", request.method, url.target,
                                std::string_view(url.origin()).substr(url.scheme.size() + 3));
  for (const Header& field : request.headers) {
    if (is_clients_own(field.name)) continue;
    out.append(field.name).append(": ").append(field.value).append("\r\n");
  }
  // RFC 9110 section 8.6: methods that are made for a body say that there is none, too.
  const bool expects_body = request.method == "POST" || request.method == "PUT" || request.method == "PATCH";
  if (!request.body.empty() || expects_body) out += fmt::format("Content-Length: {}\r\n", request.body.size());
  return out.append("\r\n").append(request.body);
}

std::unexpected<Error> unusable(std::string_view why) { return fail(Error::Kind::kInvalid, "", std::string(why)); }

}  // namespace

Task<Result<Response>> Client::fetch(std::string_view url_text, Request request, std::chrono::milliseconds timeout) {
  const std::optional<Url> url = Url::parse(url_text);
  if (!url) co_return unusable("not an absolute http URL");
  if (url->scheme != "http") co_return unusable("https is not spoken to the outside: name an http address");
  if (!is_valid(request)) co_return unusable("the method or a header field is not allowed in HTTP");

  const Executor executor = co_await net::this_coro::executor;
  auto& pool = net::use_service<ConnectionPool>(executor.context());
  const std::string origin = url->origin();
  const std::string bytes = request_bytes(request, *url);
  const bool is_head = request.method == "HEAD";

  std::shared_ptr<Exchange> exchange;
  Timer timer(executor);
  timer.expires_after(timeout);
  const auto expires_at = timer.expiry();
  for (std::optional<Socket> kept = pool.take(origin);; kept.reset()) {
    const bool is_kept = kept.has_value();
    exchange = std::make_shared<Exchange>(executor, *url, limits_.max_response_bytes);
    timer.expires_at(expires_at);  // ends the wait for a former exchange
    timer.async_wait([weak = std::weak_ptr(exchange)](const boost::system::error_code& error) {
      const auto running = weak.lock();
      if (!error && running) running->expire();
    });
    if (is_kept) {
      exchange->use(std::move(*kept));
    } else {
      const Result<void> connected = co_await exchange->connect();
      if (!connected) co_return std::unexpected(connected.error());
    }
    Result<Response> response = co_await exchange->run(bytes, is_head);
    const bool is_stale = !response && is_kept && exchange->is_unanswered() && !exchange->is_expired();
    if (is_stale && is_idempotent(request.method)) continue;
    if (response) {
      if (std::optional<Socket> socket = exchange->release())
        pool.keep(origin, std::move(*socket), limits_.max_idle_per_origin);
    }
    co_return response;
  }
}

}  // namespace gatehouse::http
