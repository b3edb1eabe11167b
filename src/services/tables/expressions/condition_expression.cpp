#include "services/tables/expressions/condition_expression.hpp"

#include "base/text.hpp"
#include "services/tables/expressions/condition_checks.hpp"

namespace gatehouse::tables {
namespace {

// Which of several faults AWS tells: first by rank; within a test (one comparison or function) by these, first test
// first.
enum Rank : std::size_t { kParentheses, kUnknownFunction, kMisusedFunction, kReservedWord, kTest, kRanks };
enum TestRank : std::size_t { kUndefined, kOperandCount, kDistinct, kOperandType, kTestRanks };

struct Comparator {
  std::string_view symbol;
  store::Comparison comparison;
};
constexpr Comparator kComparators[] = {
    {"=", store::Comparison::kEqual},   {"<>", store::Comparison::kNotEqual},
    {"<", store::Comparison::kLess},    {"<=", store::Comparison::kLessOrEqual},
    {">", store::Comparison::kGreater}, {">=", store::Comparison::kGreaterOrEqual},
};

// emplace: a variant's converting constructor would try each node as a literal Value, which takes anything.
template <typename Node>
store::ConditionPtr make(Node node) {
  auto condition = std::make_shared<store::Condition>();
  condition->node.emplace<Node>(std::move(node));
  return condition;
}

// The size of a literal, which no item can change.
std::size_t literal_size(const store::Value& value) {
  return std::visit(
      [](const auto& data) -> std::size_t {
        using Data = std::remove_cvref_t<decltype(data)>;
        if constexpr (std::is_same_v<Data, std::string>) return count_code_points(data).value_or(data.size());
        if constexpr (std::is_same_v<Data, store::Binary>) return data.bytes.size();
        if constexpr (requires { data.values.size(); }) return data.values.size();
        if constexpr (std::is_same_v<Data, store::List> || std::is_same_v<Data, store::Item>) return data.size();
        return 0;
      },
      value.data);
}

class ConditionParser {
 public:
  ConditionParser(std::string_view expression, Substitutions& substitutions)
      : tokens_(expression), substitutions_(substitutions) {}

  // The condition, or the fault.
  std::expected<store::ConditionPtr, std::string> parse() {
    Term whole = parse_or();
    require_condition(whole);
    if (!tokens_.at_end()) tokens_.fail();
    if (tokens_.error()) return std::unexpected(*tokens_.error());
    end_test();
    if (const std::string& fault = faults_.first(); !fault.empty()) return std::unexpected(fault);
    if (std::string fault = operators_fault(operators_); !fault.empty()) return std::unexpected(std::move(fault));
    return std::move(whole.condition);
  }

  AttributeUse attributes;

 private:
  // Counts a level of recursion for as long as it lives.
  class Level {
   public:
    explicit Level(ConditionParser& parser) : parser_(parser) {
      if (++parser_.depth_ > kMaxDepth) parser_.tokens_.fail_with("The expression is nested too deeply");
    }
    ~Level() { --parser_.depth_; }
    Level(const Level&) = delete;
    Level& operator=(const Level&) = delete;

   private:
    ConditionParser& parser_;
  };

  Term parse_or() {
    Term left = parse_and();
    if (!tokens_.is_word("OR")) return left;
    require_condition(left);
    store::Or alternatives{{left.condition}};
    while (tokens_.accept_word("OR")) {
      ++operators_;
      Term right = parse_and();
      require_condition(right);
      alternatives.parts.push_back(right.condition);
    }
    return condition_term(make(std::move(alternatives)));
  }

  Term parse_and() {
    Term left = parse_not();
    if (!tokens_.is_word("AND")) return left;
    require_condition(left);
    store::And demands{{left.condition}};
    while (tokens_.accept_word("AND")) {
      ++operators_;
      Term right = parse_not();
      require_condition(right);
      demands.parts.push_back(right.condition);
    }
    return condition_term(make(std::move(demands)));
  }

  Term parse_not() {
    if (!tokens_.accept_word("NOT")) return parse_test();
    const Level level(*this);
    ++operators_;
    Term part = parse_not();
    require_condition(part);
    return condition_term(make(store::Not{part.condition}));
  }

  Term parse_test() {
    Term left = parse_primary(false);
    if (left.kind != Term::Kind::kCondition) {
      for (const Comparator& comparator : kComparators) {
        if (tokens_.accept_symbol(comparator.symbol)) return parse_comparison(std::move(left), comparator);
      }
      if (tokens_.accept_word("BETWEEN")) return parse_between(std::move(left));
      if (tokens_.accept_word("IN")) return parse_in(std::move(left));
      if (left.kind == Term::Kind::kFunction && !left.is_parenthesised) end_test();
    }
    return left;
  }

  Term parse_comparison(Term left, const Comparator& comparator) {
    ++operators_;
    Term right = parse_primary(true);
    const Term terms[] = {std::move(left), std::move(right)};
    check_used_as_operands(terms);
    test_.add(kDistinct, distinct_fault(comparator.symbol, terms));
    if (comparator.comparison != store::Comparison::kEqual && comparator.comparison != store::Comparison::kNotEqual) {
      test_.add(kOperandType, order_fault(comparator.symbol, terms));
    }
    end_test();
    return condition_term(make(store::Compare{comparator.comparison, operand(terms[0]), operand(terms[1])}));
  }

  Term parse_between(Term value) {
    ++operators_;
    Term low = parse_primary(true);
    if (!tokens_.accept_word("AND")) tokens_.fail();
    Term high = parse_primary(true);
    const Term terms[] = {std::move(value), std::move(low), std::move(high)};
    check_used_as_operands(terms);
    test_.add(kDistinct, distinct_fault("BETWEEN", terms));
    test_.add(kOperandType, order_fault("BETWEEN", terms));
    test_.add(kOperandType, bounds_fault(terms[1], terms[2]));
    end_test();
    return condition_term(make(store::Between{operand(terms[0]), operand(terms[1]), operand(terms[2])}));
  }

  Term parse_in(Term value) {
    ++operators_;
    tokens_.expect_symbol("(");
    std::vector<Term> terms = parse_list();
    const std::size_t candidates = terms.size();
    terms.insert(terms.begin(), std::move(value));
    check_used_as_operands(terms);
    if (candidates > kMaxInOperands) {
      test_.add(kOperandCount, "The IN operator is provided with too many operands; number of operands: " +
                                   std::to_string(candidates));
    }
    test_.add(kDistinct, distinct_fault("IN", terms));
    end_test();
    store::In in{operand(terms.front()), {}};
    for (std::size_t i = 1; i < terms.size(); ++i) in.candidates.push_back(operand(terms[i]));
    return condition_term(make(std::move(in)));
  }

  // Operands between parentheses, of which the first is taken already.
  std::vector<Term> parse_list() {
    std::vector<Term> terms;
    do {
      terms.push_back(parse_primary(true));
    } while (tokens_.accept_symbol(","));
    tokens_.expect_symbol(")");
    return terms;
  }

  // A path, value, function or parenthesis. `operand_only`: a parenthesis may hold an operand, no condition.
  Term parse_primary(bool operand_only) {
    const Level level(*this);
    if (tokens_.accept_symbol("(")) return parse_parenthesis(operand_only);
    const Token& token = tokens_.peek();
    if (token.kind == Token::Kind::kValuePlaceholder && token.text.size() > 1) return parse_value();
    if (is_keyword()) {
      tokens_.fail();
      return {};
    }
    if (token.kind == Token::Kind::kName && tokens_.peek_second().text == "(") return parse_function();
    Term term;
    term.kind = Term::Kind::kPath;
    term.path = take_path(parse_path(tokens_, substitutions_));
    return term;
  }

  Term parse_parenthesis(bool operand_only) {
    Term inner = operand_only ? parse_primary(true) : parse_or();
    tokens_.expect_symbol(")");
    if (inner.is_parenthesised) faults_.add(kParentheses, "The expression has redundant parentheses;");
    inner.is_parenthesised = true;
    if (inner.kind == Term::Kind::kPath && (tokens_.is_symbol(".") || tokens_.is_symbol("["))) {
      ParsedPath longer{std::move(inner.path), {}, {}};
      parse_path_steps(tokens_, substitutions_, longer);
      inner.path = take_path(std::move(longer));
      inner.is_parenthesised = false;
    }
    return inner;
  }

  Term parse_value() {
    const std::string_view placeholder = tokens_.take().text;
    Term term;
    term.kind = Term::Kind::kValue;
    if (const store::Value* value = substitutions_.value(placeholder)) {
      term.value = *value;
    } else {
      test_.add(kUndefined, undefined_value(placeholder));
    }
    return term;
  }

  Term parse_function() {
    const std::string_view name = tokens_.take().text;
    tokens_.expect_symbol("(");
    const std::vector<Term> arguments = parse_list();
    ++operators_;
    if (tokens_.has_failed()) return {};
    check_used_as_operands(arguments);
    Term term;
    term.function = name;
    term.kind = name == "size" ? Term::Kind::kSize : Term::Kind::kFunction;
    const std::optional<std::size_t> arity = function_arity(name);
    if (!arity) {
      faults_.add(kUnknownFunction, "Invalid function name; function: " + std::string(name));
    } else if (*arity != arguments.size()) {
      test_.add(kOperandCount, wrong_count(name, arguments.size()));
    } else {
      test_.add(kDistinct, distinct_fault(name, arguments));
      test_.add(kOperandType, arguments_fault(name, arguments));
      build_function(term, arguments);
    }
    return term;
  }

  static void build_function(Term& term, const std::vector<Term>& arguments) {
    const Term& first = arguments.front();
    if (term.function == "size" && first.kind == Term::Kind::kValue) {
      // Still shown as size() in later checks, but it is a number already.
      term.value = store::Number::from_integer(static_cast<std::int64_t>(literal_size(first.value)));
    } else if (term.function == "size" || term.function == "attribute_exists") {
      term.path = first.path;
      term.condition = make(store::AttributeExists{first.path});
    } else if (term.function == "attribute_not_exists") {
      term.condition = make(store::AttributeNotExists{first.path});
    } else if (term.function == "attribute_type") {
      const std::string* type = arguments[1].value.get_if<std::string>();
      term.condition = make(store::AttributeType{first.path, type != nullptr ? *type : std::string()});
    } else if (term.function == "begins_with") {
      term.condition = make(store::BeginsWith{operand(first), operand(arguments[1])});
    } else {
      term.condition = make(store::Contains{operand(first), operand(arguments[1])});
    }
  }

  // The word at the cursor is an operator's name, so no attribute's.
  bool is_keyword() const {
    for (const std::string_view word : {"AND", "OR", "NOT", "BETWEEN", "IN"}) {
      if (tokens_.is_word(word)) return true;
    }
    return false;
  }

  store::Path take_path(ParsedPath parsed) {
    if (!parsed.reserved_fault.empty()) faults_.add(kReservedWord, std::move(parsed.reserved_fault));
    if (!parsed.undefined_fault.empty()) test_.add(kUndefined, std::move(parsed.undefined_fault));
    attributes.add(parsed.path);
    return std::move(parsed.path);
  }

  // Only size() yields something to compare.
  void check_used_as_operands(std::span<const Term> terms) {
    for (const Term& term : terms) {
      if (term.kind == Term::Kind::kFunction) misused(term);
      if (term.kind == Term::Kind::kCondition) tokens_.fail();
    }
  }

  // Called where the grammar wants a condition; the cursor stands behind the term.
  void require_condition(const Term& term) {
    if (term.kind == Term::Kind::kSize) return misused(term);
    if (term.is_operand()) tokens_.fail();
  }

  void misused(const Term& term) {
    faults_.add(kMisusedFunction, "The function is not allowed to be used this way in an expression; function: " +
                                      std::string(term.function));
  }

  void end_test() {
    if (const std::string& fault = test_.first(); !fault.empty()) faults_.add(kTest, fault);
    test_ = {};
  }

  static store::Operand operand(const Term& term) {
    if (term.kind == Term::Kind::kPath) return term.path;
    if (term.kind == Term::Kind::kSize && !term.path.steps.empty()) return store::SizeOf{term.path};
    return term.value;
  }

  static Term condition_term(store::ConditionPtr condition) {
    Term term;
    term.condition = std::move(condition);
    return term;
  }

  TokenStream tokens_;
  Substitutions& substitutions_;
  Faults<kRanks> faults_;
  Faults<kTestRanks> test_;
  std::size_t operators_ = 0;
  std::size_t depth_ = 0;
};

}  // namespace

Result<ParsedCondition> parse_condition(std::string_view expression, std::string_view kind,
                                        Substitutions& substitutions) {
  if (const std::string fault = size_fault(expression); !fault.empty()) return invalid_expression(kind, fault);
  ConditionParser parser(expression, substitutions);
  std::expected<store::ConditionPtr, std::string> condition = parser.parse();
  if (!condition) return invalid_expression(kind, condition.error());
  return ParsedCondition{std::move(*condition), std::move(parser.attributes)};
}

}  // namespace gatehouse::tables
