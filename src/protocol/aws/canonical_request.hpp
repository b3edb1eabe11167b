// The arithmetic of Signature Version 4, the same for checking and for signing (IAM User Guide: "Create a signed AWS
// API request").
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "platform/http/message.hpp"
#include "platform/http/url.hpp"
#include "protocol/aws/credentials.hpp"
#include "protocol/aws/signature.hpp"

namespace gatehouse::aws {

inline constexpr std::string_view kAlgorithm = "AWS4-HMAC-SHA256";
inline constexpr std::string_view kTerminator = "aws4_request";
inline constexpr std::string_view kUnsignedPayload = "UNSIGNED-PAYLOAD";

// What goes into a canonical request beside the request itself.
struct CanonicalParts {
  const http::Parameters& query;                   // decoded
  const std::vector<std::string>& signed_headers;  // lower case, in order
  std::string_view payload_hash;
  bool double_encode_path = true;
};
std::string canonical_request(const http::Request& request, const CanonicalParts& parts);

struct SigningInput {
  std::string_view timestamp;  // 20150830T123600Z
  std::string_view date;       // 20150830
  std::string_view region;
  std::string_view service;
};
std::string string_to_sign(const SigningInput& input, std::string_view canonical);

std::string derive_signing_key(const Credential& credential, const SigningInput& input);
// The same, kept a while per thread: a key holds for a day and costs four HMACs.
const std::string& cached_signing_key(const std::shared_ptr<const Credential>& credential, const SigningInput& input);

// The signature in lower-case hexadecimal digits.
std::string signature_of(std::string_view signing_key, std::string_view text);

}  // namespace gatehouse::aws
