#include "protocol/aws/presented_signature.hpp"

#include <algorithm>

#include "base/encoding.hpp"
#include "base/text.hpp"
#include "base/time_format.hpp"
#include "platform/crypto/hash.hpp"
#include "protocol/aws/canonical_request.hpp"
#include "protocol/aws/echo.hpp"

namespace gatehouse::aws {
namespace {

constexpr std::size_t kMaxSignedHeaders = 100;
constexpr std::uint64_t kMaxExpiresSeconds = 604'800;  // one week

std::unexpected<Error> refuse(std::string code, std::string message) {
  return fail(Error::Kind::kUnauthenticated, std::move(code), std::move(message));
}
std::unexpected<Error> incomplete(std::string message) {
  return refuse("IncompleteSignatureException", std::move(message));
}
std::unexpected<Error> missing_token() {
  return refuse("MissingAuthenticationTokenException", "Missing Authentication Token");
}

// The parts that both forms have, as text.
struct Raw {
  std::string algorithm, credential, signature, signed_headers, date;
};

// An Authorization header is echoed as its hash only, as AWS does: it could be another scheme's secret.
std::string hashed(std::string_view authorization) { return base64_encode(crypto::sha256(authorization)); }

Result<Raw> read_header(std::string_view authorization) {
  Raw raw;
  const std::string_view text = trim(authorization);
  const std::size_t blank = text.find(' ');
  raw.algorithm = text.substr(0, blank);
  if (!raw.algorithm.starts_with("AWS4-")) return missing_token();
  if (blank == std::string_view::npos) return raw;
  for (const std::string_view part : split(text.substr(blank + 1), ',')) {
    const std::string_view pair = trim(part);
    if (pair.empty()) continue;
    const std::size_t equals = pair.find('=');
    // A blank inside a value is what a copied key with a blank at its end looks like; AWS splits there too.
    const std::size_t inner = pair.find_first_of(" \t");
    if (equals == std::string_view::npos || inner != std::string_view::npos) {
      return incomplete(fmt::format(
          "Invalid key=value pair (missing equal-sign) in Authorization header (hashed with SHA-256 and encoded with "
          "Base64): '{}'.",
          hashed(authorization)));
    }
    const std::string_view name = pair.substr(0, equals);
    std::string* const target = name == "Credential"      ? &raw.credential
                                : name == "SignedHeaders" ? &raw.signed_headers
                                : name == "Signature"     ? &raw.signature
                                                          : nullptr;
    if (target == nullptr) continue;
    if (!target->empty()) return incomplete(fmt::format("Authorization header has '{}' parameter twice.", name));
    *target = pair.substr(equals + 1);
  }
  return raw;
}

Result<void> require_header_parts(const Raw& raw, std::string_view authorization) {
  std::string message;
  const auto require = [&](const std::string& value, std::string_view name) {
    if (value.empty()) message += fmt::format("Authorization header requires '{}' parameter. ", name);
  };
  require(raw.credential, "Credential");
  require(raw.signature, "Signature");
  require(raw.signed_headers, "SignedHeaders");
  if (raw.date.empty()) {
    message += "Authorization header requires existence of either a 'X-Amz-Date' or a 'Date' header. ";
  }
  if (message.empty()) return {};
  return incomplete(message + "(Hashed with SHA-256 and encoded with Base64) Authorization=" + hashed(authorization));
}

Result<Raw> read_query(const http::Parameters& query, PresentedSignature& out) {
  Raw raw;
  std::string expires;
  const std::pair<std::string_view, std::string*> known[] = {
      {"X-Amz-Algorithm", &raw.algorithm}, {"X-Amz-Credential", &raw.credential},
      {"X-Amz-Signature", &raw.signature}, {"X-Amz-SignedHeaders", &raw.signed_headers},
      {"X-Amz-Date", &raw.date},           {"X-Amz-Security-Token", &out.session_token},
      {"X-Amz-Expires", &expires},
  };
  std::string message;
  for (std::size_t i = 0; i < std::size(known); ++i) {
    const auto& [name, target] = known[i];
    const auto is_named = [&](const auto& parameter) { return parameter.first == name; };
    if (std::ranges::count_if(query, is_named) > 1) {
      return incomplete(fmt::format("AWS query-string parameter '{}' is given twice.", name));
    }
    if (const std::string* value = http::find_parameter(query, name)) *target = *value;
    if (i < 5 && target->empty()) message += fmt::format("AWS query-string parameters must include '{}'. ", name);
  }
  if (!message.empty()) return incomplete(message + "Re-examine the query-string parameters.");
  if (!expires.empty()) {
    const std::optional<std::uint64_t> seconds = parse_unsigned(expires);
    if (!seconds || *seconds == 0 || *seconds > kMaxExpiresSeconds) {
      return refuse("AuthorizationQueryParametersError", "X-Amz-Expires must be between 1 and 604800 seconds");
    }
    out.expires = std::chrono::seconds{*seconds};
  }
  return raw;
}

Result<void> read_date(const std::string& text, PresentedSignature& out) {
  std::optional<Timestamp> time = parse_basic_iso8601(text);
  if (!time) time = parse_http_date(text);  // a Date header in HTTP's own form
  if (!time) {
    return incomplete(fmt::format(
        "Date must be in ISO-8601 'basic format'. Got '{}'. See http://en.wikipedia.org/wiki/ISO_8601", echo(text)));
  }
  out.time = *time;
  out.timestamp = format_basic_iso8601(*time);
  return {};
}

Result<void> read_parts(const Raw& raw, PresentedSignature& out) {
  if (raw.algorithm != kAlgorithm) {
    return incomplete(
        fmt::format("Unsupported AWS 'algorithm': '{}' (only AWS4-HMAC-SHA256 for now). ", echo(raw.algorithm)));
  }
  const std::vector<std::string_view> parts = credential_parts(raw.credential);
  if (parts.empty()) {
    return incomplete(fmt::format(
        "Credential must have exactly 5 slash-delimited elements, e.g. keyid/date/region/service/term, got '{}'",
        echo(raw.credential)));
  }
  out.access_key_id = parts[0];
  out.date = parts[1];
  out.region = parts[2];
  out.service = parts[3];
  out.terminator = parts[4];
  out.signature = raw.signature;
  for (const std::string_view name : split(raw.signed_headers, ';')) out.signed_headers.push_back(lower(name));
  if (out.signed_headers.size() > kMaxSignedHeaders) return incomplete("'SignedHeaders' names more than 100 headers.");
  return {};
}

}  // namespace

std::vector<std::string_view> credential_parts(std::string_view credential) {
  std::vector<std::string_view> parts = split(credential, '/');
  const bool has_empty = std::ranges::any_of(parts, [](std::string_view part) { return part.empty(); });
  if (parts.size() != 5 || has_empty) return {};
  return parts;
}

std::string_view credential_of_header(std::string_view authorization) {
  constexpr std::string_view kName = "Credential=";
  const std::size_t at = authorization.find(kName);
  if (!authorization.starts_with("AWS4-") || at == std::string_view::npos) return {};
  const std::string_view rest = authorization.substr(at + kName.size());
  return trim(rest.substr(0, rest.find_first_of(", ")));
}

Result<PresentedSignature> presented_signature(const http::Request& request, const http::Parameters& query) {
  const std::string* authorization = request.headers.find("authorization");
  const bool is_presigned = http::find_parameter(query, "X-Amz-Algorithm") != nullptr;
  if (authorization == nullptr && !is_presigned) return missing_token();
  if (authorization != nullptr && is_presigned) {
    return refuse("InvalidSignatureException",
                  "Found both 'X-Amz-Algorithm' as a query-string param and 'Authorization' as HTTP header.");
  }
  if (request.headers.count("authorization") > 1) return incomplete("Authorization header is given twice.");

  PresentedSignature out;
  out.is_presigned = is_presigned;
  Result<Raw> raw = is_presigned ? read_query(query, out) : read_header(*authorization);
  if (!raw) return std::unexpected(std::move(raw.error()));
  if (!is_presigned) {
    const std::string* date = request.headers.find("x-amz-date");
    if (date == nullptr) date = request.headers.find("date");
    if (date != nullptr) raw->date = trim(*date);
    out.session_token = trim(request.headers.get("x-amz-security-token"));
    if (Result<void> complete = require_header_parts(*raw, *authorization); !complete) {
      return std::unexpected(std::move(complete.error()));
    }
  }
  Result<void> read = read_date(raw->date, out);
  if (read) read = read_parts(*raw, out);
  if (!read) return std::unexpected(std::move(read.error()));
  return out;
}

}  // namespace gatehouse::aws
