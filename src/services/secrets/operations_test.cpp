// The Secrets Manager API.
#include "base/encoding.hpp"
#include "services/secrets/testing_world.hpp"

namespace gatehouse::secrets {
namespace {

constexpr std::string_view kToken1 = "11111111-1111-4111-8111-111111111111";
constexpr std::string_view kToken2 = "22222222-2222-4222-8222-222222222222";
constexpr std::string_view kToken3 = "33333333-3333-4333-8333-333333333333";
constexpr std::string_view kNotFound = "ResourceNotFoundException: Secrets Manager can't find the specified secret.";
constexpr std::string_view kMarked =
    "InvalidRequestException: You can't perform this operation on the secret because it was marked for deletion.";

class SecretsApi : public World {
 protected:
  std::string put(std::string_view token, std::string_view value, std::string_view more = "") {
    return fmt::format(R"({{"SecretId":"s","ClientRequestToken":"{}","SecretString":"{}"{}}})", token, value, more);
  }
  json::object create(std::string_view token = kToken1, std::string_view value = "one") {
    return ok("CreateSecret",
              fmt::format(R"({{"Name":"s","ClientRequestToken":"{}","SecretString":"{}"}})", token, value));
  }
  std::string stages() { return json::serialize(ok("DescribeSecret", R"({"SecretId":"s"})").at("VersionIdsToStages")); }
  std::string current() { return text(ok("GetSecretValue", R"({"SecretId":"s"})"), "SecretString"); }
};

TEST_F(SecretsApi, ReturnsWhatWasCreated) {
  const json::object created = create();
  EXPECT_EQ(text(created, "Name"), "s");
  EXPECT_EQ(text(created, "VersionId"), kToken1);
  const std::string arn = text(created, "ARN");
  for (const std::string& id : {std::string("s"), arn, arn.substr(0, arn.size() - 7)}) {
    const json::object got = ok("GetSecretValue", fmt::format(R"({{"SecretId":"{}"}})", id));
    EXPECT_EQ(text(got, "SecretString"), "one") << id;
    EXPECT_EQ(text(got, "ARN"), arn);
    EXPECT_EQ(text(got, "VersionId"), kToken1);
    EXPECT_EQ(json::serialize(got.at("VersionStages")), R"(["AWSCURRENT"])");
    EXPECT_EQ(got.at("CreatedDate").to_number<double>(), 1'700'000'000.0);
    EXPECT_FALSE(got.contains("SecretBinary"));
  }
}

TEST_F(SecretsApi, FindsNothingElse) {
  const std::string arn = text(create(), "ARN");
  for (const std::string& id :
       {std::string("S"), std::string("s-"), arn + "x", arn.substr(0, arn.size() - 1),
        arn.substr(0, arn.size() - 6) + "AAAAAA", std::string("arn:aws:secretsmanager:eu-west-1:000000000000:secret:s"),
        std::string("arn:aws:secretsmanager:us-east-1:111111111111:secret:s")}) {
    EXPECT_EQ(refusal("GetSecretValue", fmt::format(R"({{"SecretId":"{}"}})", id)), kNotFound) << id;
  }
}

TEST_F(SecretsApi, KeepsBytesAsBytes) {
  const std::string bytes("\x00\xff\x80", 3);
  ok("CreateSecret", R"({"Name":"b","SecretBinary":")" + base64_encode(bytes) + R"("})");
  const json::object got = ok("GetSecretValue", R"({"SecretId":"b"})");
  EXPECT_EQ(text(got, "SecretBinary"), base64_encode(bytes));
  EXPECT_FALSE(got.contains("SecretString"));
}

TEST_F(SecretsApi, MovesTheLabelsWithEachNewValue) {
  create();
  EXPECT_EQ(stages(), fmt::format(R"({{"{}":["AWSCURRENT"]}})", kToken1));
  const json::object second = ok("PutSecretValue", put(kToken2, "two"));
  EXPECT_EQ(json::serialize(second.at("VersionStages")), R"(["AWSCURRENT"])");
  EXPECT_EQ(stages(), fmt::format(R"({{"{}":["AWSPREVIOUS"],"{}":["AWSCURRENT"]}})", kToken1, kToken2));
  ok("PutSecretValue", put(kToken3, "three"));
  EXPECT_EQ(stages(), fmt::format(R"({{"{}":["AWSPREVIOUS"],"{}":["AWSCURRENT"]}})", kToken2, kToken3));

  const auto get = [&](std::string_view more) {
    return text(ok("GetSecretValue", fmt::format(R"({{"SecretId":"s",{}}})", more)), "SecretString");
  };
  EXPECT_EQ(get(R"("VersionStage":"AWSPREVIOUS")"), "two");
  EXPECT_EQ(get(fmt::format(R"("VersionId":"{}")", kToken1)), "one");
  EXPECT_EQ(get(fmt::format(R"("VersionId":"{}","VersionStage":"AWSCURRENT")", kToken3)), "three");
  EXPECT_EQ(refusal("GetSecretValue",
                    fmt::format(R"({{"SecretId":"s","VersionId":"{}","VersionStage":"AWSCURRENT"}})", kToken2)),
            "InvalidRequestException: You provided a VersionStage that is not associated to the provided VersionId.");
  EXPECT_EQ(
      refusal("GetSecretValue", R"({"SecretId":"s","VersionStage":"AWSPENDING"})"),
      "ResourceNotFoundException: Secrets Manager can't find the specified secret value for staging label: AWSPENDING");
}

TEST_F(SecretsApi, LeavesTheCurrentValueWhenAnotherLabelIsPut) {
  create();
  ok("PutSecretValue", put(kToken2, "next", R"(,"VersionStages":["AWSPENDING"])"));
  EXPECT_EQ(current(), "one");
  EXPECT_EQ(stages(), fmt::format(R"({{"{}":["AWSCURRENT"],"{}":["AWSPENDING"]}})", kToken1, kToken2));

  ok("UpdateSecretVersionStage",
     fmt::format(R"({{"SecretId":"s","VersionStage":"AWSCURRENT","RemoveFromVersionId":"{}","MoveToVersionId":"{}"}})",
                 kToken1, kToken2));
  EXPECT_EQ(current(), "next");
  EXPECT_EQ(stages(), fmt::format(R"({{"{}":["AWSPREVIOUS"],"{}":["AWSPENDING","AWSCURRENT"]}})", kToken1, kToken2));
}

TEST_F(SecretsApi, MovesALabelOnlyFromWhereItIsSaidToBe) {
  create();
  ok("PutSecretValue", put(kToken2, "two"));
  const auto move = [&](std::string_view stage, std::string_view from, std::string_view to) {
    std::string input = fmt::format(R"({{"SecretId":"s","VersionStage":"{}")", stage);
    if (!from.empty()) input += fmt::format(R"(,"RemoveFromVersionId":"{}")", from);
    if (!to.empty()) input += fmt::format(R"(,"MoveToVersionId":"{}")", to);
    return refusal("UpdateSecretVersionStage", input + "}");
  };
  EXPECT_TRUE(move("AWSCURRENT", "", kToken1).starts_with("InvalidParameterException"));
  EXPECT_TRUE(move("AWSCURRENT", kToken1, kToken1).starts_with("InvalidParameterException"));
  EXPECT_TRUE(move("AWSCURRENT", kToken2, "").starts_with("InvalidParameterException"));
  EXPECT_TRUE(move("AWSCURRENT", "", "").starts_with("InvalidParameterException"));
  EXPECT_TRUE(move("AWSCURRENT", kToken2, kToken3).starts_with("ResourceNotFoundException"));
  EXPECT_EQ(move("custom", "", kToken1), "accepted");
  EXPECT_EQ(move("custom", kToken1, ""), "accepted");
}

TEST_F(SecretsApi, AnswersARepeatedTokenAsTheFirstTime) {
  const json::object created = create();
  EXPECT_EQ(create(), created);
  ok("PutSecretValue", put(kToken2, "two"));
  ok("PutSecretValue", put(kToken3, "three"));
  EXPECT_EQ(text(ok("PutSecretValue", put(kToken2, "two")), "VersionId"), kToken2);
  EXPECT_EQ(current(), "three") << "a repetition changes nothing";
  const std::string in_use = fmt::format(
      "ResourceExistsException: You can't use ClientRequestToken {} because that value is already in use for a version "
      "of "
      "secret {}.",
      kToken2, text(created, "ARN"));
  EXPECT_EQ(refusal("PutSecretValue", put(kToken2, "other")), in_use);
  EXPECT_EQ(
      refusal("CreateSecret", fmt::format(R"({{"Name":"s","ClientRequestToken":"{}","SecretString":"x"}})", kToken2)),
      in_use);
}

TEST_F(SecretsApi, RefusesASecondSecretOfAName) {
  create();
  EXPECT_EQ(refusal("CreateSecret", R"({"Name":"s","SecretString":"x"})"),
            "ResourceExistsException: The operation failed because the secret s already exists.");
  EXPECT_EQ(current(), "one");
}

TEST_F(SecretsApi, ChangesWhatUpdateSecretNames) {
  create();
  const json::object described = ok("UpdateSecret", R"({"SecretId":"s","Description":"about"})");
  EXPECT_FALSE(described.contains("VersionId"));
  EXPECT_EQ(current(), "one");
  EXPECT_TRUE(ok("UpdateSecret", R"({"SecretId":"s","SecretString":"two"})").contains("VersionId"));
  EXPECT_EQ(current(), "two");
  EXPECT_EQ(text(ok("DescribeSecret", R"({"SecretId":"s"})"), "Description"), "about");
}

TEST_F(SecretsApi, DeletesAfterTheRecoveryWindow) {
  create();
  const json::object deleted = ok("DeleteSecret", R"({"SecretId":"s","RecoveryWindowInDays":7})");
  EXPECT_EQ(deleted.at("DeletionDate").to_number<double>(), 1'700'000'000.0 + 7 * 86'400);
  EXPECT_EQ(refusal("GetSecretValue", R"({"SecretId":"s"})"), kMarked);
  EXPECT_EQ(refusal("PutSecretValue", R"({"SecretId":"s","SecretString":"x"})"), kMarked);
  EXPECT_EQ(refusal("UpdateSecret", R"({"SecretId":"s","Description":"x"})"), kMarked);
  EXPECT_TRUE(refusal("DeleteSecret", R"({"SecretId":"s"})").starts_with("InvalidRequestException"));
  EXPECT_EQ(
      refusal("CreateSecret", R"({"Name":"s","SecretString":"x"})"),
      "InvalidRequestException: You can't create this secret because a secret with this name is already scheduled "
      "for deletion.");
  EXPECT_TRUE(ok("DescribeSecret", R"({"SecretId":"s"})").contains("DeletedDate"));

  ok("RestoreSecret", R"({"SecretId":"s"})");
  EXPECT_EQ(current(), "one");
  ok("DeleteSecret", R"({"SecretId":"s"})");
  clock_.advance(std::chrono::days{30});
  EXPECT_EQ(refusal("DescribeSecret", R"({"SecretId":"s"})"), kNotFound);
  EXPECT_EQ(refusal("RestoreSecret", R"({"SecretId":"s"})"), kNotFound);
  create(kToken2, "again");
  EXPECT_EQ(current(), "again");
}

TEST_F(SecretsApi, DeletesAtOnceWhenForced) {
  const std::string arn = text(create(), "ARN");
  ok("DeleteSecret", R"({"SecretId":"s","ForceDeleteWithoutRecovery":true})");
  EXPECT_EQ(refusal("GetSecretValue", R"({"SecretId":"s"})"), kNotFound);
  ok("DeleteSecret", R"({"SecretId":"s","ForceDeleteWithoutRecovery":true})");
  EXPECT_NE(text(create(kToken2, "new"), "ARN"), arn) << "a policy for the old secret must not open the new one";
}

TEST_F(SecretsApi, RefusesInputThatTheModelForbids) {
  create();
  struct Case {
    std::string_view operation, input, refusal;
  };
  const std::string long_value = R"({"SecretId":"s","SecretString":")" + std::string(65'537, 'x') + R"("})";
  const Case cases[] = {
      {"GetSecretValue", "{}",
       "ValidationException: 1 validation error detected: Value null at 'secretId' failed to satisfy constraint: "
       "Member must not be null"},
      {"GetSecretValue", R"({"SecretId":null})",
       "ValidationException: 1 validation error detected: Value null at 'secretId'"},
      {"GetSecretValue", R"({"SecretId":""})",
       "ValidationException: 1 validation error detected: Value '' at 'secretId' failed to satisfy constraint: Member "
       "must have length greater than or equal to 1"},
      {"GetSecretValue", R"({"SecretId":7})", "SerializationException: NUMBER_VALUE can not be converted to a String"},
      {"GetSecretValue", R"({"SecretId":"s","VersionId":"short"})",
       "ValidationException: 1 validation error detected: Value 'short' at 'versionId'"},
      {"GetSecretValue", R"({"SecretId":"s","Secret":"x"})",
       "InvalidParameterException: Gatehouse does not support the parameter Secret here."},
      {"PutSecretValue", R"({"SecretId":"s"})",
       "InvalidRequestException: You must provide either SecretString or SecretBinary."},
      {"PutSecretValue", R"({"SecretId":"s","SecretString":""})",
       "ValidationException: 1 validation error detected: Value '***' at 'secretString'"},
      {"PutSecretValue", long_value, "ValidationException: 1 validation error detected: Value '***' at 'secretString'"},
      {"PutSecretValue", R"({"SecretId":"s","SecretString":"a","SecretBinary":"YQ=="})",
       "InvalidParameterException: You can't specify both"},
      {"PutSecretValue", R"({"SecretId":"s","SecretBinary":"?"})",
       "SerializationException: SecretBinary is not valid Base64"},
      {"PutSecretValue", R"({"SecretId":"s","SecretString":"a","VersionStages":[]})", "ValidationException"},
      {"PutSecretValue", R"({"SecretId":"s","SecretString":"a","VersionStages":[1]})", "SerializationException"},
      {"PutSecretValue", R"({"SecretId":"s","SecretString":"a","RotationToken":"x"})",
       "InvalidParameterException: Gatehouse does not support"},
      {"PutSecretValue", R"({"SecretId":"s","SecretString":"a","ClientRequestToken":"short"})", "ValidationException"},
      {"CreateSecret", R"({"Name":"a b","SecretString":"x"})",
       "ValidationException: Invalid name. Must be a valid name"},
      {"CreateSecret", R"({"Name":"x","KmsKeyId":"alias/mine"})", "InvalidParameterException: Gatehouse encrypts"},
      {"CreateSecret", R"({"Name":"x","AddReplicaRegions":[]})",
       "InvalidParameterException: Gatehouse does not support"},
      {"CreateSecret", R"({"Name":"x","Tags":[{"Key":"a","Value":"1"},{"Key":"a","Value":"2"}]})",
       "InvalidParameterException"},
      {"CreateSecret", R"({"Name":"x","Tags":[{"Key":"aws:a","Value":"1"}]})", "InvalidParameterException"},
      {"CreateSecret", R"({"Name":"x","Tags":[7]})", "SerializationException"},
      {"DeleteSecret", R"({"SecretId":"s","RecoveryWindowInDays":6})",
       "InvalidParameterException: The RecoveryWindowInDays value must be between 7 and 30 days (inclusive)."},
      {"DeleteSecret", R"({"SecretId":"s","RecoveryWindowInDays":31})", "InvalidParameterException"},
      {"DeleteSecret", R"({"SecretId":"s","RecoveryWindowInDays":7,"ForceDeleteWithoutRecovery":true})",
       "InvalidParameterException: You can't use ForceDeleteWithoutRecovery in conjunction with RecoveryWindowInDays."},
      {"DeleteSecret", R"({"SecretId":"s","ForceDeleteWithoutRecovery":"yes"})", "SerializationException"},
      {"ListSecrets", R"({"MaxResults":0})", "ValidationException"},
      {"ListSecrets", R"({"MaxResults":101})", "ValidationException"},
      {"ListSecrets", R"({"NextToken":"?"})", "InvalidNextTokenException"},
      {"ListSecrets", R"({"Filters":[{"Key":"owning-service","Values":["x"]}]})",
       "InvalidParameterException: Gatehouse does not support the filter"},
      {"ListSecrets", R"({"SortBy":"size"})", "InvalidParameterException"},
      {"ListSecretVersionIds", R"({"SecretId":"s","NextToken":"x"})", "InvalidNextTokenException"},
      {"GetRandomPassword", R"({"PasswordLength":4097})", "ValidationException"},
      {"GetRandomPassword", R"({"PasswordLength":2})", "InvalidParameterException"},
      {"RotateSecret", R"({"SecretId":"s"})", "UnknownOperationException"},
  };
  for (const Case& c : cases) {
    const std::string got = refusal(c.operation, c.input);
    EXPECT_TRUE(got.starts_with(c.refusal))
        << c.operation << " " << c.input.substr(0, 100) << "\n  " << got.substr(0, 300);
  }
  EXPECT_EQ(current(), "one");
}

TEST_F(SecretsApi, ListsByPageOrderAndFilter) {
  for (const std::string_view name : {"b/one", "a/two", "c"}) {
    ok("CreateSecret",
       fmt::format(R"({{"Name":"{0}","Description":"the {0} secret","Tags":[{{"Key":"k-{0}","Value":"v"}}]}})", name));
    clock_.advance(std::chrono::seconds{1});
  }
  const auto names = [&](std::string_view input) {
    std::string out;
    for (const json::value& one : ok("ListSecrets", input).at("SecretList").as_array())
      out += text(one.as_object(), "Name") + " ";
    return out;
  };
  EXPECT_EQ(names("{}"), "b/one a/two c ");
  EXPECT_EQ(names(R"({"SortOrder":"desc"})"), "c a/two b/one ");
  EXPECT_EQ(names(R"({"SortBy":"name"})"), "a/two b/one c ");
  EXPECT_EQ(names(R"({"Filters":[{"Key":"name","Values":["a/","c"]}]})"), "a/two c ");
  EXPECT_EQ(names(R"({"Filters":[{"Key":"name","Values":["!a/"]}]})"), "b/one c ");
  EXPECT_EQ(names(R"({"Filters":[{"Key":"description","Values":["SEC"]},{"Key":"tag-key","Values":["k-c"]}]})"), "c ");
  EXPECT_EQ(names(R"({"Filters":[{"Key":"all","Values":["nothing"]}]})"), "");

  for (const std::string_view order : {"asc", "desc"}) {
    std::string seen;
    std::string token;
    do {
      const std::string more = token.empty() ? "" : fmt::format(R"(,"NextToken":"{}")", token);
      const json::object page = ok("ListSecrets", fmt::format(R"({{"MaxResults":1,"SortOrder":"{}"{}}})", order, more));
      for (const json::value& one : page.at("SecretList").as_array()) seen += text(one.as_object(), "Name") + " ";
      token = page.contains("NextToken") ? text(page, "NextToken") : "";
    } while (!token.empty());
    EXPECT_EQ(seen, order == "asc" ? "b/one a/two c " : "c a/two b/one ");
  }

  ok("DeleteSecret", R"({"SecretId":"c"})");
  EXPECT_EQ(names("{}"), "b/one a/two ");
  EXPECT_EQ(names(R"({"IncludePlannedDeletion":true})"), "b/one a/two c ");
  restart();
  EXPECT_EQ(names("{}"), "b/one a/two ");
}

TEST_F(SecretsApi, ListsVersions) {
  create();
  ok("PutSecretValue", put(kToken2, "two"));
  ok("PutSecretValue", put(kToken3, "three"));
  EXPECT_EQ(ok("ListSecretVersionIds", R"({"SecretId":"s"})").at("Versions").as_array().size(), 2u);
  const json::object page = ok("ListSecretVersionIds", R"({"SecretId":"s","IncludeDeprecated":true,"MaxResults":2})");
  EXPECT_EQ(page.at("Versions").as_array().size(), 2u);
  const json::object rest =
      ok("ListSecretVersionIds",
         fmt::format(R"({{"SecretId":"s","IncludeDeprecated":true,"NextToken":"{}"}})", text(page, "NextToken")));
  EXPECT_EQ(rest.at("Versions").as_array().size(), 1u);
  EXPECT_FALSE(rest.contains("NextToken"));
}

TEST_F(SecretsApi, ForgetsTheOldestOfManyVersions) {
  create();
  for (int i = 0; i < 120; ++i) ok("PutSecretValue", fmt::format(R"({{"SecretId":"s","SecretString":"value {}"}})", i));
  std::size_t count = 0;
  std::string token;
  do {
    const std::string more = token.empty() ? "" : fmt::format(R"(,"NextToken":"{}")", token);
    const json::object page =
        ok("ListSecretVersionIds", fmt::format(R"({{"SecretId":"s","IncludeDeprecated":true{}}})", more));
    count += page.at("Versions").as_array().size();
    token = page.contains("NextToken") ? text(page, "NextToken") : "";
  } while (!token.empty());
  EXPECT_EQ(count, 100u);
  EXPECT_EQ(current(), "value 119");
}

TEST_F(SecretsApi, RemembersTheDayOfTheLastRead) {
  create();
  EXPECT_FALSE(ok("DescribeSecret", R"({"SecretId":"s"})").contains("LastAccessedDate"));
  current();
  const double day = ok("DescribeSecret", R"({"SecretId":"s"})").at("LastAccessedDate").to_number<double>();
  EXPECT_EQ(day, 1'700'000'000 / 86'400 * 86'400.0);
}

TEST_F(SecretsApi, TagsAndUntags) {
  create();
  ok("TagResource", R"({"SecretId":"s","Tags":[{"Key":"a","Value":"1"},{"Key":"b","Value":"2"}]})");
  ok("TagResource", R"({"SecretId":"s","Tags":[{"Key":"a","Value":"3"}]})");
  ok("UntagResource", R"({"SecretId":"s","TagKeys":["b","missing"]})");
  EXPECT_EQ(json::serialize(ok("DescribeSecret", R"({"SecretId":"s"})").at("Tags")), R"([{"Key":"a","Value":"3"}])");
}

TEST_F(SecretsApi, OpensToARoleExactlyTheSecretThatItsPolicyNames) {
  const std::string arn = text(create(), "ARN");
  ok("CreateSecret", R"({"Name":"other","SecretString":"x"})");
  aws::Caller role{"arn:aws:sts::000000000000:assumed-role/proxy/proxy", "000000000000", false, {}};
  ASSERT_TRUE(role.policies.add(
      parse_json(
          fmt::format(
              R"({{"Statement":{{"Effect":"Allow","Action":"secretsmanager:GetSecretValue","Resource":"{}"}}}})", arn))
          .value()));
  const auto code = [&](std::string_view operation, std::string_view id) {
    const Result<json::object> answer = call(operation, fmt::format(R"({{"SecretId":"{}"}})", id), role);
    return answer ? "accepted" : answer.error().code;
  };
  EXPECT_EQ(code("GetSecretValue", "s"), "accepted");
  EXPECT_EQ(code("GetSecretValue", arn), "accepted");
  EXPECT_EQ(code("GetSecretValue", arn.substr(0, arn.size() - 7)), "accepted");
  EXPECT_EQ(code("GetSecretValue", "other"), "AccessDeniedException");
  EXPECT_EQ(code("GetSecretValue", "missing"), "AccessDeniedException");
  EXPECT_EQ(code("DescribeSecret", "s"), "AccessDeniedException");
  EXPECT_EQ(code("ListSecrets", "s"), "AccessDeniedException");
  EXPECT_EQ(code("GetSecretValue", ""), "AccessDeniedException");
}

TEST_F(SecretsApi, LetsAPolicyWithAWildcardSuffixCreateAndRead) {
  aws::Caller role{"arn:aws:sts::000000000000:assumed-role/x/x", "000000000000", false, {}};
  ASSERT_TRUE(role.policies.add(
      parse_json(
          R"({"Statement":{"Effect":"Allow","Action":"secretsmanager:*","Resource":"arn:aws:secretsmanager:*:*:secret:app/*-??????"}})")
          .value()));
  EXPECT_TRUE(call("CreateSecret", R"({"Name":"app/one","SecretString":"x"})", role));
  EXPECT_TRUE(call("GetSecretValue", R"({"SecretId":"app/one"})", role));
  EXPECT_FALSE(call("CreateSecret", R"({"Name":"one","SecretString":"x"})", role));
}

TEST_F(SecretsApi, MakesRandomPasswords) {
  const std::string password =
      text(ok("GetRandomPassword", R"({"PasswordLength":20,"ExcludePunctuation":true})"), "RandomPassword");
  EXPECT_EQ(password.size(), 20u);
  EXPECT_NE(password, text(ok("GetRandomPassword", R"({"PasswordLength":20})"), "RandomPassword"));
}

}  // namespace
}  // namespace gatehouse::secrets
