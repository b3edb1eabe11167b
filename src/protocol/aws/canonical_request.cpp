#include "protocol/aws/canonical_request.hpp"

#include <algorithm>
#include <array>

#include "base/encoding.hpp"
#include "base/text.hpp"
#include "platform/crypto/hash.hpp"

namespace gatehouse::aws {
namespace {

// RFC 3986 section 6.2.2.3, and empty segments go as well.
std::string without_dot_segments(std::string_view path) {
  std::vector<std::string_view> kept;
  for (const std::string_view segment : split(path, '/')) {
    if (segment.empty() || segment == ".") continue;
    if (segment != "..") {
      kept.push_back(segment);
    } else if (!kept.empty()) {
      kept.pop_back();
    }
  }
  std::string out;
  for (const std::string_view segment : kept) {
    out += '/';
    out += segment;
  }
  if (out.empty() || path.ends_with('/')) out += '/';
  return out;
}

std::string canonical_path(std::string_view path, bool double_encode) {
  // The path on the wire is encoded once already.
  if (double_encode) return percent_encode(without_dot_segments(path), "/");
  const std::optional<std::string> decoded = percent_decode(path);
  return percent_encode(decoded ? std::string_view(*decoded) : path, "/");
}

void append_query(std::string& out, const http::Parameters& query) {
  std::vector<std::pair<std::string, std::string>> encoded;
  encoded.reserve(query.size());
  for (const auto& [name, value] : query) encoded.emplace_back(percent_encode(name), percent_encode(value));
  std::ranges::sort(encoded);
  bool is_first = true;
  for (const auto& [name, value] : encoded) {
    if (!is_first) out += '&';
    is_first = false;
    out += name;
    out += '=';
    out += value;
  }
}

// Trims and turns runs of blanks into one, as the canonical form has it.
void append_collapsed(std::string& out, std::string_view value) {
  bool has_gap = false;
  for (const char c : trim(value)) {
    if (c == ' ' || c == '\t') {
      has_gap = true;
      continue;
    }
    if (has_gap) out += ' ';
    has_gap = false;
    out += c;
  }
}

// Fields of one name join with commas in the order they came. A signed name without a field is an empty value.
void append_header(std::string& out, const http::Headers& headers, std::string_view name) {
  out += name;
  out += ':';
  bool is_first = true;
  for (const http::Header& field : headers) {
    if (!equals_ignoring_case(field.name, name)) continue;
    if (!is_first) out += ',';
    is_first = false;
    append_collapsed(out, field.value);
  }
  out += '\n';
}

// The keys that a thread derived last. An entry holds for exactly one credential object (the pointer keeps it alive, so
// its address cannot be another's) and one scope.
struct DerivedKey {
  std::shared_ptr<const Credential> credential;
  std::string scope;
  std::string key;
};

}  // namespace

std::string canonical_request(const http::Request& request, const CanonicalParts& parts) {
  std::string out;
  out.reserve(1024);
  out += request.method;
  out += '\n';
  out += canonical_path(request.path(), parts.double_encode_path);
  out += '\n';
  append_query(out, parts.query);
  out += '\n';
  for (const std::string& name : parts.signed_headers) append_header(out, request.headers, name);
  out += '\n';
  out += join(parts.signed_headers, ";");
  out += '\n';
  out += parts.payload_hash;
  return out;
}

std::string string_to_sign(const SigningInput& input, std::string_view canonical) {
  return fmt::format("{}\n{}\n{}/{}/{}/{}\n{}", kAlgorithm, input.timestamp, input.date, input.region, input.service,
                     kTerminator, hex_encode(crypto::sha256(canonical)));
}

std::string derive_signing_key(const Credential& credential, const SigningInput& input) {
  std::string seed = "AWS4" + credential.secret_access_key;
  std::string key = crypto::hmac_sha256(seed, input.date);
  crypto::wipe(seed);
  for (const std::string_view step : {input.region, input.service, kTerminator}) key = crypto::hmac_sha256(key, step);
  return key;
}

const std::string& cached_signing_key(const std::shared_ptr<const Credential>& credential, const SigningInput& input) {
  thread_local std::array<DerivedKey, 16> recent;
  const std::string scope = fmt::format("{}/{}/{}", input.date, input.region, input.service);
  const std::size_t at =
      (std::hash<std::string>{}(scope) ^ std::hash<const void*>{}(credential.get()) >> 4) % recent.size();
  DerivedKey& entry = recent[at];
  if (entry.credential != credential || entry.scope != scope) {
    crypto::wipe(entry.key);
    entry = {credential, scope, derive_signing_key(*credential, input)};
  }
  return entry.key;
}

std::string signature_of(std::string_view signing_key, std::string_view text) {
  return hex_encode(crypto::hmac_sha256(signing_key, text));
}

}  // namespace gatehouse::aws
