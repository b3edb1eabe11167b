// An expression cut into tokens, and the cursor over them that the parsers share.
#pragma once

#include <algorithm>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace gatehouse::tables {

struct Token {
  enum class Kind { kName, kNamePlaceholder, kValuePlaceholder, kNumber, kSymbol, kUnknown, kEnd };
  Kind kind = Kind::kEnd;
  std::string_view text;  // of the expression
};

// A cursor with one sticky failure: the first syntax error is kept and the cursor jumps to the end, so that every loop
// of a parser ends by itself and a parser asks for the error once, when it is done.
//
// The text must outlive it.
class TokenStream {
 public:
  explicit TokenStream(std::string_view text);

  const Token& peek() const { return tokens_[position_]; }
  const Token& peek_second() const { return tokens_[std::min(position_ + 1, tokens_.size() - 1)]; }
  bool at_end() const { return peek().kind == Token::Kind::kEnd; }
  Token take();

  bool is_symbol(std::string_view symbol) const;
  bool is_word(std::string_view keyword) const;  // in any case
  bool accept_symbol(std::string_view symbol);
  bool accept_word(std::string_view keyword);
  // Takes the symbol or fails.
  void expect_symbol(std::string_view symbol);

  // Records that the token at the cursor fits nowhere: `Syntax error; token: "x", near: "before x after"`.
  void fail();
  // Records another error at once (a limit that must stop the parser).
  void fail_with(std::string message);
  bool has_failed() const { return error_.has_value(); }
  const std::optional<std::string>& error() const { return error_; }

 private:
  std::string_view text_;
  std::vector<Token> tokens_;  // the last is kEnd
  std::size_t position_ = 0;
  std::optional<std::string> error_;
};

}  // namespace gatehouse::tables
