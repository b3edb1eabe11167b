// How an API answers what it refuses: the customised gateway responses over the default ones, compiled at deploy.
//
// The lookup is AWS's: the exact type if it is customised, else customised DEFAULT_4XX or DEFAULT_5XX (whose status,
// when set, holds for all), else the default. Templates know variables only, no language.
#pragma once

#include <array>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "platform/http/message.hpp"
#include "services/gateway/config.hpp"
#include "services/gateway/response_type.hpp"

namespace gatehouse::gateway {

struct Exchange;

// A variable of templates and parameters, or a literal.
struct ResponseValue {
  enum class Source : std::uint8_t {
    kLiteral,
    kHeader,
    kQuery,
    kPath,
    kStageVariable,
    kClaim,
    kErrorMessage,
    kErrorMessageString,
    kErrorType,
    kValidationError,
    kRequestId,
    kExtendedRequestId,
    kApiId,
    kStage,
    kHttpMethod,
    kRequestPath,
    kResourcePath,
    kResourceId,
    kAccountId,
    kDomainName,
    kDomainPrefix,
    kProtocol,
    kRequestTime,
    kRequestTimeEpoch,
    kSourceIp,
    kUserAgent,
    kApiKeyId,
  };
  Source source = Source::kLiteral;
  std::string text;  // the literal, or the name of the header, claim ...
};

class GatewayResponses {
 public:
  // Refuses unknown types, targets, sources and variables; the message begins with the response type.
  static Result<GatewayResponses> compile(const std::vector<GatewayResponseConfig>& configs);

  // Adds x-amzn-ErrorType; x-amzn-RequestId and x-amz-apigw-id are the caller's.
  http::Response render(const Refusal& refusal, const Exchange& exchange) const;

 private:
  struct Template {
    std::string content_type;
    std::vector<ResponseValue> pieces;
  };
  struct Rule {
    unsigned status = 0;  // 0: the refusal's own
    std::vector<std::pair<std::string, ResponseValue>> headers;
    std::vector<Template> templates;
  };

  static Result<Rule> compile_rule(const GatewayResponseConfig& config);
  static Result<std::vector<ResponseValue>> compile_template(std::string_view text);
  const Template* choose_template(const Rule& rule, const Exchange& exchange) const;

  std::array<Rule, kResponseTypes.size()> rules_;
};

}  // namespace gatehouse::gateway
