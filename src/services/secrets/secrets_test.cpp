// What the stack uses: secrets of a template, dynamic references, encryption at rest.
#include "services/secrets/secrets.hpp"

#include <fstream>

#include "base/encoding.hpp"
#include "services/secrets/testing_world.hpp"

namespace gatehouse::secrets {
namespace {

class TemplateSecrets : public World {
 protected:
  static TemplateSecret generated(std::string name) {
    TemplateSecret secret;
    secret.name = std::move(name);
    secret.generate = GeneratedValue{
        {.length = 40, .exclude_characters = {}, .exclude_punctuation = true}, R"({"username":"admin"})", "password"};
    return secret;
  }
  static TemplateSecret of_text(std::string name, std::string value) {
    TemplateSecret secret;
    secret.name = std::move(name);
    secret.secret_string = std::move(value);
    return secret;
  }
};

TEST_F(TemplateSecrets, AreGeneratedOnceAndKeptOverRestarts) {
  const Result<Ensured> first = ensure(generated("api-key"));
  ASSERT_TRUE(first) << first.error().message;
  EXPECT_TRUE(first->is_new);
  EXPECT_TRUE(first->arn.starts_with("arn:aws:secretsmanager:us-east-1:000000000000:secret:api-key-"));
  EXPECT_EQ(first->arn.size(),
            std::string_view("arn:aws:secretsmanager:us-east-1:000000000000:secret:api-key-").size() + 6);
  const std::string password = value({"api-key", "password", "", ""});
  EXPECT_EQ(password.size(), 40u);
  EXPECT_EQ(value({first->arn, "username", "", ""}), "admin");

  restart();
  const Result<Ensured> second = ensure(generated("api-key"));
  ASSERT_TRUE(second);
  EXPECT_FALSE(second->is_new);
  EXPECT_EQ(second->arn, first->arn);
  EXPECT_EQ(value({"api-key", "password", "", ""}), password);
}

TEST_F(TemplateSecrets, FollowTheTemplatesTextButKeepWhatWasPutLater) {
  ASSERT_TRUE(ensure(of_text("s", "one")));
  EXPECT_EQ(value({"s", "", "", ""}), "one");
  ok("PutSecretValue", R"({"SecretId":"s","SecretString":"rotated"})");
  ASSERT_TRUE(ensure(of_text("s", "one")));
  EXPECT_EQ(value({"s", "", "", ""}), "rotated");
  ASSERT_TRUE(ensure(of_text("s", "two")));
  EXPECT_EQ(value({"s", "", "", ""}), "two");
  restart();
  ASSERT_TRUE(ensure(of_text("s", "two")));
  EXPECT_EQ(value({"s", "", "AWSPREVIOUS", ""}), "rotated") << "nothing was written again";
}

TEST_F(TemplateSecrets, AreGeneratedWhenTheTemplateTurnsFromTextToGeneration) {
  ASSERT_TRUE(ensure(of_text("s", "text")));
  ASSERT_TRUE(ensure(generated("s")));
  EXPECT_EQ(value({"s", "username", "", ""}), "admin");
  const std::string password = value({"s", "password", "", ""});
  ASSERT_TRUE(ensure(generated("s")));
  EXPECT_EQ(value({"s", "password", "", ""}), password);
}

TEST_F(TemplateSecrets, ComeBackWhenTheyWereScheduledForDeletion) {
  const Result<Ensured> first = ensure(generated("s"));
  ok("DeleteSecret", R"({"SecretId":"s"})");
  const Result<Ensured> second = ensure(generated("s"));
  ASSERT_TRUE(second);
  EXPECT_EQ(second->arn, first->arn);
  EXPECT_EQ(value({"s", "username", "", ""}), "admin");
}

TEST_F(TemplateSecrets, TakeDescriptionAndTagsFromTheTemplate) {
  TemplateSecret secret = of_text("s", "x");
  secret.description = "before";
  ASSERT_TRUE(ensure(secret));
  secret.description = "after";
  secret.tags = {{"stage", "test"}};
  ASSERT_TRUE(ensure(secret));
  const json::object described = ok("DescribeSecret", R"({"SecretId":"s"})");
  EXPECT_EQ(text(described, "Description"), "after");
  EXPECT_EQ(json::serialize(described.at("Tags")), R"([{"Key":"stage","Value":"test"}])");
}

TEST_F(TemplateSecrets, AreRefusedWhenTheyContradictThemselves) {
  TemplateSecret secret = generated("s");
  secret.secret_string = "x";
  EXPECT_FALSE(ensure(secret));
  secret = generated("s");
  secret.generate->generate_string_key.clear();
  EXPECT_FALSE(ensure(secret));
  secret = generated("s");
  secret.generate->secret_string_template = "[]";
  EXPECT_FALSE(ensure(secret));
  EXPECT_FALSE(ensure(generated("bad name")));
  EXPECT_FALSE(ensure(generated("")));
  EXPECT_FALSE(ensure(of_text("s", "")));
  EXPECT_FALSE(ensure(of_text("s", std::string(65'537, 'x'))));
}

TEST_F(TemplateSecrets, GoAtOnceWhenRemoved) {
  ASSERT_TRUE(ensure(of_text("s", "x")));
  EXPECT_TRUE(gatehouse::testing::run_task(secrets_->remove("s")));
  EXPECT_TRUE(gatehouse::testing::run_task(secrets_->remove("s")));
  EXPECT_EQ(value({"s", "", "", ""}), "ResourceNotFoundException: Secrets Manager can't find the specified secret.");
}

TEST_F(TemplateSecrets, AnswerReferencesOrSayWhyNot) {
  ASSERT_TRUE(ensure(of_text("s", R"({"a":"x","n":5,"b":true,"o":{}})")));
  EXPECT_EQ(value({"s", "a", "", ""}), "x");
  EXPECT_EQ(value({"s", "n", "", ""}), "5");
  EXPECT_EQ(value({"s", "b", "", ""}), "true");
  EXPECT_NE(value({"s", "o", "", ""}).find("not a plain value"), std::string::npos);
  EXPECT_NE(value({"s", "missing", "", ""}).find("no member missing"), std::string::npos);
  EXPECT_NE(value({"s", "", "AWSPENDING", ""}).find("for staging label: AWSPENDING"), std::string::npos);
  EXPECT_NE(value({"s", "", "", "no-such-version"}).find("for VersionId: no-such-version"), std::string::npos);
  ASSERT_TRUE(ensure(of_text("plain", "text")));
  EXPECT_NE(value({"plain", "a", "", ""}).find("not a JSON object"), std::string::npos);
}

std::size_t files_with(const std::filesystem::path& folder, std::string_view needle) {
  std::size_t count = 0;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(folder)) {
    if (!entry.is_regular_file()) continue;
    std::ifstream file(entry.path(), std::ios::binary);
    const std::string content((std::istreambuf_iterator<char>(file)), {});
    if (content.find(needle) != std::string::npos) ++count;
  }
  return count;
}

TEST_F(TemplateSecrets, LeaveTheirPlainTextInNoFileOfTheStore) {
  const std::string plain = "Zq7-the-plain-text-of-a-secret-9Xw";
  ASSERT_TRUE(ensure(of_text("findable-name", plain)));
  ok("PutSecretValue", R"({"SecretId":"findable-name","SecretString":"second-plain-text-8Jh2"})");
  ok("CreateSecret", R"({"Name":"binary","SecretBinary":")" + base64_encode("third-plain-text-bytes-5Tz") + R"("})");
  stop();
  EXPECT_GT(files_with(folder_, "findable-name"), 0u) << "the search itself must work";
  for (const std::string& secret :
       {plain, std::string("second-plain-text-8Jh2"), std::string("third-plain-text-bytes-5Tz")}) {
    EXPECT_EQ(files_with(folder_, secret), 0u);
    EXPECT_EQ(files_with(folder_, base64_encode(secret).substr(0, 24)), 0u);
    EXPECT_EQ(files_with(folder_, hex_encode(secret)), 0u);
  }
  start();
  EXPECT_EQ(value({"findable-name", "", "AWSPREVIOUS", ""}), plain);
}

TEST_F(TemplateSecrets, CannotBeReadUnderAnotherKey) {
  ASSERT_TRUE(ensure(of_text("s", "x")));
  auto other = gatehouse::testing::run_task(
      Secrets::open({}, *store_, crypto::Sealer(std::string(32, 'K'), random_), clock_, random_));
  ASSERT_TRUE(other);
  const Result<std::string> read = gatehouse::testing::run_task((*other)->value({"s", "", "", ""}));
  ASSERT_FALSE(read);
  EXPECT_EQ(read.error().code, "DecryptionFailure");
}

}  // namespace
}  // namespace gatehouse::secrets
