#include "services/tables/values.hpp"

#include <gtest/gtest.h>

namespace gatehouse::tables {
namespace {

Result<store::Value> parse_text(std::string_view text) { return parse_value(parse_json(text, 500).value()); }

TEST(AttributeValue, GoesThereAndBack) {
  for (const std::string_view text :
       {R"({"S":"lamp"})", R"({"S":""})", R"({"N":"-12.5"})", R"({"B":"YWJj"})", R"({"B":""})", R"({"BOOL":false})",
        R"({"NULL":true})", R"({"SS":["a","b"]})", R"({"NS":["-1","2"]})", R"({"BS":["YQ==","Yg=="]})", R"({"L":[]})",
        R"({"L":[{"S":"a"},{"L":[{"N":"1"}]}]})", R"({"M":{}})", R"({"M":{"a":{"M":{"b":{"S":"c"}}}}})"}) {
    const Result<store::Value> value = parse_text(text);
    ASSERT_TRUE(value) << text << value.error().message;
    EXPECT_EQ(json::serialize(to_json(*value, {})), text);
  }
}

TEST(AttributeValue, IsMadeCanonical) {
  EXPECT_EQ(json::serialize(to_json(*parse_text(R"({"N":"+01.500e2"})"), {})), R"({"N":"150"})");
  EXPECT_EQ(json::serialize(to_json(*parse_text(R"({"SS":["b","a"]})"), {})), R"({"SS":["a","b"]})");
  EXPECT_EQ(json::serialize(to_json(*parse_text(R"({"S":"x","N":null})"), {})), R"({"S":"x"})");
}

struct Refusal {
  std::string_view text;
  std::string_view code;
  std::string_view message;
};

class ValueRefusal : public testing::TestWithParam<Refusal> {};

TEST_P(ValueRefusal, CarriesAwsText) {
  const Result<store::Value> value = parse_text(GetParam().text);
  ASSERT_FALSE(value) << GetParam().text;
  EXPECT_EQ(value.error().code, GetParam().code);
  EXPECT_EQ(value.error().message, GetParam().message);
}

constexpr std::string_view kSerialization = "SerializationException";
constexpr std::string_view kValidation = "ValidationException";
constexpr Refusal kRefusals[] = {
    {R"({"S":5})", kSerialization, "NUMBER_VALUE cannot be converted to String"},
    {R"({"S":true})", kSerialization, "TRUE_VALUE cannot be converted to String"},
    {R"({"N":5})", kSerialization, "NUMBER_VALUE cannot be converted to String"},
    {R"({"S":{}})", kSerialization, "Start of structure or map found where not expected"},
    {R"({"S":[]})", kSerialization, "Start of list found where not expected"},
    {R"({"BOOL":"true"})", kSerialization, "STRING_VALUE cannot be converted to Boolean"},
    {R"({"SS":"a"})", kSerialization, "Unexpected field type"},
    {R"({"L":{}})", kSerialization, "Start of structure or map found where not expected"},
    {R"({"M":[]})", kSerialization, "Unexpected field type"},
    {R"("a")", kSerialization, "Unexpected value type in payload"},
    {R"({"B":"abc"})", kSerialization, "Base64 encoded length is expected a multiple of 4 bytes but found: 3"},
    {R"({"B":"ab!="})", kSerialization, "Invalid Base64 encoding of a Blob"},
    {R"({"NS":[1]})", kSerialization, "NUMBER_VALUE cannot be converted to String"},
    {R"({})", kValidation, "Supplied AttributeValue is empty, must contain exactly one of the supported datatypes"},
    {R"({"X":"a"})", kValidation,
     "Supplied AttributeValue is empty, must contain exactly one of the supported datatypes"},
    {R"({"S":"a","N":"1"})", kValidation,
     "Supplied AttributeValue has more than one datatypes set, must contain exactly one of the supported datatypes"},
    {R"({"NULL":false})", kValidation,
     "One or more parameter values were invalid: Null attribute value types must have the value of true"},
    {R"({"SS":[]})", kValidation, "One or more parameter values were invalid: An string set  may not be empty"},
    {R"({"NS":[]})", kValidation, "One or more parameter values were invalid: An number set  may not be empty"},
    {R"({"BS":[]})", kValidation, "One or more parameter values were invalid: Binary sets should not be empty"},
    {R"({"SS":["b","a","b"]})", kValidation,
     "One or more parameter values were invalid: Input collection [b, a, b] contains duplicates."},
    {R"({"NS":["1","1.0"]})", kValidation, "Input collection contains duplicates"},
    {R"({"BS":["YQ==","YQ=="]})", kValidation,
     "One or more parameter values were invalid: Input collection [YQ==, YQ==]of type BS contains duplicates."},
    {R"({"N":""})", kValidation, "The parameter cannot be converted to a numeric value"},
    {R"({"M":{"":{"S":"a"}}})", kValidation,
     "One or more parameter values were invalid: An attribute name may not be empty"},
    {R"({"N":"x"})", kValidation, "The parameter cannot be converted to a numeric value: x"},
    {R"({"N":"1e126"})", kValidation,
     "Number overflow. Attempting to store a number with magnitude larger than supported range"},
    {R"({"N":"1e-131"})", kValidation,
     "Number underflow. Attempting to store a number with magnitude smaller than supported range"},
    {R"({"N":"123456789012345678901234567890123456789"})", kValidation,
     "Attempting to store more than 38 significant digits in a Number"},
};
INSTANTIATE_TEST_SUITE_P(Values, ValueRefusal, testing::ValuesIn(kRefusals));

TEST(AttributeValue, MayNest32LevelsAndNoMore) {
  std::string text = R"({"S":"x"})";
  for (int i = 0; i < 32; ++i) text = i % 2 == 0 ? R"({"L":[)" + text + "]}" : R"({"M":{"k":)" + text + "}}";
  EXPECT_TRUE(parse_text(text));
  EXPECT_EQ(parse_text(R"({"L":[)" + text + "]}").error().message, "Nesting Levels have exceeded supported limits");
}

}  // namespace
}  // namespace gatehouse::tables
