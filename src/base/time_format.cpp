#include "base/time_format.hpp"

#include <fmt/format.h>

#include <array>
#include <charconv>
#include <ctime>

namespace gatehouse {
namespace {

constexpr std::array<std::string_view, 12> kMonths = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                      "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
constexpr std::array<std::string_view, 7> kDays = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};

std::tm broken_down(Timestamp time) {
  const std::time_t seconds = std::chrono::duration_cast<std::chrono::seconds>(
                                  std::chrono::floor<std::chrono::seconds>(time).time_since_epoch())
                                  .count();
  std::tm out{};
  ::gmtime_r(&seconds, &out);
  return out;
}

std::optional<int> number(std::string_view text, std::size_t at, std::size_t length) {
  if (at + length > text.size()) return std::nullopt;
  int value = 0;
  const char* first = text.data() + at;
  const auto [end, error] = std::from_chars(first, first + length, value);
  if (error != std::errc{} || end != first + length || value < 0) return std::nullopt;
  return value;
}

std::optional<Timestamp> compose(std::array<std::optional<int>, 6> parts) {
  for (const auto& part : parts)
    if (!part) return std::nullopt;
  const std::chrono::year_month_day date{std::chrono::year{*parts[0]},
                                         std::chrono::month{static_cast<unsigned>(*parts[1])},
                                         std::chrono::day{static_cast<unsigned>(*parts[2])}};
  if (!date.ok() || *parts[3] > 23 || *parts[4] > 59 || *parts[5] > 60) return std::nullopt;
  return std::chrono::sys_days{date} + std::chrono::hours{*parts[3]} + std::chrono::minutes{*parts[4]} +
         std::chrono::seconds{*parts[5]};
}

}  // namespace

std::string format_iso8601(Timestamp time) {
  const std::tm t = broken_down(time);
  const auto ms =
      std::chrono::duration_cast<std::chrono::milliseconds>(time - std::chrono::floor<std::chrono::seconds>(time));
  return fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}.{:03}Z", t.tm_year + 1900, t.tm_mon + 1, t.tm_mday, t.tm_hour,
                     t.tm_min, t.tm_sec, ms.count());
}

std::string format_basic_iso8601(Timestamp time) {
  const std::tm t = broken_down(time);
  return fmt::format("{:04}{:02}{:02}T{:02}{:02}{:02}Z", t.tm_year + 1900, t.tm_mon + 1, t.tm_mday, t.tm_hour, t.tm_min,
                     t.tm_sec);
}

std::string format_http_date(Timestamp time) {
  const std::tm t = broken_down(time);
  return fmt::format("{}, {:02} {} {:04} {:02}:{:02}:{:02} GMT", kDays[static_cast<std::size_t>(t.tm_wday)], t.tm_mday,
                     kMonths[static_cast<std::size_t>(t.tm_mon)], t.tm_year + 1900, t.tm_hour, t.tm_min, t.tm_sec);
}

std::string format_access_log(Timestamp time) {
  const std::tm t = broken_down(time);
  return fmt::format("{:02}/{}/{:04}:{:02}:{:02}:{:02} +0000", t.tm_mday, kMonths[static_cast<std::size_t>(t.tm_mon)],
                     t.tm_year + 1900, t.tm_hour, t.tm_min, t.tm_sec);
}

std::optional<Timestamp> parse_basic_iso8601(std::string_view text) {
  if (text.size() != 16 || text[8] != 'T' || text[15] != 'Z') return std::nullopt;
  return compose({number(text, 0, 4), number(text, 4, 2), number(text, 6, 2), number(text, 9, 2), number(text, 11, 2),
                  number(text, 13, 2)});
}

std::optional<Timestamp> parse_http_date(std::string_view text) {
  if (text.size() != 29 || !text.ends_with(" GMT")) return std::nullopt;
  std::optional<int> month;
  for (std::size_t i = 0; i < kMonths.size(); ++i)
    if (text.substr(8, 3) == kMonths[i]) month = static_cast<int>(i) + 1;
  return compose(
      {number(text, 12, 4), month, number(text, 5, 2), number(text, 17, 2), number(text, 20, 2), number(text, 23, 2)});
}

}  // namespace gatehouse
