// A signature as a request presents it: read out of the Authorization header or a presigned query, nothing checked yet
// against secrets or the clock.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.hpp"
#include "base/result.hpp"
#include "platform/http/message.hpp"
#include "platform/http/url.hpp"

namespace gatehouse::aws {

struct PresentedSignature {
  std::string access_key_id;
  std::string date;  // of the scope: YYYYMMDD when all is well
  std::string region;
  std::string service;
  std::string terminator;
  std::vector<std::string> signed_headers;  // lower case
  std::string signature;
  std::string session_token;
  std::string timestamp;  // 20150830T123600Z
  Timestamp time;
  std::optional<std::chrono::seconds> expires;  // X-Amz-Expires
  bool is_presigned = false;
};

// `query` is the request's own, decoded. Errors carry AWS's codes and texts for what is missing or malformed.
Result<PresentedSignature> presented_signature(const http::Request& request, const http::Parameters& query);

// Just the five parts of a credential ("AKID/20150830/us-east-1/iam/aws4_request"); empty when there are not five.
std::vector<std::string_view> credential_parts(std::string_view credential);
// The value of "Credential=" in an Authorization header, or empty.
std::string_view credential_of_header(std::string_view authorization);

}  // namespace gatehouse::aws
