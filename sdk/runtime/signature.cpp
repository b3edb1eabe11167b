#include "signature.hpp"

#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <array>
#include <ctime>
#include <map>

namespace gatehouse::sdk::runtime {
namespace {

using Digest = std::array<unsigned char, 32>;

std::string hex(const Digest& digest) {
  static constexpr char kDigits[] = "0123456789abcdef";
  std::string out;
  for (const unsigned char byte : digest) {
    out.push_back(kDigits[byte >> 4U]);
    out.push_back(kDigits[byte & 15U]);
  }
  return out;
}

Digest sha256(std::string_view text) {
  Digest digest{};
  ::EVP_Digest(text.data(), text.size(), digest.data(), nullptr, ::EVP_sha256(), nullptr);
  return digest;
}

Digest hmac(std::string_view key, std::string_view text) {
  Digest digest{};
  ::HMAC(::EVP_sha256(), key.data(), static_cast<int>(key.size()), reinterpret_cast<const unsigned char*>(text.data()),
         text.size(), digest.data(), nullptr);
  return digest;
}

std::string_view view(const Digest& digest) { return {reinterpret_cast<const char*>(digest.data()), digest.size()}; }

std::string basic_time(std::chrono::system_clock::time_point now) {
  const std::time_t seconds = std::chrono::system_clock::to_time_t(now);
  std::tm utc{};
  ::gmtime_r(&seconds, &utc);
  std::array<char, 32> text{};
  const std::size_t size = std::strftime(text.data(), text.size(), "%Y%m%dT%H%M%SZ", &utc);
  return {text.data(), size};
}

std::string lower(std::string_view text) {
  std::string out(text);
  for (char& c : out) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c + 32);
  }
  return out;
}

}  // namespace

void sign(HttpRequest& request, const std::string& authority, const Credentials& credentials, const SigningScope& scope,
          std::chrono::system_clock::time_point now) {
  const std::string time = basic_time(now);
  const std::string date = time.substr(0, 8);
  request.headers.set("Host", authority);
  request.headers.set("X-Amz-Date", time);
  if (!credentials.session_token.empty()) request.headers.set("X-Amz-Security-Token", credentials.session_token);

  std::map<std::string, std::string> canonical;  // sorted by lower-case name
  for (const auto& [name, value] : request.headers) canonical[lower(name)] = value;
  std::string header_lines;
  std::string names;
  for (const auto& [name, value] : canonical) {
    header_lines += name + ":" + value + "\n";
    names += (names.empty() ? "" : ";") + name;
  }
  const std::string canonical_request = "POST\n/\n\n" + header_lines + "\n" + names + "\n" + hex(sha256(request.body));
  const std::string credential_scope = date + "/" + scope.region + "/" + scope.service + "/aws4_request";
  const std::string to_sign =
      "AWS4-HMAC-SHA256\n" + time + "\n" + credential_scope + "\n" + hex(sha256(canonical_request));

  const Digest date_key = hmac("AWS4" + credentials.secret_access_key, date);
  const Digest region_key = hmac(view(date_key), scope.region);
  const Digest service_key = hmac(view(region_key), scope.service);
  const Digest key = hmac(view(service_key), "aws4_request");
  request.headers.set("Authorization", "AWS4-HMAC-SHA256 Credential=" + credentials.access_key_id + "/" +
                                           credential_scope + ", SignedHeaders=" + names +
                                           ", Signature=" + hex(hmac(view(key), to_sign)));
}

}  // namespace gatehouse::sdk::runtime
