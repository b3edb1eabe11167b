// A function for tests: does what the request's body asks with the credentials of its role, and says how it went.
//   {"service": "dynamodb", "operation": "GetItem", "input": {...}}  ->  {"output": {...}} or {"code", "message"}
//   {"sleep_ms": 500} holds the invocation; {"crash": true} ends the process.
#include <chrono>
#include <cstdlib>
#include <thread>

#include "gatehouse/sdk/function.hpp"

namespace sdk = gatehouse::sdk;
namespace json = boost::json;

namespace {

sdk::Task<sdk::ApiResponse> handle(sdk::ApiRequest request, sdk::Context& context) {
  const sdk::Result<json::value> parsed = sdk::parse_json(request.body);
  if (!parsed || !parsed->is_object())
    co_return sdk::ApiResponse::json(400, json::object{{"message", "a JSON object, please"}});
  const json::object& wish = parsed->get_object();
  if (wish.contains("crash")) std::abort();
  if (wish.contains("sleep_ms")) {
    std::this_thread::sleep_for(std::chrono::milliseconds{wish.at("sleep_ms").to_number<int>()});
    co_return sdk::ApiResponse::json(200, json::object{{"slept", true}});
  }
  std::string service(sdk::string_member(wish, "service").value_or(""));
  std::string operation(sdk::string_member(wish, "operation").value_or(""));
  json::object input = wish.contains("input") ? wish.at("input").as_object() : json::object{};
  sdk::Task<sdk::Result<json::object>> calling =
      context.aws(std::move(service), std::move(operation), std::move(input));
  const sdk::Result<json::object> answer = co_await calling;
  if (answer) co_return sdk::ApiResponse::json(200, json::object{{"output", *answer}});
  co_return sdk::ApiResponse::json(200,
                                   json::object{{"code", answer.error().code}, {"message", answer.error().message}});
}

}  // namespace

GATEHOUSE_FUNCTION(handle)
