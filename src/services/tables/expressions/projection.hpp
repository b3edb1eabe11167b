// Which parts of an item an answer shows.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "platform/store/condition.hpp"
#include "services/tables/expressions/parser.hpp"

namespace gatehouse::tables {

// A set of paths that do not clash. Immutable.
class Projection {
 public:
  explicit Projection(const std::vector<store::Path>& paths);

  // The item with nothing but the paths. List elements close up: [1] and [3] become a list of two.
  store::Item apply(const store::Item& item) const;

 private:
  struct Node {
    bool is_whole = false;
    std::map<std::string, Node, std::less<>> members;
    std::map<std::size_t, Node> elements;
  };
  static store::Item apply_to_map(const Node& node, const store::Item& map);
  static store::List apply_to_list(const Node& node, const store::List& list);
  static bool apply_to_value(const Node& node, const store::Value& value, store::Value& out);

  Node root_;
};

struct ParsedProjection {
  Projection projection;
  AttributeUse attributes;
};

Result<ParsedProjection> parse_projection(std::string_view expression, Substitutions& substitutions);

}  // namespace gatehouse::tables
