#include "app/stack/function_adapter.hpp"

#include <gtest/gtest.h>

#include "app/stack/log_adapter.hpp"

namespace gatehouse::app {
namespace {

// Both forms of one event must tell a function the same.
TEST(FunctionAdapter, DirectRequestSaysWhatTheJsonEventSays) {
  gateway::Claims claims{{{"sub", "1"}, {"cognito:groups", "Admin,Users"}}};
  gateway::ProxyEvent event;
  event.resource = "/products/{productId}";
  event.path = "/products/a%20b";
  event.http_method = "PUT";
  event.headers = {{"Accept", "text/plain"}, {"Accept", "application/json"}};
  event.query = {{"limit", "1"}, {"limit", "2"}};
  event.path_parameters = {{"productId", "a b"}};
  event.context.stage = "prod";
  event.context.api_id = "abc";
  event.context.account_id = "000000000000";
  event.context.domain_name = "localhost";
  event.context.path = "/prod/products/a%20b";
  event.context.request_id = "11111111-1111-4111-8111-111111111111";
  event.context.source_ip = "127.0.0.1";
  event.context.user_agent = "test";
  event.context.claims = &claims;
  event.body = std::string_view("\0\xff", 2);
  event.is_base64_encoded = true;

  const sdk::ApiRequest direct = to_api_request(event);
  const sdk::Result<sdk::ApiRequest> parsed = sdk::ApiRequest::from_json(event.to_json());
  ASSERT_TRUE(parsed);
  EXPECT_EQ(direct.to_json(), parsed->to_json());
  EXPECT_EQ(direct.body, parsed->body);
  EXPECT_EQ(direct.claims.get("cognito:groups"), "Admin,Users");
}

TEST(FunctionAdapter, FailuresGetTheGatewaysCodes) {
  EXPECT_EQ(function_failure(R"({"errorType":"Sandbox.Timedout","errorMessage":"late"})").code, "Timeout");
  EXPECT_EQ(function_failure(R"({"errorType":"Function.ResponseSizeTooLarge"})").code, "ResponseTooLarge");
  EXPECT_EQ(function_failure(R"({"errorType":"Runtime.ExitError","errorMessage":"x"})").code, "FunctionError");
  EXPECT_EQ(function_failure("not json").code, "FunctionError");
  EXPECT_EQ(to_gateway_error({Error::Kind::kThrottled, "", "", "", {}}).code, "TooManyRequests");
  EXPECT_EQ(to_gateway_error({Error::Kind::kTooLarge, "", "", "", {}}).code, "RequestTooLarge");
  EXPECT_EQ(to_gateway_error({Error::Kind::kNotFound, "", "", "", {}}).code, "NotFound");
  EXPECT_EQ(to_gateway_error({Error::Kind::kUnavailable, "", "", "", {}}).code, "FunctionError");
}

TEST(AccessLog, LineIsJsonWithoutTheQuery) {
  http::Request request;
  request.method = "GET";
  request.target = "/a\"b?code=secret";
  request.request_id = "id";
  request.peer_address = "127.0.0.1";
  http::Response response;
  response.status = 404;
  response.body = "four";
  const AccessRecord record{request, response, "gateway", Timestamp{}, 1'002'003};
  EXPECT_EQ(access_line(record),
            R"({"time":"1970-01-01T00:00:00.000Z","requestId":"id","service":"gateway","method":"GET",)"
            R"("path":"/a\"b","status":404,"durationMs":1002.003,"bytes":4,"peer":"127.0.0.1"})");
}

}  // namespace
}  // namespace gatehouse::app
