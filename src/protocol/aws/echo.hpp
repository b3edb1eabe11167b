// What a caller sent, as it may stand in a message: the caller decides neither its length nor its bytes.
#pragma once

#include <string>
#include <string_view>

namespace gatehouse::aws {

// At most 128 characters; what is not printable ASCII becomes a question mark.
inline std::string echo(std::string_view text) {
  constexpr std::size_t kMax = 128;
  std::string out(text.substr(0, kMax));
  for (char& c : out) {
    if (c < 0x20 || c > 0x7e) c = '?';
  }
  if (text.size() > kMax) out += "...";
  return out;
}

}  // namespace gatehouse::aws
