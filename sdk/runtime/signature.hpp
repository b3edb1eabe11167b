// AWS Signature Version 4 for the JSON protocols (IAM User Guide: "Create a signed AWS API request").
#pragma once

#include <chrono>
#include <string>

#include "gatehouse/sdk/host.hpp"

namespace gatehouse::sdk::runtime {

struct Credentials {
  std::string access_key_id;
  std::string secret_access_key;
  std::string session_token;
};

struct SigningScope {
  std::string region;
  std::string service;
};

// Adds Host, X-Amz-Date, X-Amz-Security-Token and Authorization. Requires: a POST to the root of `authority` whose
// headers all shall be signed.
void sign(HttpRequest& request, const std::string& authority, const Credentials& credentials, const SigningScope& scope,
          std::chrono::system_clock::time_point now);

}  // namespace gatehouse::sdk::runtime
