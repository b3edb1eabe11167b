#include "protocol/template/evaluator.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "protocol/template/testing/load.hpp"

namespace gatehouse::templates {
namespace {

using testing::load;
using testing::Loaded;

// A stack in which every resource X exists: Ref gives ref-X, GetAtt X.A gives X/A, a secret is secret(ID:KEY).
class FakeStack final : public Values {
 public:
  Result<std::string> ref(std::string_view logical_id) override { return "ref-" + std::string(logical_id); }
  Result<Node> attribute(std::string_view logical_id, std::string_view name) override {
    if (name != "List") return Node::string(fmt::format("{}/{}", logical_id, name));
    Node list = Node::list();
    list.push(Node::string("a"));
    list.push(Node::string("b"));
    return list;
  }
  Result<std::string> secret(const DynamicReference& reference) override {
    if (reference.secret_id == "nested") return "{{resolve:secretsmanager:other}}";
    if (reference.secret_id == "gone") return fail(Error::Kind::kNotFound, "", "there is no secret gone");
    return fmt::format("secret({}:{})", reference.secret_id, reference.json_key);
  }
  std::string finish(std::string text) override {
    const std::size_t at = text.find("https://aws");
    if (at != std::string::npos) text.replace(at, 11, "http://here");
    return text;
  }
};

constexpr std::string_view kAround = R"(Transform: AWS::LanguageExtensions
Parameters:
  Name: {Type: String, Default: lamp}
  Names: {Type: CommaDelimitedList, Default: 'a, b,c'}
  Empty: {Type: CommaDelimitedList, Default: ''}
  Count: {Type: Number, Default: 3}
  Secret: {Type: String, Default: '{{resolve:secretsmanager:from-parameter}}'}
Mappings:
  Sizes: {small: {memory: 128, list: [x, y]}}
Conditions:
  IsLamp: !Equals [!Ref Name, lamp]
  IsMany: !Not [!Condition IsLamp]
  Both: !And [!Condition IsLamp, !Equals ['3', !Ref Count]]
  Either: !Or [!Condition IsMany, !Condition Both]
Resources:
  Other: {Type: T::T::T}
  R:
    Type: T::T::T
    Properties:
      V: )";

Result<Node> evaluate(std::string_view value) {
  const Loaded loaded = load(std::string(kAround) + std::string(value) + "\n");
  EXPECT_EQ(loaded.findings, "") << value;
  FakeStack stack;
  const Resource* resource = loaded.definition->find_resource("R");
  Result<Node> all = Evaluator(*loaded.definition, stack).evaluate(resource->properties, "Resources.R.Properties");
  if (!all) return all;
  const Node* result = all->find("V");
  return result == nullptr ? Node::null() : *result;
}

TEST(Evaluator, ComputesEveryFunction) {
  const std::pair<std::string_view, std::string_view> cases[] = {
      {"!Ref Name", R"("lamp")"},
      {"!Ref Names", R"(["a","b","c"])"},
      {"!Ref Empty", "[]"},
      {"!Ref Other", R"("ref-Other")"},
      {"!Ref AWS::Region", R"("us-east-1")"},
      {"!Ref AWS::AccountId", R"("000000000000")"},
      {"!Ref AWS::URLSuffix", R"("amazonaws.com")"},
      {"!Ref AWS::NotificationARNs", "[]"},
      {"!GetAtt Other.Arn", R"("Other/Arn")"},
      {"!GetAtt Other.List", R"(["a","b"])"},
      {"{'Fn::GetAtt': [Other, Arn]}", R"("Other/Arn")"},
      {"{'Fn::GetAtt': Other.Arn}", R"("Other/Arn")"},
      {"!Sub '${Name}-${Other}-${Other.Arn}-${AWS::Region}-${!Name}'",
       R"("lamp-ref-Other-Other/Arn-us-east-1-${Name}")"},
      {"!Sub ['${a}${Name}', {a: !Ref Other}]", R"("ref-Otherlamp")"},
      {"!Sub '$ {Name} $'", R"("$ {Name} $")"},
      {"!Join ['-', [a, !Ref Name, 3]]", R"("a-lamp-3")"},
      {"!Join ['', !Ref Names]", R"("abc")"},
      {"!Join ['-', []]", R"("")"},
      {"!Select [1, !Ref Names]", R"("b")"},
      {"!Select ['0', [x]]", R"("x")"},
      {"!Split [',', 'a,,b']", R"(["a","","b"])"},
      {"!Select [1, !Split ['|', 'a|b']]", R"("b")"},
      {"!If [IsLamp, yes, no]", R"("yes")"},
      {"!If [IsMany, yes, no]", R"("no")"},
      {"!If [Both, 1, 2]", "1"},
      {"!If [Either, 1, 2]", "1"},
      {"[a, !If [IsMany, b, !Ref AWS::NoValue], c]", R"(["a","c"])"},
      {"{x: 1, y: !If [IsMany, b, !Ref AWS::NoValue]}", R"({"x":1})"},
      {"!FindInMap [Sizes, small, memory]", "128"},
      {"!FindInMap [Sizes, small, list]", R"(["x","y"])"},
      {"!Base64 hello", R"("aGVsbG8=")"},
      {"!Base64 {Ref: Name}", R"("bGFtcA==")"},
      {"!ToJsonString {a: !Ref Name, b: [1, true, 1.50]}", R"("{\"a\":\"lamp\",\"b\":[1,true,1.50]}")"},
      {"!Length [a, b]", "2"},
      {"!Length {Ref: Names}", "3"},
  };
  for (const auto& [value, expected] : cases) {
    const Result<Node> result = evaluate(value);
    ASSERT_TRUE(result) << value << ": " << result.error().message;
    EXPECT_EQ(result->to_json_text(), expected) << value;
  }
}

TEST(Evaluator, AValueThatIsNoValueIsLeftOut) {
  const Result<Node> result = evaluate("!Ref AWS::NoValue");
  ASSERT_TRUE(result);
  EXPECT_TRUE(result->is_null());
}

TEST(Evaluator, ResolvesSecretsWhereverTheTextCameFrom) {
  const std::pair<std::string_view, std::string_view> cases[] = {
      {"'{{resolve:secretsmanager:s:SecretString:k}}'", "secret(s:k)"},
      {"!Ref Secret", "secret(from-parameter:)"},
      {"!Sub 'x{{resolve:secretsmanager:${Other}}}y'", "xsecret(ref-Other:)y"},
      {"!Join ['', ['{{resolve:secretsmanager:', !Ref Other, ':SecretString:k}}']]", "secret(ref-Other:k)"},
  };
  for (const auto& [value, expected] : cases) {
    const Result<Node> result = evaluate(value);
    ASSERT_TRUE(result) << value << ": " << result.error().message;
    EXPECT_EQ(result->text(), expected) << value;
  }
  EXPECT_EQ(evaluate("[{a: '{{resolve:secretsmanager:s}}'}]")->items()[0].find("a")->text(), "secret(s:)");
}

TEST(Evaluator, WhatASecretHoldsIsNotResolvedAgain) {
  const Result<Node> result = evaluate("'{{resolve:secretsmanager:nested}}'");
  ASSERT_TRUE(result);
  EXPECT_EQ(result->text(), "{{resolve:secretsmanager:other}}");
}

TEST(Evaluator, TheStackHasTheLastWordOnComputedTexts) {
  EXPECT_EQ(evaluate("!Sub 'https://aws/${Name}'")->text(), "http://here/lamp");
  EXPECT_EQ(evaluate("!Join ['', ['https://', aws]]")->text(), "http://here");
  EXPECT_EQ(evaluate("!Select [2, !Split ['/', !Sub 'https://aws/${Name}']]")->text(), "here");
  EXPECT_EQ(evaluate("https://aws")->text(), "https://aws") << "a plain text means what it says";
}

TEST(Evaluator, AFaultNamesItsPlace) {
  const std::pair<std::string_view, std::string_view> cases[] = {
      {"!Select [3, !Ref Names]",
       "t.yaml:20:10: Resources.R.Properties.V.Fn::Select: the index 3 is beyond the list of 3"},
      {"!FindInMap [Sizes, small, nope]",
       "t.yaml:20:10: Resources.R.Properties.V.Fn::FindInMap: the mapping Sizes has no small.nope"},
      {"!Sub '${Names}'", "t.yaml:20:10: Resources.R.Properties.V.Fn::Sub: ${Names} is not a text"},
      {"!Join [',', [[a]]]", "t.yaml:20:23: Resources.R.Properties.V.Fn::Join: a list cannot be joined"},
      {"'{{resolve:secretsmanager:gone}}'", "t.yaml:20:10: Resources.R.Properties.V: there is no secret gone"},
  };
  for (const auto& [value, message] : cases) {
    const Result<Node> result = evaluate(value);
    ASSERT_FALSE(result) << value;
    EXPECT_EQ(result.error().message, message) << value;
  }
}

TEST(StaticEvaluation, LeavesOpenWhatOnlyTheStackKnows) {
  const Loaded loaded = load(std::string(kAround) +
                             "{a: !Ref Other, b: !Ref Name, c: !Sub '${Other}x', "
                             "d: '{{resolve:secretsmanager:s}}', e: !Join ['', [!Ref Other]], f: !Ref AWS::NoValue}\n");
  ASSERT_TRUE(loaded.definition) << loaded.findings;
  Findings findings;
  const Node all =
      evaluate_statically(*loaded.definition, loaded.definition->find_resource("R")->properties, "P", findings);
  const Node& value = *all.find("V");
  EXPECT_EQ(findings.to_string(), "");
  for (const std::string_view name : {"a", "c", "d", "e"}) EXPECT_TRUE(value.find(name)->is_unknown()) << name;
  EXPECT_EQ(value.find("b")->text(), "lamp");
  EXPECT_EQ(value.find("f"), nullptr);
}

TEST(StaticEvaluation, TellsEveryFaultWithItsOwnPlace) {
  const Loaded loaded = load(std::string(kAround) + "{a: !Select [9, [x]], b: [!FindInMap [Sizes, small, z]]}\n");
  ASSERT_TRUE(loaded.definition);
  Findings findings;
  evaluate_statically(*loaded.definition, loaded.definition->find_resource("R")->properties, "P", findings);
  EXPECT_EQ(findings.to_string(),
            "t.yaml:20:14: P.V.a: the index 9 is beyond the list of 1\n"
            "t.yaml:20:36: P.V.b[0]: the mapping Sizes has no small.z\n");
}

}  // namespace
}  // namespace gatehouse::templates
