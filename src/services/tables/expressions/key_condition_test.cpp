#include "services/tables/expressions/key_condition.hpp"

#include <gtest/gtest.h>

#include "services/tables/values.hpp"

namespace gatehouse::tables {
namespace {

using Kind = store::SortCondition::Kind;

constexpr std::string_view kValues =
    R"({":s":{"S":"lamp"},":t":{"S":"tree"},":n":{"N":"5"},":m":{"N":"9"},":e":{"S":""}})";

json::object parse(std::string_view text) { return parse_json(text).value().as_object(); }

Result<KeyCondition> resolve(std::string_view expression, bool has_sort = true) {
  static const json::object values = parse(kValues);
  Result<Substitutions> substitutions = Substitutions::parse(nullptr, &values);
  Result<std::vector<KeyTest>> tests = parse_key_condition(expression, *substitutions);
  if (!tests) return std::unexpected(tests.error());
  const store::KeyAttribute partition{"id", store::KeyAttribute::Type::kString};
  const std::optional<store::KeyAttribute> sort = store::KeyAttribute{"seq", store::KeyAttribute::Type::kNumber};
  return resolve_key_condition(std::move(*tests), partition, has_sort ? sort : std::nullopt);
}

TEST(KeyCondition, NamesAPartitionAndARange) {
  const Result<KeyCondition> both = resolve("id = :s AND seq BETWEEN :n AND :m");
  ASSERT_TRUE(both) << both.error().message;
  EXPECT_EQ(both->partition, store::Value("lamp"));
  EXPECT_EQ(both->sort->kind, Kind::kBetween);
  EXPECT_EQ(resolve(":s = id")->partition, store::Value("lamp"));
  EXPECT_FALSE(resolve("id = :s")->sort);
  EXPECT_EQ(resolve("(seq < :n) AND (id = :s)")->sort->kind, Kind::kLess);
  EXPECT_EQ(resolve("id = :s AND :n < seq")->sort->kind, Kind::kGreater);
  EXPECT_EQ(resolve("id = :s AND :n >= seq")->sort->kind, Kind::kLessOrEqual);
}

TEST(KeyCondition, RefusesWithAwsText) {
  const auto message = [](std::string_view expression, bool has_sort = true) {
    const Result<KeyCondition> resolved = resolve(expression, has_sort);
    return resolved ? std::string("accepted") : resolved.error().message;
  };
  EXPECT_EQ(message("id = :s OR seq = :n"), "Invalid operator used in KeyConditionExpression: OR");
  EXPECT_EQ(message("NOT id = :s"), "Invalid operator used in KeyConditionExpression: NOT");
  EXPECT_EQ(message("id <> :s"), "Invalid operator used in KeyConditionExpression: <>");
  EXPECT_EQ(message("id IN (:s)"), "Invalid operator used in KeyConditionExpression: IN");
  EXPECT_EQ(message("attribute_exists(id)"), "Invalid operator used in KeyConditionExpression: attribute_exists");
  EXPECT_EQ(message("contains(id, :s)"), "Invalid operator used in KeyConditionExpression: contains");
  EXPECT_EQ(message("size(id) = :n"), "KeyConditionExpressions cannot contain nested operations");
  EXPECT_EQ(message("id.x = :s"), "KeyConditionExpressions cannot have conditions on nested attributes");
  EXPECT_EQ(message("id = seq"),
            "Invalid condition in KeyConditionExpression: Multiple attribute names used in one condition");
  EXPECT_EQ(message(":s = :t"), "Invalid condition in KeyConditionExpression: No key attribute specified");
  EXPECT_EQ(message("begins_with(:s, id)"),
            "Invalid condition in KeyConditionExpression: begins_with operator must have the key attribute as its "
            "first operand");
  EXPECT_EQ(message(":n BETWEEN seq AND :m"),
            "Invalid condition in KeyConditionExpression: BETWEEN operator must have the key attribute as its first "
            "operand");
  EXPECT_EQ(message("id = :s AND id = :t"), "KeyConditionExpressions must only contain one condition per key");
  EXPECT_EQ(message("id = :s AND seq = :n AND b = :n"), "Conditions can be of length 1 or 2 only");
  EXPECT_EQ(message("seq = :n"), "Query condition missed key schema element: id");
  EXPECT_EQ(message("id = :s AND b = :n"), "Query condition missed key schema element: seq");
  EXPECT_EQ(message("id > :s"), "Query key condition not supported");
  EXPECT_EQ(message("id = :s AND seq = :n", false), "Query key condition not supported");
  EXPECT_EQ(message("id = :n"),
            "One or more parameter values were invalid: Condition parameter type does not match schema type");
  EXPECT_EQ(message("id = :s AND seq = :t"),
            "One or more parameter values were invalid: Condition parameter type does not match schema type");
  EXPECT_EQ(
      message("id = :e"),
      "One or more parameter values are not valid. The AttributeValue for a key attribute cannot contain an empty "
      "string value. Key: id");
  EXPECT_EQ(message("id = :s AND"), R"(Invalid KeyConditionExpression: Syntax error; token: "<EOF>", near: "AND")");
}

}  // namespace
}  // namespace gatehouse::tables
