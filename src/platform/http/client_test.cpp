#include "platform/http/client.hpp"

#include <gtest/gtest.h>

#include "base/testing/run_task.hpp"
#include "platform/http/testing/echo.hpp"
#include "platform/http/testing/scripted_server.hpp"
#include "platform/http/testing/test_server.hpp"

namespace gatehouse::http {
namespace {

using std::chrono::milliseconds;
using testing::ScriptedServer;
using testing::TestServer;

constexpr std::chrono::seconds kPatience{10};
constexpr const char* kShort = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";

Request make_request(std::string_view method, std::string body = {}) {
  Request request;
  request.method = method;
  request.body = std::move(body);
  return request;
}

Result<Response> fetch(Client& client, std::string url, Request request, milliseconds timeout = kPatience) {
  return gatehouse::testing::run_task(client.fetch(url, std::move(request), timeout));
}

// All on one loop, so that connections can be kept.
Task<std::vector<Result<Response>>> fetch_each(Client& client, std::string url, std::vector<Request> requests) {
  std::vector<Result<Response>> responses;
  for (Request& request : requests) {
    Result<Response> response = co_await client.fetch(url, std::move(request), kPatience);
    responses.push_back(std::move(response));
  }
  co_return responses;
}

class ClientTest : public ::testing::Test {
 protected:
  testing::Echo echo_;
  TestServer server_{echo_};
  Client client_;
};

TEST_F(ClientTest, SendsARequestAndReadsTheResponse) {
  Request request = make_request("POST", "hello");
  request.headers = Headers{{"Host", "forged"}, {"Content-Length", "99"}, {"Connection", "close"}, {"X-A", "b"}};
  const Result<Response> response = fetch(client_, server_.url("/x?y=z"), request);
  ASSERT_TRUE(response) << response.error().message;
  EXPECT_EQ(response->status, 200u);
  EXPECT_EQ(response->body, fmt::format("POST /x?y=z host=127.0.0.1:{} [hello]", server_.port()));
  EXPECT_EQ(response->headers.get("content-type"), "text/plain");

  const Result<Response> fields = fetch(client_, server_.url("/fields"), request);
  EXPECT_NE(fields->body.find("X-A=b;Content-Length=5;"), std::string::npos);
  EXPECT_EQ(fields->body.find("forged"), std::string::npos);
}

TEST_F(ClientTest, ReadsLargeAndEmptyResponses) {
  EXPECT_EQ(fetch(client_, server_.url("/large"), make_request("GET"))->body.size(), 300'000u);
  EXPECT_EQ(fetch(client_, server_.url("/source"), make_request("GET"))->body.size(), 1'000'000u);
  EXPECT_EQ(fetch(client_, server_.url("/empty"), make_request("GET"))->status, 204u);
  const Result<Response> head = fetch(client_, server_.url("/large"), make_request("HEAD"));
  EXPECT_EQ(head->body, "");
  EXPECT_EQ(head->content_length, 300'000u);
}

TEST_F(ClientTest, FindsLocalhostWithoutAResolver) {
  const std::string url = fmt::format("http://any.localhost:{}/", server_.port());
  EXPECT_EQ(fetch(client_, url, make_request("GET"))->status, 200u);
}

TEST_F(ClientTest, RefusesWhatCannotBeSent) {
  const auto kind = [&](std::string url, Request request) {
    const Result<Response> response = fetch(client_, std::move(url), std::move(request));
    return response ? Error::Kind::kInternal : response.error().kind;
  };
  for (const char* url : {"", "/x", "ftp://x/", "https://x/", "http://u:p@x/", "http://x/\r\nA: b"})
    EXPECT_EQ(kind(url, make_request("GET")), Error::Kind::kInvalid) << url;
  const std::string url = server_.url("/");
  for (const char* method : {"", "GET /x", "GET\r\n", "CONNECT"})
    EXPECT_EQ(kind(url, make_request(method)), Error::Kind::kInvalid) << method;
  Request request = make_request("GET");
  request.headers.add("X", "a\r\nEvil: b");
  EXPECT_EQ(kind(url, request), Error::Kind::kInvalid);
  request.headers = Headers{{"X: y", "a"}};
  EXPECT_EQ(kind(url, request), Error::Kind::kInvalid);
  EXPECT_EQ(echo_.requests, 0);
}

TEST_F(ClientTest, IsOverWhenTheTimeIs) {
  const Result<Response> response = fetch(client_, server_.url("/wait"), make_request("GET"), milliseconds{20});
  ASSERT_FALSE(response);
  EXPECT_EQ(response.error().kind, Error::Kind::kUnavailable);
  EXPECT_NE(response.error().message.find("too long"), std::string::npos);
}

TEST_F(ClientTest, SaysThatNobodyAnswers) {
  std::uint16_t free_port = 0;
  {
    const TestServer gone(echo_);
    free_port = gone.port();
  }
  const Result<Response> response = fetch(client_, fmt::format("http://127.0.0.1:{}/", free_port), make_request("GET"));
  ASSERT_FALSE(response);
  EXPECT_EQ(response.error().kind, Error::Kind::kUnavailable);
  EXPECT_NE(response.error().message.find(std::to_string(free_port)), std::string::npos);
}

TEST(ClientResponses, AreReadInEveryFraming) {
  const struct {
    std::string answer;
    std::string_view body;
  } scenarios[] = {
      {kShort, "ok"},
      {"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n", "ok"},
      {"HTTP/1.1 200 OK\r\n\r\nuntil the end", "until the end"},
      {"HTTP/1.0 200 OK\r\n\r\nuntil the end", "until the end"},
      {"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\n" + std::string(kShort), "ok"},
      {"HTTP/1.1 304 Not Modified\r\nContent-Length: 5\r\n\r\n", ""},
  };
  for (const auto& scenario : scenarios) {
    const ScriptedServer server({{scenario.answer}});
    Client client;
    const Result<Response> response = fetch(client, server.url("/"), make_request("GET"));
    ASSERT_TRUE(response) << scenario.answer << response.error().message;
    EXPECT_EQ(response->body, scenario.body) << scenario.answer;
    EXPECT_FALSE(response->headers.contains("Link"));
  }
}

TEST(ClientResponses, AreRefusedWhenTheyAreMalformedOrTooLarge) {
  const struct {
    std::string answer;
    Error::Kind kind;
  } scenarios[] = {
      {"SSH-2.0-OpenSSH\r\n", Error::Kind::kUnavailable},
      {"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nab", Error::Kind::kUnavailable},
      {"HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab", Error::Kind::kUnavailable},
      {"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n", Error::Kind::kUnavailable},
      {"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nab", Error::Kind::kUnavailable},
      {"HTTP/1.1 101 Switching Protocols\r\n\r\n", Error::Kind::kUnavailable},
      {"HTTP/1.1 200 OK\n\nab", Error::Kind::kUnavailable},
      {"HTTP/1.1 200 OK\r\nA: " + std::string(70'000, 'a'), Error::Kind::kUnavailable},
      {"HTTP/1.1 200 OK\r\nContent-Length: 1001\r\n\r\n", Error::Kind::kTooLarge},
      {"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3e9\r\n", Error::Kind::kTooLarge},
      {"HTTP/1.1 200 OK\r\n\r\n" + std::string(1001, 'a'), Error::Kind::kTooLarge},
  };
  for (const auto& scenario : scenarios) {
    const ScriptedServer server({{scenario.answer}});
    Client client({.max_response_bytes = 1000});
    const Result<Response> response = fetch(client, server.url("/"), make_request("GET"));
    ASSERT_FALSE(response) << scenario.answer;
    EXPECT_EQ(response.error().kind, scenario.kind) << scenario.answer.substr(0, 100);
  }
}

TEST(ClientConnections, AreKeptAndUsedAgain) {
  const ScriptedServer server({{kShort, kShort, kShort, ""}});
  Client client;
  const auto responses = gatehouse::testing::run_task(
      fetch_each(client, server.url("/"), {make_request("GET"), make_request("POST"), make_request("GET")}));
  for (const auto& response : responses) ASSERT_TRUE(response) << response.error().message;
  EXPECT_EQ(server.connections(), 1);
}

TEST(ClientConnections, AreNotKeptWhenTheResponseSaysSoOrSaysTooMuch) {
  for (const char* answer : {"HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 2\r\n\r\nok",
                             "HTTP/1.0 200 OK\r\nContent-Length: 2\r\n\r\nok",
                             "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nokHTTP/1.1 200 OK\r\n"}) {
    const ScriptedServer server({{answer, ""}, {kShort}});
    Client client;
    const auto responses =
        gatehouse::testing::run_task(fetch_each(client, server.url("/"), {make_request("GET"), make_request("GET")}));
    for (const auto& response : responses) ASSERT_TRUE(response) << response.error().message;
    EXPECT_EQ(server.connections(), 2) << answer;
  }
}

TEST(ClientConnections, ThatTurnOutClosedAreReplacedForRepeatableRequests) {
  // The first connection closes behind its answer: the client sees that before or after it sends the next request.
  const ScriptedServer server({{kShort}, {kShort}});
  Client client;
  const auto responses =
      gatehouse::testing::run_task(fetch_each(client, server.url("/"), {make_request("GET"), make_request("GET")}));
  for (const auto& response : responses) EXPECT_TRUE(response) << response.error().message;
  EXPECT_EQ(server.connections(), 2);
}

TEST(ClientConnections, MayOutliveTheirLoopWithoutHarm) {
  const ScriptedServer server({{kShort, ""}, {kShort, ""}});
  Client client;
  for (int i = 0; i < 2; ++i) EXPECT_TRUE(fetch(client, server.url("/"), make_request("GET")));
  EXPECT_EQ(server.connections(), 2);  // each run has a loop of its own
}

}  // namespace
}  // namespace gatehouse::http
