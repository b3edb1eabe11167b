#include "crud/cursor.hpp"

#include <cstdint>

#include "crud/product.hpp"
#include "gatehouse/sdk/text.hpp"

namespace products {
namespace {

constexpr char kVersion = '\1';
constexpr std::size_t kSumBytes = 8;

// FNV-1a, 64 bits, over everything that the cursor depends on.
std::string check_sum(std::string_view last_id, std::string_view table) {
  std::uint64_t hash = 0xcbf29ce484222325U;
  const auto mix = [&](std::string_view text) {
    for (const char c : text) hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3U;
    hash = (hash ^ 0xFFU) * 0x100000001b3U;
  };
  mix({&kVersion, 1});
  mix(table);
  mix(last_id);
  std::string out;
  for (std::size_t i = 0; i < kSumBytes; ++i) out.push_back(static_cast<char>(hash >> (8 * i)));
  return out;
}

}  // namespace

std::string write_cursor(std::string_view last_id, std::string_view table) {
  std::string bytes(1, kVersion);
  bytes += check_sum(last_id, table);
  bytes += last_id;
  return sdk::base64url_encode(bytes);
}

std::optional<std::string> read_cursor(std::string_view cursor, std::string_view table) {
  const std::optional<std::string> bytes = sdk::base64url_decode(cursor);
  if (!bytes || bytes->size() <= 1 + kSumBytes || bytes->front() != kVersion) return std::nullopt;
  std::string last_id = bytes->substr(1 + kSumBytes);
  if (!is_product_id(last_id) || bytes->substr(1, kSumBytes) != check_sum(last_id, table)) return std::nullopt;
  return last_id;
}

}  // namespace products
