// What the server makes of bytes: everything here goes through a real socket.
#include "platform/http/server.hpp"

#include <gtest/gtest.h>

#include "platform/http/testing/echo.hpp"
#include "platform/http/testing/test_server.hpp"

namespace gatehouse::http {
namespace {

using testing::Echo;
using testing::RawSocket;
using testing::TestServer;

constexpr std::string_view kClose = "Host: x\r\nConnection: close\r\n\r\n";

ServerLimits small_limits() {
  ServerLimits limits;
  limits.max_header_bytes = 2000;
  limits.max_body_bytes = 1000;
  return limits;
}

class ServerTest : public ::testing::Test {
 protected:
  Echo echo_;
  TestServer server_{echo_, small_limits()};
};

struct Scenario {
  std::string_view name;
  std::string request;
  std::string_view expected;
  std::string_view forbidden = "";
};

class Requests : public ServerTest {
 protected:
  // Whole, and byte by byte: what is read must not depend on how it arrives.
  void check(const std::vector<Scenario>& scenarios) const {
    for (const Scenario& scenario : scenarios) {
      for (const std::size_t at_a_time : {SIZE_MAX, std::size_t{1}}) {
        const std::string answer = server_.talk(scenario.request, at_a_time);
        EXPECT_NE(answer.find(scenario.expected), std::string::npos) << scenario.name << ": " << answer.substr(0, 500);
        if (scenario.forbidden.empty()) continue;
        EXPECT_EQ(answer.find(scenario.forbidden), std::string::npos) << scenario.name << ": " << answer.substr(0, 500);
      }
    }
  }
  static std::string get(std::string_view target, std::string_view fields = kClose) {
    return fmt::format("GET {} HTTP/1.1\r\n{}", target, fields);
  }
  static std::string post(std::string_view fields, std::string_view body) {
    return fmt::format("POST / HTTP/1.1\r\nHost: x\r\n{}\r\n{}", fields, body);
  }
  static std::string chunked(std::string_view body) {
    return post("Connection: close\r\nTransfer-Encoding: chunked\r\n", body);
  }
};

TEST_F(Requests, AreAnsweredWhenTheyAreClear) {
  check({
      {"plain", get("/a?b=1"), "GET /a?b=1 host=x []", "Transfer-Encoding"},
      {"status line", get("/"), "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nDate: "},
      {"method's case", "gEt / HTTP/1.1\r\n" + std::string(kClose), "gEt / host=x"},
      {"unusual characters", get("/{a}|b\\c^`%zz\"<>"), "GET /{a}|b\\c^`%zz\"<> host"},
      {"empty lines before", "\r\n\r\n" + get("/a"), "GET /a host=x []"},
      {"blanks around a value", get("/", "Host: \t x \t\r\nConnection: close\r\n\r\n"), "host=x []"},
      {"empty value", get("/fields", "Host: x\r\nA:\r\nConnection: close\r\n\r\n"), "A=;"},
      {"fields keep order and case", get("/fields", "Host: x\r\nb-B: 1\r\nA-a: 2\r\nConnection: close\r\n\r\n"),
       "Host=x;b-B=1;A-a=2;"},
      {"other bytes in a value", get("/fields", "Host: x\r\nA: \xC3\xA9\r\nConnection: close\r\n\r\n"), "A=\xC3\xA9;"},
      {"length", post("Connection: close\r\nContent-Length: 3\r\n", "abc"), "[abc]"},
      {"leading zeros", post("Connection: close\r\nContent-Length: 0003\r\n", "abc"), "[abc]"},
      {"chunked", chunked("2\r\nab\r\n1\r\nc\r\n0\r\n\r\n"), "[abc]"},
      {"chunked in any case", post("Connection: close\r\nTransfer-Encoding: Chunked\r\n", "1\r\na\r\n0\r\n\r\n"),
       "[a]"},
      {"chunk extension", chunked("2;x=\"y\"\r\nab\r\n0;z\r\n\r\n"), "[ab]"},
      {"trailer", chunked("A\r\n0123456789\r\n0\r\nX-Check: 1\r\n\r\n"), "[0123456789]", "X-Check"},
      {"body of a GET", "GET / HTTP/1.1\r\nContent-Length: 2\r\n" + std::string(kClose) + "ab", "[ab]"},
      {"HTTP/1.0", "GET / HTTP/1.0\r\n\r\n", "Connection: close\r\n", "keep-alive"},
      {"absolute form", "GET http://Other:81/x?y HTTP/1.1\r\n" + std::string(kClose), "GET /x?y host=Other:81"},
      {"absolute form, no path", "GET HTTP://other?y HTTP/1.1\r\n" + std::string(kClose), "GET /?y host=other"},
      {"server-wide options", "OPTIONS * HTTP/1.1\r\n" + std::string(kClose), "200 OK\r\nDate", "OPTIONS"},
      {"IPv6 host", get("/", "Host: [::1]:8080\r\nConnection: close\r\n\r\n"), "host=[::1]:8080"},
      {"peer's address", get("/peer"), "127.0.0.1 plain"},
  });
}

TEST_F(Requests, AreRefusedWhenTheyCanBeReadInTwoWays) {
  const std::string_view kChunked = "Transfer-Encoding: chunked\r\n";
  check({
      {"both lengths", post(fmt::format("Content-Length: 3\r\n{}", kChunked), "0\r\n\r\n"), " 400 ", "200 OK"},
      {"both, the other way", post(fmt::format("{}Content-Length: 3\r\n", kChunked), "0\r\n\r\n"), " 400 ", "200 OK"},
      {"two lengths", post("Content-Length: 3\r\nContent-Length: 4\r\n", "abcd"), " 400 ", "200 OK"},
      {"the same length twice", post("Content-Length: 3\r\nContent-Length: 3\r\n", "abc"), " 400 ", "200 OK"},
      {"length list", post("Content-Length: 3, 3\r\n", "abc"), " 400 ", "200 OK"},
      {"signed length", post("Content-Length: +3\r\n", "abc"), " 400 ", "200 OK"},
      {"negative length", post("Content-Length: -1\r\n", "abc"), " 400 ", "200 OK"},
      {"hexadecimal length", post("Content-Length: 0x3\r\n", "abc"), " 400 ", "200 OK"},
      {"length with a blank", post("Content-Length: 1 2\r\n", "abc"), " 400 ", "200 OK"},
      {"empty length", post("Content-Length:\r\n", ""), " 400 ", "200 OK"},
      {"huge length", post("Content-Length: 99999999999999999999999\r\n", ""), " 400 ", "200 OK"},
      {"other coding", post("Transfer-Encoding: gzip\r\n", ""), " 501 ", "200 OK"},
      {"identity", post("Transfer-Encoding: identity\r\n", ""), " 501 ", "200 OK"},
      {"coding list", post("Transfer-Encoding: gzip, chunked\r\n", "0\r\n\r\n"), " 501 ", "200 OK"},
      {"chunked not last", post("Transfer-Encoding: chunked, gzip\r\n", "0\r\n\r\n"), " 400 ", "200 OK"},
      {"two codings", post(fmt::format("{0}{0}", kChunked), "0\r\n\r\n"), " 400 ", "200 OK"},
      {"empty coding", post("Transfer-Encoding:\r\n", "0\r\n\r\n"), " 400 ", "200 OK"},
      {"obscured coding", post("Transfer-Encoding: \"chunked\"\r\n", "0\r\n\r\n"), " 501 ", "200 OK"},
      {"coding with a parameter", post("Transfer-Encoding: chunked;a=b\r\n", "0\r\n\r\n"), " 501 ", "200 OK"},
      {"coding behind a tab stop",
       post("Transfer-Encoding: \x0b"
            "chunked\r\n",
            "0\r\n\r\n"),
       " 400 ", "200 OK"},
      {"coding in HTTP/1.0", fmt::format("POST / HTTP/1.0\r\n{}\r\n0\r\n\r\n", kChunked), " 400 ", "200 OK"},
      {"blank before the colon", post("Content-Length : 3\r\n", "abc"), " 400 ", "200 OK"},
      {"tab before the colon", post("Transfer-Encoding\t: chunked\r\n", "0\r\n\r\n"), " 400 ", "200 OK"},
      {"folded field", post("A: b\r\n c\r\n", ""), " 400 ", "200 OK"},
      {"first field folded", "GET / HTTP/1.1\r\n Host: x\r\n\r\n", " 400 ", "200 OK"},
      {"bare line feeds", "GET / HTTP/1.1\nHost: x\n\n", " 400 ", "200 OK"},
      {"bare line feed in a field", post("A: b\nContent-Length: 3\r\n", "abc"), " 400 ", "200 OK"},
      {"bare carriage return", post("A: b\rc\r\n", ""), " 400 ", "200 OK"},
      {"two carriage returns", post("A: b\r\r\n", ""), " 400 ", "200 OK"},
      {"NUL in a value", post(std::string("A: b\0c\r\n", 8), ""), " 400 ", "200 OK"},
      {"NUL in a name", post(std::string("A\0: c\r\n", 7), ""), " 400 ", "200 OK"},
      {"DEL in a value", post("A: b\x7f\r\n", ""), " 400 ", "200 OK"},
      {"no colon", post("ABC\r\n", ""), " 400 ", "200 OK"},
      {"empty name", post(": c\r\n", ""), " 400 ", "200 OK"},
      {"other bytes in a name", post("\xC3\xA9: c\r\n", ""), " 400 ", "200 OK"},
  });
  EXPECT_EQ(echo_.requests, 0);
}

TEST_F(Requests, AreRefusedWhenTheLineOrTheHostIsWrong) {
  check({
      {"no host", get("/", "\r\n"), " 400 ", "200 OK"},
      {"two hosts", get("/", "Host: a\r\nHost: b\r\n\r\n"), " 400 ", "200 OK"},
      {"the same host twice", get("/", "Host: a\r\nhost: a\r\n\r\n"), " 400 ", "200 OK"},
      {"two hosts in HTTP/1.0", "GET / HTTP/1.0\r\nHost: a\r\nHost: b\r\n\r\n", " 400 ", "200 OK"},
      {"empty host", get("/", "Host:\r\n\r\n"), " 400 ", "200 OK"},
      {"host with a path", get("/", "Host: a/b\r\n\r\n"), " 400 ", "200 OK"},
      {"host with a user", get("/", "Host: a@b\r\n\r\n"), " 400 ", "200 OK"},
      {"host list", get("/", "Host: a, b\r\n\r\n"), " 400 ", "200 OK"},
      {"host with a wrong port", get("/", "Host: a:b\r\n\r\n"), " 400 ", "200 OK"},
      {"no host beside absolute form", "GET http://a/ HTTP/1.1\r\n\r\n", " 400 ", "200 OK"},
      {"user in absolute form", "GET http://u@a/ HTTP/1.1\r\nHost: a\r\n\r\n", " 400 ", "200 OK"},
      {"other scheme", "GET ftp://a/ HTTP/1.1\r\nHost: a\r\n\r\n", " 400 ", "200 OK"},
      {"authority form", "GET example.com:80 HTTP/1.1\r\nHost: x\r\n\r\n", " 400 ", "200 OK"},
      {"connect", "CONNECT x:80 HTTP/1.1\r\nHost: x\r\n\r\n", " 400 ", "200 OK"},
      {"asterisk of another method", "GET * HTTP/1.1\r\nHost: x\r\n\r\n", " 400 ", "200 OK"},
      {"fragment", get("/a#b"), " 400 ", "200 OK"},
      {"relative path", get("a"), " 400 ", "200 OK"},
      {"blank in the target", get("/a b"), " 400 ", "200 OK"},
      {"other bytes in the target", get("/\xC3\xA9"), " 400 ", "200 OK"},
      {"NUL in the target", get(std::string_view("/a\0b", 4)), " 400 ", "200 OK"},
      {"two blanks", "GET  / HTTP/1.1\r\nHost: x\r\n\r\n", " 400 ", "200 OK"},
      {"tabs", "GET\t/\tHTTP/1.1\r\nHost: x\r\n\r\n", " 400 ", "200 OK"},
      {"blank at the end", "GET / HTTP/1.1 \r\nHost: x\r\n\r\n", " 400 ", "200 OK"},
      {"blank at the start", " GET / HTTP/1.1\r\nHost: x\r\n\r\n", " 400 ", "200 OK"},
      {"no version", "GET /\r\nHost: x\r\n\r\n", " 400 ", "200 OK"},
      {"lower-case version", "GET / http/1.1\r\nHost: x\r\n\r\n", " 400 ", "200 OK"},
      {"longer version", "GET / HTTP/1.11\r\nHost: x\r\n\r\n", " 400 ", "200 OK"},
      {"version 2", "GET / HTTP/2.0\r\nHost: x\r\n\r\n", " 505 ", "200 OK"},
      {"version 1.2", "GET / HTTP/1.2\r\nHost: x\r\n\r\n", " 505 ", "200 OK"},
      {"version 0.9", "GET / HTTP/0.9\r\nHost: x\r\n\r\n", " 505 ", "200 OK"},
      {"HTTP/2 preface", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", " 505 ", "200 OK"},
      {"TLS", "\x16\x03\x01\x02", "speaks HTTP, not HTTPS", "200 OK"},
      {"garbage", "\x01\x02\x03", " 400 ", "200 OK"},
      {"other expectation", post("Expect: magic\r\nContent-Length: 1\r\n", "a"), " 417 ", "200 OK"},
  });
  EXPECT_EQ(echo_.requests, 0);
}

TEST_F(Requests, AreRefusedWhenAChunkIsMalformed) {
  check({
      {"no number", chunked("zz\r\n"), " 400 ", "200 OK"},
      {"empty size", chunked("\r\n"), " 400 ", "200 OK"},
      {"negative size", chunked("-1\r\n"), " 400 ", "200 OK"},
      {"prefix of hexadecimal", chunked("0x1\r\na\r\n0\r\n\r\n"), " 400 ", "200 OK"},
      {"overflow", chunked("ffffffffffffffffff\r\n"), " 400 ", "200 OK"},
      {"blank in the size", chunked("1 1\r\n"), " 400 ", "200 OK"},
      {"bare line feed", chunked("1\na\r\n0\r\n\r\n"), " 400 ", "200 OK"},
      {"chunk too long", chunked("1\r\nab\r\n0\r\n\r\n"), " 400 ", "200 OK"},
      {"bare carriage return in an extension", chunked("1;a\rb\r\na\r\n0\r\n\r\n"), " 400 ", "200 OK"},
      {"endless extension", chunked("1;" + std::string(5000, 'x')), " 400 ", "200 OK"},
      {"malformed trailer", chunked("0\r\nno colon\r\n\r\n"), " 400 ", "200 OK"},
      {"endless trailer", chunked("0\r\n" + std::string(9000, 'x')), " 400 ", "200 OK"},
  });
  EXPECT_EQ(echo_.requests, 0);
}

TEST_F(Requests, MeetTheLimitsOnFieldsAndBodies) {
  const std::string many_fields = [] {
    std::string fields;
    for (int i = 0; i < 201; ++i) fields += "a:\r\n";
    return fields;
  }();
  check({
      {"large field", get("/", "Host: x\r\nA: " + std::string(3000, 'a') + "\r\n\r\n"), " 431 ", "200 OK"},
      {"endless target", "GET /" + std::string(3000, 'a'), " 431 ", "200 OK"},
      {"many fields", get("/", "Host: x\r\n" + many_fields + "\r\n"), " 431 ", "200 OK"},
      {"large body", post("Content-Length: 2000\r\n", std::string(2000, 'b')), "413 Content Too Large", "200 OK"},
      {"very large body", post("Content-Length: 9000000000000\r\n", "b"), "too large", "200 OK"},
      {"large chunk", chunked("7d0\r\n" + std::string(2000, 'b') + "\r\n0\r\n\r\n"), "too large", "200 OK"},
      {"many chunks", chunked("258\r\n" + std::string(600, 'b') + "\r\n258\r\n" + std::string(600, 'b')), "too large",
       "200 OK"},
      {"large body with an expectation", post("Expect: 100-continue\r\nContent-Length: 2000\r\n", ""), "too large",
       "100 Continue"},
      {"what follows a large body is no request",
       post("Content-Length: 2000\r\n", std::string(2000, 'b')) + get("/smuggled"), "too large", "smuggled"},
  });
}

TEST_F(ServerTest, ClosesAfterARefusalWithoutReadingOn) {
  const std::string answer =
      server_.talk("GET / HTTP/1.1\r\nA : b\r\n\r\nGET /second HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
  EXPECT_NE(answer.find("HTTP/1.1 400 Bad Request"), std::string::npos);
  EXPECT_NE(answer.find("Connection: close"), std::string::npos);
  EXPECT_EQ(answer.find("second"), std::string::npos);
}

TEST_F(ServerTest, AnswersALargeBodyBeforeTheResetCouldReachTheClient) {
  const RawSocket socket = server_.connect();
  socket.send("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 5000000\r\n\r\n");
  socket.send(std::string(5'000'000, 'b'));
  socket.finish_sending();
  bool was_reset = true;
  const std::string answer = socket.read_all(&was_reset);
  EXPECT_NE(answer.find("413 "), std::string::npos);
  EXPECT_FALSE(was_reset);
}

TEST_F(ServerTest, AnswersPipelinedRequestsInOrder) {
  std::string requests;
  for (int i = 0; i < 50; ++i) requests += fmt::format("GET /{} HTTP/1.1\r\nHost: x\r\n\r\n", i);
  requests += "POST /last HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\nConnection: close\r\n\r\nhi";
  for (const std::size_t at_a_time : {SIZE_MAX, std::size_t{7}}) {
    const std::string answer = server_.talk(requests, at_a_time);
    std::size_t at = 0;
    for (int i = 0; i < 50; ++i) {
      at = answer.find(fmt::format("GET /{} ", i), at);
      ASSERT_NE(at, std::string::npos) << i;
    }
    EXPECT_NE(answer.find("POST /last host=x [hi]", at), std::string::npos);
  }
}

TEST_F(ServerTest, KeepsAConnectionAsTheVersionSays) {
  const RawSocket socket = server_.connect();
  socket.send("GET /1 HTTP/1.1\r\nHost: x\r\n\r\n");
  EXPECT_EQ(socket.read_response().find("Connection:"), std::string::npos);
  socket.send("GET /2 HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
  EXPECT_NE(socket.read_response().find("Connection: keep-alive\r\n"), std::string::npos);
  socket.send("GET /3 HTTP/1.1\r\nHost: x\r\nConnection: foo , Close\r\n\r\n");
  EXPECT_NE(socket.read_all().find("Connection: close\r\n"), std::string::npos);
  EXPECT_NE(server_.talk("GET /close HTTP/1.1\r\nHost: x\r\n\r\n").find("Connection: close\r\n"), std::string::npos);
}

TEST_F(ServerTest, SaysContinueToThoseWhoWaitForIt) {
  const RawSocket socket = server_.connect();
  socket.send("POST / HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n");
  EXPECT_EQ(socket.read_until("\r\n\r\n"), "HTTP/1.1 100 Continue\r\n\r\n");
  socket.send("hi");
  EXPECT_NE(socket.read_response().find("[hi]"), std::string::npos);
  // Who has sent the body already does not wait.
  socket.send("POST / HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\nho");
  const std::string answer = socket.read_response();
  EXPECT_EQ(answer.find("100 Continue"), std::string::npos);
  EXPECT_NE(answer.find("[ho]"), std::string::npos);
}

TEST_F(ServerTest, WritesResponsesAsHandlersMeanThem) {
  const auto ask = [&](std::string_view line) { return server_.talk(fmt::format("{} HTTP/1.1\r\n{}", line, kClose)); };
  const auto body_of = [](const std::string& answer) { return answer.substr(answer.find("\r\n\r\n") + 4); };

  EXPECT_NE(ask("GET /order").find("HTTP/1.1 200 OK\r\nb-First: 1\r\nA-Second: 2\r\nDate: mine\r\nContent-Length:"),
            std::string::npos);
  const std::string head = ask("HEAD /");
  EXPECT_NE(head.find("Content-Length: 16\r\n"), std::string::npos);
  EXPECT_EQ(body_of(head), "");
  EXPECT_NE(ask("HEAD /length").find("Content-Length: 77\r\n"), std::string::npos);
  EXPECT_NE(ask("GET /length").find("Content-Length: 0\r\n"), std::string::npos);
  EXPECT_NE(ask("HEAD /source").find("Content-Length: 1000000\r\n"), std::string::npos);
  for (const char* line : {"GET /empty", "GET /not-modified"}) {
    const std::string answer = ask(line);
    EXPECT_EQ(answer.find("Content-Length"), std::string::npos) << line;
    EXPECT_EQ(body_of(answer), "") << line;
  }
  EXPECT_EQ(body_of(ask("GET /large")), std::string(300'000, 'x'));
  EXPECT_EQ(body_of(ask("GET /huge")), std::string(20'000'000, 'x'));
  EXPECT_EQ(body_of(ask("GET /shared")), std::string(100'000, 's'));
  EXPECT_EQ(body_of(ask("GET /source")), std::string(1'000'000, '0'));
  EXPECT_EQ(ask("GET /").find("Server:"), std::string::npos);
}

TEST_F(ServerTest, EndsTheConnectionWhenAPromisedBodyCannotBeRead) {
  const std::string answer = server_.talk("GET /broken-source HTTP/1.1\r\nHost: x\r\n\r\n");
  EXPECT_NE(answer.find("Content-Length: 1000000"), std::string::npos);
  EXPECT_LT(answer.size(), 400'000u);
}

TEST_F(ServerTest, LetsNoHandlerBreakTheMessage) {
  for (const char* path : {"/inject", "/inject-name"}) {
    const std::string answer = server_.talk(fmt::format("GET {} HTTP/1.1\r\n{}", path, kClose));
    EXPECT_NE(answer.find("200 OK"), std::string::npos) << path;
    EXPECT_EQ(answer.find("evil"), std::string::npos) << path;
  }
  const std::string framing = server_.talk(fmt::format("GET /framing HTTP/1.1\r\n{}", kClose));
  EXPECT_EQ(framing.find(": 7\r\n"), std::string::npos);
  for (const char* path : {"/throw", "/throw-int", "/status-0", "/status-101"}) {
    const RawSocket socket = server_.connect();
    socket.send(fmt::format("GET {} HTTP/1.1\r\nHost: x\r\n\r\n", path));
    const std::string answer = socket.read_response();
    EXPECT_NE(answer.find("HTTP/1.1 500 Internal Server Error"), std::string::npos) << path;
    EXPECT_EQ(answer.find("secret"), std::string::npos) << path;
    socket.send("GET /after HTTP/1.1\r\nHost: x\r\n\r\n");
    EXPECT_NE(socket.read_response().find("GET /after"), std::string::npos) << path;
  }
}

}  // namespace
}  // namespace gatehouse::http
