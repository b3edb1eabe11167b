#include "app/front/front.hpp"

#include <exception>

#include "app/front/journey_json.hpp"
#include "app/front/routes.hpp"
#include "base/id.hpp"
#include "base/log.hpp"
#include "base/text.hpp"
#include "platform/http/url.hpp"
#include "protocol/aws/json_service.hpp"
#include "protocol/aws/query_service.hpp"
#include "protocol/aws/signature.hpp"
#include "services/gateway/gateway.hpp"
#include "services/identity/identity.hpp"

namespace gatehouse::app {
namespace {

constexpr std::size_t kLatestRequests = 100;

// Indexes into Metrics::kServices.
std::size_t service_index(Route::Target target) {
  switch (target) {
    case Route::Target::kGateway:
      return 0;
    case Route::Target::kPoolDomain:
    case Route::Target::kIssuer:
      return 1;
    case Route::Target::kAwsApi:
      return 2;
    case Route::Target::kOwn:
      return 3;
    case Route::Target::kNone:
      return 4;
  }
  return 4;
}

http::Response message_response(unsigned status, std::string_view message) {
  return http::make_response(status, "application/json", json::serialize(json::object{{"message", message}}));
}

http::Response not_an_address(const http::Request& request) {
  return message_response(
      404, fmt::format("Nothing is served at {}. AWS APIs are at /, an API's stage at /_aws/execute-api/API/STAGE/, "
                       "a user pool's pages at /_aws/auth/DOMAIN/",
                       request.path()));
}

// The Root of "Root=1-67891233-abcdef012345678912345678;Parent=...;Sampled=1"; empty for anything else.
std::string trace_root(std::string_view header) {
  for (const std::string_view part : split(header, ';')) {
    const std::string_view trimmed = trim(part);
    if (trimmed.starts_with("Root=1-") && trimmed.size() == 40) return std::string(trimmed.substr(5));
  }
  return {};
}

}  // namespace

Front::Front(FrontServices services) : services_(std::move(services)) {}

Task<http::Response> Front::handle(http::Request& request) {
  const auto started_at = std::chrono::steady_clock::now();
  const Timestamp started = services_.clock->now();
  const Route route = find_route(request);
  auto journey = std::make_shared<Journey>(make_request_id(route, request), started);
  journey->method = request.method;
  journey->target = std::string(request.path());
  if (const std::string* trace = request.headers.find("x-amzn-trace-id")) journey->set_trace_root(trace_root(*trace));
  request.journey = journey.get();
  request.request_id = journey->request_id();
  const std::size_t service = service_index(route.target);

  http::Response response;
  try {
    Span span(journey.get(), "front", request.method);
    response = co_await dispatch(request);
  } catch (const std::exception& error) {
    log::error("request {}: {}", journey->request_id(), error.what());
    response = message_response(500, "Internal server error");
  }
  if (!response.headers.contains("x-amzn-requestid")) response.headers.add("x-amzn-RequestId", journey->request_id());

  journey->status = response.status;
  const std::int64_t duration_us =
      std::chrono::duration_cast<std::chrono::microseconds>(std::chrono::steady_clock::now() - started_at).count();
  metrics_.count(service, response.status, duration_us);
  if (services_.access_log != nullptr) {
    services_.access_log->write({request, response, Metrics::kServices[service], started, duration_us});
  }
  if (service != 3) services_.journeys->add(std::move(journey));  // looking at journeys makes none
  co_return response;
}

std::string Front::make_request_id(const Route& route, const http::Request& request) const {
  const aws::JsonService* service = route.target == Route::Target::kAwsApi ? targeted_service(request) : nullptr;
  const bool is_long = service != nullptr && service->config().uses_long_request_ids;
  return is_long ? make_long_request_id(*services_.random) : make_uuid(*services_.random);
}

aws::JsonService* Front::targeted_service(const http::Request& request) const {
  const std::string_view target = request.headers.get("x-amz-target");
  const std::string_view prefix = target.substr(0, target.find('.'));
  for (aws::JsonService* service : services_.json_services) {
    if (!prefix.empty() && service->config().target_prefix == prefix) return service;
  }
  return nullptr;
}

Task<http::Response> Front::dispatch(http::Request& request) {
  const Route route = find_route(request);
  if (route.target == Route::Target::kOwn) co_return co_await own(route.rest, request);
  if (!is_ready()) {
    http::Response response = message_response(503, "Gatehouse is starting");
    response.headers.add("Retry-After", "1");
    co_return response;
  }
  switch (route.target) {
    case Route::Target::kGateway:
      co_return co_await services_.gateway->handle(route.first, route.second, route.rest, request);
    case Route::Target::kPoolDomain:
      co_return co_await services_.identity->handle_domain(std::string(route.first), std::string(route.rest), request);
    case Route::Target::kIssuer:
      co_return co_await services_.identity->handle_issuer(std::string(route.first), std::string(route.rest), request);
    case Route::Target::kAwsApi:
      co_return co_await aws_api(request);
    default:
      co_return not_an_address(request);
  }
}

Task<http::Response> Front::aws_api(http::Request& request) {
  if (aws::JsonService* service = targeted_service(request)) co_return co_await service->handle(request);
  const std::optional<aws::SigningScope> scope = aws::claimed_scope(request);
  const std::string signing_name = scope ? scope->service : std::string();
  for (aws::JsonService* service : services_.json_services) {
    if (service->config().signing_name == signing_name) co_return co_await service->handle(request);
  }
  for (aws::QueryService* service : services_.query_services) {
    if (service->config().signing_name == signing_name) co_return co_await service->handle(request);
  }
  if (signing_name.empty()) {
    co_return message_response(400,
                               "This is the AWS endpoint: requests need a signature or an X-Amz-Target header. "
                               "`gatehouse env` prints the settings "
                               "for the AWS CLI and SDKs");
  }
  co_return message_response(
      501, fmt::format("The AWS service \"{}\" is not implemented by Gatehouse; docs/compatibility.md lists what is",
                       signing_name));
}

Task<http::Response> Front::own(std::string_view path, const http::Request& request) {
  if (request.method != "GET" && request.method != "HEAD") {
    http::Response refused = message_response(405, "Only GET is allowed here");
    refused.headers.add("Allow", "GET, HEAD");
    co_return refused;
  }
  if (path == "/health") co_return http::make_response(200, "application/json", R"({"status":"ok"})");
  if (path == "/ready") {
    co_return is_ready() ? http::make_response(200, "application/json", R"({"status":"ready"})")
                         : http::make_response(503, "application/json", R"({"status":"starting"})");
  }
  if (path == "/metrics") co_return http::make_response(200, "text/plain; version=0.0.4", metrics_.text());
  if (path == "/requests" || path.starts_with("/requests/")) co_return requests(path, request);
  co_return not_an_address(request);
}

http::Response Front::requests(std::string_view path, const http::Request& request) const {
  const Result<std::shared_ptr<const aws::Credential>> signer = aws::verify_signature(
      request, *services_.credentials, {.service = "gatehouse", .region = services_.region}, services_.clock->now());
  if (!signer) return message_response(403, signer.error().message);
  if (!(*signer)->caller->is_administrator) return message_response(403, "Only the root credential may read journeys");

  constexpr std::string_view kPrefix = "/requests/";
  if (!path.starts_with(kPrefix)) {
    json::array list;
    for (const auto& journey : services_.journeys->latest(kLatestRequests)) list.push_back(journey_summary(*journey));
    return http::make_response(200, "application/json", json::serialize(json::object{{"requests", std::move(list)}}));
  }
  const std::string_view id = path.substr(kPrefix.size());
  const std::shared_ptr<const Journey> journey = services_.journeys->find(id);
  if (journey == nullptr)
    return message_response(404, "No journey of that request id is kept: the most recent 1,000 are");
  json::object document = journey_document(*journey);
  // Calls that left the process and came back through a socket (functions in processes of their own) share the trace.
  json::array nested;
  for (const auto& other : services_.journeys->with_trace(journey->trace_root())) {
    if (other->request_id() != journey->request_id()) nested.push_back(journey_document(*other));
  }
  if (!nested.empty()) document["related"] = std::move(nested);
  return http::make_response(200, "application/json", json::serialize(document));
}

}  // namespace gatehouse::app
