#include "platform/http/chunked.hpp"

#include <charconv>

#include "platform/http/syntax.hpp"

namespace gatehouse::http {
namespace {

constexpr std::size_t kMaxSizeLine = 256;  // the size and the extensions that nobody uses
constexpr std::size_t kMaxTrailerBytes = 8 * 1024;
constexpr std::size_t kMaxSizeDigits = 15;  // cannot overflow 64 bits

// Takes what a predicate holds for off the front.
template <typename Predicate>
std::string_view take_while(std::string_view& text, Predicate holds) {
  std::size_t count = 0;
  while (count < text.size() && holds(text[count])) ++count;
  const std::string_view taken = text.substr(0, count);
  text.remove_prefix(count);
  return taken;
}

std::string_view take_token(std::string_view& text) {
  return take_while(text, [](char c) { return is_token({&c, 1}); });
}
void skip_blanks(std::string_view& text) {
  take_while(text, [](char c) { return c == ' ' || c == '\t'; });
}

// A token or a quoted string (RFC 9110 section 5.6.4).
bool take_value(std::string_view& text) {
  if (!text.starts_with('"')) return !take_token(text).empty();
  text.remove_prefix(1);
  while (!text.empty() && text.front() != '"')
    text.remove_prefix(std::min<std::size_t>(text.front() == '\\' ? 2 : 1, text.size()));
  if (text.empty()) return false;
  text.remove_prefix(1);
  return true;
}

// *( BWS ";" BWS name [ BWS "=" BWS value ] ) (RFC 9112 section 7.1.1).
bool are_extensions(std::string_view text) {
  if (!is_field_value(text)) return false;
  while (!text.empty()) {
    skip_blanks(text);
    if (!text.starts_with(';')) return false;
    text.remove_prefix(1);
    skip_blanks(text);
    if (take_token(text).empty()) return false;
    std::string_view rest = text;
    skip_blanks(rest);
    if (!rest.starts_with('=')) continue;
    rest.remove_prefix(1);
    skip_blanks(rest);
    if (!take_value(rest)) return false;
    text = rest;
  }
  return true;
}

}  // namespace

ChunkedDecoder::State ChunkedDecoder::read_size(std::string_view line, const std::string& body) {
  std::uint64_t size = 0;
  const auto [end, error] = std::from_chars(line.data(), line.data() + line.size(), size, 16);
  const auto digits = static_cast<std::size_t>(end - line.data());
  if (error != std::errc() || digits == 0 || digits > kMaxSizeDigits || line.front() == '-') return State::kBroken;
  const std::string_view extension = line.substr(digits);
  if (!are_extensions(extension)) return State::kBroken;
  if (size > max_body_bytes_ - body.size()) return State::kTooLarge;
  remaining_ = size;
  part_ = size == 0 ? Part::kTrailer : Part::kContent;
  return State::kNeedMore;
}

// The parts that are lines: a size, the empty line behind a chunk, a trailer field.
ChunkedDecoder::State ChunkedDecoder::read_line(std::string_view bytes, std::size_t& used, const std::string& body) {
  const std::size_t limit = part_ == Part::kTrailer ? kMaxTrailerBytes - trailer_bytes_ : kMaxSizeLine;
  const std::size_t end = bytes.find('\n');
  if (std::min(end, bytes.size()) >= limit) return State::kBroken;
  if (end == std::string_view::npos) {
    used = 0;
    return State::kNeedMore;
  }
  if (end == 0 || bytes[end - 1] != '\r') return State::kBroken;
  used = end + 1;
  const std::string_view line = bytes.substr(0, end - 1);
  if (part_ == Part::kSize) return read_size(line, body);
  if (part_ == Part::kContentEnd) {
    part_ = Part::kSize;
    return line.empty() ? State::kNeedMore : State::kBroken;
  }
  trailer_bytes_ += used;
  if (line.empty()) return State::kDone;
  const std::size_t colon = line.find(':');
  const bool is_field =
      colon != std::string_view::npos && is_token(line.substr(0, colon)) && is_field_value(line.substr(colon + 1));
  return is_field ? State::kNeedMore : State::kBroken;
}

ChunkedDecoder::State ChunkedDecoder::decode(std::string_view bytes, std::size_t& used, std::string& body) {
  used = 0;
  while (used < bytes.size()) {
    const std::string_view rest = bytes.substr(used);
    std::size_t taken = 0;
    if (part_ == Part::kContent) {
      taken = static_cast<std::size_t>(std::min<std::uint64_t>(remaining_, rest.size()));
      body.append(rest.substr(0, taken));
      remaining_ -= taken;
      if (remaining_ == 0) part_ = Part::kContentEnd;
    } else {
      const State state = read_line(rest, taken, body);
      if (state != State::kNeedMore) {
        used += taken;
        return state;
      }
      if (taken == 0) return State::kNeedMore;
    }
    used += taken;
  }
  return State::kNeedMore;
}

}  // namespace gatehouse::http
