// The one source of randomness, injected like the clock.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace gatehouse {

class Random {
 public:
  virtual ~Random() = default;
  // Fills `out` with bytes fit for keys and tokens. Safe from any thread. Never fails: without entropy the process
  // ends.
  virtual void fill(std::span<std::uint8_t> out) = 0;

  std::string bytes(std::size_t count);
  std::uint64_t below(std::uint64_t bound);  // uniform in [0, bound). Requires: bound > 0
  // `length` characters drawn uniformly from `alphabet`. Requires: 1 to 256 characters in the alphabet.
  std::string text(std::string_view alphabet, std::size_t length);
};

// The kernel's generator, getrandom(2), buffered per thread: a small draw costs no system call.
class SystemRandom final : public Random {
 public:
  void fill(std::span<std::uint8_t> out) override;
};

// A fixed sequence for tests (SplitMix64): never for keys. Not thread-safe.
class SequenceRandom final : public Random {
 public:
  explicit SequenceRandom(std::uint64_t seed = 1) : state_(seed) {}
  void fill(std::span<std::uint8_t> out) override;

 private:
  std::uint64_t state_;
};

}  // namespace gatehouse
