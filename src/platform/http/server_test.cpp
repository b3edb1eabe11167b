#include "platform/http/server.hpp"

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <unistd.h>

#include <thread>

#include "base/run_task.hpp"
#include "platform/http/client.hpp"
#include "platform/http/url.hpp"

namespace gatehouse::http {
namespace {

// Answers with what it understood, so that tests see how a request was read.
class Echo final : public Handler {
 public:
  Task<Response> handle(Request& request) override {
    if (request.path() == "/throw") throw std::runtime_error("secret detail");
    Response response =
        make_response(200, "text/plain", fmt::format("{} {} [{}]", request.method, request.target, request.body));
    if (request.body_too_large) response = make_response(413, "text/plain", "too large");
    if (request.path() == "/inject") response.headers.add("X-Bad", "a\r\nSet-Cookie: evil=1");
    if (request.path() == "/large") response.body.assign(200'000, 'x');
    if (request.path() == "/empty") response = Response{.status = 204};
    co_return response;
  }
};

class ServerTest : public ::testing::Test {
 protected:
  void SetUp() override {
    limits_.header_timeout = std::chrono::milliseconds{200};
    limits_.body_timeout = std::chrono::milliseconds{200};
    limits_.idle_timeout = std::chrono::milliseconds{400};
    limits_.max_header_bytes = 2000;
    limits_.max_body_bytes = 1000;
    limits_.max_connections = 4;
    server_ = std::make_unique<Server>(loops_, limits_);
    const Result<std::uint16_t> port = server_->listen("127.0.0.1", 0, echo_);
    ASSERT_TRUE(port) << port.error().message;
    port_ = *port;
    thread_ = std::thread([this] { loops_.run(); });
  }
  void TearDown() override {
    loops_.stop();
    thread_.join();
    server_.reset();
  }

  int connect() const {
    const int file = ::socket(AF_INET, SOCK_STREAM, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port_);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    EXPECT_EQ(::connect(file, reinterpret_cast<sockaddr*>(&address), sizeof address), 0);
    return file;
  }
  static std::string read_all(int file) {
    std::string out;
    char bytes[4096];
    for (ssize_t count; (count = ::read(file, bytes, sizeof bytes)) > 0;)
      out.append(bytes, static_cast<std::size_t>(count));
    return out;
  }
  // Sends bytes and reads until the server closes.
  std::string talk(std::string_view bytes, bool one_by_one = false) const {
    const int file = connect();
    for (std::size_t i = 0; i < bytes.size();) {
      const ssize_t sent = ::send(file, bytes.data() + i, one_by_one ? 1 : bytes.size() - i, MSG_NOSIGNAL);
      if (sent <= 0) break;
      i += static_cast<std::size_t>(sent);
    }
    std::string out = read_all(file);
    ::close(file);
    return out;
  }

  Echo echo_;
  Loops loops_{1};
  ServerLimits limits_;
  std::unique_ptr<Server> server_;
  std::uint16_t port_ = 0;
  std::thread thread_;
};

struct Scenario {
  std::string_view name, request, expected, forbidden;
};

TEST_F(ServerTest, ReadsWhatIsClearAndRefusesWhatIsNot) {
  const Scenario scenarios[] = {
      {"plain", "GET /a?b=1 HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n", "GET /a?b=1 []", "Transfer-Encoding"},
      {"length", "POST / HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: 3\r\n\r\nabc", "[abc]", ""},
      {"chunked",
       "POST / HTTP/1.1\r\nHost: x\r\nConnection: close\r\nTransfer-Encoding: "
       "chunked\r\n\r\n2\r\nab\r\n1\r\nc\r\n0\r\n\r\n",
       "[abc]", ""},
      {"http 1.0", "GET / HTTP/1.0\r\n\r\n", "HTTP/1.0 200 OK", ""},
      {"absolute form", "GET http://other/x?y HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n", "GET /x?y",
       "http://other"},
      {"pipelined", "GET /1 HTTP/1.1\r\nHost: x\r\n\r\nGET /2 HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n",
       "GET /2", ""},
      {"head", "HEAD / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n", "Content-Length: 9", "HEAD / []"},
      {"no content", "GET /empty HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n", "204 No Content", "Content-Length"},
      {"continue",
       "POST / HTTP/1.1\r\nHost: x\r\nConnection: close\r\nExpect: 100-continue\r\nContent-Length: 0\r\n\r\n", "200 OK",
       ""},
      {"both lengths", "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
       "400 Bad Request", "200 OK"},
      {"two lengths", "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\nContent-Length: 4\r\n\r\nabcd",
       "400 Bad Request", "200 OK"},
      {"same length twice", "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\nContent-Length: 3\r\n\r\nabc",
       "400 Bad Request", "200 OK"},
      {"signed length", "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: +3\r\n\r\nabc", "400 Bad Request", "200 OK"},
      {"negative length", "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\nabc", "400 Bad Request", "200 OK"},
      {"huge length", "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 99999999999999999999999\r\n\r\n",
       "400 Bad Request", "200 OK"},
      {"other coding", "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: gzip\r\n\r\n", "501 Not Implemented",
       "200 OK"},
      {"coding list", "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n",
       "501 Not Implemented", "200 OK"},
      {"obscured coding", "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: \"chunked\"\r\n\r\n0\r\n\r\n", " 50",
       "200 OK"},
      {"space before colon", "GET / HTTP/1.1\r\nHost: x\r\nContent-Length : 3\r\n\r\nabc", "400 Bad Request", "200 OK"},
      {"folded field", "GET / HTTP/1.1\r\nHost: x\r\nA: b\r\n c\r\n\r\n", "400 Bad Request", "200 OK"},
      {"bare line feeds", "GET / HTTP/1.1\nHost: x\n\n", "400 Bad Request", "200 OK"},
      {"bare carriage return", "GET / HTTP/1.1\r\nHost: x\r\nA: b\rc\r\n\r\n", "400 Bad Request", "200 OK"},
      {"nul", std::string_view("GET / HTTP/1.1\r\nHost: x\r\nA: b\0c\r\n\r\n", 37), "400 Bad Request", "200 OK"},
      {"no host", "GET / HTTP/1.1\r\n\r\n", "400 Bad Request", "200 OK"},
      {"two hosts", "GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n", "400 Bad Request", "200 OK"},
      {"bad host", "GET / HTTP/1.1\r\nHost: a/b\r\n\r\n", "400 Bad Request", "200 OK"},
      {"authority form", "GET example.com HTTP/1.1\r\nHost: x\r\n\r\n", "400 Bad Request", "200 OK"},
      {"connect", "CONNECT x:80 HTTP/1.1\r\nHost: x\r\n\r\n", "400 Bad Request", "200 OK"},
      {"fragment", "GET /a#b HTTP/1.1\r\nHost: x\r\n\r\n", "400 Bad Request", "200 OK"},
      {"version", "GET / HTTP/2.0\r\nHost: x\r\n\r\n", "505 HTTP Version", "200 OK"},
      {"garbage", "\x16\x03\x01\x02\r\n\r\n", "400 Bad Request", "200 OK"},
      {"bad chunk", "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n", "400 Bad Request",
       "200 OK"},
      {"throwing handler", "GET /throw HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n", "500 Internal", "secret"},
      {"header injection", "GET /inject HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n", "200 OK", "evil"},
      {"large body", "GET /large HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n", "Content-Length: 200000", ""},
  };
  for (const Scenario& scenario : scenarios) {
    for (const bool one_by_one : {false, true}) {
      const std::string answer = talk(scenario.request, one_by_one);
      EXPECT_NE(answer.find(scenario.expected), std::string::npos) << scenario.name << ": " << answer.substr(0, 500);
      if (!scenario.forbidden.empty())
        EXPECT_EQ(answer.find(scenario.forbidden), std::string::npos) << scenario.name << ": " << answer.substr(0, 500);
    }
  }
}

TEST_F(ServerTest, RefusesLargeFieldsAndMarksLargeBodies) {
  const std::string fields = "GET / HTTP/1.1\r\nHost: x\r\nA: " + std::string(3000, 'a') + "\r\n\r\n";
  EXPECT_NE(talk(fields).find("431 "), std::string::npos);
  const std::string body =
      "POST / HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: 2000\r\n\r\n" + std::string(2000, 'b');
  EXPECT_NE(talk(body).find("413 "), std::string::npos);
  const std::string chunked =
      "POST / HTTP/1.1\r\nHost: x\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n\r\n7d0\r\n" +
      std::string(2000, 'b') + "\r\n0\r\n\r\n";
  EXPECT_NE(talk(chunked).find("413 "), std::string::npos);
  const std::string expecting = "POST / HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: 2000\r\n\r\n";
  const std::string answer = talk(expecting);
  EXPECT_NE(answer.find("413 "), std::string::npos);
  EXPECT_EQ(answer.find("100 Continue"), std::string::npos);
}

TEST_F(ServerTest, EndsSlowAndIdleClients) {
  EXPECT_NE(talk("GET / HTTP/1.1\r\nHost:").find("408 "), std::string::npos);
  EXPECT_NE(talk("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\na").find("408 "), std::string::npos);
  EXPECT_EQ(talk(""), "");
}

TEST_F(ServerTest, ClosesConnectionsBeyondTheBound) {
  std::vector<int> files;
  for (std::size_t i = 0; i < limits_.max_connections; ++i) {
    files.push_back(connect());
    ::send(files.back(), "G", 1, MSG_NOSIGNAL);
  }
  const int extra = connect();
  EXPECT_EQ(read_all(extra), "");
  ::close(extra);
  for (const int file : files) ::close(file);
}

TEST_F(ServerTest, RefusesABusyPortAndSaysWhatToDo) {
  Loops other_loops(1);
  Server other(other_loops, {});
  const Result<std::uint16_t> port = other.listen("127.0.0.1", port_, echo_);
  ASSERT_FALSE(port);
  EXPECT_NE(port.error().message.find(std::to_string(port_)), std::string::npos);
  EXPECT_NE(port.error().message.find("--port"), std::string::npos);
}

TEST_F(ServerTest, DrainsIdleConnectionsAtOnceAndTakesNoNewOnes) {
  const int idle = connect();
  ::send(idle, "GET / HTTP/1.1\r\nHost: x\r\n\r\n", 27, MSG_NOSIGNAL);
  char first;
  ASSERT_EQ(::read(idle, &first, 1), 1);
  run_task(server_->drain(std::chrono::seconds{5}));
  read_all(idle);  // ends: the server closed it
  ::close(idle);
}

TEST_F(ServerTest, AnswersTheClient) {
  Client client;
  Request request;
  request.method = "POST";
  request.body = "hello";
  const std::string url = fmt::format("http://127.0.0.1:{}/x?y=z", port_);
  const Result<Response> response = run_task(client.fetch(url, request, std::chrono::seconds{5}));
  ASSERT_TRUE(response) << response.error().message;
  EXPECT_EQ(response->body, "POST /x?y=z [hello]");
  EXPECT_EQ(run_task(client.fetch("http://127.0.0.1:1/", request, std::chrono::seconds{5})).error().kind,
            Error::Kind::kUnavailable);
  EXPECT_EQ(run_task(client.fetch("ftp://x/", request, std::chrono::seconds{5})).error().kind, Error::Kind::kInvalid);
}

TEST(Url, TakesAbsoluteHttpUrlsOnly) {
  const auto url = Url::parse("HTTP://LocalHost:4566/a?b#c");
  ASSERT_TRUE(url);
  EXPECT_EQ(url->origin(), "http://localhost:4566");
  EXPECT_EQ(url->target, "/a?b");
  EXPECT_EQ(Url::parse("https://h")->origin(), "https://h");
  EXPECT_EQ(Url::parse("http://[::1]:8080/")->origin(), "http://[::1]:8080");
  for (const char* text : {"", "/a", "http://", "http://user@host/", "javascript:alert(1)", "http://h:0/",
                           "http://h:99999/", "http://a b/"}) {
    EXPECT_FALSE(Url::parse(text)) << text;
  }
}

TEST(Query, DecodesAndRefusesBrokenEscapes) {
  EXPECT_EQ(parse_query("a=1&b=%20x+y&c&=d"), (Parameters{{"a", "1"}, {"b", " x y"}, {"c", ""}, {"", "d"}}));
  EXPECT_FALSE(parse_query("a=%zz"));
  EXPECT_EQ(encode_query({{"a b", "c&d"}}), "a%20b=c%26d");
}

}  // namespace
}  // namespace gatehouse::http
