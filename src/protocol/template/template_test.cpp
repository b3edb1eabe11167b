#include "protocol/template/template.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "protocol/template/testing/load.hpp"

namespace gatehouse::templates {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using testing::load;
using testing::Loaded;

std::vector<std::string> ids(const Template& definition) {
  std::vector<std::string> out;
  for (const Resource& resource : definition.resources()) out.push_back(resource.logical_id);
  return out;
}

TEST(Template, ResourcesStandAfterAllThatTheyNeed) {
  const Loaded loaded = load(R"(
Resources:
  A: {Type: T::T::T, Properties: {X: !Ref B}}
  B: {Type: T::T::T, Properties: {X: !Sub '${C.Arn}'}}
  C: {Type: T::T::T, DependsOn: [D]}
  D: {Type: T::T::T, Metadata: {X: !GetAtt E.Arn}}
  E: {Type: T::T::T}
)");
  ASSERT_EQ(loaded.findings, "");
  EXPECT_THAT(ids(*loaded.definition), ElementsAre("E", "D", "C", "B", "A"));
  EXPECT_THAT(loaded.definition->find_resource("B")->depends_on, ElementsAre("C"));
}

TEST(Template, ACycleIsToldWithItsMembersInOrder) {
  const Loaded loaded = load(R"(
Resources:
  A: {Type: T::T::T, Properties: {X: !Ref B}}
  B: {Type: T::T::T, Properties: {X: !GetAtt C.Arn}}
  C: {Type: T::T::T, DependsOn: A}
  D: {Type: T::T::T, Properties: {X: !Ref D}}
)");
  EXPECT_EQ(loaded.findings,
            "t.yaml:3:3: Resources.A: these resources need each other in a circle: A -> B -> C -> A\n"
            "t.yaml:6:3: Resources.D: these resources need each other in a circle: D -> D\n");
}

TEST(Template, OnlyResourcesWhoseConditionHoldsAreKept) {
  const Loaded loaded = load(R"(
Conditions:
  Never: !Equals [a, b]
  Always: !Not [!Condition Never]
Resources:
  A: {Type: T::T::T, Condition: Always, Properties: {X: !If [Never, !Ref B, none]}}
  B: {Type: T::T::T, Condition: Never}
Outputs:
  A: {Value: !Ref A}
  B: {Value: !Ref B, Condition: Never}
)");
  ASSERT_EQ(loaded.findings, "");
  EXPECT_THAT(ids(*loaded.definition), ElementsAre("A"));
  ASSERT_EQ(loaded.definition->outputs().size(), 1U);
  EXPECT_EQ(loaded.definition->outputs()[0].name, "A");
  EXPECT_EQ(loaded.definition->condition("Always"), true);
  EXPECT_EQ(loaded.definition->condition("Nope"), std::nullopt);
}

TEST(Template, NeedingAnAbsentResourceIsAFinding) {
  const Loaded loaded = load(R"(
Conditions:
  Never: !Equals [a, b]
Resources:
  A: {Type: T::T::T, Properties: {X: !Ref B}}
  B: {Type: T::T::T, Condition: Never}
Outputs:
  B: {Value: !Ref B}
)");
  EXPECT_EQ(loaded.findings,
            "t.yaml:5:3: Resources.A: needs B, whose condition does not hold\n"
            "t.yaml:8:14: Outputs.B: needs B, whose condition does not hold; give the output the same Condition\n");
}

TEST(Template, ReferencesInBranchesThatAreNotTakenAreCheckedToo) {
  const Loaded loaded = load(R"(
Conditions:
  Never: !Equals [a, b]
Resources:
  Table: {Type: T::T::T, Properties: {X: !If [Never, !Ref Tables, x], Y: !If [Nver, a, b]}}
)");
  EXPECT_EQ(loaded.findings,
            "t.yaml:5:54: Resources.Table.Properties.X.Fn::If.Ref: there is no parameter or resource Tables; did you "
            "mean Table?\n"
            "t.yaml:5:79: Resources.Table.Properties.Y.Fn::If: there is no condition Nver; did you mean Never?\n");
}

TEST(Template, PoliciesAreReadAndSnapshotIsRefused) {
  const Loaded loaded = load(R"(
Resources:
  A: {Type: T::T::T, DeletionPolicy: Retain, UpdateReplacePolicy: RetainExceptOnCreate}
  B: {Type: T::T::T, DeletionPolicy: Snapshot}
)");
  EXPECT_EQ(loaded.findings, "t.yaml:4:38: Resources.B.DeletionPolicy: \"Snapshot\" is not supported\n");
  const Resource* a = loaded.definition->find_resource("A");
  EXPECT_EQ(a->deletion_policy, DeletionPolicy::kRetain);
  EXPECT_TRUE(a->has_deletion_policy);
  EXPECT_EQ(a->replace_policy, DeletionPolicy::kRetainExceptOnCreate);
}

// What is wrong whatever the types are.
TEST(Template, EveryFaultIsToldWithItsPlaceAndCure) {
  const std::pair<std::string_view, std::string_view> cases[] = {
      {"AWSTemplateFormatVersion: '2011'\nResources: {A: {Type: T}}",
       "t.yaml:1:27: AWSTemplateFormatVersion: the only version is 2010-09-09\n"},
      {"Rules: {}\nResources: {A: {Type: T}}", "t.yaml:1:1: Rules: unknown or unsupported section\n"},
      {"Resorces: {A: {Type: T}}",
       "t.yaml:1:1: Resorces: unknown or unsupported section; did you mean Resources?\n"
       "t.yaml:1:1: Resources: a template has at least one resource\n"},
      {"Resources:",
       "t.yaml:1:1: Resources: a template has at least one resource\n"
       "t.yaml:1:1: Resources: has no value; leave the name out or give it a value\n"},
      {"- a", "t.yaml:1:1: a template is a map with Resources\n"},
      {"Transform: AWS::Serverless-2016-10-30\nResources: {A: {Type: T}}",
       "t.yaml:1:12: Transform: the transform AWS::Serverless-2016-10-30 is not supported; did you mean "
       "AWS::Serverless-2016-10-31?\n"},
      {"Resources: {A-B: {Type: T}}", "t.yaml:1:13: Resources.A-B: a logical id has letters and digits only\n"},
      {"Resources: {A: {Typ: T}}", "t.yaml:1:13: Resources.A: a resource is a map with a Type\n"},
      {"Resources: {A: text}", "t.yaml:1:13: Resources.A: a resource is a map with a Type\n"},
      {"Resources: {A: {Type: T, Propertis: {}}}",
       "t.yaml:1:26: Resources.A.Propertis: unknown or unsupported member of a resource; did you mean Properties?\n"},
      {"Resources: {A: {Type: T, UpdatePolicy: {}}}",
       "t.yaml:1:26: Resources.A.UpdatePolicy: unknown or unsupported member of a resource\n"},
      {"Resources: {A: {Type: T, Properties: [x]}}", "t.yaml:1:38: Resources.A.Properties: must be a map\n"},
      {"Resources: {A: {Type: T, Properties: {X: }}}",
       "t.yaml:1:39: Resources.A.Properties.X: has no value; leave the name out or give it a value\n"},
      {"Resources: {A: {Type: T, DependsOn: Bcd}}", "t.yaml:1:13: Resources.A.DependsOn: there is no resource Bcd\n"},
      {"Resources: {A: {Type: T, DependsOn: {B: C}}}",
       "t.yaml:1:37: Resources.A.DependsOn: must be a resource's name or a list of such names\n"},
      {"Resources: {A: {Type: T, Condition: Nope}}",
       "t.yaml:1:37: Resources.A.Condition: there is no condition Nope\n"},
      {"Parameters: {A: {Type: String, Default: x}}\nResources: {A: {Type: T}}",
       "t.yaml:2:13: Resources.A: a parameter has the same name; rename it\n"},
      {"Resources: {A: {Type: T}}\nOutputs: {O: {Vale: x}}",
       "t.yaml:2:11: Outputs.O: an output is a map with a Value\n"
       "t.yaml:2:15: Outputs.O.Vale: unknown member of an output; did you mean Value?\n"},
      {"Resources: {A: {Type: T}}\nOutputs: {O: {Value: x, Condition: C}}",
       "t.yaml:2:36: Outputs.O.Condition: there is no condition C\n"},
      {"Resources: {A: {Type: T}}\nOutputs: {O: {Value: x, Export: name}}",
       "t.yaml:2:33: Outputs.O.Export: must be a map with a Name alone\n"},
      {"Resources: {A: {Type: T}}\nOutputs: {O: {Value: !Ref Bcd}}",
       "t.yaml:2:22: Outputs.O.Value.Ref: there is no parameter or resource Bcd\n"},
      {"Mappings: {M: {a: {b: {c: d}}, e: f}}\nResources: {A: {Type: T}}",
       "t.yaml:1:20: Mappings.M.a.b: must be a text or a list of texts; functions cannot stand in mappings\n"
       "t.yaml:1:32: Mappings.M.e: must be a map\n"},
      {"Conditions: {A: !Condition B, B: !Not [!Condition A]}\nResources: {A: {Type: T}}",
       "t.yaml:1:14: Conditions.A: these conditions need each other in a circle: A -> B -> A\n"},
      {"Conditions: {A: !Equals [a]}\nResources: {A: {Type: T}}",
       "t.yaml:1:17: Conditions.A: Fn::Equals takes [value, value]\n"},
      {"Conditions: {A: text}\nResources: {A: {Type: T}}",
       "t.yaml:1:17: Conditions.A: a condition is made of Fn::Equals, Fn::And, Fn::Or, Fn::Not and Condition\n"},
      {"Conditions: {A: !Equals [!Ref R, x]}\nResources: {R: {Type: T}}",
       "t.yaml:1:26: Conditions.A.Fn::Equals[0].Ref: there is no parameter or resource R\n"},
      {"Metadata: {Gatehouse: {ParameterDefault: {}}}\nResources: {A: {Type: T}}",
       "t.yaml:1:24: Metadata.Gatehouse.ParameterDefault: unknown setting; did you mean ParameterDefaults?\n"},
      {"Resources: {A: {Type: AWS::Serverless::Api}}",
       "t.yaml:1:23: Resources.A.Type: serverless resources need SAM's transform; add `Transform: "
       "AWS::Serverless-2016-10-31`\n"},
      {"Globals: {}\nResources: {A: {Type: T}}",
       "t.yaml:1:10: Globals: belongs to SAM; add `Transform: AWS::Serverless-2016-10-31`\n"},
  };
  for (const auto& [text, expected] : cases) EXPECT_EQ(load(text).findings, expected) << text;
}

TEST(Template, FunctionsOfTheWrongFormOrPlaceAreRefused) {
  const std::pair<std::string_view, std::string_view> cases[] = {
      {"!Join [a]", "Fn::Join takes [delimiter, [values]]"},
      {"!Select x", "Fn::Select takes [index, [values]]"},
      {"!Split [a, b, c]", "Fn::Split takes [delimiter, text]"},
      {"!If [a, b]", "Fn::If takes [condition, value if true, value if false]"},
      {"!FindInMap [a, b]", "Fn::FindInMap takes [mapping, top-level key, second-level key]"},
      {"!FindInMap [M, b, c]", "there is no mapping M"},
      {"!Sub [a]", "Fn::Sub takes a text, or [text, {variable: value}]"},
      {"!Sub '${A'", "a ${ does not end with }"},
      {"!Sub '${ B }'", "there is no parameter or resource  B "},
      {"!Sub '${B.Arn}'", "there is no resource B"},
      {"{Ref: [a]}", "Ref takes a name"},
      {"{'Fn::GetAtt': A}", "Fn::GetAtt takes Resource.Attribute"},
      {"{'Fn::GetAtt': [A, B, C]}", "Fn::GetAtt takes Resource.Attribute"},
      {"!ImportValue x", "Fn::ImportValue is not supported"},
      {"!GetAZs ''", "Fn::GetAZs is not supported"},
      {"!Cidr [a, b]", "Fn::Cidr is not supported"},
      {"{'Fn::Transform': {Name: x}}", "Fn::Transform is not supported"},
      {"{'Fn::ForEach::X': []}", "Fn::ForEach::X is not supported"},
      {"{'Fn::Subb': x}", "Fn::Subb is not supported; did you mean Fn::Sub?"},
      {"{'Fn::Sub': x, Other: y}", "Fn::Sub must be the only member of its map"},
      {"!Equals [a, b]", "Fn::Equals stands in the Conditions section only; name the condition there"},
      {"!ToJsonString {}", "Fn::ToJsonString needs the transform AWS::LanguageExtensions; add it to Transform"},
      {"!Length []", "Fn::Length needs the transform AWS::LanguageExtensions"},
      {"'{{resolve:ssm:x}}'", "dynamic references to ssm are not supported; use secretsmanager"},
  };
  for (const auto& [value, expected] : cases) {
    const std::string findings =
        load(fmt::format("Resources:\n  A:\n    Type: T\n    Properties:\n      P: {}\n", value)).findings;
    EXPECT_THAT(findings, HasSubstr(expected)) << value;
    EXPECT_THAT(findings, ::testing::StartsWith("t.yaml:5:")) << value;
    EXPECT_EQ(std::ranges::count(findings, '\n'), 1) << findings;
  }
}

TEST(Template, ManyFaultsStayBounded) {
  std::string text = "Resources:\n";
  for (int i = 0; i < 5'000; ++i) text += fmt::format("  A{}: {{Type: T, Nope: {}}}\n", i, i);
  const Loaded loaded = load(text);
  EXPECT_LE(std::ranges::count(loaded.findings, '\n'), 201);
  EXPECT_THAT(loaded.findings, HasSubstr("and 4801 more"));
}

}  // namespace
}  // namespace gatehouse::templates
