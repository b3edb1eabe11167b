// One AWS API of the Query protocol (Action=..., form in, XML out): CloudFormation, STS. Refusals come in the order of
// json_service.hpp.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.hpp"
#include "platform/http/handler.hpp"
#include "platform/http/url.hpp"
#include "protocol/aws/credentials.hpp"

namespace gatehouse::aws {

// One call of one action, after its signature and the caller's policies were checked.
struct QueryCall {
  std::string_view action;
  const http::Parameters& input;  // Action and Version too
  const Caller& caller;
  Journey* journey = nullptr;
  std::string_view request_id;
};

struct QueryOperation {
  std::string_view name;
  // Answers with the XML inside <NameResult> (xml.hpp). Called with a QueryCall that lives until the Task is done.
  std::function<Task<Result<std::string>>(const QueryCall&)> run;
  // As in json_service.hpp: the ARNs to allow; an empty function or list means "*".
  std::function<std::vector<std::string>(const http::Parameters& input)> resources;
  bool needs_permission = true;  // false: any signed caller may (sts:GetCallerIdentity)
};

struct QueryServiceConfig {
  std::string_view signing_name;   // "cloudformation", "sts"
  std::string_view action_prefix;  // IAM's
  std::string_view api_version;    // "2010-05-15"
  std::string_view xml_namespace;  // "http://cloudformation.amazonaws.com/doc/2010-05-15/"
  std::string region;
};

// Thread-safe. The book and the clock must outlive it.
class QueryService final : public http::Handler {
 public:
  QueryService(QueryServiceConfig config, std::vector<QueryOperation> operations, const CredentialBook& book,
               const Clock& clock);

  const QueryServiceConfig& config() const { return config_; }
  Task<http::Response> handle(http::Request& request) override;

 private:
  struct Routed;
  Result<Routed> route(const http::Request& request) const;
  Task<Result<std::string>> answer(http::Request& request) const;
  Task<Result<std::string>> perform(const QueryOperation& operation, const QueryCall& call) const;
  http::Response respond(const http::Request& request, const Result<std::string>& outcome) const;

  QueryServiceConfig config_;
  std::vector<QueryOperation> operations_;  // sorted by name
  const CredentialBook* book_;
  const Clock* clock_;
};

}  // namespace gatehouse::aws
