// Time, numbers and endings: deadlines, bounds, ports, drains.
#include <gtest/gtest.h>

#include "base/testing/run_task.hpp"
#include "platform/http/server.hpp"
#include "platform/http/testing/echo.hpp"
#include "platform/http/testing/test_server.hpp"

namespace gatehouse::http {
namespace {

using std::chrono::milliseconds;
using testing::Echo;
using testing::RawSocket;
using testing::TestServer;

ServerLimits patient_limits() {
  ServerLimits limits;
  limits.header_timeout = limits.body_timeout = limits.idle_timeout = limits.write_timeout = std::chrono::minutes{5};
  return limits;
}

template <typename Condition>
bool wait_for(Condition condition) {
  const auto end = std::chrono::steady_clock::now() + std::chrono::seconds{10};
  while (!condition() && std::chrono::steady_clock::now() < end) std::this_thread::yield();
  return condition();
}

constexpr std::string_view kGet = "GET / HTTP/1.1\r\nHost: x\r\n\r\n";

TEST(Deadlines, EndAHeadThatDoesNotCome) {
  Echo echo;
  ServerLimits limits = patient_limits();
  limits.header_timeout = milliseconds{50};
  const TestServer server(echo, limits);
  EXPECT_NE(server.talk("G").find(" 408 "), std::string::npos);
  EXPECT_NE(server.talk("GET / HTTP/1.1\r\nHost:").find(" 408 "), std::string::npos);
  EXPECT_NE(server.talk(std::string(kGet) + "GET / HTT").find(" 408 "), std::string::npos);
}

TEST(Deadlines, EndAHeadThatTrickles) {
  Echo echo;
  ServerLimits limits = patient_limits();
  limits.header_timeout = milliseconds{50};
  const TestServer server(echo, limits);
  const RawSocket socket = server.connect();
  socket.send("GET / HTTP/1.1\r\n");
  // Each byte in time, the whole never: the deadline counts from the first byte.
  std::string answer;
  std::atomic<bool> is_answered{false};
  std::thread reader([&] {
    answer = socket.read_until("\r\n\r\n");
    is_answered = true;
  });
  while (!is_answered && socket.send("a")) std::this_thread::sleep_for(milliseconds{1});
  reader.join();
  EXPECT_NE(answer.find(" 408 "), std::string::npos);
  EXPECT_EQ(echo.requests, 0);
}

TEST(Deadlines, EndABodyThatDoesNotCome) {
  Echo echo;
  ServerLimits limits = patient_limits();
  limits.body_timeout = milliseconds{50};
  const TestServer server(echo, limits);
  EXPECT_NE(server.talk("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\na").find(" 408 "), std::string::npos);
  EXPECT_NE(server.talk("POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n5\r\na").find(" 408 "),
            std::string::npos);
  EXPECT_EQ(echo.requests, 0);
}

TEST(Deadlines, CloseIdleConnectionsWithoutAWord) {
  Echo echo;
  ServerLimits limits = patient_limits();
  limits.idle_timeout = milliseconds{50};
  const TestServer server(echo, limits);
  EXPECT_EQ(server.talk(""), "");
  const std::string answer = server.talk(kGet);  // answered, then idle
  EXPECT_NE(answer.find("200 OK"), std::string::npos);
  EXPECT_EQ(answer.find("408"), std::string::npos);
}

TEST(Deadlines, EndAClientThatDoesNotRead) {
  Echo echo;
  ServerLimits limits = patient_limits();
  limits.write_timeout = milliseconds{50};
  const TestServer server(echo, limits);
  const RawSocket socket = server.connect();
  socket.send("GET /huge HTTP/1.1\r\nHost: x\r\n\r\n");
  // More requests than the kernel's buffers take: sending fails once the server has given up.
  EXPECT_TRUE(wait_for([&] { return !socket.send(kGet); }));
}

TEST(Deadlines, DoNotEndAHandler) {
  Echo echo;
  ServerLimits limits;
  limits.header_timeout = limits.body_timeout = limits.idle_timeout = limits.write_timeout = milliseconds{20};
  const TestServer server(echo, limits);
  EXPECT_NE(server.talk("GET /pause HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n").find("200 OK"),
            std::string::npos);
}

TEST(Connections, AreBounded) {
  Echo echo;
  ServerLimits limits = patient_limits();
  limits.max_connections = 3;
  const TestServer server(echo, limits);
  std::vector<RawSocket> sockets;
  for (int i = 0; i < 3; ++i) {
    sockets.push_back(server.connect());
    sockets.back().send(kGet);
    EXPECT_NE(sockets.back().read_response().find("200 OK"), std::string::npos);
  }
  EXPECT_EQ(server.talk(""), "");
  sockets.pop_back();
  EXPECT_TRUE(wait_for([&] {
    const RawSocket socket = server.connect();
    return socket.send(kGet) && socket.read_response().contains("200 OK");
  }));
}

TEST(Connections, SpreadOverTheLoops) {
  Echo echo;
  TestServer server(echo, {}, 3);
  for (int i = 0; i < 30; ++i)
    EXPECT_NE(server.talk("GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n").find("200 OK"), std::string::npos);
}

TEST(Port, IsRefusedWhenAnotherServerHasIt) {
  for (const std::size_t loop_count : {std::size_t{1}, std::size_t{3}}) {
    Echo echo;
    const TestServer first(echo, {}, loop_count);
    Loops loops(loop_count);
    Server second(loops, {});
    const Result<std::uint16_t> port = second.listen("127.0.0.1", first.port(), echo);
    ASSERT_FALSE(port);
    EXPECT_NE(port.error().message.find(std::to_string(first.port())), std::string::npos);
    EXPECT_NE(port.error().message.find("--port"), std::string::npos);
    EXPECT_FALSE(second.listen("0.0.0.0", first.port(), echo));
  }
}

TEST(Port, IsFreeAgainAfterwards) {
  Echo echo;
  std::uint16_t port = 0;
  {
    const TestServer first(echo, {}, 2);
    port = first.port();
    EXPECT_NE(first.talk("GET /close HTTP/1.1\r\nHost: x\r\n\r\n").find("200 OK"), std::string::npos);
  }
  Loops loops(2);
  Server second(loops, {});
  EXPECT_TRUE(second.listen("127.0.0.1", port, echo));
}

TEST(Port, IsExplainedWhenItCannotBeHad) {
  Echo echo;
  Loops loops(1);
  Server server(loops, {});
  EXPECT_EQ(server.listen("localhost", 0, echo).error().kind, Error::Kind::kInvalid);
  EXPECT_NE(server.listen("203.0.113.1", 0, echo).error().message.find("203.0.113.1"), std::string::npos);
}

class DrainTest : public ::testing::Test {
 protected:
  void drain(milliseconds grace) { gatehouse::testing::run_task(server_.server().drain(grace)); }

  Echo echo_;
  TestServer server_{echo_, patient_limits(), 2};
};

TEST_F(DrainTest, ClosesIdleConnectionsAtOnceAndTakesNoNewOnes) {
  const RawSocket fresh = server_.connect();
  const RawSocket used = server_.connect();
  used.send(kGet);
  used.read_response();
  drain(std::chrono::minutes{5});
  EXPECT_EQ(fresh.read_all(), "");
  EXPECT_EQ(used.read_all(), "");
  EXPECT_FALSE(server_.connect().is_connected());
}

TEST_F(DrainTest, LetsRunningRequestsFinish) {
  const RawSocket socket = server_.connect();
  socket.send("GET /pause HTTP/1.1\r\nHost: x\r\n\r\nGET /next HTTP/1.1\r\nHost: x\r\n\r\n");
  ASSERT_TRUE(wait_for([&] { return echo_.waiting > 0; }));
  drain(std::chrono::minutes{5});
  const std::string answer = socket.read_all();
  EXPECT_NE(answer.find("GET /pause"), std::string::npos);
  EXPECT_NE(answer.find("Connection: close"), std::string::npos);
  EXPECT_EQ(answer.find("GET /next"), std::string::npos);
}

TEST_F(DrainTest, CancelsWhatRunsLongerThanItsGrace) {
  const RawSocket socket = server_.connect();
  socket.send("GET /wait HTTP/1.1\r\nHost: x\r\n\r\n");
  ASSERT_TRUE(wait_for([&] { return echo_.waiting > 0; }));
  const RawSocket half = server_.connect();
  half.send("GET / HT");
  drain(milliseconds{10});
  EXPECT_EQ(socket.read_all().find("200 OK"), std::string::npos);
  EXPECT_EQ(half.read_all().find("200 OK"), std::string::npos);
}

TEST(Destructor, EndsWhatStillRuns) {
  Echo echo;
  std::optional<RawSocket> waiting;
  std::optional<RawSocket> idle;
  {
    const TestServer server(echo, patient_limits());
    waiting.emplace(server.connect());
    waiting->send("GET /wait HTTP/1.1\r\nHost: x\r\n\r\n");
    ASSERT_TRUE(wait_for([&] { return echo.waiting > 0; }));
    idle.emplace(server.connect());
    idle->send(kGet);
    idle->read_response();
  }
  EXPECT_EQ(waiting->read_all().find("200 OK"), std::string::npos);
  EXPECT_EQ(idle->read_all(), "");
}

TEST(Destructor, EndsAServerWhoseLoopsStillRun) {
  Echo echo;
  Loops loops(2);
  auto server = std::make_unique<Server>(loops, patient_limits());
  const Result<std::uint16_t> port = server->listen("127.0.0.1", 0, echo);
  ASSERT_TRUE(port);
  std::thread thread([&] { loops.run(); });
  const RawSocket socket(*port);
  socket.send("GET /wait HTTP/1.1\r\nHost: x\r\n\r\n");
  EXPECT_TRUE(wait_for([&] { return echo.waiting > 0; }));
  server.reset();
  EXPECT_EQ(socket.read_all().find("200 OK"), std::string::npos);
  loops.stop();
  thread.join();
}

}  // namespace
}  // namespace gatehouse::http
