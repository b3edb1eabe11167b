// AWS Signature Version 4: checked on every signed call, made for calls of our own.
#pragma once

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/clock.hpp"
#include "base/result.hpp"
#include "platform/http/message.hpp"
#include "protocol/aws/credentials.hpp"

namespace gatehouse::aws {

struct SigningScope {
  std::string region;
  std::string service;
};

// What the Authorization header (or X-Amz-Credential of a presigned query) claims, before anything is checked. Used to
// route a request to its service.
std::optional<SigningScope> claimed_scope(const http::Request& request);

struct VerifyOptions {
  std::string_view service;  // the signing name that must stand in the scope
  std::string_view region;
  std::chrono::seconds max_skew{300};     // 15 min for S3
  bool double_encode_path = true;         // false for S3
  bool uses_content_hash_header = false;  // S3: x-amz-content-sha256 is required and may be UNSIGNED-PAYLOAD
};

// Checks the signature over the raw request and returns the credential that made it. Errors carry AWS's code and text
// (MissingAuthenticationTokenException, IncompleteSignatureException, UnrecognizedClientException,
// InvalidSignatureException ...) for JSON services; edges of other protocols translate the code. Their detail says
// which part differed, without anything secret.
Result<std::shared_ptr<const Credential>> verify_signature(const http::Request& request, const CredentialBook& book,
                                                           const VerifyOptions& options, Timestamp now);

// Adds X-Amz-Date, X-Amz-Security-Token (if any), for S3 x-amz-content-sha256, and Authorization.
// Requires: `host` in the headers already. Signs host, content-type and every x-amz-* header.
void sign_request(http::Request& request, const Credential& credential, const SigningScope& scope, Timestamp now);

}  // namespace gatehouse::aws
