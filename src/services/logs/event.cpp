#include "services/logs/event.hpp"

#include <charconv>

namespace gatehouse::logs {
namespace {

template <typename T>
bool read_decimal(std::string_view text, T& out) {
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), out);
  return error == std::errc{} && end == text.data() + text.size() && text[0] != '-';
}

}  // namespace

std::string Position::to_string() const { return fmt::format("{:020d}{:020d}{:016d}", timestamp, batch, index); }

std::optional<Position> Position::parse(std::string_view text) {
  Position out;
  if (text.size() != 56 || !read_decimal(text.substr(0, 20), out.timestamp) ||
      !read_decimal(text.substr(20, 20), out.batch) || !read_decimal(text.substr(40), out.index)) {
    return std::nullopt;
  }
  return out;
}

}  // namespace gatehouse::logs
