#include "protocol/aws/permission.hpp"

namespace gatehouse::aws {
namespace {

std::string denial(const Caller& caller, std::string_view action, std::string_view resource, Decision decision) {
  const std::string reason = decision == Decision::kExplicitDeny
                                 ? std::string("with an explicit deny in an identity-based policy")
                                 : fmt::format("because no identity-based policy allows the {} action", action);
  return fmt::format("User: {} is not authorized to perform: {} on resource: {} {}", caller.arn, action, resource,
                     reason);
}

struct Cure {
  std::string_view code;
  std::string_view text;
};
constexpr Cure kCures[] = {
    {"MissingAuthenticationTokenException",
     "sign the request: `gatehouse env` prints credentials for the AWS CLI and the SDKs"},
    {"UnrecognizedClientException",
     "use the access key, secret and session token that `gatehouse env` prints for this data folder"},
    {"InvalidSignatureException",
     "check the secret access key, the region, the clock, and that nothing between client and server changes the "
     "request"},
    {"IncompleteSignatureException",
     "let an AWS SDK sign the request, or see Signature Version 4 in the IAM User Guide"},
    {"UnknownOperationException", "check X-Amz-Target: this API does not have that operation, or Gatehouse does not"},
    {"SerializationException", "send one JSON object whose members have the types that the API's reference lists"},
};

}  // namespace

Result<void> check_permission(const Caller& caller, std::string_view action, const std::vector<std::string>& resources,
                              Span& span) {
  span.note("who", caller.arn);
  if (caller.is_administrator) {
    span.note("decision", "allowed: administrator");
    return {};
  }
  for (const std::string& resource : resources) {
    const Decision decision = caller.policies.evaluate(action, resource);
    if (decision == Decision::kAllow) continue;
    span.note("decision", decision == Decision::kExplicitDeny ? "denied: explicit deny" : "denied: nothing allows it");
    std::string message = denial(caller, action, resource, decision);
    span.explain(message, decision == Decision::kExplicitDeny
                              ? "take the action or the resource out of the statement with Effect: Deny"
                              : fmt::format("add a statement to the role that allows {} on {}", action, resource));
    return fail(Error::Kind::kForbidden, "AccessDeniedException", std::move(message));
  }
  span.note("decision", "allowed: by policy");
  return {};
}

void explain_refusal(Span& span, const Error& error) {
  span.note("error", error.code);
  if (error.code == "AccessDeniedException") return;  // check_permission explained it with the resource
  std::string cause = error.message.empty() ? error.code : error.message;
  if (!error.detail.empty()) cause += " (" + error.detail + ")";
  std::string cure;
  for (const Cure& known : kCures) {
    if (known.code == error.code) cure = known.text;
  }
  span.explain(std::move(cause), std::move(cure));
}

}  // namespace gatehouse::aws
