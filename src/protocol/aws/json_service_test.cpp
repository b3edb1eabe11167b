#include "protocol/aws/json_service.hpp"

#include <gtest/gtest.h>

#include <stdexcept>

#include "base/journey.hpp"
#include "base/testing/run_task.hpp"
#include "protocol/aws/signature.hpp"

namespace gatehouse::aws {
namespace {

http::Request make_request(std::string method, std::string target, http::Headers headers = {}) {
  http::Request request;
  request.method = std::move(method);
  request.target = std::move(target);
  request.headers = std::move(headers);
  return request;
}

using Kind = Error::Kind;

std::vector<Operation> operations() {
  const auto answer = [](json::object object) {
    return [object](const Call&) -> Task<Result<json::object>> { co_return object; };
  };
  const auto refuse = [](Error error) {
    return [error](const Call&) -> Task<Result<json::object>> { co_return std::unexpected(error); };
  };
  const auto table = [](const json::object& input) -> std::vector<std::string> {
    const auto name = string_member(input, "TableName");
    if (!name) return {};
    return {"arn:aws:dynamodb:us-east-1:000000000000:table/" + std::string(*name)};
  };
  return {
      {.name = "GetItem", .run = answer({{"Item", json::object{{"id", "1"}}}}), .resources = table},
      {.name = "ListTables", .run = answer({{"TableNames", json::array{}}}), .resources = {}},
      {.name = "SignUp",
       .run = [](const Call& call) -> Task<Result<json::object>> { co_return json::object{{"arn", call.caller.arn}}; },
       .resources = {},
       .is_signed = false},
      {.name = "Throw",
       .run = [](const Call&) -> Task<Result<json::object>> {
         throw std::logic_error("a secret thing");
         co_return json::object{};
       },
       .resources = {}},
      {.name = "Invalid",
       .run = refuse({Kind::kInvalid, "ValidationException", "Bad \"input\"", "private", {}}),
       .resources = {}},
      {.name = "Missing",
       .run = refuse({Kind::kNotFound, "ResourceNotFoundException", "Requested resource not found", {}, {}}),
       .resources = {}},
      {.name = "Cancelled",
       .run = refuse({Kind::kConflict,
                      "TransactionCanceledException",
                      "cancelled",
                      {},
                      R"("CancellationReasons":[{"Code":"None"}])"}),
       .resources = {}},
      {.name = "Plain", .run = refuse({Kind::kInvalid, "", "Bad", {}, {}}), .resources = {}},
      {.name = "Broken", .run = refuse({Kind::kInternal, "", "disk /var/x", "private", {}}), .resources = {}},
      {.name = "Down", .run = refuse({Kind::kUnavailable, "", "peer 10.0.0.1", "private", {}}), .resources = {}},
      {.name = "Full", .run = refuse({Kind::kThrottled, "", "", "private", {}}), .resources = {}},
  };
}

class JsonServiceTest : public ::testing::Test {
 protected:
  JsonServiceTest() {
    book_.add({"AKIDROOT", "root secret", "",
               std::make_shared<const Caller>(Caller{"arn:aws:iam::000000000000:root", "000000000000", true, {}})});
    Caller limited{"arn:aws:sts::000000000000:assumed-role/crud/crud", "000000000000", false, {}};
    EXPECT_TRUE(limited.policies.add(json::parse(R"({"Statement":[
        {"Effect":"Allow","Action":"dynamodb:GetItem","Resource":"arn:aws:dynamodb:*:*:table/products"},
        {"Effect":"Deny","Action":"dynamodb:*","Resource":"arn:aws:dynamodb:*:*:table/users"}]})")));
    book_.add({"ASIACRUD", "crud secret", "token", std::make_shared<const Caller>(std::move(limited))});
  }

  http::Request request(std::string_view operation, std::string body = "{}", std::string_view key = "AKIDROOT") {
    http::Request out = make_request("POST", "/");
    out.headers = {{"Host", "localhost:4566"},
                   {"Content-Type", "application/x-amz-json-1.0"},
                   {"X-Amz-Target", fmt::format("DynamoDB_20120810.{}", operation)}};
    out.body = std::move(body);
    out.request_id = "REQUEST1";
    out.journey = &journey_;
    if (!key.empty()) sign_request(out, *book_.find(key), {"us-east-1", "dynamodb"}, clock_.now());
    return out;
  }
  http::Response handle(http::Request in) { return gatehouse::testing::run_task(service_.handle(in)); }
  // Status and body, for tables.
  std::string answer(http::Request in) {
    const http::Response response = handle(std::move(in));
    return fmt::format("{} {}", response.status, response.body);
  }

  ManualClock clock_;
  CredentialBook book_;
  Journey journey_{"REQUEST1", Timestamp{}};
  JsonServiceConfig config_{.signing_name = "dynamodb",
                            .action_prefix = "dynamodb",
                            .target_prefix = "DynamoDB_20120810",
                            .json_version = "1.0",
                            .sends_crc32 = true,
                            .uses_long_request_ids = true,
                            .error_namespace = "com.amazonaws.dynamodb.v20120810#",
                            .region = "us-east-1"};
  JsonService service_{config_, operations(), book_, clock_};
};

TEST_F(JsonServiceTest, AnswersWithIdTypeAndChecksum) {
  const http::Response response = handle(request("GetItem", R"({"TableName":"products"})"));
  EXPECT_EQ(response.status, 200u);
  EXPECT_EQ(response.body, R"({"Item":{"id":"1"}})");
  EXPECT_EQ(response.headers.get("content-type"), "application/x-amz-json-1.0");
  EXPECT_EQ(response.headers.get("x-amzn-requestid"), "REQUEST1");
  EXPECT_EQ(response.headers.get("x-amz-crc32"), "3017142846");
}

TEST_F(JsonServiceTest, EchoesTheContentTypeItWasAskedIn) {
  for (const std::string_view type :
       {"application/x-amz-json-1.1", "application/json", "application/x-amz-json-1.0; charset=utf-8"}) {
    http::Request in = request("SignUp", "{}", "");
    in.headers.set("Content-Type", std::string(type));
    EXPECT_EQ(handle(std::move(in)).headers.get("content-type"), type.substr(0, type.find(';')));
  }
}

TEST_F(JsonServiceTest, KnowsNothingOfOtherMethodsAndTypes) {
  const std::pair<std::string_view, std::string_view> cases[] = {
      {"GET", "application/x-amz-json-1.0"},
      {"PUT", "application/x-amz-json-1.0"},
      {"OPTIONS", ""},
      {"POST", "text/plain"},
      {"POST", "application/x-www-form-urlencoded"},
      {"POST", "multipart/form-data"},
      {"POST", ""},
  };
  for (const auto& [method, type] : cases) {
    http::Request in = request("SignUp", "{}", "");
    in.method = method;
    in.headers.set("Content-Type", std::string(type));
    EXPECT_EQ(answer(in), "404 <UnknownOperationException/>\n") << method << " " << type;
  }
}

TEST_F(JsonServiceTest, RefusesUnknownTargetsBeforeLookingAtTheSignature) {
  constexpr std::string_view kUnknown = R"(400 {"__type":"com.amazon.coral.service#UnknownOperationException"})";
  EXPECT_EQ(answer(request("Nothing", "{}", "")), kUnknown);
  for (const std::string_view target :
       {"", "GetItem", "DynamoDB_20120810", "DynamoDB_20120810.", "DynamoDB_20120810.getitem",
        "DynamoDB_20111205.GetItem", "DynamoDB_20120810.GetItem.x", "xDynamoDB_20120810.GetItem"}) {
    http::Request in = request("GetItem", "{}", "");
    in.headers.set("X-Amz-Target", std::string(target));
    EXPECT_EQ(answer(in), kUnknown) << target;
  }
}

TEST_F(JsonServiceTest, RefusesBadSignaturesBeforeItReadsTheBody) {
  EXPECT_EQ(
      answer(request("GetItem", "not JSON", "")),
      R"(400 {"__type":"com.amazon.coral.service#MissingAuthenticationTokenException","message":"Missing Authentication Token"})");
  http::Request in = request("GetItem");
  in.body = "not JSON";
  EXPECT_NE(
      answer(in).find(
          "400 {\"__type\":\"com.amazon.coral.service#InvalidSignatureException\",\"message\":\"The request signature"),
      std::string::npos);
  in = request("GetItem");
  book_.remove("AKIDROOT");
  EXPECT_EQ(
      answer(in),
      R"(400 {"__type":"com.amazon.coral.service#UnrecognizedClientException","message":"The security token included in the request is invalid."})");
}

TEST_F(JsonServiceTest, RefusesBodiesThatAreNotOneObject) {
  constexpr std::string_view kType = R"(400 {"__type":"com.amazon.coral.service#SerializationException")";
  for (const std::string_view body : {"", "{", "{}x", R"({"a":1,"a":2})", "{\"a\":\"\xff\"}"}) {
    EXPECT_EQ(answer(request("GetItem", std::string(body))), std::string(kType) + "}") << body;
  }
  EXPECT_EQ(answer(request("GetItem", "[]")),
            std::string(kType) + R"(,"Message":"Start of list found where not expected"})");
  EXPECT_EQ(answer(request("GetItem", "7")), std::string(kType) + R"(,"Message":"Unexpected value type in payload"})");
}

TEST_F(JsonServiceTest, RefusesBodiesThatWereTooLarge) {
  http::Request in = request("GetItem");
  in.body.clear();
  in.body_too_large = true;
  EXPECT_EQ(
      answer(in),
      R"(413 {"__type":"com.amazon.coral.service#RequestEntityTooLargeException","message":"Request size exceeded the limit"})");
}

TEST_F(JsonServiceTest, AsksThePoliciesOfTheCaller) {
  const auto denied = [](std::string_view action, std::string_view resource, std::string_view reason) {
    return fmt::format(
        R"(400 {{"__type":"com.amazon.coral.service#AccessDeniedException","Message":"User: )"
        R"(arn:aws:sts::000000000000:assumed-role/crud/crud is not authorized to perform: dynamodb:{} on )"
        R"(resource: {} {}"}})",
        action, resource, reason);
  };
  EXPECT_EQ(answer(request("GetItem", R"({"TableName":"products"})", "ASIACRUD")), R"(200 {"Item":{"id":"1"}})");
  EXPECT_EQ(answer(request("GetItem", R"({"TableName":"orders"})", "ASIACRUD")),
            denied("GetItem", "arn:aws:dynamodb:us-east-1:000000000000:table/orders",
                   "because no identity-based policy allows the dynamodb:GetItem action"));
  EXPECT_EQ(answer(request("GetItem", R"({"TableName":"users"})", "ASIACRUD")),
            denied("GetItem", "arn:aws:dynamodb:us-east-1:000000000000:table/users",
                   "with an explicit deny in an identity-based policy"));
  const std::string on_all =
      denied("GetItem", "*", "because no identity-based policy allows the dynamodb:GetItem action");
  EXPECT_EQ(answer(request("GetItem", "{}", "ASIACRUD")), on_all) << "no resource named means every resource";
  EXPECT_EQ(answer(request("ListTables", "{}", "ASIACRUD")),
            denied("ListTables", "*", "because no identity-based policy allows the dynamodb:ListTables action"));
}

TEST_F(JsonServiceTest, TakesUnsignedOperationsFromAnyone) {
  EXPECT_EQ(answer(request("SignUp", "{}", "")), R"(200 {"arn":"anonymous"})");
  http::Request in = request("SignUp", "{}", "");
  in.headers.add("Authorization", "Bearer nonsense");
  EXPECT_EQ(answer(in), R"(200 {"arn":"anonymous"})");
}

TEST_F(JsonServiceTest, PutsErrorsIntoAwssWords) {
  const std::pair<std::string_view, std::string_view> cases[] = {
      {"Invalid", R"(400 {"__type":"com.amazon.coral.validate#ValidationException","message":"Bad \"input\""})"},
      {"Plain", R"(400 {"__type":"com.amazon.coral.validate#ValidationException","message":"Bad"})"},
      {"Missing",
       R"(400 {"__type":"com.amazonaws.dynamodb.v20120810#ResourceNotFoundException","message":"Requested resource not found"})"},
      {"Cancelled",
       R"(400 {"__type":"com.amazonaws.dynamodb.v20120810#TransactionCanceledException","message":"cancelled","CancellationReasons":[{"Code":"None"}]})"},
      {"Broken",
       R"(500 {"__type":"com.amazonaws.dynamodb.v20120810#InternalServerError","message":"Internal server error"})"},
      {"Throw",
       R"(500 {"__type":"com.amazonaws.dynamodb.v20120810#InternalServerError","message":"Internal server error"})"},
      {"Down",
       R"(503 {"__type":"com.amazon.coral.service#ServiceUnavailableException","message":"The service is temporarily unavailable. Please retry."})"},
      {"Full", R"(400 {"__type":"com.amazon.coral.availability#ThrottlingException","message":"Rate exceeded"})"},
  };
  for (const auto& [operation, expected] : cases) EXPECT_EQ(answer(request(operation)), expected);
}

TEST_F(JsonServiceTest, UsesPlainNamesForServicesWithoutANamespace) {
  config_.error_namespace = {};
  config_.message_member = "Message";
  config_.sends_crc32 = false;
  JsonService service(config_, operations(), book_, clock_);
  http::Request in = request("Missing");
  const http::Response response = gatehouse::testing::run_task(service.handle(in));
  EXPECT_EQ(response.body, R"({"__type":"ResourceNotFoundException","Message":"Requested resource not found"})");
  EXPECT_FALSE(response.headers.contains("x-amz-crc32"));
}

TEST_F(JsonServiceTest, AnswersCallsFromInsideWithTheSamePolicies) {
  const auto call = [&](std::string_view operation, const json::object& input, std::string_view key) {
    const auto credential = book_.find(key);
    return gatehouse::testing::run_task(service_.call(operation, input, *credential->caller, &journey_, "R"));
  };
  EXPECT_TRUE(call("GetItem", {{"TableName", "products"}}, "ASIACRUD"));
  EXPECT_EQ(call("GetItem", {{"TableName", "orders"}}, "ASIACRUD").error().code, "AccessDeniedException");
  EXPECT_EQ(call("Nothing", {}, "AKIDROOT").error().code, "UnknownOperationException");
  EXPECT_EQ(call("Throw", {}, "AKIDROOT").error().message, "Internal server error");
}

TEST_F(JsonServiceTest, TellsTheJourneyWhoAskedAndWhatWasDecided) {
  handle(request("GetItem", R"({"TableName":"users"})", "ASIACRUD"));
  ASSERT_EQ(journey_.spans().size(), 1u);
  const SpanRecord& span = journey_.spans()[0];
  EXPECT_EQ(span.layer, "aws");
  EXPECT_EQ(span.name, "dynamodb:GetItem");
  ASSERT_GE(span.notes.size(), 2u);
  EXPECT_EQ(span.notes[0].value, "arn:aws:sts::000000000000:assumed-role/crud/crud");
  EXPECT_EQ(span.notes[1].value, "denied: explicit deny");
  EXPECT_NE(span.cause.find("explicit deny"), std::string::npos);
  EXPECT_FALSE(span.cure.empty());
}

TEST_F(JsonServiceTest, TellsTheJourneyWhyASignatureWasRefused) {
  handle(request("GetItem", "{}", ""));
  ASSERT_EQ(journey_.spans().size(), 1u);
  EXPECT_EQ(journey_.spans()[0].cause, "Missing Authentication Token");
  EXPECT_NE(journey_.spans()[0].cure.find("gatehouse env"), std::string::npos);
}

}  // namespace
}  // namespace gatehouse::aws
