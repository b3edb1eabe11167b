// Timestamps as text, always UTC.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/clock.hpp"

namespace gatehouse {

std::string format_iso8601(Timestamp time);        // 2026-11-24T08:30:00.123Z
std::string format_basic_iso8601(Timestamp time);  // 20261124T083000Z, as SigV4 writes it
std::string format_http_date(Timestamp time);      // Tue, 24 Nov 2026 08:30:00 GMT (RFC 9110 section 5.6.7)
std::string format_access_log(Timestamp time);     // 24/Nov/2026:08:30:00 +0000, as API Gateway's requestTime

std::optional<Timestamp> parse_basic_iso8601(std::string_view text);
std::optional<Timestamp> parse_http_date(std::string_view text);  // the preferred form of RFC 9110 only

}  // namespace gatehouse
