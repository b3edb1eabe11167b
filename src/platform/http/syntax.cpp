#include "platform/http/syntax.hpp"

#include <algorithm>
#include <array>

#include "base/text.hpp"

namespace gatehouse::http {
namespace {

enum Class : unsigned char { kToken = 1, kValue = 2, kTarget = 4, kHost = 8 };

constexpr std::array<unsigned char, 256> make_table() {
  std::array<unsigned char, 256> table{};
  for (unsigned c = 0; c < 256; ++c) {
    const char letter = static_cast<char>(c);
    const bool is_alphanumeric =
        (letter >= '0' && letter <= '9') || (letter >= 'A' && letter <= 'Z') || (letter >= 'a' && letter <= 'z');
    if (is_alphanumeric || std::string_view("!#$%&'*+-.^_`|~").contains(letter)) table[c] |= kToken;
    if (c == '\t' || (c >= 0x20 && c != 0x7F)) table[c] |= kValue;
    if (c > 0x20 && c < 0x7F && c != '#') table[c] |= kTarget;
    if (is_alphanumeric || std::string_view("-._~%!$&'()*+,;=").contains(letter)) table[c] |= kHost;
  }
  table[0] = 0;  // contains('\0') finds nothing in the lists above, but a NUL must never depend on that
  return table;
}

constexpr std::array<unsigned char, 256> kTable = make_table();

bool all_of_class(std::string_view text, Class wanted) {
  return std::ranges::all_of(text, [wanted](char c) { return (kTable[static_cast<unsigned char>(c)] & wanted) != 0; });
}

bool is_port(std::string_view text) {
  return text.size() <= 5 && std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; });
}

}  // namespace

bool is_token(std::string_view text) { return !text.empty() && all_of_class(text, kToken); }
bool is_field_value(std::string_view text) { return all_of_class(text, kValue); }
bool is_target(std::string_view text) { return !text.empty() && all_of_class(text, kTarget); }

bool is_host(std::string_view text) {
  if (text.starts_with('[')) {
    const std::size_t end = text.find(']');
    if (end == std::string_view::npos || end < 3) return false;
    const bool is_address = std::ranges::all_of(text.substr(1, end - 1), [](char c) {
      return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F') || c == ':' || c == '.';
    });
    const std::string_view rest = text.substr(end + 1);
    return is_address && (rest.empty() || (rest.front() == ':' && is_port(rest.substr(1))));
  }
  const std::size_t colon = text.find(':');
  if (colon != std::string_view::npos && !is_port(text.substr(colon + 1))) return false;
  const std::string_view name = text.substr(0, colon);
  return !name.empty() && all_of_class(name, kHost);
}

std::string_view trim_blanks(std::string_view text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
  while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
  return text;
}

bool is_token_list(std::string_view text) {
  return std::ranges::all_of(split(text, ','), [](std::string_view element) {
    const std::string_view trimmed = trim_blanks(element);
    return trimmed.empty() || is_token(trimmed);
  });
}

bool list_contains(std::string_view list, std::string_view element) {
  for (;;) {
    const std::size_t comma = list.find(',');
    if (equals_ignoring_case(trim_blanks(list.substr(0, comma)), element)) return true;
    if (comma == std::string_view::npos) return false;
    list.remove_prefix(comma + 1);
  }
}

}  // namespace gatehouse::http
