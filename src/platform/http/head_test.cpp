// The parser beside Beast's: whatever ours accepts, Beast's reads in the same way. Ours is the stricter one, so the
// converse is not asked for; server_test.cpp holds what must be refused.
#include "platform/http/head.hpp"

#include <gtest/gtest.h>

#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/string_body.hpp>

#include "base/random.hpp"
#include "platform/http/chunked.hpp"

namespace gatehouse::http {
namespace {

namespace beast = boost::beast;

struct Reading {
  bool is_accepted = false;
  Request request;
  std::string body;
  std::size_t used = 0;
  bool keep_alive = false;
  bool is_chunked = false;
};

Reading read_ours(std::string_view bytes) {
  Reading reading;
  HeadScanner scanner;
  if (scanner.scan(bytes) != HeadScanner::State::kComplete || scanner.size() == 2) return reading;
  RequestHead head;
  if (parse_request_head(bytes.substr(0, scanner.size()), head, reading.request)) return reading;
  reading.used = scanner.size();
  reading.keep_alive = head.keep_alive;
  reading.is_chunked = head.framing.is_chunked;
  const std::string_view rest = bytes.substr(scanner.size());
  if (head.framing.is_chunked) {
    ChunkedDecoder decoder(1'000'000);
    std::size_t used = 0;
    if (decoder.decode(rest, used, reading.body) != ChunkedDecoder::State::kDone) return reading;
    reading.used += used;
  } else if (head.framing.length) {
    if (*head.framing.length > rest.size()) return reading;
    reading.body = rest.substr(0, *head.framing.length);
    reading.used += reading.body.size();
  }
  reading.is_accepted = true;
  return reading;
}

Reading read_beast(std::string_view bytes) {
  Reading reading;
  beast::http::request_parser<beast::http::string_body> parser;
  parser.eager(true);
  beast::error_code error;
  while (!error && !parser.is_done()) {
    const std::size_t used =
        parser.put(boost::asio::buffer(bytes.data() + reading.used, bytes.size() - reading.used), error);
    reading.used += used;
    if (used == 0) break;
  }
  reading.is_accepted = !error && parser.is_done();
  if (!reading.is_accepted) return reading;
  const auto message = parser.get();
  reading.keep_alive = message.keep_alive();
  reading.request.method = std::string_view(message.method_string());
  reading.request.target = std::string_view(message.target());
  reading.body = message.body();
  for (const auto& field : message)
    reading.request.headers.add(std::string(std::string_view(field.name_string())),
                                std::string(std::string_view(field.value())));
  return reading;
}

std::string as_sorted_text(const Headers& headers) {
  std::vector<std::string> lines;
  for (const Header& field : headers) lines.push_back(field.name + ":" + field.value + "\n");
  std::ranges::sort(lines);  // Beast groups fields of one name
  std::string text;
  for (const std::string& line : lines) text += line;
  return text;
}

// True when ours accepted.
bool compare(const std::string& bytes) {
  const Reading ours = read_ours(bytes);
  if (!ours.is_accepted) return false;
  const Reading theirs = read_beast(bytes);
  EXPECT_TRUE(theirs.is_accepted) << bytes;
  EXPECT_EQ(ours.used, theirs.used) << bytes;
  EXPECT_EQ(ours.request.method, theirs.request.method) << bytes;
  EXPECT_EQ(ours.body, theirs.body) << bytes;
  // Closing too early does no harm, reading on does. Of several Connection fields Beast's message asks the first only.
  if (ours.keep_alive && ours.request.headers.count("Connection") < 2) EXPECT_TRUE(theirs.keep_alive) << bytes;
  // An absolute target, which ours reduces, changes target and Host.
  if (theirs.request.target.starts_with('/')) {
    EXPECT_EQ(ours.request.target, theirs.request.target) << bytes;
    // Beast puts trailer fields among the others; ours drops them (RFC 9110 section 6.5.1).
    if (!ours.is_chunked)
      EXPECT_EQ(as_sorted_text(ours.request.headers), as_sorted_text(theirs.request.headers)) << bytes;
  }
  return true;
}

// What smuggling is made of, put together at random.
std::string random_message(Random& random) {
  constexpr std::string_view kLines[] = {"GET / HTTP/1.1\r\n", "POST /a?b=c HTTP/1.1\r\n", "GET / HTTP/1.0\r\n",
                                         "POST http://h/x HTTP/1.1\r\n", "PUT /%zz HTTP/1.1\r\n"};
  constexpr std::string_view kFields[] = {"Content-Length: 5\r\n",
                                          "Content-Length: 0\r\n",
                                          "content-length:\t3 \r\n",
                                          "Content-Length: 5, 5\r\n",
                                          "Transfer-Encoding: chunked\r\n",
                                          "Transfer-Encoding: gzip, chunked\r\n",
                                          "Transfer-Encoding : chunked\r\n",
                                          "Connection: close\r\n",
                                          "Connection: keep-alive, close\r\n",
                                          "Connection: keep-alive\r\n",
                                          "X: y\r\n",
                                          "X:\r\n",
                                          "X: \xC3\xA9 z\r\n",
                                          " folded\r\n",
                                          "Expect: 100-continue\r\n"};
  constexpr std::string_view kBodies[] = {"",
                                          "hello",
                                          "5\r\nhello\r\n0\r\n\r\n",
                                          "5;a=b\r\nhello\r\n0\r\nT: x\r\n\r\n",
                                          "05 \r\nhello\r\n00\r\n\r\n",
                                          "5\nhello\r\n0\r\n\r\n",
                                          "A\r\n0123456789\r\n0\r\n\r\nGET / HTTP/1.1\r\n"};
  const auto pick = [&](const auto& choices) { return choices[random.below(std::size(choices))]; };
  std::string bytes(pick(kLines));
  if (random.below(10) > 0) bytes += "Host: h\r\n";
  for (std::uint64_t i = random.below(4); i > 0; --i) bytes += pick(kFields);
  bytes += "\r\n";
  bytes += pick(kBodies);
  // Often a byte is changed, added or lost.
  for (std::uint64_t i = random.below(3); i > 0 && !bytes.empty(); --i) {
    constexpr std::string_view kBytes(
        "\r\n \t:;,\0\x7f\x80"
        "0a",
        12);
    const std::size_t at = random.below(bytes.size());
    const char byte = kBytes[random.below(kBytes.size())];
    switch (random.below(3)) {
      case 0:
        bytes[at] = byte;
        break;
      case 1:
        bytes.insert(at, 1, byte);
        break;
      default:
        bytes.erase(at, 1);
        break;
    }
  }
  return bytes;
}

TEST(RequestHead, IsReadAsBeastReadsItWhereverItIsAccepted) {
  SequenceRandom random(7);
  int accepted = 0;
  for (int i = 0; i < 30'000 && !::testing::Test::HasFailure(); ++i)
    accepted += compare(random_message(random)) ? 1 : 0;
  EXPECT_GT(accepted, 3000);  // else the comparison says nothing
}

TEST(RequestHead, TellsHowTheConnectionGoesOn) {
  const auto parse = [](std::string_view text) {
    Request request;
    RequestHead head;
    EXPECT_FALSE(parse_request_head(text, head, request)) << text;
    return head;
  };
  EXPECT_TRUE(parse("GET / HTTP/1.1\r\nHost: h\r\n\r\n").keep_alive);
  EXPECT_FALSE(parse("GET / HTTP/1.1\r\nHost: h\r\nConnection: x,Close\r\n\r\n").keep_alive);
  EXPECT_FALSE(parse("GET / HTTP/1.0\r\n\r\n").keep_alive);
  EXPECT_TRUE(parse("GET / HTTP/1.0\r\nConnection: Keep-Alive\r\n\r\n").keep_alive);
  EXPECT_TRUE(parse("PUT / HTTP/1.1\r\nHost: h\r\nExpect: 100-Continue\r\n\r\n").expects_continue);
  EXPECT_FALSE(parse("PUT / HTTP/1.0\r\nExpect: 100-continue\r\n\r\n").expects_continue);
}

TEST(HeadScanner, FindsTheEndHoweverTheBytesArrive) {
  const std::string bytes = "GET / HTTP/1.1\r\nHost: h\r\n\r\nrest";
  HeadScanner scanner;
  for (std::size_t size = 0; size < bytes.size() - 4; ++size)
    ASSERT_EQ(scanner.scan(std::string_view(bytes).substr(0, size)), HeadScanner::State::kIncomplete) << size;
  EXPECT_EQ(scanner.scan(bytes), HeadScanner::State::kComplete);
  EXPECT_EQ(scanner.size(), bytes.size() - 4);
}

TEST(ResponseHead, IsReadStrictly) {
  const auto parse = [](std::string_view text) {
    Response response;
    ResponseHead head;
    const Refusal refusal = parse_response_head(text, head, response);
    return refusal ? 0u : response.status;
  };
  EXPECT_EQ(parse("HTTP/1.1 200 OK\r\n\r\n"), 200u);
  EXPECT_EQ(parse("HTTP/1.0 404\r\n\r\n"), 404u);
  EXPECT_EQ(parse("HTTP/1.1 200 \r\n\r\n"), 200u);
  for (const char* text : {"HTTP/2.0 200 OK\r\n\r\n", "HTTP/1.1 20 OK\r\n\r\n", "HTTP/1.1 2000\r\n\r\n",
                           "HTTP/1.1 099 X\r\n\r\n", "HTTP/1.1  200 OK\r\n\r\n", "HTTP/1.1 +20 OK\r\n\r\n", "\r\n",
                           "HTTP/1.1 200 OK\r\nA b\r\n\r\n", "HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n"})
    EXPECT_EQ(parse(text), 0u) << text;
}

}  // namespace
}  // namespace gatehouse::http
