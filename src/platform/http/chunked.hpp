// The chunked transfer coding (RFC 9112 section 7.1), taken off a body that arrives piece by piece.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace gatehouse::http {

class ChunkedDecoder {
 public:
  enum class State { kNeedMore, kDone, kBroken, kTooLarge };

  explicit ChunkedDecoder(std::uint64_t max_body_bytes) : max_body_bytes_(max_body_bytes) {}

  // Appends what `bytes` hold of the content to `body`. `used` says how many of them may be dropped; the others must
  // come again, with more behind them. Extensions and trailer fields are checked and dropped.
  State decode(std::string_view bytes, std::size_t& used, std::string& body);

 private:
  enum class Part { kSize, kContent, kContentEnd, kTrailer };
  State read_size(std::string_view line, const std::string& body);
  State read_line(std::string_view bytes, std::size_t& used, const std::string& body);

  const std::uint64_t max_body_bytes_;
  Part part_ = Part::kSize;
  std::uint64_t remaining_ = 0;  // of the present chunk
  std::size_t trailer_bytes_ = 0;
};

}  // namespace gatehouse::http
