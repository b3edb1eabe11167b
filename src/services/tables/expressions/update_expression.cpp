#include "services/tables/expressions/update_expression.hpp"

#include "base/text.hpp"

namespace gatehouse::tables {
namespace {

// Which of several faults AWS tells.
enum Rank : std::size_t {
  kReservedWord,
  kUnknownFunction,
  kSection,
  kUndefinedName,
  kUndefinedValue,
  kPathClash,
  kOperand,
  kFunction,
  kRanks
};

// The right side of a SET action, with its type when it is known before an item is seen.
struct Operand {
  store::SetValue value;
  std::string_view type;
  bool is_path = false;
};

std::string_view long_type_name(std::string_view type) {
  constexpr std::pair<std::string_view, std::string_view> kNames[] = {
      {"S", "STRING"}, {"N", "NUMBER"}, {"B", "BINARY"},      {"BOOL", "BOOLEAN"},  {"NULL", "NULL"},
      {"L", "LIST"},   {"M", "MAP"},    {"SS", "STRING_SET"}, {"NS", "NUMBER_SET"}, {"BS", "BINARY_SET"}};
  for (const auto& [short_name, long_name] : kNames) {
    if (short_name == type) return long_name;
  }
  return type;
}

std::string wrong_operand(std::string_view function, std::string_view type) {
  return "Incorrect operand type for operator or function; operator or function: " + std::string(function) +
         ", operand type: " + std::string(type);
}

std::shared_ptr<const store::SetValue> share(store::SetValue value) {
  return std::make_shared<const store::SetValue>(std::move(value));
}

class UpdateParser {
 public:
  UpdateParser(std::string_view expression, Substitutions& substitutions)
      : tokens_(expression), substitutions_(substitutions) {}

  // The fault; empty when `result` holds the update.
  std::string parse() {
    while (!tokens_.at_end()) parse_clause();
    if (tokens_.error()) return *tokens_.error();
    if (std::string clash = path_clash(result.targets); !clash.empty()) faults_.add(kPathClash, std::move(clash));
    if (const std::string& fault = faults_.first(); !fault.empty()) return fault;
    return operators_fault(operators_);
  }

  ParsedUpdate result;

 private:
  void parse_clause() {
    if (tokens_.accept_word("SET")) return parse_actions("SET", &UpdateParser::parse_set);
    if (tokens_.accept_word("REMOVE")) return parse_actions("REMOVE", &UpdateParser::parse_remove);
    if (tokens_.accept_word("ADD")) return parse_actions("ADD", &UpdateParser::parse_add);
    if (tokens_.accept_word("DELETE")) return parse_actions("DELETE", &UpdateParser::parse_delete);
    tokens_.fail();
  }

  void parse_actions(std::string_view section, void (UpdateParser::*parse_action)()) {
    for (const std::string_view earlier : sections_) {
      if (earlier != section) continue;
      faults_.add(kSection,
                  "The \"" + std::string(section) + "\" section can only be used once in an update expression;");
    }
    sections_.push_back(section);
    do {
      (this->*parse_action)();
      ++operators_;
    } while (tokens_.accept_symbol(","));
  }

  void parse_set() {
    store::Path path = parse_target();
    tokens_.expect_symbol("=");
    Operand value = parse_set_value();
    if (tokens_.has_failed()) return;
    result.update.sets.push_back({std::move(path), std::move(value.value)});
  }

  void parse_remove() {
    store::Path path = parse_target();
    if (!tokens_.has_failed()) result.update.removes.push_back({std::move(path)});
  }

  void parse_add() {
    store::Path path = parse_target();
    store::Value value = parse_set_operand("ADD");
    if (!tokens_.has_failed()) result.update.adds.push_back({std::move(path), std::move(value)});
  }

  void parse_delete() {
    store::Path path = parse_target();
    store::Value value = parse_set_operand("DELETE");
    if (!tokens_.has_failed()) result.update.deletes.push_back({std::move(path), std::move(value)});
  }

  // The :value of ADD (a number or a set) or DELETE (a set).
  store::Value parse_set_operand(std::string_view clause) {
    if (!is_value_placeholder()) {
      tokens_.fail();
      return {};
    }
    const store::Value* value = take_value();
    if (value == nullptr) return {};
    const std::string_view type = value->type_name();
    const bool is_set = type == "SS" || type == "NS" || type == "BS";
    if (!is_set && !(clause == "ADD" && type == "N")) {
      faults_.add(kOperand, "Incorrect operand type for operator or function; operator: " + std::string(clause) +
                                ", operand type: " + std::string(long_type_name(type)) + ", typeSet: ALLOWED_FOR_" +
                                std::string(clause) + "_OPERAND");
    }
    return *value;
  }

  Operand parse_set_value() {
    if (too_deep()) return {};
    if (tokens_.accept_symbol("(")) {
      Operand inner = parse_set_value();
      tokens_.expect_symbol(")");
      --depth_;
      const bool is_sum = std::holds_alternative<store::Plus>(inner.value.node) ||
                          std::holds_alternative<store::Minus>(inner.value.node);
      return is_sum ? inner : parse_sum(std::move(inner));
    }
    --depth_;
    return parse_sum(parse_operand());
  }

  Operand parse_sum(Operand left) {
    if (tokens_.accept_symbol("+")) return sum<store::Plus>("+", std::move(left), parse_operand());
    if (tokens_.accept_symbol("-")) return sum<store::Minus>("-", std::move(left), parse_operand());
    return left;
  }

  template <typename Node>
  Operand sum(std::string_view symbol, Operand left, Operand right) {
    ++operators_;
    for (const Operand* operand : {&left, &right}) {
      if (!operand->type.empty() && operand->type != "N") faults_.add(kFunction, wrong_operand(symbol, operand->type));
    }
    return {{Node{share(std::move(left.value)), share(std::move(right.value))}}, "N"};
  }

  Operand parse_operand() {
    if (too_deep()) return {};
    Operand operand = parse_operand_inside();
    --depth_;
    return operand;
  }

  Operand parse_operand_inside() {
    if (tokens_.accept_symbol("(")) {
      Operand inner = parse_operand();
      tokens_.expect_symbol(")");
      return inner;
    }
    if (is_value_placeholder()) {
      const store::Value* value = take_value();
      if (value == nullptr) return {};
      return {{*value}, value->type_name()};
    }
    if (tokens_.peek().kind == Token::Kind::kName && tokens_.peek_second().text == "(") return parse_function();
    Operand operand;
    operand.is_path = true;
    operand.value.node = take_path();
    return operand;
  }

  Operand parse_function() {
    const std::string_view name = tokens_.take().text;
    ++operators_;
    tokens_.expect_symbol("(");
    std::vector<Operand> arguments;
    do {
      arguments.push_back(parse_operand());
    } while (tokens_.accept_symbol(","));
    tokens_.expect_symbol(")");
    if (tokens_.has_failed()) return {};
    return build_function(name, std::move(arguments));
  }

  Operand build_function(std::string_view name, std::vector<Operand> arguments) {
    if (name != "if_not_exists" && name != "list_append") {
      faults_.add(kUnknownFunction, "Invalid function name; function: " + std::string(name));
      return {};
    }
    if (arguments.size() != 2) {
      faults_.add(kFunction, "Incorrect number of operands for operator or function; operator or function: " +
                                 std::string(name) + ", number of operands: " + std::to_string(arguments.size()));
      return {};
    }
    if (name == "list_append") {
      for (const Operand& argument : arguments) {
        if (!argument.type.empty() && argument.type != "L") faults_.add(kFunction, wrong_operand(name, argument.type));
      }
      return {{store::ListAppend{share(std::move(arguments[0].value)), share(std::move(arguments[1].value))}}, "L"};
    }
    if (!arguments[0].is_path) {
      faults_.add(kFunction,
                  "Operator or function requires a document path; operator or function: " + std::string(name));
      return {};
    }
    store::Path path = std::get<store::Path>(std::move(arguments[0].value.node));
    return {{store::IfNotExists{std::move(path), share(std::move(arguments[1].value))}}, arguments[1].type};
  }

  bool is_value_placeholder() const {
    return tokens_.peek().kind == Token::Kind::kValuePlaceholder && tokens_.peek().text.size() > 1;
  }

  const store::Value* take_value() {
    const std::string_view placeholder = tokens_.take().text;
    const store::Value* value = substitutions_.value(placeholder);
    if (value == nullptr) faults_.add(kUndefinedValue, undefined_value(placeholder));
    return value;
  }

  store::Path parse_target() {
    store::Path path = take_path();
    if (!tokens_.has_failed()) result.targets.push_back(path);
    return path;
  }

  store::Path take_path() {
    for (const std::string_view word : {"SET", "REMOVE", "ADD", "DELETE"}) {
      if (tokens_.is_word(word)) tokens_.fail();
    }
    ParsedPath parsed = parse_path(tokens_, substitutions_);
    if (!parsed.reserved_fault.empty()) faults_.add(kReservedWord, std::move(parsed.reserved_fault));
    if (!parsed.undefined_fault.empty()) faults_.add(kUndefinedName, std::move(parsed.undefined_fault));
    result.attributes.add(parsed.path);
    return std::move(parsed.path);
  }

  // Enters a level of recursion unless it is one too many.
  bool too_deep() {
    if (depth_ < kMaxDepth) {
      ++depth_;
      return false;
    }
    tokens_.fail_with("The expression is nested too deeply");
    return true;
  }

  TokenStream tokens_;
  Substitutions& substitutions_;
  Faults<kRanks> faults_;
  std::vector<std::string_view> sections_;
  std::size_t operators_ = 0;
  std::size_t depth_ = 0;
};

}  // namespace

Result<ParsedUpdate> parse_update(std::string_view expression, Substitutions& substitutions) {
  constexpr std::string_view kKind = "UpdateExpression";
  if (const std::string fault = size_fault(expression); !fault.empty()) return invalid_expression(kKind, fault);
  UpdateParser parser(expression, substitutions);
  if (const std::string fault = parser.parse(); !fault.empty()) return invalid_expression(kKind, fault);
  return std::move(parser.result);
}

}  // namespace gatehouse::tables
