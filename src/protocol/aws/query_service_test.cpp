#include "protocol/aws/query_service.hpp"

#include <gtest/gtest.h>

#include "base/testing/run_task.hpp"
#include "protocol/aws/signature.hpp"
#include "protocol/aws/sts.hpp"
#include "protocol/aws/xml.hpp"

namespace gatehouse::aws {
namespace {

http::Request make_request(std::string method, std::string target, http::Headers headers = {}) {
  http::Request request;
  request.method = std::move(method);
  request.target = std::move(target);
  request.headers = std::move(headers);
  return request;
}

TEST(Xml, EscapesTextAndReplacesWhatXmlCannotCarry) {
  EXPECT_EQ(xml_escape("a<b>&\"\r\n\t\x01'\xC3\xBC"), "a&lt;b&gt;&amp;&quot;&#xD;\n\t\xEF\xBF\xBD'\xC3\xBC");
}

TEST(Xml, ClosesWhatItOpened) {
  XmlWriter xml;
  xml.open("A", "urn:x&y").open("B").element("C", "<").close().raw("<D/>").close();
  EXPECT_EQ(xml.take(), "<A xmlns=\"urn:x&amp;y\"><B><C>&lt;</C></B><D/></A>");
}

class QueryServiceTest : public ::testing::Test {
 protected:
  QueryServiceTest() {
    add("AKIDROOT", "arn:aws:iam::000000000000:root", true);
    add("ASIAFUNCTION", "arn:aws:sts::000000000000:assumed-role/role/function", false);
  }
  void add(std::string key, std::string arn, bool is_administrator) {
    book_.add({std::move(key), "secret", "",
               std::make_shared<const Caller>(Caller{std::move(arn), "000000000000", is_administrator, {}})});
  }
  http::Request post(std::string body, std::string_view key = "AKIDROOT") {
    http::Request request = make_request("POST", "/");
    request.headers = {{"Host", "localhost"}, {"Content-Type", "application/x-www-form-urlencoded; charset=utf-8"}};
    request.body = std::move(body);
    request.request_id = "R1";
    if (!key.empty()) sign_request(request, *book_.find(key), {"us-east-1", "sts"}, clock_.now());
    return request;
  }
  std::string answer(http::Request request) {
    const http::Response response = gatehouse::testing::run_task(service_.handle(request));
    EXPECT_EQ(response.headers.get("content-type"), "text/xml");
    EXPECT_EQ(response.headers.get("x-amzn-requestid"), "R1");
    return fmt::format("{} {}", response.status, response.body);
  }
  static std::string error(unsigned status, std::string_view code, std::string_view message) {
    return fmt::format(
        "{} <ErrorResponse xmlns=\"https://sts.amazonaws.com/doc/2011-06-15/\"><Error><Type>{}</Type>"
        "<Code>{}</Code><Message>{}</Message></Error><RequestId>R1</RequestId></ErrorResponse>",
        status, status < 500 ? "Sender" : "Receiver", code, message);
  }

  std::vector<QueryOperation> operations() {
    std::vector<QueryOperation> out = sts_operations();
    out.push_back({.name = "Guarded",
                   .run = [](const QueryCall& call) -> Task<Result<std::string>> {
                     co_return xml_escape(*http::find_parameter(call.input, "Name"));
                   },
                   .resources = {}});
    out.push_back({.name = "Broken",
                   .run = [](const QueryCall&) -> Task<Result<std::string>> {
                     co_return fail(Error::Kind::kInternal, "", "disk /var/x");
                   },
                   .resources = {}});
    out.push_back({.name = "Invalid",
                   .run = [](const QueryCall&) -> Task<Result<std::string>> {
                     co_return fail(Error::Kind::kNotFound, "ValidationError", "Stack with id <x> does not exist");
                   },
                   .resources = {}});
    return out;
  }

  ManualClock clock_;
  CredentialBook book_;
  QueryService service_{sts_config("us-east-1"), operations(), book_, clock_};
};

TEST_F(QueryServiceTest, TellsTheCallerWhoItIs) {
  EXPECT_EQ(
      answer(post("Action=GetCallerIdentity&Version=2011-06-15")),
      "200 <GetCallerIdentityResponse xmlns=\"https://sts.amazonaws.com/doc/2011-06-15/\"><GetCallerIdentityResult>"
      "<Arn>arn:aws:iam::000000000000:root</Arn><UserId>000000000000</UserId><Account>000000000000</Account>"
      "</GetCallerIdentityResult><ResponseMetadata><RequestId>R1</RequestId></ResponseMetadata>"
      "</GetCallerIdentityResponse>");
  const std::string of_function = answer(post("Action=GetCallerIdentity&Version=2011-06-15", "ASIAFUNCTION"));
  EXPECT_NE(of_function.find("<UserId>AROA"), std::string::npos) << of_function;
  EXPECT_NE(of_function.find(":function</UserId>"), std::string::npos) << of_function;
}

TEST_F(QueryServiceTest, TakesTheActionFromAQueryToo) {
  http::Request request = make_request("GET", "/?Action=Guarded&Version=2011-06-15&Name=a%3Cb+c", {{"Host", "h"}});
  request.request_id = "R1";
  sign_request(request, *book_.find("AKIDROOT"), {"us-east-1", "sts"}, clock_.now());
  EXPECT_NE(answer(request).find("<GuardedResult>a&lt;b c</GuardedResult>"), std::string::npos);
}

TEST_F(QueryServiceTest, TakesTheActionFromTheQueryOfAPostWithoutABody) {
  http::Request request = make_request("POST", "/?Action=Guarded&Version=2011-06-15&Name=x", {{"Host", "h"}});
  request.request_id = "R1";
  sign_request(request, *book_.find("AKIDROOT"), {"us-east-1", "sts"}, clock_.now());
  EXPECT_NE(answer(request).find("<GuardedResult>x</GuardedResult>"), std::string::npos);
}

TEST_F(QueryServiceTest, PutsErrorsIntoXml) {
  EXPECT_EQ(answer(post("Action=Nothing&Version=2011-06-15", "")),
            error(400, "InvalidAction", "Could not find operation Nothing for version 2011-06-15"));
  EXPECT_EQ(answer(post("Action=Guarded&Version=2010-01-01", "")),
            error(400, "InvalidAction", "Could not find operation Guarded for version 2010-01-01"));
  EXPECT_EQ(answer(post("Version=2011-06-15", "")),
            error(400, "MissingAction", "The request is missing an action or a required parameter."));
  EXPECT_EQ(answer(post("Action=%4", "")),
            error(400, "MalformedQueryString", "The query string contains a syntax error."));
  EXPECT_EQ(answer(post("Action=Guarded", "")),
            error(403, "MissingAuthenticationToken", "Missing Authentication Token"));
  EXPECT_EQ(answer(post("Action=Invalid")), error(400, "ValidationError", "Stack with id &lt;x&gt; does not exist"));
  EXPECT_EQ(answer(post("Action=Broken")),
            error(500, "InternalFailure",
                  "The request processing has failed because of an unknown error, exception or failure."));
  EXPECT_EQ(
      answer(post("Action=Guarded&Name=x", "ASIAFUNCTION")),
      error(403, "AccessDenied",
            "User: arn:aws:sts::000000000000:assumed-role/role/function is not authorized to perform: sts:Guarded on "
            "resource: * because no identity-based policy allows the sts:Guarded action"));
}

TEST_F(QueryServiceTest, NamesSignatureErrorsAsTheQueryApisDo) {
  http::Request request = post("Action=Guarded&Name=x");
  request.body += "y";
  EXPECT_EQ(answer(request).substr(0, 3), "403");
  EXPECT_NE(answer(request).find("<Code>SignatureDoesNotMatch</Code>"), std::string::npos);
  request = post("Action=Guarded&Name=x");
  book_.remove("AKIDROOT");
  EXPECT_EQ(answer(request),
            error(403, "InvalidClientTokenId", "The security token included in the request is invalid."));
  request.headers.set("Authorization", "AWS4-HMAC-SHA256");
  EXPECT_EQ(answer(request).substr(0, 3), "400");
  EXPECT_NE(answer(request).find("<Code>IncompleteSignature</Code>"), std::string::npos);
}

TEST_F(QueryServiceTest, RefusesOtherMethodsTypesAndSizes) {
  http::Request request = post("Action=Guarded", "");
  request.method = "PUT";
  EXPECT_NE(answer(request).find("UnsupportedOperation"), std::string::npos);
  request = post("Action=Guarded", "");
  request.headers.set("Content-Type", "application/json");
  EXPECT_NE(answer(request).find("InvalidParameterValue"), std::string::npos);
  request = post("", "");
  request.body_too_large = true;
  EXPECT_EQ(answer(request).substr(0, 3), "413");
}

}  // namespace
}  // namespace gatehouse::aws
