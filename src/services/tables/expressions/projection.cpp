#include "services/tables/expressions/projection.hpp"

namespace gatehouse::tables {

Projection::Projection(const std::vector<store::Path>& paths) {
  for (const store::Path& path : paths) {
    Node* node = &root_;
    for (const store::Path::Step& step : path.steps) {
      if (const std::size_t* index = std::get_if<std::size_t>(&step)) {
        node = &node->elements[*index];
      } else {
        node = &node->members[std::get<std::string>(step)];
      }
    }
    node->is_whole = true;
  }
}

store::Item Projection::apply(const store::Item& item) const { return apply_to_map(root_, item); }

store::Item Projection::apply_to_map(const Node& node, const store::Item& map) {
  store::Item out;
  for (const auto& [name, wanted] : node.members) {
    const auto found = map.find(name);
    store::Value value;
    if (found != map.end() && apply_to_value(wanted, found->second, value)) out.emplace(name, std::move(value));
  }
  return out;
}

store::List Projection::apply_to_list(const Node& node, const store::List& list) {
  store::List out;
  for (const auto& [index, wanted] : node.elements) {
    store::Value value;
    if (index < list.size() && apply_to_value(wanted, list[index], value)) out.push_back(std::move(value));
  }
  return out;
}

// False when nothing of the value is wanted.
bool Projection::apply_to_value(const Node& node, const store::Value& value, store::Value& out) {
  if (node.is_whole) {
    out = value;
    return true;
  }
  if (const store::Item* map = value.get_if<store::Item>(); map != nullptr && !node.members.empty()) {
    store::Item part = apply_to_map(node, *map);
    if (part.empty()) return false;
    out = std::move(part);
    return true;
  }
  if (const store::List* list = value.get_if<store::List>(); list != nullptr && !node.elements.empty()) {
    store::List part = apply_to_list(node, *list);
    if (part.empty()) return false;
    out = std::move(part);
    return true;
  }
  return false;
}

Result<ParsedProjection> parse_projection(std::string_view expression, Substitutions& substitutions) {
  constexpr std::string_view kKind = "ProjectionExpression";
  if (const std::string fault = size_fault(expression); !fault.empty()) return invalid_expression(kKind, fault);
  enum Rank : std::size_t { kReservedWord, kUndefinedName, kPathClash, kRanks };
  Faults<kRanks> faults;
  TokenStream tokens(expression);
  std::vector<store::Path> paths;
  AttributeUse attributes;
  do {
    ParsedPath parsed = parse_path(tokens, substitutions);
    if (tokens.has_failed()) break;
    if (!parsed.reserved_fault.empty()) faults.add(kReservedWord, std::move(parsed.reserved_fault));
    if (!parsed.undefined_fault.empty()) faults.add(kUndefinedName, std::move(parsed.undefined_fault));
    attributes.add(parsed.path);
    paths.push_back(std::move(parsed.path));
  } while (tokens.accept_symbol(","));
  if (!tokens.at_end()) tokens.fail();
  if (tokens.error()) return invalid_expression(kKind, *tokens.error());
  if (std::string clash = path_clash(paths); !clash.empty()) faults.add(kPathClash, std::move(clash));
  if (const std::string& fault = faults.first(); !fault.empty()) return invalid_expression(kKind, fault);
  return ParsedProjection{Projection(paths), std::move(attributes)};
}

}  // namespace gatehouse::tables
