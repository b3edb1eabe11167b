#include "services/identity/redirect_uri.hpp"

#include "base/text.hpp"
#include "services/identity/errors.hpp"

namespace gatehouse::identity {
namespace {

struct Pieces {
  std::string_view scheme, authority, path, query;
};

Pieces take_apart(std::string_view uri) {
  Pieces pieces;
  const std::size_t colon = uri.find(':');
  if (colon == std::string_view::npos) {
    pieces.path = uri;
    return pieces;
  }
  pieces.scheme = uri.substr(0, colon);
  std::string_view rest = uri.substr(colon + 1);
  const std::size_t question = rest.find('?');
  if (question != std::string_view::npos) {
    pieces.query = rest.substr(question + 1);
    rest = rest.substr(0, question);
  }
  if (rest.starts_with("//")) {
    rest.remove_prefix(2);
    const std::size_t slash = rest.find('/');
    pieces.authority = rest.substr(0, slash);
    rest = slash == std::string_view::npos ? std::string_view{} : rest.substr(slash);
  }
  pieces.path = rest;
  return pieces;
}

bool is_loopback(std::string_view host) { return host == "localhost" || host == "127.0.0.1" || host == "::1"; }

bool is_scheme(std::string_view scheme) {
  const auto is_letter = [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); };
  if (scheme.empty() || !is_letter(scheme[0])) return false;
  return std::ranges::all_of(
      scheme, [&](char c) { return is_letter(c) || (c >= '0' && c <= '9') || c == '+' || c == '-' || c == '.'; });
}

}  // namespace

Result<void> check_redirect_uri(std::string_view property, const std::string& uri) {
  const auto problem = [&](std::string_view what) {
    return errors::invalid_parameter(fmt::format("{}: {} {}", property, uri, what));
  };
  if (uri.empty() || uri.size() > 1024)
    return errors::invalid_parameter(fmt::format("{}: 1 to 1024 characters", property));
  // Also what browsers drop or turn around silently: control characters, blanks, backslashes.
  if (std::ranges::any_of(uri,
                          [](unsigned char c) { return c <= ' ' || c >= 0x7f || c == '\\' || c == '"' || c == '<'; })) {
    return problem("has characters that must be percent-encoded");
  }
  if (uri.find('#') != std::string::npos) return problem("must not have a fragment");
  const Pieces pieces = take_apart(uri);
  const std::string scheme = lower(pieces.scheme);
  if (!is_scheme(scheme)) return problem("is not an absolute URI");
  for (const std::string_view active : {"javascript", "data", "vbscript", "file", "blob", "about"}) {
    if (scheme == active) return problem("uses a scheme that is not allowed");
  }
  if (scheme != "http" && scheme != "https") return {};
  const auto url = http::Url::parse(uri);
  if (!url) return problem("is not a valid URL");
  if (scheme == "http" && !is_loopback(url->host)) return problem("cannot use http: only http://localhost may");
  return {};
}

std::string explain_mismatch(std::string_view given, const std::vector<std::string>& registered) {
  if (registered.empty()) return "the client has no callback URL at all";
  const Pieces have = take_apart(given);
  std::size_t best_score = 0;
  const std::string* best = &registered.front();
  for (const std::string& candidate : registered) {
    const Pieces want = take_apart(candidate);
    const std::size_t score = 1U + static_cast<std::size_t>(want.scheme == have.scheme) +
                              2U * static_cast<std::size_t>(want.authority == have.authority) +
                              static_cast<std::size_t>(want.path == have.path) +
                              static_cast<std::size_t>(want.query == have.query);
    if (score > best_score) {
      best_score = score;
      best = &candidate;
    }
  }
  const Pieces want = take_apart(*best);
  std::vector<std::string> differs;
  if (want.scheme != have.scheme) differs.emplace_back("the scheme");
  if (want.authority != have.authority) differs.emplace_back("the host or port");
  if (want.path != have.path)
    differs.emplace_back(want.path == std::string(have.path) + "/" || have.path == std::string(want.path) + "/"
                             ? "the final slash of the path"
                             : "the path");
  if (want.query != have.query) differs.emplace_back("the query");
  return fmt::format("it differs from the registered {} in {}", *best, join(differs, " and "));
}

std::string source_expression(std::string_view uri) {
  if (const auto url = http::Url::parse(uri)) {
    // An IPv6 address is no valid host in a source expression: only its scheme can be named (CSP Level 3, 2.3.1).
    return url->host.find(':') == std::string::npos ? url->origin() : url->scheme + ":";
  }
  return lower(take_apart(uri).scheme) + ":";
}

std::string with_parameters(std::string_view uri, const http::Parameters& parameters) {
  std::string result(uri);
  if (parameters.empty()) return result;
  if (result.find('?') == std::string::npos) {
    result += '?';
  } else if (!result.ends_with('?') && !result.ends_with('&')) {
    result += '&';
  }
  return result + http::encode_query(parameters);
}

}  // namespace gatehouse::identity
