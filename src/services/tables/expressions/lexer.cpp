#include "services/tables/expressions/lexer.hpp"

#include <algorithm>

#include "base/text.hpp"

namespace gatehouse::tables {
namespace {

bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_name_part(char c) { return is_letter(c) || is_digit(c) || c == '_'; }
bool is_blank(char c) { return c == ' ' || c == '\t' || c == '\r' || c == '\n'; }

std::size_t end_of(std::string_view text, std::size_t from, bool (*belongs)(char)) {
  while (from < text.size() && belongs(text[from])) ++from;
  return from;
}

// The token that starts at `at`, which is not a blank.
Token next_token(std::string_view text, std::size_t at) {
  using Kind = Token::Kind;
  const char c = text[at];
  const auto cut = [&](Kind kind, std::size_t end) { return Token{kind, text.substr(at, end - at)}; };
  if (is_letter(c)) return cut(Kind::kName, end_of(text, at, is_name_part));
  if (is_digit(c)) return cut(Kind::kNumber, end_of(text, at, is_digit));
  if (c == '#') return cut(Kind::kNamePlaceholder, end_of(text, at + 1, is_name_part));
  if (c == ':') return cut(Kind::kValuePlaceholder, end_of(text, at + 1, is_name_part));
  const std::string_view two = text.substr(at, 2);
  if (two == "<>" || two == "<=" || two == ">=") return cut(Kind::kSymbol, at + 2);
  if (std::string_view("()[].,=<>+-").contains(c)) return cut(Kind::kSymbol, at + 1);
  // A whole UTF-8 character, so that the message stays valid text.
  return cut(Kind::kUnknown, end_of(text, at + 1, [](char part) { return (part & 0xC0) == 0x80; }));
}

}  // namespace

TokenStream::TokenStream(std::string_view text) : text_(text) {
  std::size_t at = 0;
  while (at < text.size()) {
    if (is_blank(text[at])) {
      ++at;
      continue;
    }
    tokens_.push_back(next_token(text, at));
    at += tokens_.back().text.size();
  }
  tokens_.push_back({Token::Kind::kEnd, text.substr(text.size())});
}

Token TokenStream::take() {
  const Token token = tokens_[position_];
  if (position_ + 1 < tokens_.size()) ++position_;
  return token;
}

bool TokenStream::is_symbol(std::string_view symbol) const {
  return peek().kind == Token::Kind::kSymbol && peek().text == symbol;
}

bool TokenStream::is_word(std::string_view keyword) const {
  return peek().kind == Token::Kind::kName && equals_ignoring_case(peek().text, keyword);
}

bool TokenStream::accept_symbol(std::string_view symbol) {
  if (!is_symbol(symbol)) return false;
  take();
  return true;
}

bool TokenStream::accept_word(std::string_view keyword) {
  if (!is_word(keyword)) return false;
  take();
  return true;
}

void TokenStream::expect_symbol(std::string_view symbol) {
  if (!accept_symbol(symbol)) fail();
}

void TokenStream::fail() {
  const Token& here = peek();
  const Token& before = tokens_[position_ == 0 ? 0 : position_ - 1];
  const Token& after = peek_second();
  const char* from = before.text.data();
  const char* to = after.text.data() + after.text.size();
  const std::string token = here.kind == Token::Kind::kEnd ? "<EOF>" : std::string(here.text);
  std::string_view near(from, static_cast<std::size_t>(to - from));
  fail_with("Syntax error; token: \"" + token + "\", near: \"" + std::string(trim(near)) + "\"");
}

void TokenStream::fail_with(std::string message) {
  if (!error_) error_ = std::move(message);
  position_ = tokens_.size() - 1;
}

}  // namespace gatehouse::tables
