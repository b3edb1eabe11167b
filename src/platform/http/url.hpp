// URLs, queries and forms.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace gatehouse::http {

struct Url {
  std::string scheme;      // lower case
  std::string host;        // lower case, IPv6 without brackets
  std::uint16_t port = 0;  // the scheme's default when the URL names none
  std::string target;      // path and query, at least "/"

  // An absolute http or https URL without user information; nothing for anything else.
  static std::optional<Url> parse(std::string_view text);
  std::string origin() const;  // scheme://host[:port], the port only when it is not the default
};

// Names and values in order, decoded; + is a space. A broken escape makes the whole query nothing.
using Parameters = std::vector<std::pair<std::string, std::string>>;
std::optional<Parameters> parse_query(std::string_view encoded);
// application/x-www-form-urlencoded.
std::string encode_query(const Parameters& parameters);
// The first value of that name, or null.
const std::string* find_parameter(const Parameters& parameters, std::string_view name);

}  // namespace gatehouse::http
