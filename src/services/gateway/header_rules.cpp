#include "services/gateway/header_rules.hpp"

#include <algorithm>
#include <array>

#include "base/text.hpp"

namespace gatehouse::gateway {
namespace {

constexpr std::array<std::string_view, 20> kRemapped = {
    "Authorization",
    "Connection",
    "Content-Length",
    "Content-MD5",
    "Date",
    "Expect",
    "Host",
    "Max-Forwards",
    "Server",
    "Proxy-Authenticate",
    "TE",
    "Trailer",
    "Transfer-Encoding",
    "Upgrade",
    "User-Agent",
    "Via",
    "WWW-Authenticate",
    "x-amzn-RequestId",
    "x-amz-apigw-id",
    "X-Amzn-Trace-Id",
};

constexpr std::array<bool, 256> token_table() {
  std::array<bool, 256> table{};
  for (unsigned c = 0; c < 256; ++c)
    table[c] = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
  for (const char c : std::string_view("!#$%&'*+-.^_`|~")) table[static_cast<unsigned char>(c)] = true;
  return table;
}
constexpr auto kToken = token_table();

}  // namespace

bool is_header_name(std::string_view text) {
  return !text.empty() && std::ranges::all_of(text, [](char c) { return kToken[static_cast<unsigned char>(c)]; });
}

// Without an early end, so that the compiler can take many bytes at a time.
bool is_header_value(std::string_view text) {
  bool is_bad = false;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    is_bad |= (byte < 0x20) & (byte != '\t');
    is_bad |= byte == 0x7F;
  }
  return !is_bad;
}

bool is_remapped_header(std::string_view name) {
  return std::ranges::any_of(kRemapped, [&](std::string_view known) {
    return known.size() == name.size() && equals_ignoring_case(known, name);
  });
}

}  // namespace gatehouse::gateway
