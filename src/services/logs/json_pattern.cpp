// JSON filter patterns: { SELECTOR OPERATOR VALUE }, joined by && and ||, with parentheses.
#include <charconv>

#include "base/text.hpp"
#include "services/logs/errors.hpp"
#include "services/logs/filter_pattern.hpp"

namespace gatehouse::logs {

struct JsonPattern::Node {
  enum class Kind { kAnd, kOr, kCompare, kIsNull, kIsTrue, kIsFalse, kNotExists };
  enum class Operator { kEqual, kNotEqual, kLess, kLessOrEqual, kGreater, kGreaterOrEqual };
  struct AnyElement {};  // [*]
  using Step = std::variant<std::string, std::size_t, AnyElement>;

  Kind kind = Kind::kAnd;
  std::vector<std::shared_ptr<const Node>> parts;  // of kAnd and kOr
  std::vector<Step> path;
  Operator op = Operator::kEqual;
  std::string text;              // with * for any characters
  std::optional<double> number;  // when the value is one
};

namespace {

using Node = JsonPattern::Node;
using NodePtr = std::shared_ptr<const Node>;
constexpr int kMaxDepth = 32;

// Recursive descent over the pattern's text. The first problem ends it.
class Parser {
 public:
  explicit Parser(std::string_view text) : text_(text) {}

  Result<NodePtr> parse() {
    if (!take("{")) return problem("expected {");
    Result<NodePtr> node = alternatives(0);
    if (!node) return node;
    if (!take("}")) return problem("expected && or || or }");
    skip_blanks();
    if (!text_.empty()) return problem("expected nothing behind }");
    return node;
  }

 private:
  std::unexpected<Error> problem(std::string_view what) const {
    return errors::invalid(fmt::format("Invalid filter pattern: {} at \"{}\"", what, text_.substr(0, 20)));
  }
  void skip_blanks() {
    const std::size_t first = text_.find_first_not_of(" \t\r\n");
    text_.remove_prefix(first == std::string_view::npos ? text_.size() : first);
  }
  bool take(std::string_view token) {
    skip_blanks();
    if (!text_.starts_with(token)) return false;
    text_.remove_prefix(token.size());
    return true;
  }

  Result<NodePtr> joined(Node::Kind kind, std::string_view token, int depth,
                         Result<NodePtr> (Parser::*part)(int depth)) {
    auto node = std::make_shared<Node>();
    node->kind = kind;
    do {
      Result<NodePtr> one = (this->*part)(depth);
      if (!one) return one;
      node->parts.push_back(std::move(*one));
    } while (take(token));
    return node;
  }
  Result<NodePtr> alternatives(int depth) { return joined(Node::Kind::kOr, "||", depth, &Parser::all); }
  Result<NodePtr> all(int depth) { return joined(Node::Kind::kAnd, "&&", depth, &Parser::single); }

  Result<NodePtr> single(int depth) {
    if (take("(")) {
      if (depth >= kMaxDepth) return problem("too many parentheses");
      Result<NodePtr> node = alternatives(depth + 1);
      if (node && !take(")")) return problem("expected )");
      return node;
    }
    auto node = std::make_shared<Node>();
    const Result<void> selected = selector(node->path);
    if (!selected) return std::unexpected(selected.error());
    const Result<void> tested = test(*node);
    if (!tested) return std::unexpected(tested.error());
    return node;
  }

  // $.a.b[0].c, $[0].a, $.['a.b'], $.list[*]
  Result<void> selector(std::vector<Node::Step>& path) {
    if (!take("$")) return problem("expected a selector like $.name");
    while (text_.starts_with('.') || text_.starts_with('[')) {
      if (text_.starts_with('.')) text_.remove_prefix(1);
      const Result<void> step = text_.starts_with('[') ? bracket(path) : name(path);
      if (!step) return step;
    }
    if (path.empty()) return problem("expected .name or [index]");
    return {};
  }
  Result<void> name(std::vector<Node::Step>& path) {
    const std::size_t end = std::min(text_.find_first_of(" \t\r\n.[]()=!<>&|{}\"'"), text_.size());
    if (end == 0) return problem("expected a name");
    path.emplace_back(std::string(text_.substr(0, end)));
    text_.remove_prefix(end);
    return {};
  }
  Result<void> bracket(std::vector<Node::Step>& path) {
    const std::size_t end = text_.find(']');
    if (end == std::string_view::npos) return problem("expected ]");
    const std::string_view inside = text_.substr(1, end - 1);
    if (inside == "*") {
      path.emplace_back(Node::AnyElement{});
    } else if (const auto index = parse_unsigned(inside)) {
      path.emplace_back(static_cast<std::size_t>(*index));
    } else if (inside.size() > 2 && inside.front() == inside.back() && (inside[0] == '\'' || inside[0] == '"')) {
      path.emplace_back(std::string(inside.substr(1, inside.size() - 2)));
    } else {
      return problem("expected an index, * or a quoted name in brackets");
    }
    text_.remove_prefix(end + 1);
    return {};
  }

  Result<void> test(Node& node) {
    if (take("IS")) {
      if (take("NULL")) return set(node, Node::Kind::kIsNull);
      if (take("TRUE")) return set(node, Node::Kind::kIsTrue);
      if (take("FALSE")) return set(node, Node::Kind::kIsFalse);
      return problem("expected NULL, TRUE or FALSE");
    }
    if (take("NOT")) return take("EXISTS") ? set(node, Node::Kind::kNotExists) : problem("expected EXISTS");
    static constexpr std::pair<std::string_view, Node::Operator> kOperators[] = {
        {"!=", Node::Operator::kNotEqual},
        {"<=", Node::Operator::kLessOrEqual},
        {">=", Node::Operator::kGreaterOrEqual},
        {"=", Node::Operator::kEqual},
        {"<", Node::Operator::kLess},
        {">", Node::Operator::kGreater}};
    for (const auto& [token, op] : kOperators) {
      if (!take(token)) continue;
      node.kind = Node::Kind::kCompare;
      node.op = op;
      return value(node);
    }
    return problem("expected an operator (=, !=, <, <=, >, >=, IS, NOT EXISTS)");
  }
  static Result<void> set(Node& node, Node::Kind kind) {
    node.kind = kind;
    return {};
  }

  Result<void> value(Node& node) {
    skip_blanks();
    if (text_.starts_with('%')) return problem("regular expressions (%...%) are not supported by Gatehouse,");
    const bool is_quoted = text_.starts_with('"');
    if (is_quoted) {
      const std::size_t end = text_.find('"', 1);
      if (end == std::string_view::npos) return problem("expected a closing double quote");
      node.text = text_.substr(1, end - 1);
      text_.remove_prefix(end + 1);
    } else {
      const std::size_t end = std::min(text_.find_first_of(" \t\r\n()&|}\""), text_.size());
      if (end == 0) return problem("expected a value");
      node.text = text_.substr(0, end);
      text_.remove_prefix(end);
      double number = 0;
      const char* last = node.text.data() + node.text.size();
      const auto [stop, error] = std::from_chars(node.text.data(), last, number);
      if (error == std::errc{} && stop == last) node.number = number;
    }
    const bool is_order = node.op != Node::Operator::kEqual && node.op != Node::Operator::kNotEqual;
    if (is_order && !node.number) return problem("expected a number behind <, <=, > or >=, before");
    return {};
  }

  std::string_view text_;
};

// * stands for any characters. Linear in both lengths but for backtracking to the last star.
bool matches_wildcard(std::string_view pattern, std::string_view text) {
  std::size_t p = 0, t = 0, star = std::string_view::npos, resume = 0;
  while (t < text.size()) {
    if (p < pattern.size() && pattern[p] == '*') {
      star = p++;
      resume = t;
    } else if (p < pattern.size() && pattern[p] == text[t]) {
      ++p;
      ++t;
    } else if (star != std::string_view::npos) {
      p = star + 1;
      t = ++resume;
    } else {
      return false;
    }
  }
  while (p < pattern.size() && pattern[p] == '*') ++p;
  return p == pattern.size();
}

std::optional<double> number_of(const json::value& value) {
  if (!value.is_number()) return std::nullopt;
  return value.to_number<double>();
}

bool compares(const Node& node, const json::value& value) {
  using Operator = Node::Operator;
  const std::optional<double> number = number_of(value);
  if (node.number && number) {
    switch (node.op) {
      case Operator::kEqual:
        return *number == *node.number;
      case Operator::kNotEqual:
        return *number != *node.number;
      case Operator::kLess:
        return *number < *node.number;
      case Operator::kLessOrEqual:
        return *number <= *node.number;
      case Operator::kGreater:
        return *number > *node.number;
      case Operator::kGreaterOrEqual:
        return *number >= *node.number;
    }
  }
  if (node.op != Operator::kEqual && node.op != Operator::kNotEqual) return false;
  if (value.is_object() || value.is_array() || value.is_null()) return false;
  const std::string text = value.is_string() ? std::string(value.get_string()) : json::serialize(value);
  return matches_wildcard(node.text, text) == (node.op == Operator::kEqual);
}

bool tests(const Node& node, const json::value& value) {
  switch (node.kind) {
    case Node::Kind::kIsNull:
      return value.is_null();
    case Node::Kind::kIsTrue:
      return value.is_bool() && value.get_bool();
    case Node::Kind::kIsFalse:
      return value.is_bool() && !value.get_bool();
    default:
      return compares(node, value);
  }
}

// True when a value at the path passes; `exists` tells whether there was any.
bool any_at(const Node& node, const json::value& value, std::size_t step, bool& exists) {
  if (step == node.path.size()) {
    exists = true;
    return tests(node, value);
  }
  if (const auto* name = std::get_if<std::string>(&node.path[step])) {
    const json::object* object = value.if_object();
    const json::value* member = object == nullptr ? nullptr : object->if_contains(*name);
    return member != nullptr && any_at(node, *member, step + 1, exists);
  }
  const json::array* array = value.if_array();
  if (array == nullptr) return false;
  if (const auto* index = std::get_if<std::size_t>(&node.path[step]))
    return *index < array->size() && any_at(node, (*array)[*index], step + 1, exists);
  bool found = false;
  for (const json::value& element : *array) found = any_at(node, element, step + 1, exists) || found;
  return found;
}

bool holds(const Node& node, const json::value& document) {
  const auto part_holds = [&](const NodePtr& part) { return holds(*part, document); };
  if (node.kind == Node::Kind::kAnd) return std::ranges::all_of(node.parts, part_holds);
  if (node.kind == Node::Kind::kOr) return std::ranges::any_of(node.parts, part_holds);
  bool exists = false;
  const bool passes = any_at(node, document, 0, exists);
  return node.kind == Node::Kind::kNotExists ? !exists : passes;
}

}  // namespace

Result<JsonPattern> JsonPattern::parse(std::string_view text) {
  Result<NodePtr> root = Parser(text).parse();
  if (!root) return std::unexpected(root.error());
  return JsonPattern(std::move(*root));
}

bool JsonPattern::matches(std::string_view message) const {
  const std::string_view text = trim(message);
  if (!text.starts_with('{') && !text.starts_with('[')) return false;
  const Result<json::value> document = parse_json(text);
  return document && holds(*root_, *document);
}

}  // namespace gatehouse::logs
