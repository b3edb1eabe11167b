// One AWS API of the JSON protocols (X-Amz-Target, application/x-amz-json-1.0 or 1.1): DynamoDB, Cognito, Secrets
// Manager, CloudWatch Logs. Refusals come cheap first: method, content type, size and target, then the signature over
// the raw bytes, then JSON (a policy's resources are read from it), then the policy.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.hpp"
#include "base/json.hpp"
#include "base/random.hpp"
#include "platform/http/handler.hpp"
#include "protocol/aws/credentials.hpp"

namespace gatehouse::aws {

// One call of one operation, after its signature was checked.
struct Call {
  std::string_view operation;
  const json::object& input;
  const Caller& caller;  // an anonymous caller for unsigned operations
  Journey* journey = nullptr;
  std::string_view peer_address;
  std::string_view request_id;
};

struct Operation {
  std::string_view name;
  // Called with a Call that lives until the Task is done.
  std::function<Task<Result<json::object>>(const Call&)> run;
  // The ARNs that the caller's policies must allow this action on, read from the input. Empty function: the action is
  // checked on "*"; so it is when the list comes back empty. Unsigned operations are not checked.
  std::function<std::vector<std::string>(const json::object& input)> resources;
  bool is_signed = true;
  // The operation asks the caller's policies itself, for each of its members and their own actions (a transaction).
  bool authorizes_itself = false;
};

struct JsonServiceConfig {
  std::string_view signing_name;   // "dynamodb", "cognito-idp", "secretsmanager", "logs"
  std::string_view action_prefix;  // IAM's: "dynamodb", "cognito-idp", "secretsmanager", "logs"
  std::string_view
      target_prefix;  // "DynamoDB_20120810", "AWSCognitoIdentityProviderService", "secretsmanager", "Logs_20140328"
  std::string_view json_version;       // "1.0", "1.1"
  bool sends_crc32 = false;            // DynamoDB: x-amz-crc32 over the exact body
  bool uses_long_request_ids = false;  // for the front, which makes the ids
  // Prefix of __type ("com.amazonaws.dynamodb.v20120810#"). With one, errors that AWS's service framework makes carry
  // the framework's namespace; empty: plain names everywhere.
  std::string_view error_namespace;
  std::string_view message_member = "message";  // "Message" for Secrets Manager
  std::string region;
};

// Thread-safe. The book and the clock must outlive it.
class JsonService final : public http::Handler {
 public:
  JsonService(JsonServiceConfig config, std::vector<Operation> operations, const CredentialBook& book,
              const Clock& clock);

  const JsonServiceConfig& config() const { return config_; }

  // From the wire: checks the signature.
  Task<http::Response> handle(http::Request& request) override;

  // From inside the process (a function's own client): the caller is known, the policy is still enforced. The arguments
  // must live until the Task is done.
  Task<Result<json::object>> call(std::string_view operation, const json::object& input, const Caller& caller,
                                  Journey* journey, std::string_view request_id);

 private:
  const Operation* find(std::string_view name) const;
  Result<const Operation*> route(const http::Request& request) const;
  Task<Result<json::object>> answer(http::Request& request) const;
  Task<Result<json::object>> perform(const Operation& operation, const Call& call) const;
  http::Response respond(const http::Request& request, const Result<json::object>& outcome) const;

  JsonServiceConfig config_;
  std::vector<Operation> operations_;  // sorted by name
  const CredentialBook* book_;
  const Clock* clock_;
};

}  // namespace gatehouse::aws
