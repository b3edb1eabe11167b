#include "services/tables/expressions/parser.hpp"

#include "base/text.hpp"
#include "services/tables/errors.hpp"
#include "services/tables/expressions/reserved_words.hpp"

namespace gatehouse::tables {
namespace {

constexpr std::uint64_t kMaxListIndex = 0x7FFFFFFF;

// Reads a name or #placeholder as one step.
void parse_name_step(TokenStream& tokens, Substitutions& substitutions, ParsedPath& parsed) {
  const Token& token = tokens.peek();
  if (token.kind == Token::Kind::kName) {
    const std::string_view name = tokens.take().text;
    if (parsed.reserved_fault.empty() && is_reserved_word(name)) {
      parsed.reserved_fault = "Attribute name is a reserved keyword; reserved keyword: " + std::string(name);
    }
    parsed.path.steps.emplace_back(std::string(name));
    return;
  }
  if (token.kind != Token::Kind::kNamePlaceholder || token.text.size() < 2) return tokens.fail();
  const std::string_view placeholder = tokens.take().text;
  const std::string_view* name = substitutions.name(placeholder);
  if (name == nullptr && parsed.undefined_fault.empty()) {
    parsed.undefined_fault = "An expression attribute name used in the document path is not defined; attribute name: " +
                             std::string(placeholder);
  }
  parsed.path.steps.emplace_back(std::string(name != nullptr ? *name : placeholder));
}

void parse_index_step(TokenStream& tokens, ParsedPath& parsed) {
  if (tokens.peek().kind != Token::Kind::kNumber) return tokens.fail();
  std::string_view digits = tokens.take().text;
  while (digits.size() > 1 && digits.front() == '0') digits.remove_prefix(1);
  const std::optional<std::uint64_t> index = parse_unsigned(digits);
  if (!index || *index > kMaxListIndex) {
    return tokens.fail_with("List index is not within the allowable range; index: [" + std::string(digits) + "]");
  }
  parsed.path.steps.emplace_back(static_cast<std::size_t>(*index));
  tokens.expect_symbol("]");
}

std::string clash(std::string_view verb, const store::Path& first, const store::Path& second) {
  return "Two document paths " + std::string(verb) +
         " with each other; must remove or rewrite one of these paths; path one: " + show_path(first) +
         ", path two: " + show_path(second);
}

// How two paths stand to each other; empty when they can live together.
std::string pair_clash(const store::Path& first, const store::Path& second) {
  const std::size_t common = std::min(first.steps.size(), second.steps.size());
  for (std::size_t i = 0; i < common; ++i) {
    if (first.steps[i].index() != second.steps[i].index()) return clash("conflict", first, second);
    if (first.steps[i] != second.steps[i]) return {};
  }
  return clash("overlap", first, second);
}

}  // namespace

void parse_path_steps(TokenStream& tokens, Substitutions& substitutions, ParsedPath& parsed) {
  while (!tokens.has_failed()) {
    if (tokens.accept_symbol(".")) {
      parse_name_step(tokens, substitutions, parsed);
    } else if (tokens.accept_symbol("[")) {
      parse_index_step(tokens, parsed);
    } else {
      return;
    }
    if (parsed.path.steps.size() > kMaxPathSteps) {
      return tokens.fail_with("The document path has too many nesting elements; nesting elements: " +
                              std::to_string(parsed.path.steps.size()));
    }
  }
}

ParsedPath parse_path(TokenStream& tokens, Substitutions& substitutions) {
  ParsedPath parsed;
  parse_name_step(tokens, substitutions, parsed);
  parse_path_steps(tokens, substitutions, parsed);
  return parsed;
}

std::string undefined_value(std::string_view placeholder) {
  return "An expression attribute value used in expression is not defined; attribute value: " +
         std::string(placeholder);
}

std::string show_path(const store::Path& path) {
  std::string text = "[";
  for (const store::Path::Step& step : path.steps) {
    if (text.size() > 1) text += ", ";
    if (const std::size_t* index = std::get_if<std::size_t>(&step)) {
      text += "[" + std::to_string(*index) + "]";
    } else {
      text += std::get<std::string>(step);
    }
  }
  return text + "]";
}

std::string path_clash(const std::vector<store::Path>& paths) {
  std::string conflict;
  for (std::size_t second = 1; second < paths.size(); ++second) {
    for (std::size_t first = 0; first < second; ++first) {
      std::string found = pair_clash(paths[first], paths[second]);
      if (found.starts_with("Two document paths overlap")) return found;
      if (conflict.empty()) conflict = std::move(found);
    }
  }
  return conflict;
}

std::string size_fault(std::string_view expression) {
  if (expression.empty()) return "The expression can not be empty;";
  if (expression.size() <= kMaxExpressionBytes) return {};
  return "Expression size has exceeded the maximum allowed size; expression size: " + std::to_string(expression.size());
}

std::string operators_fault(std::size_t count) {
  if (count <= kMaxOperators) return {};
  return "The expression contains too many operators or functions; operator count: " + std::to_string(count);
}

std::unexpected<Error> invalid_expression(std::string_view kind, std::string_view fault) {
  return errors::validation("Invalid " + std::string(kind) + ": " + std::string(fault));
}

void AttributeUse::add(const store::Path& path) {
  if (path.steps.empty()) return;
  const std::string* head = std::get_if<std::string>(&path.steps.front());
  if (head == nullptr) return;
  heads.push_back(*head);
  if (path.steps.size() > 1) nested_heads.push_back(*head);
}

}  // namespace gatehouse::tables
