// What the parsers of all kinds of expressions share: limits, document paths, and the order in which faults are told.
#pragma once

#include <array>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "platform/store/condition.hpp"
#include "services/tables/expressions/lexer.hpp"
#include "services/tables/expressions/substitutions.hpp"

namespace gatehouse::tables {

// DynamoDB Developer Guide, "Quotas": expression parameters.
inline constexpr std::size_t kMaxExpressionBytes = 4096;
inline constexpr std::size_t kMaxOperators = 300;
inline constexpr std::size_t kMaxInOperands = 100;
inline constexpr std::size_t kMaxPathSteps = 32;
// Own bound on parentheses and nested functions: the parsers and the store's evaluation recurse. An expression of 300
// operators without redundant parentheses can only pass it on purpose.
inline constexpr std::size_t kMaxDepth = 100;

// Faults other than syntax errors. An expression may have many; AWS tells one, by rank before order of appearance.
template <std::size_t kRanks>
class Faults {
 public:
  void add(std::size_t rank, std::string message) {
    if (messages_[rank].empty()) messages_[rank] = std::move(message);
  }
  bool has(std::size_t rank) const { return !messages_[rank].empty(); }
  // Empty when there is none.
  const std::string& first() const {
    for (const std::string& message : messages_) {
      if (!message.empty()) return message;
    }
    return messages_.back();
  }

 private:
  std::array<std::string, kRanks> messages_;
};

// A path as it was read, with the faults that belong to whoever ranks them.
struct ParsedPath {
  store::Path path;
  std::string reserved_fault;   // the first reserved word in it
  std::string undefined_fault;  // the first #placeholder that is not defined
};

// Reads `name`, then `.name` and `[n]` steps; fails the stream when there is no name.
ParsedPath parse_path(TokenStream& tokens, Substitutions& substitutions);
// Continues a path that was in parentheses.
void parse_path_steps(TokenStream& tokens, Substitutions& substitutions, ParsedPath& parsed);

std::string undefined_value(std::string_view placeholder);

// "[a, [0], b]", as AWS shows paths in messages.
std::string show_path(const store::Path& path);

// Finds overlapping or conflicting paths, in AWS's words; empty when there are none.
std::string path_clash(const std::vector<store::Path>& paths);

// Empty or too long: the fault, else empty.
std::string size_fault(std::string_view expression);
std::string operators_fault(std::size_t count);

// `Invalid ConditionExpression: ...`
std::unexpected<Error> invalid_expression(std::string_view kind, std::string_view fault);

// The attributes that an expression names, for checks against the key schema.
struct AttributeUse {
  std::vector<std::string> heads;         // first steps of all paths
  std::vector<std::string> nested_heads;  // of those with more than one step
  void add(const store::Path& path);
};

}  // namespace gatehouse::tables
