#include "crud/crud.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "crud/cursor.hpp"
#include "crud/product.hpp"
#include "fake_host.hpp"

namespace products {
namespace {

namespace json = sdk::json;
using sdk::ApiRequest;
using sdk::ApiResponse;
using testing::FakeHost;

// DynamoDB's part in this: a table in memory, ordered by key.
class FakeTable {
 public:
  sdk::Result<std::string> call(const sdk::AwsRequest& request) {
    EXPECT_EQ(request.service, "dynamodb");
    const json::object input = json::parse(request.input).as_object();
    EXPECT_EQ(input.at("TableName").as_string(), "the-table");
    if (request.operation == "PutItem") return put(input);
    if (request.operation == "GetItem") return get(input);
    if (request.operation == "DeleteItem") return remove(input);
    if (request.operation == "Scan") return scan(input);
    return std::unexpected(sdk::Error{"UnknownOperationException", request.operation});
  }
  std::size_t page_size = 1000;  // of DynamoDB's own

 private:
  static std::string id_of(const json::value& key) { return std::string(key.at("productId").at("S").as_string()); }

  sdk::Result<std::string> put(const json::object& input) {
    const std::string id = id_of(input.at("Item"));
    if (!holds(input, id)) return failed();
    items_[id] = input.at("Item");
    return "{}";
  }
  sdk::Result<std::string> get(const json::object& input) {
    const auto found = items_.find(id_of(input.at("Key")));
    if (found == items_.end()) return "{}";
    return json::serialize(json::object{{"Item", found->second}});
  }
  sdk::Result<std::string> remove(const json::object& input) {
    const std::string id = id_of(input.at("Key"));
    if (!holds(input, id)) return failed();
    items_.erase(id);
    return "{}";
  }
  sdk::Result<std::string> scan(const json::object& input) {
    const std::size_t limit = std::min<std::size_t>(page_size, input.at("Limit").to_number<std::size_t>());
    auto at = items_.begin();
    if (const json::value* start = input.if_contains("ExclusiveStartKey")) at = items_.upper_bound(id_of(*start));
    json::array items;
    std::string last;
    for (; at != items_.end() && items.size() < limit; ++at) {
      items.push_back(at->second);
      last = at->first;
    }
    json::object output{{"Items", items}};
    if (items.size() == limit) output["LastEvaluatedKey"] = json::object{{"productId", json::object{{"S", last}}}};
    return json::serialize(output);
  }
  bool holds(const json::object& input, const std::string& id) const {
    const json::value* condition = input.if_contains("ConditionExpression");
    if (condition == nullptr) return true;
    return (condition->as_string() == "attribute_exists(productId)") == items_.contains(id);
  }
  static sdk::Result<std::string> failed() {
    return std::unexpected(sdk::Error{"ConditionalCheckFailedException", "The conditional request failed"});
  }
  std::map<std::string, json::value> items_;
};

class Crud : public ::testing::Test {
 protected:
  Crud() {
    host.variables["TABLE_NAME"] = "the-table";
    host.on_aws = [this](const sdk::AwsRequest& request) { return table.call(request); };
  }
  ApiResponse call(std::string method, std::string body = {}, std::optional<std::string> id = std::nullopt,
                   sdk::Parameters query = {}, sdk::Headers headers = {{"Content-Type", "application/json"}}) {
    ApiRequest request;
    request.method = std::move(method);
    request.body = std::move(body);
    request.headers = std::move(headers);
    request.query = std::move(query);
    if (id) request.path_parameters.add("productId", *id);
    sdk::Context context(host, testing::invocation());
    return testing::finish(crud(std::move(request), context));
  }
  ApiResponse make(const std::string& id) {
    return call("POST", json::serialize(json::object{{"productId", id}, {"productName", "n"}, {"description", ""}}));
  }
  std::vector<std::string> faulty_fields(const ApiResponse& response) {
    std::vector<std::string> fields;
    for (const json::value& error : json::parse(response.body).at("errors").as_array()) {
      fields.emplace_back(error.at("field").as_string());
    }
    return fields;
  }

  FakeTable table;
  FakeHost host;
};

constexpr const char* kLamp = R"({"productId":"lamp","productName":"Lamp","description":"bright"})";

TEST_F(Crud, CarriesAProductThroughItsLife) {
  const ApiResponse made = call("POST", kLamp);
  EXPECT_EQ(made.status, 201);
  EXPECT_EQ(made.body, kLamp);
  EXPECT_EQ(made.headers.get("Location"), "./products/lamp");

  EXPECT_EQ(call("GET", {}, "lamp").body, kLamp);
  EXPECT_EQ(call("POST", kLamp).status, 409);
  const ApiResponse changed = call("PUT", R"({"productName":"L","description":""})", "lamp");
  EXPECT_EQ(changed.status, 200);
  EXPECT_EQ(changed.body, R"({"productId":"lamp","productName":"L","description":""})");

  const ApiResponse gone = call("DELETE", {}, "lamp");
  EXPECT_EQ(gone.status, 204);
  EXPECT_EQ(gone.body, "");
  EXPECT_EQ(call("DELETE", {}, "lamp").status, 404);
  EXPECT_EQ(call("GET", {}, "lamp").status, 404);
  EXPECT_EQ(call("PUT", R"({"productName":"L","description":""})", "lamp").status, 404);
}

TEST_F(Crud, AnswersAMalformedIdLikeAnAbsentProductWithoutAskingTheTable) {
  for (const char* id : {"a b", "", "ü", "..", "x/y"}) {
    EXPECT_EQ(call("GET", {}, id).status, 404) << id;
    EXPECT_EQ(call("DELETE", {}, id).status, 404) << id;
    EXPECT_EQ(call("PUT", R"({"productName":"L","description":""})", id).status, 404) << id;
    EXPECT_EQ(call("PUT", "{}", id).status, 400) << id;
  }
  EXPECT_EQ(host.called.size(), 0U);
}

struct BadProduct {
  std::string body;
  std::vector<std::string> fields;
};

std::string repeat(std::string_view text, std::size_t count) {
  std::string out;
  for (std::size_t i = 0; i < count; ++i) out += text;
  return out;
}

TEST_F(Crud, NamesEveryFaultAtOnce) {
  const BadProduct cases[] = {
      {"{}", {"productId", "productName", "description"}},
      {R"({"productId":1,"productName":null,"description":[]})", {"productId", "productName", "description"}},
      {R"({"productId":"a b","productName":" \t\u3000","description":")" + repeat("x", 2001) + "\"}",
       {"productId", "productName", "description"}},
      {R"({"productId":")" + repeat("x", 65) + R"(","productName":")" + repeat("😀", 201) + R"(","description":""})",
       {"productId", "productName"}},
      {R"({"productId":"a","productName":"a","description":"","price":1,"x":{"price":1,"price":2}})", {"price", "x"}},
      {R"({"productId":"a","productName":"a","productName":"b","description":""})", {"productName"}},
      {R"({"productId":"a","productName":"a\u0000b","description":"\u0000"})", {"productName", "description"}},
      {R"({"productId":"","productName":"","description":""})", {"productId", "productName"}},
  };
  for (const BadProduct& bad : cases) {
    const ApiResponse response = call("POST", bad.body);
    EXPECT_EQ(response.status, 400) << bad.body;
    EXPECT_EQ(json::parse(response.body).at("message").as_string(), "Invalid product");
    EXPECT_EQ(faulty_fields(response), bad.fields) << bad.body;
  }
  EXPECT_EQ(call("POST", "{}").body,
            R"({"message":"Invalid product","errors":[{"field":"productId","problem":"is missing"},)"
            R"({"field":"productName","problem":"is missing"},)"
            R"({"field":"description","problem":"is missing"}]})");
}

TEST_F(Crud, CountsCharactersNotBytes) {
  const std::string fits = R"({"productId":")" + repeat("x", 64) + R"(","productName":")" + repeat("😀", 200) +
                           R"(","description":")" + repeat("é", 2000) + "\"}";
  EXPECT_EQ(call("POST", fits).status, 201);
}

TEST_F(Crud, BoundsItsAnswerToManyFaults) {
  std::string body = "{";
  for (int i = 0; i < 5000; ++i) body += "\"" + repeat("ü", 500) + std::to_string(i) + "\":1,";
  body.back() = '}';

  const ApiResponse response = call("POST", body);

  EXPECT_EQ(response.status, 400);
  EXPECT_LT(response.body.size(), 20'000U);
  EXPECT_TRUE(sdk::parse_json(response.body));
}

TEST_F(Crud, RefusesWhatIsNotAJsonObject) {
  for (const char* body :
       {"", "nonsense", "[]", "\"x\"", "{\"a\":", "{} {}", "{\"a\":\"\\ud800\"}", "{\"a\":\"\xff\"}", "null"}) {
    const ApiResponse response = call("POST", body);
    EXPECT_EQ(response.status, 400) << body;
    EXPECT_EQ(response.body, R"({"message":"The body is not a JSON object"})") << body;
  }
}

TEST_F(Crud, WantsTheIdOfTheAddressInAPut) {
  EXPECT_EQ(faulty_fields(call("PUT", R"({"productId":"two","productName":"x","description":""})", "one")),
            std::vector<std::string>{"productId"});
  make("one");
  EXPECT_EQ(call("PUT", R"({"productId":"one","productName":"x","description":""})", "one").status, 200);
}

TEST_F(Crud, WantsJson) {
  for (const char* type : {"text/plain", "", "application/jsonx", "application/x-www-form-urlencoded"}) {
    EXPECT_EQ(call("POST", kLamp, std::nullopt, {}, {{"content-type", type}}).status, 415) << type;
  }
  for (const char* type : {"application/json;charset=utf-8", "APPLICATION/JSON ; x"}) {
    EXPECT_NE(call("POST", kLamp, std::nullopt, {}, {{"Content-Type", type}}).status, 415) << type;
  }
  EXPECT_NE(call("POST", kLamp, std::nullopt, {}, {}).status, 415);
}

class Paging : public Crud, public ::testing::WithParamInterface<std::size_t> {};

TEST_P(Paging, ShowsEverythingOnceWithoutAnEmptyLastPage) {
  table.page_size = GetParam();
  for (int i = 0; i < 12; ++i) make("list-" + std::to_string(i));
  for (const std::size_t limit : {1U, 4U, 5U, 12U, 13U, 100U}) {
    std::set<std::string> seen;
    std::optional<std::string> cursor;
    std::size_t pages = 0;
    do {
      sdk::Parameters query{{"limit", std::to_string(limit)}};
      if (cursor) query.add("cursor", *cursor);
      const ApiResponse response = call("GET", {}, std::nullopt, query);
      ASSERT_EQ(response.status, 200);
      const json::object page = json::parse(response.body).as_object();
      EXPECT_FALSE(page.at("items").as_array().empty());
      for (const json::value& item : page.at("items").as_array()) {
        EXPECT_TRUE(seen.insert(std::string(item.at("productId").as_string())).second);
      }
      cursor = sdk::string_member(page, "cursor");
      ++pages;
    } while (cursor && pages < 20);
    EXPECT_EQ(seen.size(), 12U);
    EXPECT_EQ(pages, (12 + limit - 1) / limit);
  }
}
INSTANTIATE_TEST_SUITE_P(PageSizes, Paging, ::testing::Values(1U, 3U, 1000U));

TEST_F(Crud, ShowsAnEmptyListAsOneEmptyPage) { EXPECT_EQ(call("GET").body, R"({"items":[]})"); }

TEST_F(Crud, RefusesLimitsThatAreNotPlainNumbersFrom1To100) {
  for (const char* limit : {"0", "101", "-1", "+1", "x", "", "1.5", "01", "1e1", " 1", "99999999999999999999"}) {
    const ApiResponse response = call("GET", {}, std::nullopt, {{"limit", limit}});
    EXPECT_EQ(response.status, 400) << limit;
    EXPECT_EQ(response.body, R"({"message":"Invalid limit"})") << limit;
  }
}

TEST_F(Crud, RefusesCursorsThatItDidNotMake) {
  const std::string good = write_cursor("lamp", "the-table");
  EXPECT_EQ(call("GET", {}, std::nullopt, {{"cursor", good}}).status, 200);
  std::vector<std::string> bad{
      "", "x", "!!!", "AAAA", std::string(1, '\0'), good + "A", good.substr(1), write_cursor("lamp", "another")};
  for (std::size_t i = 0; i < good.size(); ++i) {
    std::string changed = good;
    changed[i] = changed[i] == 'A' ? 'B' : 'A';
    bad.push_back(changed);
  }
  for (const std::string& cursor : bad) {
    const ApiResponse response = call("GET", {}, std::nullopt, {{"cursor", cursor}});
    EXPECT_EQ(response.status, 400) << cursor;
    EXPECT_EQ(response.body, R"({"message":"Invalid cursor"})") << cursor;
  }
}

TEST_F(Crud, TellsTheLogAndNotTheClientWhatTheTableSaid) {
  host.on_aws = [](const sdk::AwsRequest&) -> sdk::Result<std::string> {
    return std::unexpected(sdk::Error{"AccessDeniedException", "role/secret-name is not authorized"});
  };
  const ApiResponse response = call("GET", {}, "lamp");
  EXPECT_EQ(response.status, 500);
  EXPECT_THAT(response.body, ::testing::Not(::testing::HasSubstr("secret-name")));
  EXPECT_THAT(host.logged, ::testing::HasSubstr("secret-name"));
}

TEST_F(Crud, AsksToTryAgainWhenTheTableIsBusy) {
  host.on_aws = [](const sdk::AwsRequest&) -> sdk::Result<std::string> {
    return std::unexpected(sdk::Error{"ProvisionedThroughputExceededException", "slow down"});
  };
  const ApiResponse response = call("POST", kLamp);
  EXPECT_EQ(response.status, 503);
  EXPECT_EQ(response.headers.get("Retry-After"), "1");
}

}  // namespace
}  // namespace products
