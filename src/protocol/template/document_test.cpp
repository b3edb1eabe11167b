#include "protocol/template/document.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace gatehouse::templates {
namespace {

std::optional<Node> parse(std::string_view text, Findings& findings) {
  return parse_document(text, "t.yaml", findings);
}

Node parsed(std::string_view text) {
  Findings findings;
  std::optional<Node> node = parse(text, findings);
  EXPECT_EQ(findings.to_string(), "");
  return node.value_or(Node{});
}

std::string refusal(std::string_view text) {
  Findings findings;
  EXPECT_FALSE(parse(text, findings));
  return findings.to_string();
}

TEST(Document, ScalarsAreReadAsCloudFormationReadsThem) {
  const std::pair<std::string_view, Node::Kind> cases[] = {
      {"true", Node::Kind::kBool},    {"False", Node::Kind::kBool},          {"yes", Node::Kind::kString},
      {"off", Node::Kind::kString},   {"42", Node::Kind::kInteger},          {"-7", Node::Kind::kInteger},
      {"1.50", Node::Kind::kFloat},   {"012345678901", Node::Kind::kString}, {"2010-09-09", Node::Kind::kString},
      {"0x1F", Node::Kind::kString},  {"1_000", Node::Kind::kString},        {"1e3", Node::Kind::kString},
      {"~", Node::Kind::kNull},       {"\"42\"", Node::Kind::kString},       {"'true'", Node::Kind::kString},
      {"12:30", Node::Kind::kString},
  };
  for (const auto& [text, kind] : cases) {
    const Node node = parsed("A: " + std::string(text));
    ASSERT_NE(node.find("A"), nullptr) << text;
    EXPECT_EQ(node.find("A")->kind(), kind) << text;
  }
}

TEST(Document, NumbersAndAccountIdsKeepTheirText) {
  const Node node = parsed("A: 012345678901\nB: 1.50\n");
  EXPECT_EQ(node.find("A")->text(), "012345678901");
  EXPECT_EQ(node.find("B")->text(), "1.50");
  EXPECT_EQ(node.to_json_text(), R"({"A":"012345678901","B":1.50})");
}

TEST(Document, ShortTagsBecomeLongForms) {
  const Node node = parsed(R"(
A: !Ref X
B: !GetAtt X.Arn.Part
C: !Sub "${X}"
D: !Join [",", [a, !Ref X]]
E: !If [C, 1, !Ref AWS::NoValue]
)");
  EXPECT_EQ(node.to_json_text(),
            R"({"A":{"Ref":"X"},"B":{"Fn::GetAtt":["X","Arn.Part"]},"C":{"Fn::Sub":"${X}"},)"
            R"("D":{"Fn::Join":[",",["a",{"Ref":"X"}]]},"E":{"Fn::If":["C",1,{"Ref":"AWS::NoValue"}]}})");
}

TEST(Document, JsonIsReadWithItsPositions) {
  const Node node = parsed("{\n  \"A\": {\"B\": [1, true, \"x\\u00e9\\n\"]},\n\t\"C\":\"no space\"\n}\n");
  EXPECT_EQ(node.to_json_text(), "{\"A\":{\"B\":[1,true,\"x\u00e9\\n\"]},\"C\":\"no space\"}");
  EXPECT_EQ(node.find("A")->at().to_string(), "t.yaml:2:8");
}

TEST(Document, EveryValueKnowsItsPlace) {
  const Node node = parsed("A:\n  B: x\n  C:\n    - y\n    - z\n");
  EXPECT_EQ(node.find("A")->find("B")->at().to_string(), "t.yaml:2:6");
  EXPECT_EQ(node.find("A")->find("C")->items()[1].at().to_string(), "t.yaml:5:7");
  EXPECT_EQ(node.members()[0].name_at.to_string(), "t.yaml:1:1");
}

TEST(Document, WhatCannotBeUnderstoodIsRefusedWithItsPlace) {
  const std::pair<std::string_view, std::string_view> cases[] = {
      {"A: 1\nA: 2\n", "t.yaml:2:1: A is given twice; keep one of the two\n"},
      {"A: {B: 1, B: 2}\n", "t.yaml:1:11: B is given twice; keep one of the two\n"},
      {"A: &x 1\n", "t.yaml:1:4: YAML anchors are not supported; write the value out\n"},
      {"A: *x\n", "t.yaml:1:4: not valid YAML: the referenced anchor is not defined\n"},
      {"A:\n  <<: {B: 1}\n", "t.yaml:2:3: YAML merge keys are not supported; write the members out\n"},
      {"A: !Rf X\n", "t.yaml:1:4: unknown tag !Rf; did you mean !Ref?\n"},
      {"A: !!binary aGk=\n", "t.yaml:1:4: unknown tag tag:yaml.org,2002:binary\n"},
      {"A: !GetAtt X\n", "t.yaml:1:4: !GetAtt takes Resource.Attribute\n"},
      {"[a, b]: 1\n", "t.yaml:1:1: a member's name is a plain text\n"},
      {"? {a: b}\n: 1\n", "t.yaml:1:3: a member's name is a plain text\n"},
      {"A: 1\n---\nB: 2\n", "t.yaml: the file holds several YAML documents; a template is one\n"},
      {"", "t.yaml: the template is empty\n"},
      {"# nothing\n", "t.yaml: the template is empty\n"},
      {"A: [1\n", "t.yaml:2:1: not valid YAML: end of sequence flow not found\n"},
      {"A: \xff\n", "t.yaml: the template is not UTF-8 text\n"},
  };
  for (const auto& [text, expected] : cases) EXPECT_EQ(refusal(text), expected) << text;
}

TEST(Document, BombsAreRefusedQuickly) {
  EXPECT_THAT(refusal(std::string(50'000, '[') + std::string(50'000, ']')),
              ::testing::HasSubstr("nested deeper than 64 levels"));
  EXPECT_THAT(refusal(std::string(100'000, '{')), ::testing::HasSubstr("t.yaml"));
  std::string dashes;
  for (int i = 0; i < 50'000; ++i) dashes += "- ";
  EXPECT_THAT(refusal(dashes), ::testing::HasSubstr("nested deeper than 64 levels"));
  EXPECT_THAT(refusal("A: " + std::string(kMaxTemplateBytes, 'x')),
              ::testing::HasSubstr("CloudFormation takes 1000000"));
}

TEST(Document, ManyNamesInOneMapAreReadInLinearTime) {
  std::string text;
  for (int i = 0; i < 60'000; ++i) text += fmt::format("K{}: 1\n", i);
  EXPECT_EQ(parsed(text).members().size(), 60'000U);
}

}  // namespace
}  // namespace gatehouse::templates
