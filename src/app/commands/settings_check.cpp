#include "app/commands/settings_check.hpp"

#include <algorithm>
#include <boost/asio/ip/address.hpp>

#include "base/task.hpp"
#include "platform/http/url.hpp"

namespace gatehouse::app {
namespace {

constexpr std::size_t kMaxStackNameBytes = 128;

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_lower(char c) { return c >= 'a' && c <= 'z'; }
bool is_letter(char c) { return is_lower(c) || (c >= 'A' && c <= 'Z'); }

std::unexpected<Error> refused(std::string message) { return fail(Error::Kind::kInvalid, "", std::move(message)); }

// "us-east-1", "us-gov-west-1": words of small letters and a number, joined by dashes.
bool is_region(std::string_view text) {
  if (text.size() > 32) return false;
  const std::size_t dash = text.rfind('-');
  if (dash == std::string_view::npos || dash == 0) return false;
  const std::string_view number = text.substr(dash + 1);
  if (number.empty() || !std::ranges::all_of(number, is_digit)) return false;
  char before = '-';
  for (const char c : text.substr(0, dash)) {
    if (!is_lower(c) && (c != '-' || before == '-')) return false;
    before = c;
  }
  return before != '-' && text.substr(0, dash).find('-') != std::string_view::npos;
}

// CloudFormation, CreateStack: [a-zA-Z][-a-zA-Z0-9]*, 128 characters at most.
bool is_stack_name(std::string_view text) {
  return !text.empty() && text.size() <= kMaxStackNameBytes && is_letter(text.front()) &&
         std::ranges::all_of(text, [](char c) { return is_letter(c) || is_digit(c) || c == '-'; });
}

// An http origin without path, query and final slash; empty stays empty.
Result<void> complete_url(std::string_view flag, std::string& url) {
  if (url.empty()) return {};
  const std::optional<http::Url> parsed = http::Url::parse(url);
  if (!parsed || parsed->target != "/" || url.find_first_of("?#") != std::string::npos) {
    return refused(
        fmt::format("{} takes an address like https://api.example.com, without a path; not \"{}\"", flag, url));
  }
  url = parsed->origin();
  return {};
}

Result<void> check_addresses(const Settings& settings) {
  if (settings.bind.empty()) return refused("--bind needs at least one address");
  for (const std::string& address : settings.bind) {
    boost::system::error_code error;
    net::ip::make_address(address, error);
    if (error) return refused(fmt::format("--bind takes IP addresses, not \"{}\"", address));
  }
  if (settings.port != 0 && settings.port == settings.site_port) {
    return refused(fmt::format("--port and --site-port are both {}: the site needs a port of its own", settings.port));
  }
  return {};
}

}  // namespace

std::string default_stack_name(const std::filesystem::path& template_file) {
  std::error_code error;
  const std::filesystem::path absolute = std::filesystem::absolute(template_file, error).lexically_normal();
  std::string name;
  for (const char c : absolute.parent_path().filename().string()) {
    if (is_letter(c) || (!name.empty() && is_digit(c))) {
      name += c;
    } else if (!name.empty() && name.back() != '-') {
      name += '-';
    }
    if (name.size() == kMaxStackNameBytes) break;
  }
  while (name.ends_with('-')) name.pop_back();
  return name.empty() ? "gatehouse" : name;
}

Result<void> complete_settings(Settings& settings) {
  if (settings.account.size() != 12 || !std::ranges::all_of(settings.account, is_digit)) {
    return refused(fmt::format("--account takes 12 digits, not \"{}\"", settings.account));
  }
  if (!is_region(settings.region)) {
    return refused(fmt::format("--region takes a region like us-east-1, not \"{}\"", settings.region));
  }
  if (settings.data.empty()) return refused("--data needs a folder");
  if (Result<void> valid = check_addresses(settings); !valid) return valid;
  if (Result<void> valid = complete_url("--public-url", settings.public_url); !valid) return valid;
  if (Result<void> valid = complete_url("--site-url", settings.site_url); !valid) return valid;

  if (settings.template_file.empty() && (!settings.parameters.empty() || !settings.stack_name.empty())) {
    return refused("--parameter and --stack-name go with a template, and none is named");
  }
  if (settings.stack_name.empty()) settings.stack_name = default_stack_name(settings.template_file);
  if (!is_stack_name(settings.stack_name)) {
    return refused(
        fmt::format("--stack-name takes letters, digits and dashes, a letter first; not \"{}\"", settings.stack_name));
  }
  return {};
}

}  // namespace gatehouse::app
