#include "platform/http/compression.hpp"

#include <zlib.h>

#include <optional>
#include <stdexcept>

#include "base/text.hpp"

namespace gatehouse::http {
namespace {

// A weight in thousandths: 0[.ddd] or 1[.000] (RFC 9110 section 12.4.2). What is malformed weighs nothing.
unsigned read_weight(std::string_view text) {
  if (text.empty() || text.size() > 5 || (text[0] != '0' && text[0] != '1')) return 0;
  if (text.size() > 1 && text[1] != '.') return 0;
  unsigned weight = text[0] == '1' ? 1000 : 0;
  unsigned place = 100;
  for (const char digit : text.substr(std::min<std::size_t>(2, text.size()))) {
    if (digit < '0' || digit > '9') return 0;
    weight += static_cast<unsigned>(digit - '0') * place;
    place /= 10;
  }
  return weight <= 1000 ? weight : 0;
}

}  // namespace

bool accepts_gzip(std::string_view accept_encoding) {
  if (accept_encoding.empty()) return false;
  std::optional<unsigned> gzip_weight;
  std::optional<unsigned> plain_weight;
  std::optional<unsigned> other_weight;
  for (const std::string_view element : split(accept_encoding, ',')) {
    const std::size_t semicolon = element.find(';');
    const std::string_view coding = trim(element.substr(0, semicolon));
    unsigned weight = 1000;
    if (semicolon != std::string_view::npos) {
      const std::string_view parameter = trim(element.substr(semicolon + 1));
      const bool is_weight = parameter.starts_with("q=") || parameter.starts_with("Q=");
      weight = is_weight ? read_weight(parameter.substr(2)) : 0;
    }
    if (equals_ignoring_case(coding, "gzip") || equals_ignoring_case(coding, "x-gzip")) gzip_weight = weight;
    if (equals_ignoring_case(coding, "identity")) plain_weight = weight;
    if (coding == "*") other_weight = weight;
  }
  const unsigned weight = gzip_weight.value_or(other_weight.value_or(0));
  return weight > 0 && weight >= plain_weight.value_or(0);
}

std::string gzip(std::string_view text) {
  z_stream stream{};
  constexpr int kGzipWindow = 15 + 16;  // zlib's way to ask for the gzip format
  if (deflateInit2(&stream, Z_DEFAULT_COMPRESSION, Z_DEFLATED, kGzipWindow, 8, Z_DEFAULT_STRATEGY) != Z_OK)
    throw std::runtime_error("zlib has no memory");
  std::string out(deflateBound(&stream, static_cast<uLong>(text.size())), '\0');
  // zlib does not write through next_in; its type just is not const.
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(text.data()));
  stream.avail_in = static_cast<uInt>(text.size());
  stream.next_out = reinterpret_cast<Bytef*>(out.data());
  stream.avail_out = static_cast<uInt>(out.size());
  const int outcome = deflate(&stream, Z_FINISH);
  out.resize(stream.total_out);
  deflateEnd(&stream);
  if (outcome != Z_STREAM_END) throw std::runtime_error("zlib did not finish");
  return out;
}

}  // namespace gatehouse::http
