#include "protocol/template/template.hpp"

#include <algorithm>

#include "protocol/template/document.hpp"
#include "protocol/template/loader.hpp"

namespace gatehouse::templates {

std::optional<Template> Template::load(const Node& document, const Inputs& inputs, Findings& findings) {
  return Loader(document, inputs, findings).load();
}

std::optional<Template> Template::load(std::string_view text, std::string file, const Inputs& inputs,
                                       Findings& findings) {
  const std::optional<Node> document = parse_document(text, std::move(file), findings);
  if (!document) return std::nullopt;
  return load(*document, inputs, findings);
}

const Parameter* Template::find_parameter(std::string_view name) const {
  const auto found = std::ranges::find(parameters_, name, &Parameter::name);
  return found == parameters_.end() ? nullptr : &*found;
}

const Resource* Template::find_resource(std::string_view logical_id) const {
  const auto found = std::ranges::find(resources_, logical_id, &Resource::logical_id);
  return found == resources_.end() ? nullptr : &*found;
}

std::optional<bool> Template::condition(std::string_view name) const {
  const auto found = conditions_.find(name);
  if (found == conditions_.end()) return std::nullopt;
  return found->second;
}

const Node* Template::mapping(std::string_view map, std::string_view top, std::string_view second) const {
  const Node* node = mappings_.find(map);
  if (node != nullptr) node = node->find(top);
  return node == nullptr ? nullptr : node->find(second);
}

}  // namespace gatehouse::templates
