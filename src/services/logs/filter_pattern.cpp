#include "services/logs/filter_pattern.hpp"

#include <algorithm>

#include "base/text.hpp"
#include "services/logs/errors.hpp"

namespace gatehouse::logs {
namespace {

constexpr std::string_view kMixed =
    "Invalid filter pattern: terms with ? can't be combined with other terms (AWS ignores the ? then)";
constexpr std::string_view kRegex =
    "Invalid filter pattern: regular expressions (%...%) are not supported by Gatehouse";

// A word, or a phrase in double quotes in which \ takes the special meaning off the next character.
Result<std::string> take_term(std::string_view& text) {
  if (!text.starts_with('"')) {
    const std::size_t end = std::min(text.find_first_of(" \t\r\n"), text.size());
    std::string term(text.substr(0, end));
    text.remove_prefix(end);
    if (term.size() > 1 && term.starts_with('%') && term.ends_with('%')) return errors::invalid(std::string(kRegex));
    return term;
  }
  std::string term;
  for (std::size_t i = 1; i < text.size(); ++i) {
    if (text[i] == '"') {
      text.remove_prefix(i + 1);
      return term;
    }
    if (text[i] == '\\' && i + 1 < text.size()) ++i;
    term.push_back(text[i]);
  }
  return errors::invalid("Invalid filter pattern: a double quote is not closed");
}

bool contains(std::string_view message, const std::string& term) {
  return message.find(term) != std::string_view::npos;
}

}  // namespace

Result<TermPattern> TermPattern::parse(std::string_view text) {
  TermPattern pattern;
  for (text = trim(text); !text.empty(); text = trim(text)) {
    std::vector<std::string>* kind = &pattern.all;
    if (text.size() > 1 && (text[0] == '?' || text[0] == '-')) {
      kind = text[0] == '?' ? &pattern.any : &pattern.none;
      text.remove_prefix(1);
    }
    Result<std::string> term = take_term(text);
    if (!term) return std::unexpected(term.error());
    if (!term->empty()) kind->push_back(std::move(*term));
  }
  if (!pattern.any.empty() && !(pattern.all.empty() && pattern.none.empty()))
    return errors::invalid(std::string(kMixed));
  return pattern;
}

bool TermPattern::matches(std::string_view message) const {
  const auto is_in = [&](const std::string& term) { return contains(message, term); };
  if (!std::ranges::all_of(all, is_in) || std::ranges::any_of(none, is_in)) return false;
  return any.empty() || std::ranges::any_of(any, is_in);
}

Result<FilterPattern> FilterPattern::parse(std::string_view text) {
  text = trim(text);
  if (text.starts_with('[')) {
    return errors::invalid(
        "Invalid filter pattern: space-delimited patterns ([...]) are not supported by Gatehouse; use terms or a JSON "
        "pattern");
  }
  if (text.starts_with('{')) {
    Result<JsonPattern> pattern = JsonPattern::parse(text);
    if (!pattern) return std::unexpected(pattern.error());
    return FilterPattern(std::move(*pattern));
  }
  Result<TermPattern> pattern = TermPattern::parse(text);
  if (!pattern) return std::unexpected(pattern.error());
  return FilterPattern(std::move(*pattern));
}

bool FilterPattern::matches(std::string_view message) const {
  return std::visit([&](const auto& pattern) { return pattern.matches(message); }, pattern_);
}

}  // namespace gatehouse::logs
