#include "services/logs/filter_pattern.hpp"

#include <gtest/gtest.h>

namespace gatehouse::logs {
namespace {

struct Case {
  std::string_view pattern;
  std::string_view message;
  bool matches;
};

TEST(FilterPattern, MatchesAsTheUserGuideSays) {
  const Case cases[] = {
      {"", "anything", true},
      {"ERROR", "an ERROR here", true},
      {"ERROR", "an error here", false},
      {"ERROR Timeout", "Timeout: ERROR", true},
      {"ERROR Timeout", "ERROR", false},
      {"\"ERROR 42\"", "ERROR 42", true},
      {"\"ERROR 42\"", "42 ERROR", false},
      {"\"say \\\"hi\\\"\"", "they say \"hi\"", true},
      {"?ERROR ?WARN", "a WARN", true},
      {"?ERROR ?WARN", "INFO", false},
      {"ERROR -debug", "ERROR", true},
      {"ERROR -debug", "ERROR debug", false},
      {"-\"not this\"", "this", true},
      {"{ $.a = \"x\" }", "{\"a\":\"x\"}", true},
      {"{ $.a = \"x\" }", "{\"a\":\"y\"}", false},
      {"{ $.a = \"x\" }", "a x", false},
      {"{ $.a = \"x*\" }", "{\"a\":\"xyz\"}", true},
      {"{ $.a = \"*z\" }", "{\"a\":\"xyz\"}", true},
      {"{ $.a != 123.123.* }", "{\"a\":\"123.123.7\"}", false},
      {"{ $.a != 123.123.* }", "{\"a\":\"124\"}", true},
      {"{ $.a != 1 }", "{}", false},
      {"{ $.status >= 500 }", "{\"status\":500}", true},
      {"{ $.status >= 500 }", "{\"status\":499}", false},
      {"{ $.status < 2.5e2 }", "{\"status\":249}", true},
      {"{ $.status > 4 }", "{\"status\":\"5\"}", false},
      {"{ $.status = 4* }", "{\"status\":404}", true},
      {"{ $.a.b[1].c = 3 }", "{\"a\":{\"b\":[0,{\"c\":3}]}}", true},
      {"{ $.a[*] = 3 }", "{\"a\":[1,3]}", true},
      {"{ $[0].x = 1 }", "[{\"x\":1}]", true},
      {"{ $['a.b'] = 1 }", "{\"a.b\":1}", true},
      {"{ $.a IS NULL }", "{\"a\":null}", true},
      {"{ $.a IS NULL }", "{}", false},
      {"{ $.a NOT EXISTS }", "{}", true},
      {"{ $.a NOT EXISTS }", "{\"a\":null}", false},
      {"{ $.a IS TRUE }", "{\"a\":true}", true},
      {"{ $.a IS FALSE }", "{\"a\":true}", false},
      {"{ $.a = 1 && $.b = 2 }", "{\"a\":1,\"b\":2}", true},
      {"{ $.a = 1 && $.b = 2 }", "{\"a\":1}", false},
      {"{ $.a = 1 || $.b = 2 && $.c = 3 }", "{\"a\":1}", true},
      {"{ ($.a = 1 || $.b = 2) && $.c = 3 }", "{\"a\":1}", false},
      {"{($.a=1)&&($.b>3)}", "{\"a\":1,\"b\":4}\n", true},
  };
  for (const Case& one : cases) {
    const Result<FilterPattern> pattern = FilterPattern::parse(one.pattern);
    ASSERT_TRUE(pattern) << one.pattern << ": " << pattern.error().message;
    EXPECT_EQ(pattern->matches(one.message), one.matches) << one.pattern << " on " << one.message;
  }
}

TEST(FilterPattern, IsRefusedWhenMalformedOrOfAnotherKind) {
  for (const std::string_view text :
       {"[ip, user]",     "%ab+%",          "\"open",          "?a b",          "{",          "{}",
        "{ a = 1 }",      "{ $ = 1 }",      "{ $.a }",         "{ $.a = }",     "{ $.a = 1",  "{ $.a = \"x }",
        "{ $.a = 1 } x",  "{ ($.a = 1 }",   "{ $.a < \"x\" }", "{ $.a = %x% }", "{ $.a IS }", "{ $.a NOT }",
        "{ $.a = 1 && }", "{ $.a[x] = 1 }", "{ $.a[0 = 1 }"}) {
    const Result<FilterPattern> pattern = FilterPattern::parse(text);
    ASSERT_FALSE(pattern) << text;
    EXPECT_EQ(pattern.error().code, "InvalidParameterException") << text;
    EXPECT_TRUE(pattern.error().message.starts_with("Invalid filter pattern")) << pattern.error().message;
  }
}

TEST(FilterPattern, IsRefusedWhenItsParenthesesAreTooDeep) {
  const std::string text = "{ " + std::string(500, '(') + "$.a = 1" + std::string(500, ')') + " }";
  EXPECT_FALSE(FilterPattern::parse(text));
}

}  // namespace
}  // namespace gatehouse::logs
