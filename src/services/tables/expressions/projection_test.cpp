#include "services/tables/expressions/projection.hpp"

#include <gtest/gtest.h>

#include "services/tables/values.hpp"

namespace gatehouse::tables {
namespace {

json::object parse(std::string_view text) { return parse_json(text).value().as_object(); }

Result<ParsedProjection> parse_text(std::string_view expression) {
  static const json::object names = parse(R"({"#n":"name","#a":"a"})");
  Result<Substitutions> substitutions = Substitutions::parse(&names, nullptr);
  return parse_projection(expression, *substitutions);
}

TEST(Projection, KeepsTheShapeAndClosesLists) {
  const store::Item item = parse_item(parse(R"({"name":{"S":"x"},"a":{"N":"1"},
      "m":{"M":{"x":{"N":"1"},"y":{"N":"2"},"z":{"L":[{"N":"0"},{"N":"1"},{"N":"2"}]}}},
      "l":{"L":[{"S":"0"},{"M":{"k":{"S":"1"}}},{"S":"2"}]}})"))
                               .value();
  const auto project = [&](std::string_view expression) {
    const Result<ParsedProjection> parsed = parse_text(expression);
    EXPECT_TRUE(parsed) << expression;
    return json::serialize(to_json(parsed->projection.apply(item), {}));
  };
  EXPECT_EQ(project("a"), R"({"a":{"N":"1"}})");
  EXPECT_EQ(project("#n, a"), R"({"a":{"N":"1"},"name":{"S":"x"}})");
  EXPECT_EQ(project("m.y"), R"({"m":{"M":{"y":{"N":"2"}}}})");
  EXPECT_EQ(project("m.z[2], m.x"), R"({"m":{"M":{"x":{"N":"1"},"z":{"L":[{"N":"2"}]}}}})");
  EXPECT_EQ(project("l[2], l[0]"), R"({"l":{"L":[{"S":"0"},{"S":"2"}]}})");
  EXPECT_EQ(project("l[1].k"), R"({"l":{"L":[{"M":{"k":{"S":"1"}}}]}})");
  EXPECT_EQ(project("nothing, a.b, l[9], m[0]"), "{}");
  EXPECT_EQ(project("l.x, m.x.y"), "{}");
}

TEST(Projection, RefusesWithAwsText) {
  const auto message = [](std::string_view expression) {
    const Result<ParsedProjection> parsed = parse_text(expression);
    return parsed ? std::string("accepted") : parsed.error().message;
  };
  EXPECT_EQ(message(""), "Invalid ProjectionExpression: The expression can not be empty;");
  EXPECT_EQ(message("a,"), R"(Invalid ProjectionExpression: Syntax error; token: "<EOF>", near: ",")");
  EXPECT_EQ(message("a b"), R"(Invalid ProjectionExpression: Syntax error; token: "b", near: "a b")");
  EXPECT_EQ(message("a, :v"), R"(Invalid ProjectionExpression: Syntax error; token: ":v", near: ", :v")");
  EXPECT_EQ(message("name"),
            "Invalid ProjectionExpression: Attribute name is a reserved keyword; reserved keyword: name");
  EXPECT_EQ(message("#x"),
            "Invalid ProjectionExpression: An expression attribute name used in the document path is not defined; "
            "attribute name: #x");
  EXPECT_EQ(message("a, b, #a"),
            "Invalid ProjectionExpression: Two document paths overlap with each other; must remove or rewrite one of "
            "these paths; path one: [a], path two: [a]");
  EXPECT_EQ(message("a.b, a[0]"),
            "Invalid ProjectionExpression: Two document paths conflict with each other; must remove or rewrite one of "
            "these paths; path one: [a, b], path two: [a, [0]]");
}

}  // namespace
}  // namespace gatehouse::tables
