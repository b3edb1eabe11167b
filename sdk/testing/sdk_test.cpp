#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <thread>

#include "gatehouse/sdk/function.hpp"
#include "gatehouse/sdk/text.hpp"
#include "http_client.hpp"
#include "signature.hpp"

namespace gatehouse::sdk {
namespace {

using namespace std::chrono_literals;

// A host that answers at once or keeps the operation for later.
class FakeHost final : public Host {
 public:
  void fetch(HttpRequest request, std::chrono::milliseconds timeout, Completion<Result<HttpResponse>>& done) override {
    fetched = std::move(request);
    fetch_timeout = timeout;
    if (answers_at_once) {
      done.complete(HttpResponse{200, {}, "hello"});
    } else {
      waiting = &done;
    }
  }
  void call_aws(AwsRequest request, Completion<Result<std::string>>& done) override {
    called = std::move(request);
    done.complete(aws_answer);
  }
  void log(std::string_view text) override { logged += text; }
  std::chrono::system_clock::time_point now() override { return time; }
  void fill_random(std::span<std::uint8_t> out) override { std::ranges::fill(out, 7); }
  const std::string* environment(std::string_view name) override { return name == "COLOUR" ? &colour : nullptr; }

  HttpRequest fetched;
  std::chrono::milliseconds fetch_timeout{0};
  bool answers_at_once = true;
  Completion<Result<HttpResponse>>* waiting = nullptr;
  AwsRequest called;
  Result<std::string> aws_answer = "{}";
  std::string logged;
  std::chrono::system_clock::time_point time{1000s};
  std::string colour = "blue";
};

Invocation invocation() {
  Invocation told;
  told.request_id = "id-1";
  told.function_name = "fn";
  told.trace_id = "Root=1-2-3";
  told.deadline = std::chrono::system_clock::time_point{1003s};
  return told;
}

template <typename T>
T finish(Task<T> task) {
  task.start();
  EXPECT_TRUE(task.is_done());
  return task.take();
}

Task<int> add(int a, int b) { co_return a + b; }
Task<int> add_twice() {
  Task<int> first = add(1, 2);
  const int three = co_await first;
  Task<int> second = add(three, 4);
  const int seven = co_await second;
  co_return seven;
}
Task<int> fails() {
  throw std::runtime_error("broken");
  co_return 0;
}
Task<int> awaits_failure() {
  Task<int> failing = fails();
  const int value = co_await failing;
  co_return value;
}

TEST(Task, RunsNestedTasksAndCarriesExceptionsOut) {
  EXPECT_EQ(finish(add_twice()), 7);
  EXPECT_THROW(finish(awaits_failure()), std::runtime_error);
}

Task<int> get_status(Context& context) {
  Task<Result<HttpResponse>> sending = context.http().send({"GET", "http://x/", {}, {}});
  const Result<HttpResponse> response = co_await sending;
  co_return response->status;
}

TEST(Context, CompletesAnOperationAtOnceOrLater) {
  FakeHost host;
  Context context(host, invocation());
  EXPECT_EQ(finish(get_status(context)), 200);

  host.answers_at_once = false;
  Task<int> task = get_status(context);
  task.start();
  ASSERT_FALSE(task.is_done());
  host.waiting->complete(HttpResponse{204, {}, ""});
  ASSERT_TRUE(task.is_done());
  EXPECT_EQ(task.take(), 204);
}

struct CountsDestruction {
  int* count;
  ~CountsDestruction() { ++*count; }
};
Task<int> holds_something(Context& context, int* destroyed) {
  const CountsDestruction local{destroyed};
  Task<int> waiting = get_status(context);
  const int status = co_await waiting;
  co_return status;
}

TEST(Task, EndsItsLocalsWhenItIsDestroyedWhileItWaits) {
  FakeHost host;
  host.answers_at_once = false;
  Context context(host, invocation());
  int destroyed = 0;
  {
    Task<int> task = holds_something(context, &destroyed);
    task.start();
    EXPECT_EQ(destroyed, 0);
  }
  EXPECT_EQ(destroyed, 1);
}

TEST(Context, KnowsItsTimeItsVariablesAndPassesTheTraceOn) {
  FakeHost host;
  Context context(host, invocation());

  EXPECT_EQ(context.remaining(), 3000ms);
  EXPECT_EQ(context.env("COLOUR"), "blue");
  EXPECT_EQ(context.env("NOTHING"), "");
  finish(get_status(context));
  EXPECT_EQ(host.fetched.headers.get("x-amzn-trace-id"), "Root=1-2-3");
  EXPECT_LE(host.fetch_timeout, 3000ms);
  host.time += 10s;
  EXPECT_EQ(context.remaining(), 0ms);
}

TEST(DynamoDb, SpeaksPlainValues) {
  FakeHost host;
  Context context(host, invocation());
  host.aws_answer = R"({"Item":{"id":{"S":"a"},"n":{"N":"12"},"r":{"N":"1.5"},"big":{"N":"12345678901234567890123"},)"
                    R"("l":{"L":[{"BOOL":true},{"NULL":true}]},"m":{"M":{"x":{"S":"y"}}},"s":{"NS":["1","2"]}}})";

  const auto item = finish(context.dynamodb().get_item("table", {{"id", "a"}}, true));

  ASSERT_TRUE(item && *item);
  EXPECT_EQ(json::serialize(**item), R"({"id":"a","n":12,"r":1.5E0,"big":"12345678901234567890123",)"
                                     R"("l":[true,null],"m":{"x":"y"},"s":[1,2]})");
  EXPECT_EQ(host.called.input, R"({"TableName":"table","Key":{"id":{"S":"a"}},"ConsistentRead":true})");
  EXPECT_EQ(host.called.operation, "GetItem");
}

TEST(DynamoDb, SendsConditionsAndReportsThemByTheirCode) {
  FakeHost host;
  Context context(host, invocation());
  host.aws_answer = std::unexpected(Error{"ConditionalCheckFailedException", "no"});

  const auto put = finish(context.dynamodb().put_item(
      "t", {{"id", "a"}}, {"attribute_not_exists(#i) AND #v = :v", {{"#i", "id"}, {"#v", "v"}}, {{":v", 1}}}));

  ASSERT_FALSE(put);
  EXPECT_EQ(put.error().code, "ConditionalCheckFailedException");
  EXPECT_EQ(host.called.input,
            R"({"TableName":"t","Item":{"id":{"S":"a"}},"ConditionExpression":"attribute_not_exists(#i) AND #v = :v",)"
            R"("ExpressionAttributeNames":{"#i":"id","#v":"v"},"ExpressionAttributeValues":{":v":{"N":"1"}}})");
}

TEST(DynamoDb, PagesThroughAScan) {
  FakeHost host;
  Context context(host, invocation());
  host.aws_answer = R"({"Items":[{"id":{"S":"a"}}],"LastEvaluatedKey":{"id":{"S":"a"}}})";

  const auto page = finish(context.dynamodb().scan("t", {.limit = 1, .start_key = json::object{{"id", "0"}}}));

  ASSERT_TRUE(page);
  EXPECT_EQ(page->items.size(), 1U);
  ASSERT_TRUE(page->last_key);
  EXPECT_EQ(host.called.input, R"({"TableName":"t","Limit":1,"ExclusiveStartKey":{"id":{"S":"0"}}})");
}

TEST(Json, IsReadStrictly) {
  EXPECT_TRUE(parse_json(R"({"a":1,"b":{"a":1}})"));
  EXPECT_FALSE(parse_json(R"({"a":1,"a":2})"));
  EXPECT_FALSE(parse_json(R"([{"a":1,"a":2}])"));
  EXPECT_FALSE(parse_json(R"({"a":1} x)"));
  EXPECT_FALSE(parse_json(R"({"a":1,})"));
  EXPECT_FALSE(parse_json("\"\xff\""));
  EXPECT_FALSE(parse_json(R"("\ud800")"));
  EXPECT_FALSE(parse_json(""));
  EXPECT_FALSE(parse_json(std::string(100, '[') + std::string(100, ']')));
}

TEST(ApiRequest, IsReadFromAnEventAndWrittenBack) {
  const std::string event =
      R"({"resource":"/p/{id}","path":"/p/a%20b","httpMethod":"GET","headers":{"A":"2"},)"
      R"("multiValueHeaders":{"A":["1","2"]},"queryStringParameters":{"q":"x y"},"multiValueQueryStringParameters":null,)"
      R"("pathParameters":{"id":"a b"},"stageVariables":null,"requestContext":{"requestId":"r","stage":"prod",)"
      R"("path":"/prod/p/a%20b","domainName":"d","authorizer":{"claims":{"cognito:groups":"Admin,Users"}},)"
      R"("identity":{"sourceIp":"1.2.3.4","userAgent":null}},"body":"aGk=","isBase64Encoded":true})";

  const Result<ApiRequest> request = ApiRequest::from_json(event);

  ASSERT_TRUE(request);
  EXPECT_EQ(request->method, "GET");
  EXPECT_EQ(request->headers.get("a"), "2");
  EXPECT_EQ(request->headers.size(), 2U);
  EXPECT_EQ(request->query.get("q"), "x y");
  EXPECT_EQ(request->path_parameters.get("id"), "a b");
  EXPECT_EQ(request->claims.get("cognito:groups"), "Admin,Users");
  EXPECT_EQ(request->source_ip, "1.2.3.4");
  EXPECT_EQ(request->body, "hi");

  const Result<ApiRequest> again = ApiRequest::from_json(request->to_json());
  ASSERT_TRUE(again);
  EXPECT_EQ(again->to_json(), request->to_json());
  EXPECT_EQ(again->context_path, "/prod/p/a%20b");
}

TEST(ApiRequest, IsRefusedWhenItIsNotAnApiEvent) {
  for (const char* event : {"", "[]", "{}", R"({"httpMethod":"GET"})", R"({"httpMethod":1,"path":"/"})",
                            R"({"httpMethod":"GET","path":"/","body":"!","isBase64Encoded":true})"}) {
    EXPECT_FALSE(ApiRequest::from_json(event)) << event;
  }
}

TEST(ApiResponse, CarriesEveryValueOfAHeaderAndBytesAsBase64) {
  ApiResponse response;
  response.headers.add("Set-Cookie", "a");
  response.headers.add("Set-Cookie", "b");
  response.body = std::string("\xff\0", 2);
  response.is_binary = true;

  EXPECT_EQ(response.to_json(), R"({"statusCode":200,"isBase64Encoded":true,)"
                                R"("multiValueHeaders":{"Set-Cookie":["a","b"]},"body":"/wA="})");
  EXPECT_EQ(ApiResponse::from_json(response.to_json())->body, response.body);
}

TEST(Text, EncodesAndDecodes) {
  EXPECT_EQ(base64_decode(base64_encode("abcd")), "abcd");
  EXPECT_FALSE(base64_decode("a"));
  EXPECT_FALSE(base64_decode("a==="));
  EXPECT_EQ(percent_encode("a b/ü"), "a%20b%2F%C3%BC");
  EXPECT_EQ(encode_form({{"a b", "1&2"}, {"c", ""}}), "a%20b=1%262&c=");
}

// Computed with botocore's SigV4Auth for the same request.
TEST(Signature, IsWhatAwsComputes) {
  HttpRequest request;
  request.method = "POST";
  request.headers = {{"Content-Type", "application/x-amz-json-1.0"}, {"X-Amz-Target", "DynamoDB_20120810.ListTables"}};
  request.body = "{}";

  runtime::sign(request, "localhost:4566", {"AKIDEXAMPLE", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY", "token"},
                {"us-east-1", "dynamodb"}, std::chrono::system_clock::time_point{1440938160s});

  EXPECT_EQ(request.headers.get("X-Amz-Date"), "20150830T123600Z");
  EXPECT_EQ(request.headers.get("Authorization"),
            "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/dynamodb/aws4_request, "
            "SignedHeaders=content-type;host;x-amz-date;x-amz-security-token;x-amz-target, "
            "Signature=205d7317b5d57509a6ce77fc9bef2c64063e3319f3b70209624242ed9efda60e");
}

TEST(Url, TakesOriginsAndRefusesTricks) {
  using runtime::Url;
  EXPECT_EQ(Url::parse("http://a:81/b?c#d")->target, "/b?c");
  EXPECT_EQ(Url::parse("http://a:81/b")->origin.port, 81);
  EXPECT_EQ(Url::parse("https://a")->origin.port, 443);
  EXPECT_EQ(Url::parse("http://[::1]:8/")->origin.host, "::1");
  EXPECT_EQ(Url::parse("http://a?x")->target, "/?x");
  for (const char* bad : {"", "ftp://a/", "http://", "http://u@a/", "http://a:0/", "http://a:99999/", "http://a/ b",
                          "http://a/\r\nX: y", "a.b/c"}) {
    EXPECT_FALSE(Url::parse(bad)) << bad;
  }
}

// A server on loopback that sends one prepared text per connection.
class CannedServer {
 public:
  explicit CannedServer(std::string answer) : listener_(::socket(AF_INET, SOCK_STREAM, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    ::bind(listener_, reinterpret_cast<sockaddr*>(&address), size);
    ::listen(listener_, 1);
    ::getsockname(listener_, reinterpret_cast<sockaddr*>(&address), &size);
    url = "http://127.0.0.1:" + std::to_string(ntohs(address.sin_port)) + "/";
    thread_ = std::thread([this, text = std::move(answer)] {
      const int connection = ::accept(listener_, nullptr, nullptr);
      char buffer[4096];
      received.append(buffer,
                      static_cast<std::size_t>(std::max<ssize_t>(::recv(connection, buffer, sizeof buffer, 0), 0)));
      ::send(connection, text.data(), text.size(), MSG_NOSIGNAL);
      if (!text.empty()) ::shutdown(connection, SHUT_WR);
      while (::recv(connection, buffer, sizeof buffer, 0) > 0) {
      }
      ::close(connection);
    });
  }
  ~CannedServer() {
    thread_.join();
    ::close(listener_);
  }
  std::string url;
  std::string received;

 private:
  int listener_;
  std::thread thread_;
};

Result<HttpResponse> ask(const std::string& answer, std::chrono::milliseconds timeout = 5s) {
  CannedServer server(answer);
  runtime::HttpClient client;
  return client.send({"GET", server.url, {}, {}}, std::chrono::steady_clock::now() + timeout);
}

TEST(HttpClient, ReadsBodiesOfEveryFraming) {
  EXPECT_EQ(ask("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi")->body, "hi");
  EXPECT_EQ(ask("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2;x\r\nhi\r\n1\r\n!\r\n0\r\nT: 1\r\n\r\n")->body,
            "hi!");
  EXPECT_EQ(ask("HTTP/1.0 200 OK\r\n\r\nto the end")->body, "to the end");
  EXPECT_EQ(ask("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 204 No\r\n\r\n")->status, 204);
}

TEST(HttpClient, RefusesBrokenAnswers) {
  EXPECT_EQ(ask("SSH-2.0-x\r\n\r\n").error().code, "InvalidResponse");
  EXPECT_EQ(ask("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhi").error().code, "Unreachable");
  EXPECT_EQ(ask("HTTP/1.1 200 OK\r\nContent-Length: -9\r\n\r\nhi").error().code, "InvalidResponse");
  EXPECT_EQ(ask("HTTP/1.1 200 OK\r\nContent-Length: 99999999999\r\n\r\nhi").error().code, "InvalidResponse");
  EXPECT_EQ(ask("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n").error().code, "InvalidResponse");
  EXPECT_EQ(ask("HTTP/1.1 200 OK\r\nX: " + std::string(100'000, 'x')).error().code, "InvalidResponse");
  EXPECT_EQ(ask("", 30ms).error().code, "Timeout");
}

TEST(HttpClient, NeverLetsAValueBecomeAHeader) {
  runtime::HttpClient client;
  const auto deadline = std::chrono::steady_clock::now() + 1s;
  EXPECT_EQ(client.send({"GET", "http://127.0.0.1:1/", {{"A", "b\r\nC: d"}}, {}}, deadline).error().code,
            "InvalidRequest");
  EXPECT_EQ(client.send({"GET x", "http://127.0.0.1:1/", {}, {}}, deadline).error().code, "InvalidRequest");
  EXPECT_EQ(client.send({"GET", "http://127.0.0.1:1/", {}, {}}, deadline).error().code, "Unreachable");
}

}  // namespace
}  // namespace gatehouse::sdk
