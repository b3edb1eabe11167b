#include "protocol/aws/policy.hpp"

#include <gtest/gtest.h>

namespace gatehouse::aws {
namespace {

constexpr std::string_view kTable = "arn:aws:dynamodb:us-east-1:000000000000:table/products";

PolicySet policies(std::initializer_list<std::string_view> documents) {
  PolicySet set;
  for (const std::string_view text : documents) {
    const Result<void> added = set.add(parse_json(text).value());
    EXPECT_TRUE(added) << added.error().message;
  }
  return set;
}

std::string refusal(std::string_view text) {
  PolicySet set;
  const Result<void> added = set.add(parse_json(text).value());
  EXPECT_TRUE(set.statements().empty()) << "a refused document adds nothing";
  return added ? "accepted" : added.error().message;
}

TEST(Wildcards, MatchRunsAndSingleCharacters) {
  EXPECT_TRUE(matches_wildcards("*", ""));
  EXPECT_TRUE(matches_wildcards("a*c", "abbbc"));
  EXPECT_TRUE(matches_wildcards("a*b*c", "a1b2b3c"));
  EXPECT_TRUE(matches_wildcards("a?c", "abc"));
  EXPECT_TRUE(matches_wildcards("arn:aws:s3:::b/*", "arn:aws:s3:::b/x/y:z"));
  EXPECT_FALSE(matches_wildcards("", "a"));
  EXPECT_FALSE(matches_wildcards("a?c", "ac"));
  EXPECT_FALSE(matches_wildcards("a*c", "abcd"));
  EXPECT_FALSE(matches_wildcards("ABC", "abc"));
  EXPECT_TRUE(matches_wildcards("ABC", "abc", true));
}

TEST(Wildcards, StayCheapOnHostilePatterns) {
  std::string pattern;
  for (int i = 0; i < 500; ++i) pattern += "*a";
  EXPECT_FALSE(matches_wildcards(pattern + "b", std::string(2000, 'a')));
}

TEST(PolicySet, DeniesWhatNothingAllows) {
  EXPECT_EQ(PolicySet().evaluate("dynamodb:GetItem", kTable), Decision::kImplicitDeny);
}

TEST(PolicySet, AllowsExactlyTheActionsAndResourcesItNames) {
  const PolicySet set = policies({R"({"Version":"2012-10-17","Statement":[{"Effect":"Allow",
      "Action":["dynamodb:GetItem","dynamodb:Batch*"],
      "Resource":["arn:aws:dynamodb:us-east-1:000000000000:table/products",
                  "arn:aws:dynamodb:us-east-1:000000000000:table/products/index/*"]}]})"});
  EXPECT_EQ(set.evaluate("dynamodb:GetItem", kTable), Decision::kAllow);
  EXPECT_EQ(set.evaluate("dynamodb:getitem", kTable), Decision::kAllow);
  EXPECT_EQ(set.evaluate("dynamodb:BatchGetItem", std::string(kTable) + "/index/name"), Decision::kAllow);
  EXPECT_EQ(set.evaluate("dynamodb:PutItem", kTable), Decision::kImplicitDeny);
  EXPECT_EQ(set.evaluate("dynamodb:GetItem", std::string(kTable) + "2"), Decision::kImplicitDeny);
  EXPECT_EQ(set.evaluate("dynamodb:GetItem", "arn:aws:dynamodb:us-east-1:000000000000:table/PRODUCTS"),
            Decision::kImplicitDeny);
  EXPECT_EQ(set.evaluate("dynamodb:GetItem", "*"), Decision::kImplicitDeny);
}

TEST(PolicySet, LetsAnExplicitDenyWinWhereverItStands) {
  constexpr std::string_view kAllow = R"({"Statement":{"Effect":"Allow","Action":"*","Resource":"*"}})";
  constexpr std::string_view kDeny = R"({"Statement":{"Effect":"Deny","Action":"dynamodb:Delete*","Resource":"*"}})";
  for (const auto& set : {policies({kAllow, kDeny}), policies({kDeny, kAllow})}) {
    EXPECT_EQ(set.evaluate("dynamodb:DeleteItem", kTable), Decision::kExplicitDeny);
    EXPECT_EQ(set.evaluate("dynamodb:GetItem", kTable), Decision::kAllow);
  }
}

TEST(PolicySet, UnderstandsNegatedElements) {
  const PolicySet set = policies({R"({"Statement":[
      {"Effect":"Allow","NotAction":["dynamodb:Delete*"],"Resource":"*"},
      {"Effect":"Deny","Action":"*","NotResource":"arn:aws:dynamodb:*:*:table/products"}]})"});
  EXPECT_EQ(set.evaluate("dynamodb:GetItem", kTable), Decision::kAllow);
  EXPECT_EQ(set.evaluate("dynamodb:DeleteItem", kTable), Decision::kImplicitDeny);
  EXPECT_EQ(set.evaluate("dynamodb:GetItem", "arn:aws:dynamodb:us-east-1:000000000000:table/users"),
            Decision::kExplicitDeny);
}

TEST(PolicySet, AcceptsEveryElementThatItHonours) {
  EXPECT_EQ(policies({R"({"Version":"2008-10-17","Id":"x","Statement":[{"Sid":"One1","Effect":"Allow",
      "Action":"logs:PutLogEvents","Resource":"arn:aws:logs:us-east-1:0:log-group:*:*"}]})"})
                .statements()
                .size(),
            1u);
}

TEST(PolicySet, RefusesWhatItDoesNotHonourByName) {
  const auto statement = [](std::string_view more) {
    return fmt::format(R"({{"Statement":[{{"Effect":"Allow","Action":"a:b","Resource":"*"}},
                           {{"Effect":"Allow","Action":"a:b","Resource":"*",{}}}]}})",
                       more);
  };
  EXPECT_EQ(refusal(statement(R"("Condition":{})")), "Condition in a statement is not supported");
  EXPECT_EQ(refusal(statement(R"("Principal":"*")")), "Principal in a statement is not supported");
  EXPECT_EQ(refusal(statement(R"("NotPrincipal":"*")")), "NotPrincipal in a statement is not supported");
  EXPECT_EQ(refusal(statement(R"("Actions":[])")), "unknown element Actions in a statement (did you mean Action?)");
  EXPECT_EQ(refusal(R"({"Statement":{"Effect":"Allow","Action":"a:b","Resource":"*"},"Zebra":1})"),
            "unknown element Zebra in a policy document");
  EXPECT_EQ(refusal(R"({"Statement":{"Effect":"Allow","Action":"a:b","Resource":"arn:aws:s3:::x/${aws:username}"}})"),
            "policy variables are not supported: \"arn:aws:s3:::x/${aws:username}\" in Resource");
}

TEST(PolicySet, RefusesMalformedDocuments) {
  const std::pair<std::string_view, std::string_view> cases[] = {
      {R"([])", "must be an object"},
      {R"("x")", "must be an object"},
      {R"({})", "needs a Statement"},
      {R"({"Statement":[]})", "empty list"},
      {R"({"Statement":"x"})", "Statement must be"},
      {R"({"Statement":[1]})", "Statement must be"},
      {R"({"Version":"2012-10-18","Statement":{"Effect":"Allow","Action":"a:b","Resource":"*"}})", "Version"},
      {R"({"Version":20121017,"Statement":{"Effect":"Allow","Action":"a:b","Resource":"*"}})", "Version"},
      {R"({"Id":1,"Statement":{"Effect":"Allow","Action":"a:b","Resource":"*"}})", "Id"},
      {R"({"Statement":{"Action":"a:b","Resource":"*"}})", "Effect"},
      {R"({"Statement":{"Effect":"allow","Action":"a:b","Resource":"*"}})", "Effect"},
      {R"({"Statement":{"Effect":["Allow"],"Action":"a:b","Resource":"*"}})", "Effect"},
      {R"({"Statement":{"Effect":"Allow","Resource":"*"}})", "Action or NotAction"},
      {R"({"Statement":{"Effect":"Allow","Action":"a:b"}})", "Resource or NotResource"},
      {R"({"Statement":{"Effect":"Allow","Action":"a:b","NotAction":"a:c","Resource":"*"}})", "and not both"},
      {R"({"Statement":{"Effect":"Allow","Action":"a:b","NotResource":"*","Resource":"*"}})", "and not both"},
      {R"({"Statement":{"Effect":"Allow","Action":[],"Resource":"*"}})", "empty list"},
      {R"({"Statement":{"Effect":"Allow","Action":[1],"Resource":"*"}})", "string or a list of strings"},
      {R"({"Statement":{"Effect":"Allow","Action":null,"Resource":"*"}})", "string or a list of strings"},
      {R"({"Statement":{"Effect":"Allow","Action":"GetItem","Resource":"*"}})", "SERVICE:ACTION"},
      {R"({"Statement":{"Effect":"Allow","Action":"*:GetItem","Resource":"*"}})", "SERVICE:ACTION"},
      {R"({"Statement":{"Effect":"Allow","Action":"a: b","Resource":"*"}})", "SERVICE:ACTION"},
      {R"({"Statement":{"Effect":"Allow","Action":"a:","Resource":"*"}})", "SERVICE:ACTION"},
      {R"({"Statement":{"Effect":"Allow","Action":"a:b","Resource":"products"}})", "an ARN"},
      {R"({"Statement":{"Effect":"Allow","Action":"a:b","Resource":"arn:aws:s3"}})", "an ARN"},
      {R"({"Statement":{"Effect":"Allow","Action":"a:b","Resource":""}})", "an ARN"},
      {R"({"Statement":{"Sid":"a-b","Effect":"Allow","Action":"a:b","Resource":"*"}})", "Sid"},
      {R"({"Statement":[{"Sid":"a","Effect":"Allow","Action":"a:b","Resource":"*"},
                        {"Sid":"a","Effect":"Allow","Action":"a:b","Resource":"*"}]})",
       "Sid a"},
  };
  for (const auto& [text, reason] : cases)
    EXPECT_NE(refusal(text).find(reason), std::string::npos) << text << refusal(text);
}

}  // namespace
}  // namespace gatehouse::aws
