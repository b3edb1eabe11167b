#include "services/tables/expressions/update_expression.hpp"

#include <gtest/gtest.h>

#include "services/tables/values.hpp"

namespace gatehouse::tables {
namespace {

constexpr std::string_view kNames = R"({"#n":"name","#a":"a"})";
constexpr std::string_view kValues =
    R"({":s":{"S":"lamp"},":n":{"N":"5"},":m":{"N":"9"},":l":{"L":[{"N":"1"}]},":o":{"M":{"x":{"N":"1"}}},
        ":ss":{"SS":["x","y"]},":ns":{"NS":["1"]},":f":{"BOOL":true}})";

json::object parse(std::string_view text) { return parse_json(text).value().as_object(); }

Result<ParsedUpdate> parse_text(std::string_view expression) {
  static const json::object names = parse(kNames);
  static const json::object values = parse(kValues);
  Result<Substitutions> substitutions = Substitutions::parse(&names, &values);
  return parse_update(expression, *substitutions);
}

struct Change {
  std::string_view expression;
  std::string_view before;
  std::string_view after;
};

class UpdateChange : public testing::TestWithParam<Change> {};

TEST_P(UpdateChange, IsAsDynamoDbHasIt) {
  const Change& change = GetParam();
  const Result<ParsedUpdate> parsed = parse_text(change.expression);
  ASSERT_TRUE(parsed) << change.expression << ": " << parsed.error().message;
  const store::Item before = parse_item(parse(change.before)).value();
  const Result<store::Item> after = store::apply(parsed->update, before);
  ASSERT_TRUE(after) << change.expression << ": " << after.error().message;
  EXPECT_EQ(json::serialize(to_json(*after, {})), json::serialize(to_json(parse_item(parse(change.after)).value(), {})))
      << change.expression;
}

constexpr Change kChanges[] = {
    {"SET a = :n", "{}", R"({"a":{"N":"5"}})"},
    {"set a=:n", "{}", R"({"a":{"N":"5"}})"},
    {"SET #n = :s, b = :n", "{}", R"({"name":{"S":"lamp"},"b":{"N":"5"}})"},
    {"SET a = (:n)", "{}", R"({"a":{"N":"5"}})"},
    {"SET a = b", R"({"b":{"S":"x"}})", R"({"a":{"S":"x"},"b":{"S":"x"}})"},
    {"SET a = b, b = a", R"({"a":{"N":"1"},"b":{"N":"2"}})", R"({"a":{"N":"2"},"b":{"N":"1"}})"},
    {"SET a = a + :n", R"({"a":{"N":"1"}})", R"({"a":{"N":"6"}})"},
    {"SET a = a - :n", R"({"a":{"N":"1"}})", R"({"a":{"N":"-4"}})"},
    {"SET a = (a + :n)", R"({"a":{"N":"1"}})", R"({"a":{"N":"6"}})"},
    {"SET a = (a) + (:n)", R"({"a":{"N":"1"}})", R"({"a":{"N":"6"}})"},
    {"SET a = :m - :n", "{}", R"({"a":{"N":"4"}})"},
    {"SET a = if_not_exists(a, :n)", "{}", R"({"a":{"N":"5"}})"},
    {"SET a = if_not_exists(a, :n)", R"({"a":{"N":"1"}})", R"({"a":{"N":"1"}})"},
    {"SET a = if_not_exists(a, :n) + :m", "{}", R"({"a":{"N":"14"}})"},
    {"SET a = if_not_exists(b, if_not_exists(c, :n))", R"({"c":{"N":"2"}})", R"({"a":{"N":"2"},"c":{"N":"2"}})"},
    {"SET l = list_append(l, :l)", R"({"l":{"L":[{"N":"0"}]}})", R"({"l":{"L":[{"N":"0"},{"N":"1"}]}})"},
    {"SET l = list_append(:l, l)", R"({"l":{"L":[{"N":"0"}]}})", R"({"l":{"L":[{"N":"1"},{"N":"0"}]}})"},
    {"SET l = list_append(if_not_exists(l, :l), :l)", "{}", R"({"l":{"L":[{"N":"1"},{"N":"1"}]}})"},
    {"SET m.x = :n", R"({"m":{"M":{}}})", R"({"m":{"M":{"x":{"N":"5"}}}})"},
    {"SET l[1] = :n", R"({"l":{"L":[{"N":"0"},{"N":"0"}]}})", R"({"l":{"L":[{"N":"0"},{"N":"5"}]}})"},
    {"SET l[7] = :n", R"({"l":{"L":[{"N":"0"}]}})", R"({"l":{"L":[{"N":"0"},{"N":"5"}]}})"},
    {"REMOVE a", R"({"a":{"N":"1"},"b":{"N":"2"}})", R"({"b":{"N":"2"}})"},
    {"REMOVE a, b", R"({"a":{"N":"1"},"b":{"N":"2"}})", "{}"},
    {"REMOVE l[0], l[2]", R"({"l":{"L":[{"N":"0"},{"N":"1"},{"N":"2"}]}})", R"({"l":{"L":[{"N":"1"}]}})"},
    {"ADD a :n", "{}", R"({"a":{"N":"5"}})"},
    {"ADD a :n", R"({"a":{"N":"1"}})", R"({"a":{"N":"6"}})"},
    {"ADD s :ss", R"({"s":{"SS":["a","x"]}})", R"({"s":{"SS":["a","x","y"]}})"},
    {"DELETE s :ss", R"({"s":{"SS":["a","x"]}})", R"({"s":{"SS":["a"]}})"},
    {"DELETE s :ss", R"({"s":{"SS":["x","y"]}})", "{}"},
    {"SET a = :n REMOVE b ADD c :n DELETE d :ss", R"({"b":{"N":"1"},"d":{"SS":["x","z"]}})",
     R"({"a":{"N":"5"},"c":{"N":"5"},"d":{"SS":["z"]}})"},
    {"REMOVE b SET a = :n", R"({"b":{"N":"1"}})", R"({"a":{"N":"5"}})"},
};
INSTANTIATE_TEST_SUITE_P(Expressions, UpdateChange, testing::ValuesIn(kChanges));

struct Refusal {
  std::string_view expression;
  std::string_view message;  // without "Invalid UpdateExpression: "
};

class UpdateRefusal : public testing::TestWithParam<Refusal> {};

TEST_P(UpdateRefusal, CarriesAwsText) {
  const Result<ParsedUpdate> parsed = parse_text(GetParam().expression);
  ASSERT_FALSE(parsed) << GetParam().expression;
  EXPECT_EQ(parsed.error().code, "ValidationException");
  EXPECT_EQ(parsed.error().message, "Invalid UpdateExpression: " + std::string(GetParam().message));
}

constexpr Refusal kRefusals[] = {
    {"", "The expression can not be empty;"},
    {"a = :n", R"(Syntax error; token: "a", near: "a =")"},
    {"SET", R"(Syntax error; token: "<EOF>", near: "SET")"},
    {"SET a", R"(Syntax error; token: "<EOF>", near: "a")"},
    {"SET a :n", R"(Syntax error; token: ":n", near: "a :n")"},
    {"SET a =", R"(Syntax error; token: "<EOF>", near: "=")"},
    {"SET a = :n,", R"(Syntax error; token: "<EOF>", near: ",")"},
    {"SET a = :n b = :n", R"(Syntax error; token: "b", near: ":n b =")"},
    {"SET a = :n; b = :n", R"(Syntax error; token: ";", near: ":n; b")"},
    {"SET a = :n + :n + :n", R"(Syntax error; token: "+", near: ":n + :n")"},
    {"SET a = (:n + :n) + :n", R"(Syntax error; token: "+", near: ") + :n")"},
    {"SET a = :n * :n", R"(Syntax error; token: "*", near: ":n * :n")"},
    {"SET a = -:n", R"(Syntax error; token: "-", near: "= -:n")"},
    {"SET a = 5", R"(Syntax error; token: "5", near: "= 5")"},
    {"SET 8f = :n", R"(Syntax error; token: "8", near: "SET 8f")"},
    {"SET _a = :n", R"(Syntax error; token: "_", near: "SET _a")"},
    {"REMOVE", R"(Syntax error; token: "<EOF>", near: "REMOVE")"},
    {"REMOVE a = :n", R"(Syntax error; token: "=", near: "a = :n")"},
    {"ADD a = :n", R"(Syntax error; token: "=", near: "a = :n")"},
    {"ADD a b", R"(Syntax error; token: "b", near: "a b")"},
    {"DELETE a", R"(Syntax error; token: "<EOF>", near: "a")"},
    {"SET a = :n SET b = :n", R"(The "SET" section can only be used once in an update expression;)"},
    {"REMOVE a REMOVE b", R"(The "REMOVE" section can only be used once in an update expression;)"},
    {"SET name = :n", "Attribute name is a reserved keyword; reserved keyword: name"},
    {"SET a.Status = :n", "Attribute name is a reserved keyword; reserved keyword: Status"},
    {"SET #x = :n", "An expression attribute name used in the document path is not defined; attribute name: #x"},
    {"SET a = :x", "An expression attribute value used in expression is not defined; attribute value: :x"},
    {"SET a = foo(:n)", "Invalid function name; function: foo"},
    {"SET a = attribute_exists(b)", "Invalid function name; function: attribute_exists"},
    {"SET a = if_not_exists(b)",
     "Incorrect number of operands for operator or function; operator or function: if_not_exists, number of operands: "
     "1"},
    {"SET a = if_not_exists(:n, :n)",
     "Operator or function requires a document path; operator or function: if_not_exists"},
    {"SET a = list_append(:n, :l)",
     "Incorrect operand type for operator or function; operator or function: list_append, operand type: N"},
    {"SET a = :s + :n", "Incorrect operand type for operator or function; operator or function: +, operand type: S"},
    {"SET a = b - :l", "Incorrect operand type for operator or function; operator or function: -, operand type: L"},
    {"SET a = list_append(b, :l) + :n",
     "Incorrect operand type for operator or function; operator or function: +, operand type: L"},
    {"ADD a :s",
     "Incorrect operand type for operator or function; operator: ADD, operand type: STRING, typeSet: "
     "ALLOWED_FOR_ADD_OPERAND"},
    {"ADD a :l",
     "Incorrect operand type for operator or function; operator: ADD, operand type: LIST, typeSet: "
     "ALLOWED_FOR_ADD_OPERAND"},
    {"DELETE a :n",
     "Incorrect operand type for operator or function; operator: DELETE, operand type: NUMBER, typeSet: "
     "ALLOWED_FOR_DELETE_OPERAND"},
    {"SET a = :n, a = :m",
     "Two document paths overlap with each other; must remove or rewrite one of these paths; path one: [a], path two: "
     "[a]"},
    {"SET a = :n REMOVE a.b",
     "Two document paths overlap with each other; must remove or rewrite one of these paths; path one: [a], path two: "
     "[a, b]"},
    {"SET #a.b[1].c = :n, a.b[1] = :m",
     "Two document paths overlap with each other; must remove or rewrite one of these paths; path one: [a, b, [1], c], "
     "path two: [a, b, [1]]"},
    {"SET a.b = :n, a[1] = :m",
     "Two document paths conflict with each other; must remove or rewrite one of these paths; path one: [a, b], path "
     "two: [a, [1]]"},
};
INSTANTIATE_TEST_SUITE_P(Expressions, UpdateRefusal, testing::ValuesIn(kRefusals));

TEST(UpdateExpression, NestedWithoutEndIsRefusedAndDoesNotOverflowTheStack) {
  for (const std::string_view piece : {"(", "list_append(a,", "if_not_exists(a,"}) {
    std::string expression = "SET a = ";
    while (expression.size() + piece.size() < kMaxExpressionBytes - 10) expression += piece;
    EXPECT_FALSE(parse_text(expression)) << piece;
  }
}

TEST(UpdateExpression, SurvivesMutilation) {
  for (const Change& change : kChanges) {
    const std::string whole(change.expression);
    for (std::size_t i = 0; i <= whole.size(); ++i) {
      (void)parse_text(whole.substr(0, i));
      (void)parse_text(whole.substr(i));
      std::string without = whole;
      if (i < whole.size()) without.erase(i, 1);
      (void)parse_text(without);
    }
  }
}

TEST(UpdateExpression, TellsItsTargets) {
  const Result<ParsedUpdate> parsed = parse_text("SET a.b = c, d = :n REMOVE e[0]");
  ASSERT_TRUE(parsed);
  ASSERT_EQ(parsed->targets.size(), 3U);
  EXPECT_EQ(show_path(parsed->targets[0]), "[a, b]");
  EXPECT_EQ(show_path(parsed->targets[2]), "[e, [0]]");
  EXPECT_EQ(parsed->attributes.nested_heads, (std::vector<std::string>{"a", "e"}));
}

}  // namespace
}  // namespace gatehouse::tables
