#include "services/gateway/routes.hpp"

#include <algorithm>

#include "base/encoding.hpp"
#include "base/text.hpp"

namespace gatehouse::gateway {
namespace {

constexpr std::array<std::string_view, 8> kMethods = {"GET",    "HEAD",  "POST",    "PUT",
                                                      "DELETE", "PATCH", "OPTIONS", "ANY"};

bool is_name(std::string_view text, std::string_view extra) {
  return !text.empty() && std::ranges::all_of(text, [&](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || extra.contains(c);
  });
}

// A literal matches its plain and its percent-encoded spelling.
bool same_segment(std::string_view literal, std::string_view segment) {
  if (!segment.contains('%')) return literal == segment;
  const auto decoded = percent_decode(segment);
  return decoded && *decoded == literal;
}

std::unexpected<Error> invalid(std::string message) { return fail(Error::Kind::kInvalid, {}, std::move(message)); }

}  // namespace

// API Gateway: a resource's path part is letters, digits and ._-:, or {name}, or {name+} at the end.
std::uint32_t RouteTree::child(std::uint32_t parent, std::string_view segment, std::string& problem) {
  const auto make = [&] {
    nodes_.emplace_back();
    return static_cast<std::uint32_t>(nodes_.size() - 1);
  };
  if (!segment.starts_with('{')) {
    if (!is_name(segment, "._-:~$@!'()*,;=&+")) {
      problem = "the path part \"" + std::string(segment) + "\" has characters that API Gateway does not take";
      return kNone;
    }
    for (const auto& [text, index] : nodes_[parent].literals)
      if (text == segment) return index;
    const std::uint32_t made = make();
    nodes_[parent].literals.emplace_back(segment, made);
    return made;
  }

  std::string_view variable = segment.substr(1);
  const bool is_closed = variable.ends_with('}');
  if (is_closed) variable.remove_suffix(1);
  const bool is_greedy = variable.ends_with('+');
  if (is_greedy) variable.remove_suffix(1);
  if (!is_closed || !is_name(variable, "._-$")) {
    problem = "the path part \"" + std::string(segment) + "\" is not {name} or {name+}";
    return kNone;
  }
  const std::uint32_t known = is_greedy ? nodes_[parent].greedy : nodes_[parent].parameter;
  if (known != kNone) {
    if (nodes_[known].variable == variable) return known;
    problem = "a sibling of {" + std::string(variable) + "} is already called {" + nodes_[known].variable + "}";
    return kNone;
  }
  const std::uint32_t made = make();
  nodes_[made].variable = variable;
  (is_greedy ? nodes_[parent].greedy : nodes_[parent].parameter) = made;
  return made;
}

Result<std::vector<std::string>> RouteTree::add(std::string_view path_template, std::string_view http_method,
                                                std::uint32_t method_index) {
  const std::string place = std::string(http_method) + " " + std::string(path_template) + ": ";
  if (!path_template.starts_with('/')) return invalid(place + "a path begins with /");
  if (std::ranges::find(kMethods, http_method) == kMethods.end())
    return invalid(place + "not a method of API Gateway (GET, HEAD, POST, PUT, DELETE, PATCH, OPTIONS, ANY)");

  std::vector<std::string> names;
  std::uint32_t at = 0;
  bool was_greedy = false;
  if (path_template.size() > 1) {
    for (const std::string_view segment : split(path_template.substr(1), '/')) {
      if (was_greedy) return invalid(place + "nothing may follow {name+}");
      std::string problem;
      at = child(at, segment, problem);
      if (at == kNone) return invalid(place + problem);
      was_greedy = segment.ends_with("+}");
      if (!segment.starts_with('{')) continue;
      names.push_back(nodes_[at].variable);
      if (std::ranges::count(names, names.back()) > 1) return invalid(place + "{" + names.back() + "} stands twice");
    }
  }
  if (names.size() > kMaxPathParameters) return invalid(place + "more than 16 path parameters");

  Node& node = nodes_[at];
  if (http_method == "ANY") {
    if (node.any != kNone) return invalid(place + "defined twice");
    node.any = method_index;
    return names;
  }
  if (std::ranges::find(node.methods, http_method, &Method::name) != node.methods.end())
    return invalid(place + "defined twice");
  node.methods.push_back({std::string(http_method), method_index});
  return names;
}

std::uint32_t RouteTree::method_of(const Node& node, std::string_view http_method) const {
  for (const Method& method : node.methods)
    if (method.name == http_method) return method.index;
  return node.any;
}

bool RouteTree::match(std::string_view path, std::string_view http_method, RouteMatch& out) const {
  // ANY means the seven methods of API Gateway, not whatever a client makes up.
  if (std::find(kMethods.begin(), kMethods.end() - 1, http_method) == kMethods.end() - 1) return false;
  if (!path.starts_with('/')) return false;
  path.remove_prefix(1);
  if (path.ends_with('/')) path.remove_suffix(1);
  out.parameter_count = 0;
  return walk(0, path, http_method, out);
}

// Each node is reached by one way only, so a request visits no node twice: the work is bounded by the tree.
bool RouteTree::walk(std::uint32_t at, std::string_view rest, std::string_view http_method, RouteMatch& out) const {
  const Node& node = nodes_[at];
  const bool is_end = rest.data() == nullptr || (at == 0 && rest.empty());
  if (is_end) {
    out.method_index = method_of(node, http_method);
    return out.method_index != kNone;
  }
  const std::size_t slash = rest.find('/');
  const std::string_view segment = rest.substr(0, slash);
  const std::string_view after = slash == std::string_view::npos ? std::string_view{} : rest.substr(slash + 1);

  for (const auto& [text, index] : node.literals)
    if (same_segment(text, segment) && walk(index, after, http_method, out)) return true;

  const std::size_t count = out.parameter_count;
  if (node.parameter != kNone && !segment.empty()) {
    out.values[count] = segment;
    out.parameter_count = count + 1;
    if (walk(node.parameter, after, http_method, out)) return true;
    out.parameter_count = count;
  }
  if (node.greedy != kNone && !rest.empty()) {
    out.values[count] = rest;
    out.parameter_count = count + 1;
    if (walk(node.greedy, {}, http_method, out)) return true;
    out.parameter_count = count;
  }
  return false;
}

}  // namespace gatehouse::gateway
