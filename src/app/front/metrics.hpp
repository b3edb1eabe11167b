// Counters in Prometheus' text format, at /_gatehouse/metrics.
#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <string>
#include <string_view>

namespace gatehouse::app {

// Thread-safe, lock-free. One counter per service and class of status, one duration sum per service.
class Metrics {
 public:
  static constexpr std::array<std::string_view, 5> kServices = {"gateway", "identity", "aws", "own", "none"};

  void count(std::size_t service, unsigned status, std::int64_t duration_us);
  std::string text() const;

 private:
  struct Row {
    std::array<std::atomic<std::uint64_t>, 6> by_class{};  // [1]: 1xx ... [5]: 5xx
    std::atomic<std::uint64_t> duration_us{0};
  };
  std::array<Row, kServices.size()> rows_;
};

}  // namespace gatehouse::app
