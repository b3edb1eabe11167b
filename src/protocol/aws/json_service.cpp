#include "protocol/aws/json_service.hpp"

#include <zlib.h>

#include <algorithm>

#include "base/journey.hpp"
#include "base/log.hpp"
#include "base/text.hpp"
#include "protocol/aws/echo.hpp"
#include "protocol/aws/json_errors.hpp"
#include "protocol/aws/permission.hpp"
#include "protocol/aws/signature.hpp"

namespace gatehouse::aws {
namespace {

using Kind = Error::Kind;

// The type of a request that this protocol reads, without parameters; empty for any other. Refusing the types that an
// HTML form can send keeps other sites' pages from posting to the operations that need no signature.
std::string_view accepted_type(const http::Request& request) {
  static constexpr std::string_view kTypes[] = {"application/x-amz-json-1.0", "application/x-amz-json-1.1",
                                                "application/json"};
  const std::string_view header = request.headers.get("content-type");
  const std::string_view type = trim(header.substr(0, header.find(';')));
  for (const std::string_view known : kTypes) {
    if (equals_ignoring_case(type, known)) return known;
  }
  return {};
}

bool speaks_protocol(const http::Request& request) {
  return request.method == "POST" && !accepted_type(request).empty();
}

const Caller& anonymous() {
  static const Caller caller{.arn = "anonymous", .account = {}, .is_administrator = false, .policies = {}};
  return caller;
}

// An attribute of DynamoDB nests 32 levels deep, each of them two of JSON, inside the request's own.
constexpr std::size_t kMaxInputDepth = 100;

Result<json::object> parse_input(const std::string& body) {
  Result<json::value> value = parse_json(body, kMaxInputDepth);
  // AWS sends no message; the journey and the detail say what is wrong with the text.
  if (!value) return fail(Kind::kInvalid, "SerializationException", "", std::move(value.error().message));
  if (json::object* object = value->if_object()) return std::move(*object);
  if (value->is_array()) {
    return fail(Kind::kInvalid, "SerializationException", "Start of list found where not expected");
  }
  return fail(Kind::kInvalid, "SerializationException", "Unexpected value type in payload");
}

std::vector<std::string> resources_of(const Operation& operation, const json::object& input) {
  std::vector<std::string> resources;
  if (operation.resources) resources = operation.resources(input);
  if (resources.empty()) resources.emplace_back("*");
  return resources;
}

std::string operation_name(const http::Request& request, std::string_view prefix) {
  const std::string_view target = request.headers.get("x-amz-target");
  const std::size_t dot = target.rfind('.');
  return fmt::format("{}:{}", prefix, dot == std::string_view::npos ? std::string("?") : echo(target.substr(dot + 1)));
}

}  // namespace

JsonService::JsonService(JsonServiceConfig config, std::vector<Operation> operations, const CredentialBook& book,
                         const Clock& clock)
    : config_(std::move(config)), operations_(std::move(operations)), book_(&book), clock_(&clock) {
  std::ranges::sort(operations_, {}, &Operation::name);
}

const Operation* JsonService::find(std::string_view name) const {
  const auto found = std::ranges::lower_bound(operations_, name, {}, &Operation::name);
  return found != operations_.end() && found->name == name ? &*found : nullptr;
}

Result<const Operation*> JsonService::route(const http::Request& request) const {
  if (request.body_too_large) {
    return fail(Kind::kTooLarge, "RequestEntityTooLargeException", "Request size exceeded the limit");
  }
  const std::string_view target = request.headers.get("x-amz-target");
  const std::size_t prefix = config_.target_prefix.size();
  if (target.size() > prefix && target.starts_with(config_.target_prefix) && target[prefix] == '.') {
    if (const Operation* operation = find(target.substr(prefix + 1))) return operation;
  }
  return fail(Kind::kInvalid, "UnknownOperationException", "");
}

Task<http::Response> JsonService::handle(http::Request& request) {
  if (!speaks_protocol(request)) {
    Span span(request.journey, "aws", std::string(config_.action_prefix));
    span.explain(fmt::format("{} with the content type \"{}\" is not a call of this API", echo(request.method),
                             echo(request.headers.get("content-type"))),
                 fmt::format("send POST with application/x-amz-json-{}", config_.json_version));
    http::Response response = http::make_response(404, "application/xml", "<UnknownOperationException/>\n");
    if (!request.request_id.empty()) response.headers.set("x-amzn-RequestId", request.request_id);
    co_return response;
  }
  const Result<json::object> outcome = co_await answer(request);
  co_return respond(request, outcome);
}

Task<Result<json::object>> JsonService::answer(http::Request& request) const {
  const Result<const Operation*> operation = route(request);
  if (!operation) {
    Span span(request.journey, "aws", operation_name(request, config_.action_prefix));
    explain_refusal(span, operation.error());
    co_return std::unexpected(operation.error());
  }
  std::shared_ptr<const Credential> credential;
  if ((*operation)->is_signed) {
    const VerifyOptions options{.service = config_.signing_name, .region = config_.region};
    Result<std::shared_ptr<const Credential>> verified = verify_signature(request, *book_, options, clock_->now());
    if (!verified) {
      Span span(request.journey, "aws", operation_name(request, config_.action_prefix));
      explain_refusal(span, verified.error());
      co_return std::unexpected(std::move(verified.error()));
    }
    credential = std::move(*verified);
  }
  const Result<json::object> input = parse_input(request.body);
  if (!input) {
    Span span(request.journey, "aws", operation_name(request, config_.action_prefix));
    explain_refusal(span, input.error());
    co_return std::unexpected(input.error());
  }
  const Call call{
      (*operation)->name, *input, credential ? *credential->caller : anonymous(), request.journey, request.peer_address,
      request.request_id};
  Result<json::object> outcome = co_await perform(**operation, call);
  co_return outcome;
}

Task<Result<json::object>> JsonService::call(std::string_view operation, const json::object& input,
                                             const Caller& caller, Journey* journey, std::string_view request_id) {
  const Operation* found = find(operation);
  if (found == nullptr) co_return fail(Kind::kInvalid, "UnknownOperationException", "");
  const Call call{found->name, input, caller, journey, {}, request_id};
  Result<json::object> outcome = co_await perform(*found, call);
  co_return outcome;
}

Task<Result<json::object>> JsonService::perform(const Operation& operation, const Call& call) const {
  const std::string action = fmt::format("{}:{}", config_.action_prefix, operation.name);
  Span span(call.journey, "aws", action);
  if (operation.is_signed && !operation.authorizes_itself) {
    Result<void> allowed = check_permission(call.caller, action, resources_of(operation, call.input), span);
    if (!allowed) {
      explain_refusal(span, allowed.error());
      co_return std::unexpected(std::move(allowed.error()));
    }
  }
  // Our own bug must not leave the client without an answer in its own protocol.
  Result<json::object> outcome = fail(Kind::kInternal, "", "");
  try {
    outcome = co_await operation.run(call);
  } catch (const std::exception& thrown) {
    outcome = fail(Kind::kInternal, "", "", thrown.what());
  }
  if (!outcome) {
    outcome = std::unexpected(with_wire_code(std::move(outcome.error())));
    explain_refusal(span, outcome.error());
    if (outcome.error().kind == Kind::kInternal) {
      log::error("{} failed: {} {} (request {})", action, outcome.error().message, outcome.error().detail,
                 call.request_id);
    }
  }
  co_return outcome;
}

http::Response JsonService::respond(const http::Request& request, const Result<json::object>& outcome) const {
  http::Response response;
  if (outcome) {
    response.body = json::serialize(*outcome);
  } else {
    const Error error = with_wire_code(outcome.error());
    response.status = json_error_status(error);
    response.body = json_error_body(error, config_);
  }
  response.headers.reserve(4);
  response.headers.add("Content-Type", std::string(accepted_type(request)));
  if (!request.request_id.empty()) response.headers.add("x-amzn-RequestId", request.request_id);
  if (config_.sends_crc32) {
    const auto* bytes = reinterpret_cast<const Bytef*>(response.body.data());
    response.headers.add("x-amz-crc32", std::to_string(crc32_z(0, bytes, response.body.size())));
  }
  return response;
}

}  // namespace gatehouse::aws
