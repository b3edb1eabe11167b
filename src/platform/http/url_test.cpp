#include "platform/http/url.hpp"

#include <gtest/gtest.h>

#include "platform/http/message.hpp"

namespace gatehouse::http {
namespace {

TEST(Url, TakesAbsoluteHttpUrlsOnly) {
  const struct {
    std::string_view text, origin, host;
    std::uint16_t port;
    std::string_view target;
  } taken[] = {
      {"HTTP://LocalHost:4566/a?b#c", "http://localhost:4566", "localhost", 4566, "/a?b"},
      {"https://h", "https://h", "h", 443, "/"},
      {"https://h:443/", "https://h", "h", 443, "/"},
      {"http://h:/", "http://h", "h", 80, "/"},
      {"http://h?q=/", "http://h", "h", 80, "/?q=/"},
      {"http://[::1]:8080/", "http://[::1]:8080", "::1", 8080, "/"},
      {"http://[::FFFF:1.2.3.4]", "http://[::ffff:1.2.3.4]", "::ffff:1.2.3.4", 80, "/"},
      {"http://h/a%20b/../c//d", "http://h", "h", 80, "/a%20b/../c//d"},
      {"http://h/@user:x", "http://h", "h", 80, "/@user:x"},
  };
  for (const auto& wanted : taken) {
    const std::optional<Url> url = Url::parse(wanted.text);
    ASSERT_TRUE(url) << wanted.text;
    EXPECT_EQ(url->origin(), wanted.origin);
    EXPECT_EQ(url->host, wanted.host);
    EXPECT_EQ(url->port, wanted.port);
    EXPECT_EQ(url->target, wanted.target);
  }
  for (const char* text : {"",
                           "/a",
                           "//h/a",
                           "http:",
                           "http://",
                           "http:///a",
                           "http://:80/",
                           "http://user@host/",
                           "http://user:pw@host/",
                           "http://a@b@c/",
                           "javascript:alert(1)",
                           "ftp://h/",
                           "http://h:0/",
                           "http://h:99999/",
                           "http://h:8a/",
                           "http://h:-1/",
                           "http://a b/",
                           "http://h/a b",
                           "http://h/\r\nX: y",
                           "http://h\r\n/",
                           "http://[::1",
                           "http://[x]/",
                           "http://[]/",
                           "http://[::1]x/",
                           "http://h\\@evil/",
                           "http://h/\xC3\xA9",
                           "h://x",
                           " http://h/"}) {
    EXPECT_FALSE(Url::parse(text)) << text;
  }
}

TEST(Url, NeverDecodesItsHost) {
  const std::optional<Url> url = Url::parse("http://a%0d%0aX:80/");
  ASSERT_TRUE(url);
  EXPECT_EQ(url->host, "a%0d%0ax");
}

TEST(Query, DecodesAndRefusesBrokenEscapes) {
  EXPECT_EQ(parse_query("a=1&b=%20x+y&c&=d&&e=f=g"),
            (Parameters{{"a", "1"}, {"b", " x y"}, {"c", ""}, {"", "d"}, {"e", "f=g"}}));
  EXPECT_EQ(parse_query(""), Parameters());
  for (const char* text : {"a=%zz", "a=%2", "%=1", "a=1&b=%"}) EXPECT_FALSE(parse_query(text)) << text;
  EXPECT_EQ(encode_query({{"a b", "c&d"}, {"e", "+"}}), "a%20b=c%26d&e=%2B");
  const Parameters twice{{"a", "1"}, {"a", "2"}};
  EXPECT_EQ(*find_parameter(twice, "a"), "1");
  EXPECT_EQ(find_parameter(twice, "A"), nullptr);
}

TEST(Headers, CompareNamesWithoutCaseAndKeepTheirOrder) {
  Headers headers{{"B", "1"}, {"a", "2"}, {"A", "3"}, {"c", "4"}};
  EXPECT_EQ(headers.get("A"), "2");
  EXPECT_EQ(headers.count("a"), 2u);
  headers.set("A", "5");
  headers.set("d", "6");
  std::string text;
  for (const Header& field : headers) text += field.name + field.value;
  EXPECT_EQ(text, "B1A5c4d6");
  headers.remove("b");
  EXPECT_FALSE(headers.contains("B"));
}

TEST(Request, SplitsItsTarget) {
  Request request;
  request.target = "/a?b?c";
  EXPECT_EQ(request.path(), "/a");
  EXPECT_EQ(request.query(), "b?c");
  request.target = "/a";
  EXPECT_EQ(request.query(), "");
}

}  // namespace
}  // namespace gatehouse::http
