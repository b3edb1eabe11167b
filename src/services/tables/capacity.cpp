#include "services/tables/capacity.hpp"

#include <cmath>

namespace gatehouse::tables {
namespace {

double steps(std::size_t bytes, std::size_t step) {
  return static_cast<double>(std::max<std::size_t>(1, (bytes + step - 1) / step));
}

// Whole numbers as such: "1" rather than "1E0".
json::value number(double units) {
  if (units == std::floor(units)) return static_cast<std::int64_t>(units);
  return units;
}

}  // namespace

CapacityReport read_capacity_report(Input& input) {
  constexpr std::string_view kAllowed[] = {"INDEXES", "TOTAL", "NONE"};
  const std::string_view chosen = input.choice("ReturnConsumedCapacity", kAllowed, "NONE");
  if (chosen == "TOTAL") return CapacityReport::kTotal;
  return chosen == "INDEXES" ? CapacityReport::kIndexes : CapacityReport::kNone;
}

double read_units(std::size_t bytes, ReadKind kind) {
  const double units = steps(bytes, 4096);
  if (kind == ReadKind::kEventual) return units / 2;
  return kind == ReadKind::kTransactional ? units * 2 : units;
}

double write_units(std::size_t bytes, bool is_transactional) { return steps(bytes, 1024) * (is_transactional ? 2 : 1); }

json::object capacity_json(std::string_view table, double units, CapacityReport report, UnitsShare share) {
  json::object capacity{{"TableName", table}, {"CapacityUnits", number(units)}};
  json::object of_table{{"CapacityUnits", number(units)}};
  if (share != UnitsShare::kPlain) {
    const std::string_view member = share == UnitsShare::kRead ? "ReadCapacityUnits" : "WriteCapacityUnits";
    capacity.emplace(member, number(units));
    of_table.emplace(member, number(units));
  }
  if (report == CapacityReport::kIndexes) capacity.emplace("Table", std::move(of_table));
  return capacity;
}

void add_capacity(json::object& answer, std::string_view table, double units, CapacityReport report) {
  if (report != CapacityReport::kNone) answer.emplace("ConsumedCapacity", capacity_json(table, units, report));
}

std::string show_units(double units) {
  const auto halves = static_cast<std::int64_t>(std::llround(units * 2));
  return std::to_string(halves / 2) + (halves % 2 != 0 ? ".5" : "");
}

}  // namespace gatehouse::tables
