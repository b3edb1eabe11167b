#include "gatehouse/sdk/dynamodb.hpp"

#include <algorithm>
#include <charconv>

#include "aws.hpp"

namespace gatehouse::sdk {
namespace {

// A number whose text survives the round trip becomes a JSON number; one with more digits stays text.
json::value plain_number(std::string_view text) {
  std::int64_t integer = 0;
  const char* end = text.data() + text.size();
  if (const auto [at, error] = std::from_chars(text.data(), end, integer); error == std::errc{} && at == end) {
    return integer;
  }
  double real = 0;
  const auto [at, error] = std::from_chars(text.data(), end, real);
  constexpr std::size_t kExactDigits = 15;
  const auto digits = std::ranges::count_if(text, [](char c) { return c >= '0' && c <= '9'; });
  if (error == std::errc{} && at == end && static_cast<std::size_t>(digits) <= kExactDigits) return real;
  return json::string(text);
}

std::string number_text(const json::value& number) {
  if (!number.is_double()) return json::serialize(number);
  char buffer[64];
  const auto [end, error] = std::to_chars(buffer, buffer + sizeof buffer, number.get_double());
  return error == std::errc{} ? std::string(buffer, end) : "0";
}

json::value list_of(const json::value& values, bool are_numbers) {
  json::array out;
  if (!values.is_array()) return out;
  for (const json::value& value : values.get_array()) {
    if (are_numbers && value.is_string()) {
      out.push_back(plain_number(value.get_string()));
    } else {
      out.push_back(value);
    }
  }
  return out;
}

void add_expression(json::object& input, std::string_view member, const Expression& expression) {
  if (expression.text.empty()) return;
  input[member] = expression.text;
  if (!expression.names.empty()) {
    json::value& names = input["ExpressionAttributeNames"];
    if (!names.is_object()) names.emplace_object();
    for (const auto& [placeholder, attribute] : expression.names) names.get_object()[placeholder] = attribute;
  }
  if (!expression.values.empty()) {
    json::value& values = input["ExpressionAttributeValues"];
    if (!values.is_object()) values.emplace_object();
    for (const auto& [placeholder, value] : expression.values) values.get_object()[placeholder] = to_attribute(value);
  }
}

template <typename Options>
void add_paging(json::object& input, const Options& options) {
  if (options.limit > 0) input["Limit"] = options.limit;
  if (options.start_key) input["ExclusiveStartKey"] = to_item(*options.start_key);
  if (options.consistent) input["ConsistentRead"] = true;
  if (!options.index.empty()) input["IndexName"] = options.index;
}

Page read_page(const json::object& output) {
  Page page;
  if (const json::value* items = output.if_contains("Items"); items != nullptr && items->is_array()) {
    for (const json::value& item : items->get_array()) {
      if (item.is_object()) page.items.push_back(from_item(item.get_object()));
    }
  }
  const json::value* last = output.if_contains("LastEvaluatedKey");
  if (last != nullptr && last->is_object()) page.last_key = from_item(last->get_object());
  return page;
}

}  // namespace

json::value to_attribute(const json::value& plain) {
  switch (plain.kind()) {
    case json::kind::null:
      return json::object{{"NULL", true}};
    case json::kind::bool_:
      return json::object{{"BOOL", plain.get_bool()}};
    case json::kind::string:
      return json::object{{"S", plain.get_string()}};
    case json::kind::object:
      return json::object{{"M", to_item(plain.get_object())}};
    case json::kind::array: {
      json::array list;
      for (const json::value& element : plain.get_array()) list.push_back(to_attribute(element));
      return json::object{{"L", std::move(list)}};
    }
    default:
      return json::object{{"N", number_text(plain)}};
  }
}

json::value from_attribute(const json::value& typed) {
  if (!typed.is_object() || typed.get_object().size() != 1) return nullptr;
  const auto& [type, value] = *typed.get_object().begin();
  if (type == "N" && value.is_string()) return plain_number(value.get_string());
  if (type == "NULL") return nullptr;
  if (type == "M" && value.is_object()) return from_item(value.get_object());
  if (type == "SS" || type == "BS") return list_of(value, false);
  if (type == "NS") return list_of(value, true);
  if (type == "L" && value.is_array()) {
    json::array list;
    for (const json::value& element : value.get_array()) list.push_back(from_attribute(element));
    return list;
  }
  return value;  // S, B, BOOL
}

json::object to_item(const json::object& plain) {
  json::object item;
  for (const auto& [name, value] : plain) item[name] = to_attribute(value);
  return item;
}

json::object from_item(const json::object& typed) {
  json::object item;
  for (const auto& [name, value] : typed) item[name] = from_attribute(value);
  return item;
}

namespace {

// The coroutines stand apart from DynamoDb, which is a temporary in `context.dynamodb().get_item(...)`: they must not
// keep a pointer to it.
Task<Result<json::object>> call_dynamodb(Host& host, std::string operation, json::object input) {
  return call_aws(host, AwsRequest{"dynamodb", std::move(operation), to_text(input)});
}

Task<Result<std::optional<json::object>>> get_item(Host& host, std::string table, json::object key, bool consistent) {
  json::object input{{"TableName", table}, {"Key", to_item(key)}};
  if (consistent) input["ConsistentRead"] = true;
  Task<Result<json::object>> calling = call_dynamodb(host, "GetItem", std::move(input));
  const Result<json::object> output = co_await calling;
  if (!output) co_return std::unexpected(output.error());
  const json::value* item = output->if_contains("Item");
  if (item == nullptr || !item->is_object()) co_return std::nullopt;
  co_return from_item(item->get_object());
}

Task<Result<void>> put_item(Host& host, std::string table, json::object item, Expression condition) {
  json::object input{{"TableName", table}, {"Item", to_item(item)}};
  add_expression(input, "ConditionExpression", condition);
  Task<Result<json::object>> calling = call_dynamodb(host, "PutItem", std::move(input));
  const Result<json::object> output = co_await calling;
  if (!output) co_return std::unexpected(output.error());
  co_return Result<void>{};
}

Task<Result<json::object>> update_item(Host& host, std::string table, json::object key, Expression update,
                                       Expression condition) {
  json::object input{{"TableName", table}, {"Key", to_item(key)}, {"ReturnValues", "ALL_NEW"}};
  add_expression(input, "UpdateExpression", update);
  add_expression(input, "ConditionExpression", condition);
  Task<Result<json::object>> calling = call_dynamodb(host, "UpdateItem", std::move(input));
  const Result<json::object> output = co_await calling;
  if (!output) co_return std::unexpected(output.error());
  const json::value* attributes = output->if_contains("Attributes");
  if (attributes == nullptr || !attributes->is_object()) co_return json::object();
  co_return from_item(attributes->get_object());
}

Task<Result<void>> delete_item(Host& host, std::string table, json::object key, Expression condition) {
  json::object input{{"TableName", table}, {"Key", to_item(key)}};
  add_expression(input, "ConditionExpression", condition);
  Task<Result<json::object>> calling = call_dynamodb(host, "DeleteItem", std::move(input));
  const Result<json::object> output = co_await calling;
  if (!output) co_return std::unexpected(output.error());
  co_return Result<void>{};
}

Task<Result<Page>> scan(Host& host, std::string table, ScanOptions options) {
  json::object input{{"TableName", table}};
  add_paging(input, options);
  add_expression(input, "FilterExpression", options.filter);
  Task<Result<json::object>> calling = call_dynamodb(host, "Scan", std::move(input));
  const Result<json::object> output = co_await calling;
  if (!output) co_return std::unexpected(output.error());
  co_return read_page(*output);
}

Task<Result<Page>> query(Host& host, std::string table, QueryOptions options) {
  json::object input{{"TableName", table}, {"ScanIndexForward", options.forward}};
  add_paging(input, options);
  add_expression(input, "KeyConditionExpression", options.key_condition);
  add_expression(input, "FilterExpression", options.filter);
  Task<Result<json::object>> calling = call_dynamodb(host, "Query", std::move(input));
  const Result<json::object> output = co_await calling;
  if (!output) co_return std::unexpected(output.error());
  co_return read_page(*output);
}

}  // namespace

Task<Result<json::object>> DynamoDb::call(std::string operation, json::object input) {
  return call_dynamodb(*host_, std::move(operation), std::move(input));
}
Task<Result<std::optional<json::object>>> DynamoDb::get_item(std::string table, json::object key, bool consistent) {
  return sdk::get_item(*host_, std::move(table), std::move(key), consistent);
}
Task<Result<void>> DynamoDb::put_item(std::string table, json::object item, Expression condition) {
  return sdk::put_item(*host_, std::move(table), std::move(item), std::move(condition));
}
Task<Result<json::object>> DynamoDb::update_item(std::string table, json::object key, Expression update,
                                                 Expression condition) {
  return sdk::update_item(*host_, std::move(table), std::move(key), std::move(update), std::move(condition));
}
Task<Result<void>> DynamoDb::delete_item(std::string table, json::object key, Expression condition) {
  return sdk::delete_item(*host_, std::move(table), std::move(key), std::move(condition));
}
Task<Result<Page>> DynamoDb::scan(std::string table, ScanOptions options) {
  return sdk::scan(*host_, std::move(table), std::move(options));
}
Task<Result<Page>> DynamoDb::query(std::string table, QueryOptions options) {
  return sdk::query(*host_, std::move(table), std::move(options));
}

}  // namespace gatehouse::sdk
