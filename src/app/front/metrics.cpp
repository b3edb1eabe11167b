#include "app/front/metrics.hpp"

#include <fmt/format.h>

namespace gatehouse::app {

void Metrics::count(std::size_t service, unsigned status, std::int64_t duration_us) {
  Row& row = rows_[service];
  const unsigned status_class = status / 100 < 6 ? status / 100 : 5;
  row.by_class[status_class].fetch_add(1, std::memory_order_relaxed);
  row.duration_us.fetch_add(static_cast<std::uint64_t>(duration_us), std::memory_order_relaxed);
}

std::string Metrics::text() const {
  std::string out =
      "# HELP gatehouse_requests_total Requests answered, by service and class of status.\n"
      "# TYPE gatehouse_requests_total counter\n";
  for (std::size_t i = 0; i < rows_.size(); ++i) {
    for (std::size_t c = 2; c < 6; ++c) {
      out += fmt::format("gatehouse_requests_total{{service=\"{}\",status=\"{}xx\"}} {}\n", kServices[i], c,
                         rows_[i].by_class[c].load(std::memory_order_relaxed));
    }
  }
  out +=
      "# HELP gatehouse_request_seconds_total Time spent answering, by service.\n"
      "# TYPE gatehouse_request_seconds_total counter\n";
  for (std::size_t i = 0; i < rows_.size(); ++i) {
    out += fmt::format("gatehouse_request_seconds_total{{service=\"{}\"}} {:.6f}\n", kServices[i],
                       static_cast<double>(rows_[i].duration_us.load(std::memory_order_relaxed)) / 1e6);
  }
  return out;
}

}  // namespace gatehouse::app
