// A product and the rules that it must keep.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "gatehouse/sdk/json.hpp"

namespace products {

namespace sdk = gatehouse::sdk;

struct Product {
  std::string id;
  std::string name;
  std::string description;

  sdk::json::object to_json() const;
};

struct Fault {
  std::string field;
  std::string problem;  // what follows the field's name in a sentence: "is missing"
};
using Faults = std::vector<Fault>;

// The body is not JSON, or not an object.
struct NotAnObject {};

// Reads a product and names every fault at once, one for a field. With `path_id` (PUT) productId may be absent and must
// equal it when present.
std::variant<Product, Faults, NotAnObject> read_product(std::string_view body,
                                                        std::optional<std::string_view> path_id = std::nullopt);

// 1 to 64 characters of A-Z a-z 0-9 _ -
bool is_product_id(std::string_view text);

}  // namespace products
