// DynamoDB with plain values: strings, numbers, booleans, nulls, lists and maps are JSON's; sets arrive as lists,
// binary values as base64 text. Numbers with more digits than a double or an int64 holds arrive as text.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "gatehouse/sdk/host.hpp"
#include "gatehouse/sdk/json.hpp"

namespace gatehouse::sdk {

// The parts of an expression, by their names in the DynamoDB API.
struct Expression {
  std::string text;
  std::map<std::string, std::string> names;  // "#n" -> attribute
  json::object values;                       // ":v" -> plain value
};

struct Page {
  std::vector<json::object> items;
  // Where the next page starts, as plain key attributes; nothing after the last page.
  std::optional<json::object> last_key;
};

struct ScanOptions {
  std::size_t limit = 0;  // 0: a page of DynamoDB's own size
  std::optional<json::object> start_key;
  bool consistent = false;
  std::string index;
  Expression filter;
};

struct QueryOptions {
  Expression key_condition;
  Expression filter;
  std::size_t limit = 0;
  std::optional<json::object> start_key;
  bool forward = true;
  bool consistent = false;
  std::string index;
};

class DynamoDb {
 public:
  explicit DynamoDb(Host& host) : host_(&host) {}

  Task<Result<std::optional<json::object>>> get_item(std::string table, json::object key, bool consistent = false);
  // A condition that does not hold is the error "ConditionalCheckFailedException".
  Task<Result<void>> put_item(std::string table, json::object item, Expression condition = {});
  // The item after the update.
  Task<Result<json::object>> update_item(std::string table, json::object key, Expression update,
                                         Expression condition = {});
  Task<Result<void>> delete_item(std::string table, json::object key, Expression condition = {});
  Task<Result<Page>> scan(std::string table, ScanOptions options = {});
  Task<Result<Page>> query(std::string table, QueryOptions options);
  // Any operation with the wire's own typed values ({"S": "..."}).
  Task<Result<json::object>> call(std::string operation, json::object input);

 private:
  Host* host_;
};

// Between plain values and DynamoDB's typed ones.
json::value to_attribute(const json::value& plain);
json::value from_attribute(const json::value& typed);
json::object to_item(const json::object& plain);
json::object from_item(const json::object& typed);

}  // namespace gatehouse::sdk
