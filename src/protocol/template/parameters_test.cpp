#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "protocol/template/testing/load.hpp"

namespace gatehouse::templates {
namespace {

using testing::load;
using testing::Loaded;

// A template of one parameter P with this declaration, used by one resource.
std::string with_parameter(std::string_view declaration) {
  return fmt::format("Parameters:\n  P: {}\nResources:\n  R:\n    Type: T::T::T\n    Properties: {{A: !Ref P}}\n",
                     declaration);
}

Inputs given(std::string value) {
  Inputs inputs;
  inputs.parameters.emplace("P", std::move(value));
  return inputs;
}

TEST(Parameters, TakeTheGivenValueElseTheDefault) {
  const Loaded fallback = load(with_parameter("{Type: String, Default: x}"));
  ASSERT_TRUE(fallback.definition) << fallback.findings;
  EXPECT_EQ(fallback.definition->find_parameter("P")->value, "x");
  EXPECT_TRUE(fallback.definition->find_parameter("P")->is_default);

  const Loaded own = load(with_parameter("{Type: String, Default: x}"), given("y"));
  EXPECT_EQ(own.definition->find_parameter("P")->value, "y");
  EXPECT_FALSE(own.definition->find_parameter("P")->is_default);
}

TEST(Parameters, FaultsOfDeclarationsAndValuesAreTold) {
  const struct {
    std::string_view declaration;
    std::optional<std::string> value;
    std::string_view finding;  // after the place
  } cases[] = {
      {"{Type: String}", {}, "Parameters.P: has no value and no Default; give it with --parameter P=VALUE"},
      {"{Type: Strnig, Default: x}",
       {},
       "Parameters.P.Type: the type \"Strnig\" is not supported; did you mean String?"},
      {"{Type: 'AWS::SSM::Parameter::Value<String>', Default: x}", {}, "is not supported"},
      {"{Type: String, Defualt: x}", "y", "Parameters.P.Defualt: unknown member of a parameter; did you mean Default?"},
      {"{Type: Number, Default: 1}", "one", "Parameters.P: the value is not a number"},
      {"{Type: Number, Default: 1}", "nan", "Parameters.P: the value is not a number"},
      {"{Type: Number, Default: 1}", "inf", "Parameters.P: the value is not a number"},
      {"{Type: Number, MinValue: 2}", "1", "Parameters.P: the value is less than MinValue"},
      {"{Type: Number, MaxValue: 2}", "2.5", "Parameters.P: the value is more than MaxValue"},
      {"{Type: 'List<Number>'}", "1,x", "Parameters.P: the value is not a number"},
      {"{Type: String, MinLength: 2}", "\u00e9", "Parameters.P: the value is shorter than MinLength"},
      {"{Type: String, MaxLength: 1}", "xy", "Parameters.P: the value is longer than MaxLength"},
      {"{Type: String, AllowedValues: [a, b]}", "c", "Parameters.P: the value is not among AllowedValues"},
      {"{Type: String, AllowedPattern: '[a-z]+'}", "ab1", "does not match AllowedPattern [a-z]+"},
      {"{Type: String, AllowedPattern: '[a-z'}", "ab", "AllowedPattern is not a regular expression"},
      {"{Type: String, AllowedPattern: x, ConstraintDescription: only x}", "y", "AllowedPattern x; only x"},
  };
  for (const auto& test : cases) {
    const Loaded loaded = load(with_parameter(test.declaration), test.value ? given(*test.value) : Inputs{});
    EXPECT_THAT(loaded.findings, ::testing::HasSubstr(test.finding)) << test.declaration;
    EXPECT_THAT(loaded.findings, ::testing::StartsWith("t.yaml:2:")) << test.declaration;
  }
}

TEST(Parameters, AWrongValueIsNeverShown) {
  const Loaded loaded = load(with_parameter("{Type: String, NoEcho: true, AllowedPattern: x}"), given("hunter2"));
  EXPECT_THAT(loaded.findings, ::testing::Not(::testing::HasSubstr("hunter2")));
}

TEST(Parameters, AnUnknownNameIsRefusedWithTheNearest) {
  Inputs inputs;
  inputs.parameters.emplace("CrudRat", "1");
  const Loaded loaded =
      load("Parameters:\n  CrudRate: {Type: Number, Default: 1}\nResources:\n  R: {Type: T::T::T}\n", inputs);
  EXPECT_EQ(loaded.findings,
            "template: --parameter CrudRat: the template has no such parameter; did you mean CrudRate?\n");
}

TEST(Parameters, DefaultsForGatehouseMayNameWhatTheHostKnows) {
  const std::string text = "Metadata:\n  Gatehouse:\n    ParameterDefaults:\n      P: ${Gatehouse::SiteUrl}/x\n" +
                           with_parameter("{Type: String, Default: aws}");
  Inputs inputs;
  inputs.host_values.emplace("SiteUrl", "http://localhost:8080");
  EXPECT_EQ(load(text, inputs).definition->find_parameter("P")->value, "http://localhost:8080/x");

  inputs.parameters.emplace("P", "mine");
  EXPECT_EQ(load(text, inputs).definition->find_parameter("P")->value, "mine");

  EXPECT_EQ(load(text).findings,
            "t.yaml:4:10: Metadata.Gatehouse.ParameterDefaults.P: ${Gatehouse::SiteUrl} is not known; known are \n");
}

TEST(Parameters, DefaultsForGatehouseNameExistingParameters) {
  const Loaded loaded =
      load("Metadata:\n  Gatehouse:\n    ParameterDefaults:\n      SiteUrll: x\n" +
           std::string("Parameters:\n  SiteUrl: {Type: String, Default: x}\n") + "Resources:\n  R: {Type: T::T::T}\n");
  EXPECT_EQ(loaded.findings,
            "t.yaml:4:7: Metadata.Gatehouse.ParameterDefaults.SiteUrll: the template has no such parameter; did you "
            "mean SiteUrl?\n");
}

}  // namespace
}  // namespace gatehouse::templates
