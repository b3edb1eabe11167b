#include "protocol/template/dynamic_reference.hpp"

#include <gtest/gtest.h>

namespace gatehouse::templates {
namespace {

TEST(DynamicReference, IsReadInAllItsForms) {
  const struct {
    std::string_view text;
    DynamicReference expected;
  } cases[] = {
      {"{{resolve:secretsmanager:name}}", {"name", "", "", ""}},
      {"{{resolve:secretsmanager:name:SecretString}}", {"name", "", "", ""}},
      {"{{resolve:secretsmanager:name:SecretString:key}}", {"name", "key", "", ""}},
      {"{{resolve:secretsmanager:name:SecretString:key:AWSPREVIOUS}}", {"name", "key", "AWSPREVIOUS", ""}},
      {"{{resolve:secretsmanager:name:SecretString:key::id}}", {"name", "key", "", "id"}},
      {"{{resolve:secretsmanager:arn:aws:secretsmanager:us-east-1:000000000000:secret:a/b-AbCdEf}}",
       {"arn:aws:secretsmanager:us-east-1:000000000000:secret:a/b-AbCdEf", "", "", ""}},
      {"{{resolve:secretsmanager:arn:aws:secretsmanager:us-east-1:000000000000:secret:a-AbCdEf:SecretString:k}}",
       {"arn:aws:secretsmanager:us-east-1:000000000000:secret:a-AbCdEf", "k", "", ""}},
  };
  for (const auto& test : cases) {
    const auto parts = split_dynamic_references(test.text);
    ASSERT_TRUE(parts) << test.text;
    ASSERT_EQ(parts->size(), 1U) << test.text;
    const auto& reference = std::get<DynamicReference>(parts->front());
    EXPECT_EQ(reference.secret_id, test.expected.secret_id) << test.text;
    EXPECT_EQ(reference.json_key, test.expected.json_key) << test.text;
    EXPECT_EQ(reference.version_stage, test.expected.version_stage) << test.text;
    EXPECT_EQ(reference.version_id, test.expected.version_id) << test.text;
  }
}

TEST(DynamicReference, TheTextAroundItStays) {
  const auto parts = split_dynamic_references("a {{resolve:secretsmanager:x}} b {{resolve:secretsmanager:y}}");
  ASSERT_TRUE(parts);
  ASSERT_EQ(parts->size(), 4U);
  EXPECT_EQ(std::get<std::string>((*parts)[0]), "a ");
  EXPECT_EQ(std::get<std::string>((*parts)[2]), " b ");
  EXPECT_EQ(std::get<DynamicReference>((*parts)[3]).secret_id, "y");
}

TEST(DynamicReference, IsRefusedWhenMalformedOrToAnotherService) {
  const std::pair<std::string_view, std::string_view> cases[] = {
      {"{{resolve:ssm:name:1}}", "dynamic references to ssm are not supported; use secretsmanager"},
      {"{{resolve:ssm-secure:name}}", "dynamic references to ssm-secure are not supported; use secretsmanager"},
      {"{{resolve:secretsmanager:name", "a dynamic reference does not end with }}"},
      {"{{resolve:secretsmanager:}}", "it names no secret"},
      {"{{resolve:secretsmanager}}", "dynamic references to secretsmanager are not supported; use secretsmanager"},
      {"{{resolve:secretsmanager:n:SecretBinary}}", "only SecretString can be resolved"},
      {"{{resolve:secretsmanager:n:SecretString:k:S:I}}",
       "it names a version stage and a version id: one of them is enough"},
      {"{{resolve:secretsmanager:n:SecretString:k:S::x}}", "it has too many parts"},
      {"{{resolve:secretsmanager:arn:aws:x}}", "the secret's ARN is not complete"},
  };
  for (const auto& [text, message] : cases) {
    const auto parts = split_dynamic_references(text);
    ASSERT_FALSE(parts) << text;
    EXPECT_EQ(parts.error().message, message) << text;
  }
}

}  // namespace
}  // namespace gatehouse::templates
