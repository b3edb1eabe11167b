#include "protocol/aws/signature.hpp"

#include <algorithm>

#include "base/encoding.hpp"
#include "base/text.hpp"
#include "base/time_format.hpp"
#include "platform/crypto/hash.hpp"
#include "platform/http/url.hpp"
#include "protocol/aws/canonical_request.hpp"
#include "protocol/aws/echo.hpp"
#include "protocol/aws/presented_signature.hpp"

namespace gatehouse::aws {
namespace {

std::unexpected<Error> invalid(std::string message, std::string detail = {}) {
  return fail(Error::Kind::kUnauthenticated, "InvalidSignatureException", std::move(message), std::move(detail));
}

std::unexpected<Error> mismatch(std::string detail) {
  return invalid(
      "The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key "
      "and signing method. Consult the service documentation for details.",
      std::move(detail));
}

std::unexpected<Error> unrecognized(std::string detail) {
  return fail(Error::Kind::kUnauthenticated, "UnrecognizedClientException",
              "The security token included in the request is invalid.", std::move(detail));
}

// Both ways: a signature from the future would stay good for longer than it should.
Result<void> check_time(const PresentedSignature& presented, const VerifyOptions& options, Timestamp now) {
  const auto skew = options.max_skew;
  const auto minutes = std::chrono::duration_cast<std::chrono::minutes>(skew).count();
  const std::string present = format_basic_iso8601(now);
  if (presented.time > now + skew) {
    return invalid(fmt::format("Signature not yet current: {} is still later than {} ({} + {} min.)",
                               presented.timestamp, format_basic_iso8601(now + skew), present, minutes));
  }
  const auto lifetime = presented.expires.value_or(skew);
  if (presented.time >= now - lifetime) return {};
  const std::string reason = presented.expires ? fmt::format("{} - {} s", present, lifetime.count())
                                               : fmt::format("{} - {} min.", present, minutes);
  return invalid(fmt::format("Signature expired: {} is now earlier than {} ({})", presented.timestamp,
                             format_basic_iso8601(now - lifetime), reason));
}

// Every x-amz-* header that is there, and Host, must be covered: what is not could have been added on the way.
Result<void> check_signed_headers(const PresentedSignature& presented, const http::Headers& headers) {
  const auto is_signed = [&](std::string_view name) {
    return std::ranges::find(presented.signed_headers, name) != presented.signed_headers.end();
  };
  if (!is_signed("host") && !is_signed(":authority")) {
    return invalid("'Host' or ':authority' must be a 'SignedHeader' in the AWS Authorization.");
  }
  if (headers.count("host") > 1) return invalid("'Host' must be given once.");
  for (const http::Header& field : headers) {
    const std::string name = lower(field.name);
    if (name.starts_with("x-amz-") && !is_signed(name)) {
      return invalid(fmt::format("'{}' must be a 'SignedHeader' in the AWS Authorization.", echo(field.name)));
    }
  }
  return {};
}

Result<void> check_scope(const PresentedSignature& presented, const VerifyOptions& options) {
  std::string message;
  if (presented.region != options.region) {
    message += fmt::format("Credential should be scoped to a valid region, not '{}'. ", echo(presented.region));
  }
  if (presented.service != options.service) {
    message += fmt::format("Credential should be scoped to correct service: '{}'. ", options.service);
  }
  if (presented.terminator != kTerminator) {
    message += fmt::format("Credential should be scoped with a valid terminator: 'aws4_request', not '{}'. ",
                           echo(presented.terminator));
  }
  const std::string_view day = std::string_view(presented.timestamp).substr(0, 8);
  if (presented.date != day) {
    message += fmt::format(
        "Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from HTTP: '{}' != '{}', from "
        "'{}'. ",
        echo(presented.date), day, presented.timestamp);
  }
  if (message.empty()) return {};
  return invalid(std::move(message), fmt::format("this endpoint is {} in {}", options.service, options.region));
}

bool is_sha256_text(std::string_view text) {
  return text.size() == 64 && std::ranges::all_of(text, [](char c) {
           return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
         });
}

// What stands for the body in the canonical request (Amazon S3: "Authenticating Requests"; other services hash the
// body).
Result<std::string> payload_hash(const http::Request& request, const PresentedSignature& presented,
                                 const VerifyOptions& options) {
  std::string actual = hex_encode(crypto::sha256(request.body));
  if (!options.uses_content_hash_header) return actual;
  const std::string* header = request.headers.find("x-amz-content-sha256");
  if (header == nullptr) {
    if (presented.is_presigned) return std::string(kUnsignedPayload);
    return fail(Error::Kind::kInvalid, "InvalidRequest",
                "Missing required header for this request: x-amz-content-sha256");
  }
  const std::string_view stated = trim(*header);
  if (stated == kUnsignedPayload) return std::string(stated);
  if (!is_sha256_text(stated)) {
    return fail(
        Error::Kind::kInvalid, "NotImplemented",
        fmt::format("x-amz-content-sha256 must be UNSIGNED-PAYLOAD or a valid sha256 value, not '{}'", echo(stated)));
  }
  if (!equals_ignoring_case(stated, actual)) {
    return fail(Error::Kind::kInvalid, "XAmzContentSHA256Mismatch",
                "The provided 'x-amz-content-sha256' header does not match what was computed.");
  }
  return std::string(stated);
}

Result<http::Parameters> query_of(const http::Request& request) {
  std::optional<http::Parameters> query = http::parse_query(request.query());
  if (query) return std::move(*query);
  return fail(Error::Kind::kInvalid, "MalformedQueryStringException", "The query string contains a syntax error.");
}

Result<std::string> expected_signature(const http::Request& request, http::Parameters query,
                                       const PresentedSignature& presented, const VerifyOptions& options,
                                       const std::shared_ptr<const Credential>& credential) {
  Result<std::string> hash = payload_hash(request, presented, options);
  if (!hash) return hash;
  if (presented.is_presigned) std::erase_if(query, [](const auto& one) { return one.first == "X-Amz-Signature"; });
  const std::string canonical =
      canonical_request(request, {query, presented.signed_headers, *hash, options.double_encode_path});
  const SigningInput input{presented.timestamp, presented.date, presented.region, presented.service};
  return signature_of(cached_signing_key(credential, input), string_to_sign(input, canonical));
}

}  // namespace

std::optional<SigningScope> claimed_scope(const http::Request& request) {
  std::string credential(credential_of_header(request.headers.get("authorization")));
  if (credential.empty() && request.query().find("X-Amz-Credential=") != std::string_view::npos) {
    const std::optional<http::Parameters> query = http::parse_query(request.query());
    if (query) {
      if (const std::string* value = http::find_parameter(*query, "X-Amz-Credential")) credential = *value;
    }
  }
  const std::vector<std::string_view> parts = credential_parts(credential);
  if (parts.empty()) return std::nullopt;
  return SigningScope{std::string(parts[2]), std::string(parts[3])};
}

Result<std::shared_ptr<const Credential>> verify_signature(const http::Request& request, const CredentialBook& book,
                                                           const VerifyOptions& options, Timestamp now) {
  Result<http::Parameters> query = query_of(request);
  if (!query) return std::unexpected(std::move(query.error()));
  const Result<PresentedSignature> presented = presented_signature(request, *query);
  if (!presented) return std::unexpected(presented.error());

  Result<void> checked = check_time(*presented, options, now);
  if (checked) checked = check_signed_headers(*presented, request.headers);
  if (checked) checked = check_scope(*presented, options);
  if (!checked) return std::unexpected(std::move(checked.error()));

  std::shared_ptr<const Credential> credential = book.find(presented->access_key_id);
  if (!credential) return unrecognized(fmt::format("no such access key: {}", echo(presented->access_key_id)));
  // A long-term key comes without a token: one that is sent along is not its own.
  if (!crypto::equal_in_constant_time(credential->session_token, presented->session_token)) {
    return unrecognized(presented->session_token.empty() ? "the session token is missing"
                                                         : "the session token is not that of the access key");
  }
  const Result<std::string> expected = expected_signature(request, std::move(*query), *presented, options, credential);
  if (!expected) return std::unexpected(expected.error());
  if (!crypto::equal_in_constant_time(*expected, presented->signature)) {
    return mismatch(fmt::format("signed headers: {}", echo(join(presented->signed_headers, ";"))));
  }
  return credential;
}

void sign_request(http::Request& request, const Credential& credential, const SigningScope& scope, Timestamp now) {
  const bool is_s3 = scope.service == "s3";
  const std::string timestamp = format_basic_iso8601(now);
  const std::string hash = hex_encode(crypto::sha256(request.body));
  request.headers.set("X-Amz-Date", timestamp);
  if (!credential.session_token.empty()) request.headers.set("X-Amz-Security-Token", credential.session_token);
  if (is_s3) request.headers.set("X-Amz-Content-Sha256", hash);

  std::vector<std::string> names;
  for (const http::Header& field : request.headers) {
    std::string name = lower(field.name);
    if (name == "host" || name == "content-type" || name.starts_with("x-amz-")) names.push_back(std::move(name));
  }
  std::ranges::sort(names);
  names.erase(std::unique(names.begin(), names.end()), names.end());

  const http::Parameters query = http::parse_query(request.query()).value_or(http::Parameters{});
  const SigningInput input{timestamp, std::string_view(timestamp).substr(0, 8), scope.region, scope.service};
  const std::string canonical = canonical_request(request, {query, names, hash, !is_s3});
  const std::string key = derive_signing_key(credential, input);
  request.headers.set("Authorization",
                      fmt::format("{} Credential={}/{}/{}/{}/{}, SignedHeaders={}, Signature={}", kAlgorithm,
                                  credential.access_key_id, input.date, scope.region, scope.service, kTerminator,
                                  join(names, ";"), signature_of(key, string_to_sign(input, canonical))));
}

}  // namespace gatehouse::aws
