#include "services/tables/expressions/condition_expression.hpp"

#include <gtest/gtest.h>

#include "services/tables/values.hpp"

namespace gatehouse::tables {
namespace {

// Placeholders that the cases below use, beside names and values of no meaning.
constexpr std::string_view kNames = R"({"#n":"name","#d":"a.b","#a":"a"})";
constexpr std::string_view kValues =
    R"({":s":{"S":"lamp"},":t":{"S":"S"},":n":{"N":"5"},":m":{"N":"9"},":b":{"B":"YQ=="},":f":{"BOOL":true},
        ":u":{"NULL":true},":l":{"L":[{"N":"1"}]},":o":{"M":{"x":{"N":"1"}}},":ss":{"SS":["lamp","desk"]}})";
constexpr std::string_view kItem =
    R"({"a":{"N":"5"},"b":{"S":"lampshade"},"c":{"M":{"d":{"L":[{"N":"1"},{"M":{"e":{"S":"deep"}}}]}}},
        "name":{"S":"lamp"},"a.b":{"N":"7"},"tags":{"SS":["lamp","x"]},"nil":{"NULL":true},"t":{"BOOL":true},
        "l":{"L":[{"N":"5"},{"S":"lamp"}]},"bin":{"B":"YWJj"}})";

json::object parse(std::string_view text) { return parse_json(text).value().as_object(); }

Result<ParsedCondition> parse_text(std::string_view expression) {
  static const json::object names = parse(kNames);
  static const json::object values = parse(kValues);
  Result<Substitutions> substitutions = Substitutions::parse(&names, &values);
  return parse_condition(expression, "ConditionExpression", *substitutions);
}

struct Truth {
  std::string_view expression;
  bool is_true;
};

class ConditionTruth : public testing::TestWithParam<Truth> {};

TEST_P(ConditionTruth, IsAsDynamoDbHasIt) {
  const store::Item item = parse_item(parse(kItem)).value();
  const Result<ParsedCondition> parsed = parse_text(GetParam().expression);
  ASSERT_TRUE(parsed) << GetParam().expression << ": " << parsed.error().message;
  EXPECT_EQ(store::holds(*parsed->condition, item), GetParam().is_true) << GetParam().expression;
}

constexpr Truth kTruths[] = {
    {"a = :n", true},
    {"a=:n", true},
    {" a\t=\r\n:n ", true},
    {"a <> :n", false},
    {"nothing = :n", false},
    {"nothing <> :n", true},
    {"a < :m", true},
    {"a <= :n", true},
    {"a > :n", false},
    {"a >= :n", true},
    {":m > a", true},
    {"a < :s", false},
    {"b = :s", false},
    {"b > :s", true},
    {"#n = :s", true},
    {"#d > a", true},
    {"#a = :n", true},
    {"a BETWEEN :n AND :m", true},
    {"a between :n and :m", true},
    {":n BETWEEN a AND :m", true},
    {"#d BETWEEN :n AND :m", true},
    {"b BETWEEN :n AND :m", false},
    {"a IN (:m, :n)", true},
    {"a in (:m)", false},
    {"a IN (:s, :f, :u)", false},
    {"b IN (#n)", false},
    {"attribute_exists(a)", true},
    {"attribute_exists (a)", true},
    {"attribute_exists(c.d[1].e)", true},
    {"attribute_exists(c.d[2])", false},
    {"attribute_exists(c.d.x)", false},
    {"attribute_not_exists(zz)", true},
    {"attribute_not_exists(c)", false},
    {"attribute_type(b, :t)", true},
    {"attribute_type(a, :t)", false},
    {"begins_with(b, :s)", true},
    {"begins_with(#n, :t)", false},
    {"begins_with(a, :s)", false},
    {"contains(b, :s)", true},
    {"contains(tags, :s)", true},
    {"contains(tags, :t)", false},
    {"contains(l, :s)", true},
    {"contains(l, :n)", true},
    {"size(b) > :n", true},
    {"size(tags) = :n", false},
    {"size(c.d) < :n", true},
    {"size(:s) < :n", true},
    {"size(nothing) < :n", false},
    {"t = :f", true},
    {"nil = :u", true},
    {"c.d[0] < :n", true},
    {"c.d[00] < :n", true},
    {"(a = :n)", true},
    {"(a) = :n", true},
    {"a = (:n)", true},
    {"(c).d[0] < :n", true},
    {"NOT a = :n", false},
    {"NOT (a = :n)", false},
    {"not attribute_exists(zz)", true},
    {"NOT NOT a = :n", true},
    // NOT binds tighter than AND, AND tighter than OR.
    {"NOT a = :m AND b = :s", false},
    {"a = :n OR b = :s AND b = :t", true},
    {"(a = :n OR b = :s) AND b = :t", false},
    {"a = :m AND b = :s OR a = :n", true},
    {"a = :n AND (b = :s OR (a = :n AND attribute_exists(b)))", true},
    {"a BETWEEN :n AND :m AND b BETWEEN :t AND :s", false},
    {"a = :n And b <> :s oR b = :t", true},
};
INSTANTIATE_TEST_SUITE_P(Expressions, ConditionTruth, testing::ValuesIn(kTruths));

struct Refusal {
  std::string_view expression;
  std::string_view message;  // without "Invalid ConditionExpression: "
};

class ConditionRefusal : public testing::TestWithParam<Refusal> {};

TEST_P(ConditionRefusal, CarriesAwsText) {
  const Result<ParsedCondition> parsed = parse_text(GetParam().expression);
  ASSERT_FALSE(parsed) << GetParam().expression;
  EXPECT_EQ(parsed.error().code, "ValidationException");
  EXPECT_EQ(parsed.error().message, "Invalid ConditionExpression: " + std::string(GetParam().message));
}

constexpr Refusal kRefusals[] = {
    {"", "The expression can not be empty;"},
    {"   ", R"(Syntax error; token: "<EOF>", near: "")"},
    {"a", R"(Syntax error; token: "<EOF>", near: "a")"},
    {"a =", R"(Syntax error; token: "<EOF>", near: "=")"},
    {"a = :n :m", R"(Syntax error; token: ":m", near: ":n :m")"},
    {"a = = :n", R"(Syntax error; token: "=", near: "= = :n")"},
    {"a == :n", R"(Syntax error; token: "=", near: "== :n")"},
    {"a ! :n", R"(Syntax error; token: "!", near: "a ! :n")"},
    {"a = :n AND", R"(Syntax error; token: "<EOF>", near: "AND")"},
    {"AND a = :n", R"(Syntax error; token: "AND", near: "AND a")"},
    {"a AND b = :n", R"(Syntax error; token: "AND", near: "a AND b")"},
    {"NOT a", R"(Syntax error; token: "<EOF>", near: "a")"},
    {"(a = :n", R"(Syntax error; token: "<EOF>", near: ":n")"},
    {"a = :n)", R"~(Syntax error; token: ")", near: ":n)")~"},
    {"()", R"~(Syntax error; token: ")", near: "()")~"},
    {"a IN ()", R"~(Syntax error; token: ")", near: "()")~"},
    {"a IN :n", R"(Syntax error; token: ":n", near: "IN :n")"},
    {"a BETWEEN :n", R"(Syntax error; token: "<EOF>", near: ":n")"},
    {"a BETWEEN :n OR :m", R"(Syntax error; token: "OR", near: ":n OR :m")"},
    {"a = (b = :n)", R"(Syntax error; token: "=", near: "b = :n")"},
    {"(a = :n) = :m", R"(Syntax error; token: "=", near: ") = :m")"},
    {"a[ = :n", R"(Syntax error; token: "=", near: "[ = :n")"},
    {"a[x] = :n", R"(Syntax error; token: "x", near: "[x]")"},
    {"a[-1] = :n", R"(Syntax error; token: "-", near: "[-1")"},
    {"a. = :n", R"(Syntax error; token: "=", near: ". = :n")"},
    {"5a = :n", R"(Syntax error; token: "5", near: "5a")"},
    {"_a = :n", R"(Syntax error; token: "_", near: "_a")"},
    {"a-b = :n", R"(Syntax error; token: "-", near: "a-b")"},
    {"# = :n", R"(Syntax error; token: "#", near: "# =")"},
    {"a = :", R"(Syntax error; token: ":", near: "= :")"},
    {"a = \"x\"", R"(Syntax error; token: """, near: "= "x")"},
    {"a = 'x'", R"(Syntax error; token: "'", near: "= 'x")"},
    {"a = 5", R"(Syntax error; token: "5", near: "= 5")"},
    {"ä = :n", "Syntax error; token: \"ä\", near: \"ä =\""},
    {"attribute_exists()", R"~(Syntax error; token: ")", near: "()")~"},
    {"attribute_exists(a,)", R"~(Syntax error; token: ")", near: ",)")~"},
    {"attribute_exists(a", R"(Syntax error; token: "<EOF>", near: "a")"},
    {"((a = :n))", "The expression has redundant parentheses;"},
    {"((a)) = :n", "The expression has redundant parentheses;"},
    {"a = ((:n))", "The expression has redundant parentheses;"},
    {"((a = :n)) AND b = :s", "The expression has redundant parentheses;"},
    {"foo(a)", "Invalid function name; function: foo"},
    {"Attribute_exists(a)", "Invalid function name; function: Attribute_exists"},
    {"if_not_exists(a, :n)", "Invalid function name; function: if_not_exists"},
    {"size(a)", "The function is not allowed to be used this way in an expression; function: size"},
    {"NOT size(a)", "The function is not allowed to be used this way in an expression; function: size"},
    {"size(a) AND b = :n", "The function is not allowed to be used this way in an expression; function: size"},
    {"attribute_exists(a) = :n",
     "The function is not allowed to be used this way in an expression; function: attribute_exists"},
    {"a = contains(b, :s)", "The function is not allowed to be used this way in an expression; function: contains"},
    {"contains(attribute_exists(a), :s)",
     "The function is not allowed to be used this way in an expression; function: attribute_exists"},
    {"name = :s", "Attribute name is a reserved keyword; reserved keyword: name"},
    {"a = :n AND c.Values[0] = :n", "Attribute name is a reserved keyword; reserved keyword: Values"},
    {"attribute_exists(#x)",
     "An expression attribute name used in the document path is not defined; attribute name: #x"},
    {"a = :x", "An expression attribute value used in expression is not defined; attribute value: :x"},
    {"a = :x AND #x = :y", "An expression attribute value used in expression is not defined; attribute value: :x"},
    {"size(a, b) = :n",
     "Incorrect number of operands for operator or function; operator or function: size, number of operands: 2"},
    {"begins_with(a)",
     "Incorrect number of operands for operator or function; operator or function: begins_with, number of operands: 1"},
    {"attribute_exists(a, b)",
     "Incorrect number of operands for operator or function; operator or function: attribute_exists, number of "
     "operands: 2"},
    {"a = a",
     "The first operand must be distinct from the remaining operands for this operator or function; operator: =, first "
     "operand: [a]"},
    {"a.b[1] > a.b[1]",
     "The first operand must be distinct from the remaining operands for this operator or function; operator: >, first "
     "operand: [a, b, [1]]"},
    {"contains(#a, a)",
     "The first operand must be distinct from the remaining operands for this operator or function; operator: "
     "contains, first operand: [a]"},
    {"attribute_exists(:n)", "Operator or function requires a document path; operator or function: attribute_exists"},
    {"attribute_exists(size(a))",
     "Operator or function requires a document path; operator or function: attribute_exists"},
    {"attribute_type(:s, :t)", "Operator or function requires a document path; operator or function: attribute_type"},
    {"begins_with(a, :n)",
     "Incorrect operand type for operator or function; operator or function: begins_with, operand type: N"},
    {"begins_with(:ss, a)",
     "Incorrect operand type for operator or function; operator or function: begins_with, operand type: SS"},
    {"attribute_type(a, :n)",
     "Incorrect operand type for operator or function; operator or function: attribute_type, operand type: N"},
    {"attribute_type(a, b)",
     "Incorrect operand type for operator or function; operator or function: attribute_type, operand type: "
     "{NS,SS,L,BS,N,M,B,BOOL,NULL,S}"},
    {"attribute_type(a, :s)",
     "Invalid attribute type name found; type: lamp, valid types: {B,NULL,SS,BOOL,L,BS,N,NS,S,M}"},
    {"size(:n) > a", "Incorrect operand type for operator or function; operator or function: size, operand type: N"},
    {"size(:f) > a", "Incorrect operand type for operator or function; operator or function: size, operand type: BOOL"},
    {"a < :f", "Incorrect operand type for operator or function; operator or function: <, operand type: BOOL"},
    {"a >= :l", "Incorrect operand type for operator or function; operator or function: >=, operand type: L"},
    {"a BETWEEN :ss AND :n",
     "Incorrect operand type for operator or function; operator or function: BETWEEN, operand type: SS"},
    {"a BETWEEN :m AND :n",
     "The BETWEEN operator requires upper bound to be greater than or equal to lower bound; lower bound operand: "
     "AttributeValue: {N:9}, upper bound operand: AttributeValue: {N:5}"},
    {"a BETWEEN :n AND :s",
     "The BETWEEN operator requires same data type for lower and upper bounds; lower bound operand: AttributeValue: "
     "{N:5}, upper bound operand: AttributeValue: {S:lamp}"},
    {"a[99999999999] = :n", "List index is not within the allowable range; index: [99999999999]"},
    // Syntax before everything, then by kind, not by place.
    {"name = :x AND foo(a", R"(Syntax error; token: "<EOF>", near: "a")"},
    {"a = :x AND name = :s", "Attribute name is a reserved keyword; reserved keyword: name"},
    {"name = :s AND foo(a)", "Invalid function name; function: foo"},
};
INSTANTIATE_TEST_SUITE_P(Expressions, ConditionRefusal, testing::ValuesIn(kRefusals));

TEST(ConditionExpression, OfMoreThan4096BytesIsRefused) {
  const std::string fits = "a = :n" + std::string(4090, ' ');
  EXPECT_TRUE(parse_text(fits));
  const Result<ParsedCondition> parsed = parse_text(fits + " ");
  ASSERT_FALSE(parsed);
  EXPECT_EQ(
      parsed.error().message,
      "Invalid ConditionExpression: Expression size has exceeded the maximum allowed size; expression size: 4097");
}

TEST(ConditionExpression, OfMoreThan300OperatorsIsRefused) {
  std::string expression = "a=:n";
  for (int i = 0; i < 149; ++i) expression += " OR a=:n";  // 150 comparisons, 149 ORs
  EXPECT_TRUE(parse_text(expression));
  EXPECT_FALSE(parse_text(expression + " OR a=:n"));
}

TEST(ConditionExpression, OfMoreThan100CandidatesIsRefused) {
  std::string list = ":n";
  for (int i = 1; i < 100; ++i) list += ",:n";
  EXPECT_TRUE(parse_text("a IN (" + list + ")"));
  const Result<ParsedCondition> parsed = parse_text("a IN (" + list + ",:n)");
  ASSERT_FALSE(parsed);
  EXPECT_EQ(parsed.error().message,
            "Invalid ConditionExpression: The IN operator is provided with too many operands; number of operands: 101");
}

TEST(ConditionExpression, NestedWithoutEndIsRefusedAndDoesNotOverflowTheStack) {
  for (const std::string_view piece : {"(", "NOT ", "size(", "(a = :n AND ("}) {
    std::string expression;
    while (expression.size() + piece.size() < kMaxExpressionBytes - 10) expression += piece;
    EXPECT_FALSE(parse_text(expression)) << piece;
    EXPECT_FALSE(parse_text(expression + "a = :n")) << piece;
  }
}

TEST(ConditionExpression, PathsOfMoreThan32StepsAreRefused) {
  std::string path = "a";
  for (int i = 1; i < 32; ++i) path += ".a";
  EXPECT_TRUE(parse_text(path + " = :n"));
  EXPECT_FALSE(parse_text(path + ".a = :n"));
}

TEST(ConditionExpression, TellsWhichAttributesItNames) {
  const Result<ParsedCondition> parsed = parse_text("a = :n AND c.d[0] = :m AND size(tags) > :n");
  ASSERT_TRUE(parsed);
  EXPECT_EQ(parsed->attributes.heads, (std::vector<std::string>{"a", "c", "tags"}));
  EXPECT_EQ(parsed->attributes.nested_heads, (std::vector<std::string>{"c"}));
}

// Whatever the text: an answer, never a crash, and every prefix and every deletion of a good expression too.
TEST(ConditionExpression, SurvivesMutilation) {
  for (const Truth& truth : kTruths) {
    const std::string whole(truth.expression);
    for (std::size_t i = 0; i <= whole.size(); ++i) {
      (void)parse_text(whole.substr(0, i));
      (void)parse_text(whole.substr(i));
      std::string without = whole;
      if (i < whole.size()) without.erase(i, 1);
      (void)parse_text(without);
      (void)parse_text(whole.substr(0, i) + "\xF0(" + whole.substr(i));
    }
  }
}

TEST(Substitutions, ThatNoExpressionUsesAreNamed) {
  const json::object names = parse(R"({"#a":"a","#b":"b"})");
  const json::object values = parse(R"({":x":{"S":"x"},":y":{"S":"y"}})");
  Result<Substitutions> substitutions = Substitutions::parse(&names, &values);
  ASSERT_TRUE(substitutions);
  ASSERT_TRUE(parse_condition("#a = :x", "ConditionExpression", *substitutions));
  EXPECT_EQ(substitutions->check_all_used().error().message,
            "Value provided in ExpressionAttributeNames unused in expressions: keys: {#b}");
  ASSERT_TRUE(parse_condition("attribute_exists(#b)", "ConditionExpression", *substitutions));
  EXPECT_EQ(substitutions->check_all_used().error().message,
            "Value provided in ExpressionAttributeValues unused in expressions: keys: {:y}");
}

TEST(Substitutions, MustHaveTheFormOfPlaceholders) {
  const auto message = [](std::string_view names, std::string_view values) {
    const json::object n = parse(names);
    const json::object v = parse(values);
    return Substitutions::parse(names.empty() ? nullptr : &n, values.size() < 3 ? nullptr : &v).error().message;
  };
  EXPECT_EQ(message("{}", "{}"), "ExpressionAttributeNames must not be empty");
  EXPECT_EQ(message(R"({"a":"a"})", "{}"), R"(ExpressionAttributeNames contains invalid key: Syntax error; key: "a")");
  EXPECT_EQ(message(R"({"#":"a"})", "{}"), R"(ExpressionAttributeNames contains invalid key: Syntax error; key: "#")");
  EXPECT_EQ(message(R"({"#a b":"a"})", "{}"),
            R"(ExpressionAttributeNames contains invalid key: Syntax error; key: "#a b")");
  EXPECT_EQ(message(R"({"#a":""})", "{}"),
            "ExpressionAttributeNames contains invalid value: Empty attribute name for key #a");
  EXPECT_EQ(message(R"({"#a":5})", "{}"), "NUMBER_VALUE cannot be converted to String");
  EXPECT_EQ(message(R"({"#a":"a"})", R"({"b":{"S":"x"}})"),
            R"(ExpressionAttributeValues contains invalid key: Syntax error; key: "b")");
  EXPECT_EQ(message(R"({"#a":"a"})", R"({":b":{}})"),
            "ExpressionAttributeValues contains invalid value: Supplied AttributeValue is empty, must contain exactly "
            "one of the supported datatypes for key :b");
}

}  // namespace
}  // namespace gatehouse::tables
