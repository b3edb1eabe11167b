#include "protocol/aws/sts.hpp"

#include "base/encoding.hpp"
#include "base/text.hpp"
#include "platform/crypto/hash.hpp"
#include "protocol/aws/xml.hpp"

namespace gatehouse::aws {
namespace {

// The unique id of a principal as AWS forms it: the account's own number for its root, AROA... with the session's name
// for an assumed role, AIDA... for others. Made from the ARN, so that it stays the same for as long as the principal
// does.
std::string user_id(const Caller& caller) {
  if (caller.arn.ends_with(":root")) return caller.account;
  const auto unique = [](std::string_view prefix, std::string_view name) {
    return std::string(prefix) + upper(hex_encode(crypto::sha256(name)).substr(0, 17));
  };
  const std::size_t session = caller.arn.rfind('/');
  if (caller.arn.find(":assumed-role/") == std::string::npos || session == std::string::npos) {
    return unique("AIDA", caller.arn);
  }
  return unique("AROA", std::string_view(caller.arn).substr(0, session)) + ":" + caller.arn.substr(session + 1);
}

Task<Result<std::string>> get_caller_identity(const QueryCall& call) {
  XmlWriter xml;
  xml.element("Arn", call.caller.arn).element("UserId", user_id(call.caller)).element("Account", call.caller.account);
  co_return xml.take();
}

}  // namespace

QueryServiceConfig sts_config(std::string region) {
  return {.signing_name = "sts",
          .action_prefix = "sts",
          .api_version = "2011-06-15",
          .xml_namespace = "https://sts.amazonaws.com/doc/2011-06-15/",
          .region = std::move(region)};
}

// GetCallerIdentity: "No permissions are required to perform this operation" (STS API reference).
std::vector<QueryOperation> sts_operations() {
  return {{.name = "GetCallerIdentity", .run = get_caller_identity, .resources = {}, .needs_permission = false}};
}

}  // namespace gatehouse::aws
