// Filter patterns of CloudWatch Logs (CloudWatch Logs User Guide: filter pattern syntax): terms and JSON patterns.
// Space-delimited patterns and regular expressions are refused.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/json.hpp"
#include "base/result.hpp"

namespace gatehouse::logs {

// ERROR "exact phrase" -excluded, or ?any ?of ?these. Case-sensitive; a term matches anywhere in the message.
struct TermPattern {
  std::vector<std::string> all;
  std::vector<std::string> any;
  std::vector<std::string> none;

  static Result<TermPattern> parse(std::string_view text);
  bool matches(std::string_view message) const;
};

// { ($.user.id = 1 || $.names[0] = "a*") && $.error NOT EXISTS }
class JsonPattern {
 public:
  struct Node;

  static Result<JsonPattern> parse(std::string_view text);
  bool matches(std::string_view message) const;

 private:
  explicit JsonPattern(std::shared_ptr<const Node> root) : root_(std::move(root)) {}
  std::shared_ptr<const Node> root_;
};

// Immutable: safe to share between threads.
class FilterPattern {
 public:
  // InvalidParameterException when the pattern is malformed or of a kind that is not supported.
  static Result<FilterPattern> parse(std::string_view text);
  bool matches(std::string_view message) const;

 private:
  explicit FilterPattern(std::variant<TermPattern, JsonPattern> pattern) : pattern_(std::move(pattern)) {}
  std::variant<TermPattern, JsonPattern> pattern_;
};

}  // namespace gatehouse::logs
