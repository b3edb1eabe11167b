#include "base/random.hpp"

#include <sys/random.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>

namespace gatehouse {

std::string Random::bytes(std::size_t count) {
  std::string out(count, '\0');
  fill({reinterpret_cast<std::uint8_t*>(out.data()), out.size()});
  return out;
}

std::uint64_t Random::below(std::uint64_t bound) {
  // Rejection sampling: drop the values that would make the first residues more likely.
  const std::uint64_t limit = UINT64_MAX - UINT64_MAX % bound;
  for (;;) {
    std::uint64_t value = 0;
    fill({reinterpret_cast<std::uint8_t*>(&value), sizeof value});
    if (value < limit) return value % bound;
  }
}

std::string Random::text(std::string_view alphabet, std::size_t length) {
  std::string out;
  out.reserve(length);
  while (out.size() < length) out.push_back(alphabet[below(alphabet.size())]);
  return out;
}

namespace {

void fill_from_kernel(std::uint8_t* out, std::size_t size) {
  while (size > 0) {
    const ssize_t got = ::getrandom(out, size, 0);
    if (got < 0) {
      if (errno == EINTR) continue;
      std::abort();  // no entropy: going on would mean predictable keys
    }
    out += got;
    size -= static_cast<std::size_t>(got);
  }
}

// Bytes are wiped as they are handed out, so that a later memory disclosure does not reveal earlier draws.
struct Buffer {
  std::array<std::uint8_t, 512> bytes;
  std::size_t used = sizeof bytes;
};

}  // namespace

void SystemRandom::fill(std::span<std::uint8_t> out) {
  thread_local Buffer buffer;
  if (out.size() > 64) return fill_from_kernel(out.data(), out.size());
  if (buffer.used + out.size() > buffer.bytes.size()) {
    fill_from_kernel(buffer.bytes.data(), buffer.bytes.size());
    buffer.used = 0;
  }
  std::memcpy(out.data(), buffer.bytes.data() + buffer.used, out.size());
  std::memset(buffer.bytes.data() + buffer.used, 0, out.size());
  buffer.used += out.size();
}

void SequenceRandom::fill(std::span<std::uint8_t> out) {
  for (std::uint8_t& byte : out) {
    state_ += 0x9e3779b97f4a7c15ULL;
    std::uint64_t mixed = state_;
    mixed = (mixed ^ (mixed >> 30)) * 0xbf58476d1ce4e5b9ULL;
    mixed = (mixed ^ (mixed >> 27)) * 0x94d049bb133111ebULL;
    byte = static_cast<std::uint8_t>(mixed ^ (mixed >> 31));
  }
}

}  // namespace gatehouse
