#include "crud/crud.hpp"

#include <charconv>

#include "crud/cursor.hpp"
#include "crud/product.hpp"

namespace products {
namespace {

namespace json = sdk::json;
using sdk::ApiRequest;
using sdk::ApiResponse;
using sdk::Context;
using sdk::Task;

constexpr std::size_t kDefaultLimit = 25;
constexpr std::size_t kMaxLimit = 100;

ApiResponse message(int status, std::string_view text) {
  return ApiResponse::json(status, json::object{{"message", text}});
}
ApiResponse no_such_product() { return message(404, "There is no product with this productId"); }

// What the table said is for the log; the client learns whether to try again.
ApiResponse table_failure(Context& context, const sdk::Error& error) {
  context.log("the table refused: " + error.code + ": " + error.message);
  const bool is_busy = error.code == "ProvisionedThroughputExceededException" || error.code == "ThrottlingException" ||
                       error.code == "RequestLimitExceeded" || error.code == "LimitExceededException";
  if (!is_busy) return message(500, "The product could not be read or written");
  ApiResponse response = message(503, "The products are busy, try again");
  response.headers.add("Retry-After", "1");
  return response;
}

ApiResponse invalid_product(const Faults& faults) {
  json::array errors;
  for (const Fault& fault : faults) errors.push_back(json::object{{"field", fault.field}, {"problem", fault.problem}});
  return ApiResponse::json(400, json::object{{"message", "Invalid product"}, {"errors", std::move(errors)}});
}

// A Content-Type that is given must be application/json; parameters do not matter.
bool has_json_type(const ApiRequest& request) {
  const std::string* type = request.headers.find("Content-Type");
  if (type == nullptr) return true;
  std::string_view media = std::string_view(*type).substr(0, type->find(';'));
  while (media.ends_with(' ') || media.ends_with('\t')) media.remove_suffix(1);
  while (media.starts_with(' ') || media.starts_with('\t')) media.remove_prefix(1);
  return sdk::equals_ignoring_case(media, "application/json");
}

// The product that the request's body describes, or the answer that refuses it.
std::variant<Product, ApiResponse> product_of(const ApiRequest& request, std::optional<std::string_view> path_id) {
  if (!has_json_type(request)) return message(415, "The Content-Type must be application/json");
  auto read = read_product(request.body, path_id);
  if (auto* product = std::get_if<Product>(&read)) return std::move(*product);
  if (const auto* faults = std::get_if<Faults>(&read)) return invalid_product(*faults);
  return message(400, "The body is not a JSON object");
}

json::object to_item(const Product& product) { return product.to_json(); }

json::object to_answer(const json::object& item) {
  const auto text = [&](std::string_view name) { return std::string(sdk::string_member(item, name).value_or("")); };
  return Product{text("productId"), text("productName"), text("description")}.to_json();
}

std::string table_of(Context& context) { return std::string(context.env("TABLE_NAME")); }

Task<ApiResponse> create(ApiRequest request, Context& context) {
  auto wanted = product_of(request, std::nullopt);
  if (auto* refused = std::get_if<ApiResponse>(&wanted)) co_return std::move(*refused);
  const Product product = std::get<Product>(std::move(wanted));
  Task<sdk::Result<void>> putting = context.dynamodb().put_item(
      table_of(context), to_item(product), {.text = "attribute_not_exists(productId)", .names = {}, .values = {}});
  const sdk::Result<void> put = co_await putting;
  if (!put && put.error().code == "ConditionalCheckFailedException") {
    co_return message(409, "There is a product with this productId already");
  }
  if (!put) co_return table_failure(context, put.error());
  ApiResponse response = ApiResponse::json(201, product.to_json());
  // Relative to the address that was called, so that it is right on whichever API the client called.
  response.headers.add("Location", "./products/" + product.id);
  co_return response;
}

Task<ApiResponse> read(std::string id, Context& context) {
  if (!is_product_id(id)) co_return no_such_product();
  auto getting = context.dynamodb().get_item(table_of(context), {{"productId", id}}, true);
  const sdk::Result<std::optional<json::object>> item = co_await getting;
  if (!item) co_return table_failure(context, item.error());
  if (!*item) co_return no_such_product();
  co_return ApiResponse::json(200, to_answer(**item));
}

Task<ApiResponse> replace(ApiRequest request, std::string id, Context& context) {
  auto wanted = product_of(request, id);
  if (auto* refused = std::get_if<ApiResponse>(&wanted)) co_return std::move(*refused);
  if (!is_product_id(id)) co_return no_such_product();
  const Product product = std::get<Product>(std::move(wanted));
  Task<sdk::Result<void>> putting = context.dynamodb().put_item(
      table_of(context), to_item(product), {.text = "attribute_exists(productId)", .names = {}, .values = {}});
  const sdk::Result<void> put = co_await putting;
  if (!put && put.error().code == "ConditionalCheckFailedException") co_return no_such_product();
  if (!put) co_return table_failure(context, put.error());
  co_return ApiResponse::json(200, product.to_json());
}

Task<ApiResponse> remove(std::string id, Context& context) {
  if (!is_product_id(id)) co_return no_such_product();
  Task<sdk::Result<void>> deleting = context.dynamodb().delete_item(
      table_of(context), {{"productId", id}}, {.text = "attribute_exists(productId)", .names = {}, .values = {}});
  const sdk::Result<void> deleted = co_await deleting;
  if (!deleted && deleted.error().code == "ConditionalCheckFailedException") co_return no_such_product();
  if (!deleted) co_return table_failure(context, deleted.error());
  co_return ApiResponse::empty(204);
}

// 1 to 100 in plain decimal: no sign, no leading zero.
std::optional<std::size_t> limit_of(const ApiRequest& request) {
  const std::string* text = request.query.find("limit");
  if (text == nullptr) return kDefaultLimit;
  std::size_t limit = 0;
  const char* const end = text->data() + text->size();
  const auto [at, error] = std::from_chars(text->data(), end, limit);
  if (error != std::errc{} || at != end || text->front() == '0' || limit < 1 || limit > kMaxLimit) return std::nullopt;
  return limit;
}

// Reads one item more than it shows: whether there is a next page is then certain, and no page but a lone first one is
// empty. A page of DynamoDB's may be shorter than asked for (1 MB), so it goes on until it has enough.
Task<sdk::Result<std::vector<json::object>>> scan_items(Context& context, std::string table, std::size_t count,
                                                        std::optional<json::object> start) {
  std::vector<json::object> items;
  for (;;) {
    sdk::ScanOptions options;
    options.limit = count - items.size();
    options.start_key = std::move(start);
    options.consistent = true;
    Task<sdk::Result<sdk::Page>> scanning = context.dynamodb().scan(table, std::move(options));
    sdk::Result<sdk::Page> page = co_await scanning;
    if (!page) co_return std::unexpected(page.error());
    for (json::object& item : page->items) items.push_back(std::move(item));
    start = std::move(page->last_key);
    if (!start || items.size() >= count) co_return items;
  }
}

Task<ApiResponse> list(ApiRequest request, Context& context) {
  const std::optional<std::size_t> limit = limit_of(request);
  if (!limit) co_return message(400, "Invalid limit");
  const std::string table = table_of(context);
  std::optional<json::object> start;
  if (const std::string* cursor = request.query.find("cursor")) {
    const std::optional<std::string> last_id = read_cursor(*cursor, table);
    if (!last_id) co_return message(400, "Invalid cursor");
    start = json::object{{"productId", *last_id}};
  }
  auto scanning = scan_items(context, table, *limit + 1, std::move(start));
  sdk::Result<std::vector<json::object>> items = co_await scanning;
  if (!items) co_return table_failure(context, items.error());

  const bool has_more = items->size() > *limit;
  if (has_more) items->resize(*limit);
  json::array shown;
  for (const json::object& item : *items) shown.push_back(to_answer(item));
  json::object body{{"items", std::move(shown)}};
  if (has_more) body["cursor"] = write_cursor(sdk::string_member(items->back(), "productId").value_or(""), table);
  co_return ApiResponse::json(200, body);
}

Task<ApiResponse> respond(ApiResponse response) { co_return response; }

Task<ApiResponse> route(ApiRequest request, Context& context) {
  if (const std::string* path_id = request.path_parameters.find("productId")) {
    std::string id = *path_id;
    if (request.method == "GET") return read(std::move(id), context);
    if (request.method == "PUT") return replace(std::move(request), std::move(id), context);
    if (request.method == "DELETE") return remove(std::move(id), context);
  } else {
    if (request.method == "GET") return list(std::move(request), context);
    if (request.method == "POST") return create(std::move(request), context);
  }
  return respond(message(404, "There is no such call"));  // the API routes nothing else here
}

}  // namespace

Task<ApiResponse> crud(ApiRequest request, Context& context) { return route(std::move(request), context); }

}  // namespace products
