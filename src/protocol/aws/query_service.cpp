#include "protocol/aws/query_service.hpp"

#include <algorithm>

#include "base/journey.hpp"
#include "base/log.hpp"
#include "base/text.hpp"
#include "protocol/aws/echo.hpp"
#include "protocol/aws/permission.hpp"
#include "protocol/aws/signature.hpp"
#include "protocol/aws/xml.hpp"

namespace gatehouse::aws {
namespace {

using Kind = Error::Kind;

// The codes of the JSON protocols in this one's words (AWS: common errors of the Query APIs).
constexpr std::pair<std::string_view, std::string_view> kCodes[] = {
    {"AccessDeniedException", "AccessDenied"},
    {"ExpiredTokenException", "ExpiredToken"},
    {"IncompleteSignatureException", "IncompleteSignature"},
    {"InvalidSignatureException", "SignatureDoesNotMatch"},
    {"MalformedQueryStringException", "MalformedQueryString"},
    {"MissingAuthenticationTokenException", "MissingAuthenticationToken"},
    {"ThrottlingException", "Throttling"},
    {"UnrecognizedClientException", "InvalidClientTokenId"},
};

std::string_view default_code(Kind kind) {
  switch (kind) {
    case Kind::kUnauthenticated:
      return "InvalidClientTokenId";
    case Kind::kForbidden:
      return "AccessDenied";
    case Kind::kThrottled:
      return "Throttling";
    case Kind::kTooLarge:
      return "RequestEntityTooLarge";
    case Kind::kUnavailable:
      return "ServiceUnavailable";
    case Kind::kInternal:
      return "InternalFailure";
    default:
      return "ValidationError";
  }
}

unsigned status_of(const Error& error) {
  switch (error.kind) {
    case Kind::kInternal:
      return 500;
    case Kind::kUnavailable:
      return 503;
    case Kind::kTooLarge:
      return 413;
    case Kind::kForbidden:
      return 403;
    case Kind::kUnauthenticated:
      return error.code == "IncompleteSignature" ? 400 : 403;
    default:
      return 400;
  }
}

Error in_query_words(Error error) {
  for (const auto& [from, to] : kCodes) {
    if (error.code == from) error.code = to;
  }
  const bool is_ours = error.kind == Kind::kInternal || error.kind == Kind::kUnavailable;
  if (error.code.empty()) {
    error.code = default_code(error.kind);
    if (is_ours) error.message = "The request processing has failed because of an unknown error, exception or failure.";
  }
  return error;
}

bool is_form(const http::Request& request) {
  const std::string_view header = request.headers.get("content-type");
  return equals_ignoring_case(trim(header.substr(0, header.find(';'))), "application/x-www-form-urlencoded");
}

Result<http::Parameters> input_of(const http::Request& request) {
  if (request.body_too_large) {
    return fail(Kind::kTooLarge, "RequestEntityTooLarge", "Request size exceeded the limit");
  }
  if (request.method != "GET" && request.method != "POST") {
    return fail(Kind::kInvalid, "UnsupportedOperation", "Only GET and POST are supported");
  }
  // A presigned POST carries everything in its query too.
  std::optional<http::Parameters> input;
  if (request.method == "GET" || request.body.empty()) {
    input = http::parse_query(request.query());
  } else if (!is_form(request)) {
    return fail(Kind::kInvalid, "InvalidParameterValue", "The content type must be application/x-www-form-urlencoded");
  } else {
    input = http::parse_query(request.body);
  }
  if (!input) return fail(Kind::kInvalid, "MalformedQueryString", "The query string contains a syntax error.");
  return std::move(*input);
}

}  // namespace

struct QueryService::Routed {
  const QueryOperation* operation = nullptr;
  http::Parameters input;
};

QueryService::QueryService(QueryServiceConfig config, std::vector<QueryOperation> operations,
                           const CredentialBook& book, const Clock& clock)
    : config_(std::move(config)), operations_(std::move(operations)), book_(&book), clock_(&clock) {
  std::ranges::sort(operations_, {}, &QueryOperation::name);
}

Result<QueryService::Routed> QueryService::route(const http::Request& request) const {
  Result<http::Parameters> input = input_of(request);
  if (!input) return std::unexpected(std::move(input.error()));
  const std::string* action = http::find_parameter(*input, "Action");
  if (action == nullptr || action->empty()) {
    return fail(Kind::kInvalid, "MissingAction", "The request is missing an action or a required parameter.");
  }
  const std::string* version = http::find_parameter(*input, "Version");
  const auto found = std::ranges::lower_bound(operations_, std::string_view(*action), {}, &QueryOperation::name);
  const bool is_known = found != operations_.end() && found->name == *action;
  if (!is_known || (version != nullptr && *version != config_.api_version)) {
    return fail(Kind::kInvalid, "InvalidAction",
                fmt::format("Could not find operation {} for version {}", echo(*action),
                            echo(version == nullptr ? config_.api_version : std::string_view(*version))));
  }
  return Routed{&*found, std::move(*input)};
}

Task<http::Response> QueryService::handle(http::Request& request) {
  const Result<std::string> outcome = co_await answer(request);
  co_return respond(request, outcome);
}

Task<Result<std::string>> QueryService::answer(http::Request& request) const {
  Result<Routed> routed = route(request);
  if (!routed) {
    Span span(request.journey, "aws", std::string(config_.action_prefix));
    explain_refusal(span, routed.error());
    co_return std::unexpected(std::move(routed.error()));
  }
  const VerifyOptions options{.service = config_.signing_name, .region = config_.region};
  Result<std::shared_ptr<const Credential>> credential = verify_signature(request, *book_, options, clock_->now());
  if (!credential) {
    Span span(request.journey, "aws", fmt::format("{}:{}", config_.action_prefix, routed->operation->name));
    explain_refusal(span, credential.error());
    co_return std::unexpected(std::move(credential.error()));
  }
  const QueryCall call{routed->operation->name, routed->input, *(*credential)->caller, request.journey,
                       request.request_id};
  Result<std::string> outcome = co_await perform(*routed->operation, call);
  if (!outcome) co_return outcome;
  XmlWriter xml;
  xml.open(fmt::format("{}Response", routed->operation->name), config_.xml_namespace);
  xml.open(fmt::format("{}Result", routed->operation->name)).raw(*outcome).close();
  xml.open("ResponseMetadata").element("RequestId", request.request_id).close().close();
  co_return xml.take();
}

Task<Result<std::string>> QueryService::perform(const QueryOperation& operation, const QueryCall& call) const {
  const std::string action = fmt::format("{}:{}", config_.action_prefix, operation.name);
  Span span(call.journey, "aws", action);
  if (operation.needs_permission) {
    std::vector<std::string> resources;
    if (operation.resources) resources = operation.resources(call.input);
    if (resources.empty()) resources.emplace_back("*");
    Result<void> allowed = check_permission(call.caller, action, resources, span);
    if (!allowed) {
      explain_refusal(span, allowed.error());
      co_return std::unexpected(std::move(allowed.error()));
    }
  } else {
    span.note("who", call.caller.arn);
  }
  Result<std::string> outcome = fail(Kind::kInternal, "", "");
  try {
    outcome = co_await operation.run(call);
  } catch (const std::exception& thrown) {
    outcome = fail(Kind::kInternal, "", "", thrown.what());
  }
  if (!outcome) {
    explain_refusal(span, outcome.error());
    if (outcome.error().kind == Kind::kInternal) {
      log::error("{} failed: {} {} (request {})", action, outcome.error().message, outcome.error().detail,
                 call.request_id);
    }
  }
  co_return outcome;
}

http::Response QueryService::respond(const http::Request& request, const Result<std::string>& outcome) const {
  http::Response response;
  if (outcome) {
    response = http::make_response(200, "text/xml", *outcome);
  } else {
    const Error error = in_query_words(outcome.error());
    const unsigned status = status_of(error);
    XmlWriter xml;
    xml.open("ErrorResponse", config_.xml_namespace).open("Error");
    xml.element("Type", status < 500 ? "Sender" : "Receiver");
    xml.element("Code", error.code).element("Message", error.message).close();
    xml.element("RequestId", request.request_id).close();
    response = http::make_response(status, "text/xml", xml.take());
  }
  if (!request.request_id.empty()) response.headers.set("x-amzn-RequestId", request.request_id);
  return response;
}

}  // namespace gatehouse::aws
