// For tests: answers with what it understood, so that tests see how a request was read.
#pragma once

#include <atomic>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <stdexcept>

#include "platform/http/handler.hpp"

namespace gatehouse::http::testing {

class Zeros final : public BodySource {
 public:
  explicit Zeros(std::uint64_t size, std::uint64_t readable) : size_(size), readable_(readable) {}
  std::uint64_t size() const override { return size_; }
  std::size_t read(std::uint64_t offset, std::span<char> out) const override {
    const auto count = std::min<std::uint64_t>(out.size(), readable_ - std::min(offset, readable_));
    std::fill_n(out.begin(), count, '0');
    return static_cast<std::size_t>(count);
  }

 private:
  std::uint64_t size_;
  std::uint64_t readable_;
};

class Echo final : public Handler {
 public:
  Task<Response> handle(Request& request) override {
    ++requests;
    const std::string_view path = request.path();
    if (request.body_too_large) co_return make_response(413, "text/plain", "too large");
    if (path == "/throw") throw std::runtime_error("secret detail");
    if (path == "/throw-int") throw 42;
    if (path == "/wait") {
      ++waiting;
      Timer timer(co_await net::this_coro::executor, std::chrono::hours{1});
      co_await timer.async_wait(kUseTask);
    }
    if (path == "/pause") {
      ++waiting;
      Timer timer(co_await net::this_coro::executor, std::chrono::milliseconds{100});
      co_await timer.async_wait(kUseTask);
    }
    Response response = make_response(
        200, "text/plain",
        fmt::format("{} {} host={} [{}]", request.method, request.target, request.headers.get("Host"), request.body));
    add_oddities(path, request, response);
    co_return response;
  }

  std::atomic<int> requests{0};
  std::atomic<int> waiting{0};

 private:
  static void add_oddities(std::string_view path, Request& request, Response& response) {
    if (path == "/inject") response.headers.add("X-Bad", "a\r\nSet-Cookie: evil=1");
    if (path == "/inject-name") response.headers.add("X-Bad\r\nevil", "a");
    if (path == "/framing") {
      for (const char* name : {"Content-Length", "transfer-encoding", "Connection"}) response.headers.add(name, "7");
    }
    if (path == "/order") response.headers = Headers{{"b-First", "1"}, {"A-Second", "2"}, {"Date", "mine"}};
    if (path == "/large") response.body.assign(300'000, 'x');
    if (path == "/huge") response.body.assign(20'000'000, 'x');
    if (path == "/shared") response.shared_body = std::make_shared<const std::string>(100'000, 's');
    if (path == "/source") response.source = std::make_shared<Zeros>(1'000'000, 1'000'000);
    if (path == "/broken-source") response.source = std::make_shared<Zeros>(1'000'000, 300'000);
    if (path == "/empty") response = Response{.status = 204};
    if (path == "/not-modified") response.status = 304;
    if (path == "/status-0") response.status = 0;
    if (path == "/status-101") response.status = 101;
    if (path == "/close") response.close = true;
    if (path == "/length") {
      response.body.clear();
      response.content_length = 77;
    }
    if (path == "/peer") response.body = request.peer_address + (request.is_secure ? " secure" : " plain");
    if (path == "/fields") {
      for (const Header& field : request.headers) response.body += field.name + "=" + field.value + ";";
    }
  }
};

}  // namespace gatehouse::http::testing
