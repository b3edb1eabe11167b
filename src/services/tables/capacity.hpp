// Capacity units, as DynamoDB counts them: reads in steps of 4 KB, half when eventually consistent; writes in steps of
// 1 KB; double in transactions. (Developer Guide: "DynamoDB read and write operations".)
#pragma once

#include <string_view>

#include "base/json.hpp"
#include "services/tables/input.hpp"

namespace gatehouse::tables {

enum class CapacityReport { kNone, kTotal, kIndexes };

// Reads ReturnConsumedCapacity.
CapacityReport read_capacity_report(Input& input);

enum class ReadKind { kEventual, kConsistent, kTransactional };

double read_units(std::size_t bytes, ReadKind kind);
double write_units(std::size_t bytes, bool is_transactional = false);

// Which share of the units transactions name too.
enum class UnitsShare { kPlain, kRead, kWrite };
json::object capacity_json(std::string_view table, double units, CapacityReport report,
                           UnitsShare share = UnitsShare::kPlain);
// Adds "ConsumedCapacity" when it was asked for.
void add_capacity(json::object& answer, std::string_view table, double units, CapacityReport report);

// For a journey's note: "1.5".
std::string show_units(double units);

}  // namespace gatehouse::tables
