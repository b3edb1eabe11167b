#include "process_host.hpp"

#include <sys/random.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstdlib>

#include "gatehouse/sdk/json.hpp"
#include "signature.hpp"

namespace gatehouse::sdk::runtime {
namespace {

// One of AWS's JSON APIs. The endpoint variable's suffix is the service id of the AWS SDKs' reference guide.
struct Service {
  std::string_view name;
  std::string_view target_prefix;
  std::string_view json_version;
  std::string_view endpoint_suffix;
};
constexpr std::array kServices{
    Service{"dynamodb", "DynamoDB_20120810", "1.0", "DYNAMODB"},
    Service{"secretsmanager", "secretsmanager", "1.1", "SECRETS_MANAGER"},
    Service{"cognito-idp", "AWSCognitoIdentityProviderService", "1.1", "COGNITO_IDENTITY_PROVIDER"},
    Service{"logs", "Logs_20140328", "1.1", "CLOUDWATCH_LOGS"},
    Service{"ssm", "AmazonSSM", "1.1", "SSM"},
    Service{"sqs", "AmazonSQS", "1.0", "SQS"},
    Service{"events", "AWSEvents", "1.1", "EVENTBRIDGE"},
    Service{"kms", "TrentService", "1.1", "KMS"},
};

std::unexpected<Error> error(std::string code, std::string message) {
  return std::unexpected(Error{std::move(code), std::move(message)});
}

// {"__type": "namespace#Code", "message": "..."}, the message also as "Message".
Error read_error(const HttpResponse& response) {
  Error failure{"InvalidResponse", "HTTP status " + std::to_string(response.status)};
  const Result<json::value> body = parse_json(response.body);
  if (!body || !body->is_object()) return failure;
  const json::object& object = body->get_object();
  std::string_view code = string_member(object, "__type").value_or(std::string_view());
  code = code.substr(code.rfind('#') + 1);
  code = code.substr(0, code.find(':'));
  if (!code.empty()) failure.code = code;
  if (const auto message = string_member(object, "message")) failure.message = *message;
  if (const auto message = string_member(object, "Message")) failure.message = *message;
  return failure;
}

}  // namespace

ProcessHost::ProcessHost(char** environment) {
  for (; environment != nullptr && *environment != nullptr; ++environment) {
    const std::string_view variable = *environment;
    const std::size_t equals = variable.find('=');
    if (equals != variable.npos) environment_[std::string(variable.substr(0, equals))] = variable.substr(equals + 1);
  }
}

void ProcessHost::begin(const Invocation& invocation) {
  trace_id_ = invocation.trace_id;
  deadline_ = std::chrono::steady_clock::now() + (invocation.deadline - std::chrono::system_clock::now());
}

void ProcessHost::fetch(HttpRequest request, std::chrono::milliseconds timeout,
                        Completion<Result<HttpResponse>>& done) {
  done.complete(client_.send(request, std::min(std::chrono::steady_clock::now() + timeout, deadline_)));
}

void ProcessHost::call_aws(AwsRequest request, Completion<Result<std::string>>& done) { done.complete(call(request)); }

Result<std::string> ProcessHost::call(const AwsRequest& request) {
  const auto* service = std::ranges::find(kServices, request.service, &Service::name);
  if (service == kServices.end())
    return error("UnknownService", "the sdk does not know the service " + request.service);
  const Credentials credentials{variable("AWS_ACCESS_KEY_ID"), variable("AWS_SECRET_ACCESS_KEY"),
                                variable("AWS_SESSION_TOKEN")};
  if (credentials.access_key_id.empty()) return error("NoCredentials", "AWS_ACCESS_KEY_ID is not set");
  const std::string region = variable("AWS_REGION");
  std::string endpoint = variable("AWS_ENDPOINT_URL_" + std::string(service->endpoint_suffix));
  if (endpoint.empty()) endpoint = variable("AWS_ENDPOINT_URL");
  if (endpoint.empty()) endpoint = "https://" + request.service + "." + region + ".amazonaws.com";
  const std::optional<Url> url = Url::parse(endpoint);
  if (!url || url->target != "/") return error("InvalidUrl", "the endpoint is not an origin: " + endpoint);

  HttpRequest call;
  call.method = "POST";
  call.url = endpoint;
  call.body = request.input;
  call.headers.set("Content-Type", "application/x-amz-json-" + std::string(service->json_version));
  call.headers.set("X-Amz-Target", std::string(service->target_prefix) + "." + request.operation);
  if (!trace_id_.empty()) call.headers.set("X-Amzn-Trace-Id", trace_id_);
  sign(call, url->authority, credentials, {region, request.service}, now());
  Result<HttpResponse> response = client_.send(call, deadline_);
  if (!response) return std::unexpected(response.error());
  if (response->status != 200) return std::unexpected(read_error(*response));
  return std::move(response->body);
}

void ProcessHost::log(std::string_view text) {
  std::string line(text);
  line.push_back('\n');
  for (std::string_view rest = line; !rest.empty();) {
    const ssize_t count = ::write(STDOUT_FILENO, rest.data(), rest.size());
    if (count <= 0) return;
    rest.remove_prefix(static_cast<std::size_t>(count));
  }
}

void ProcessHost::fill_random(std::span<std::uint8_t> out) {
  while (!out.empty()) {
    const ssize_t count = ::getrandom(out.data(), std::min<std::size_t>(out.size(), 256), 0);
    if (count < 0) std::abort();
    out = out.subspan(static_cast<std::size_t>(count));
  }
}

const std::string* ProcessHost::environment(std::string_view name) {
  const auto found = environment_.find(name);
  return found == environment_.end() ? nullptr : &found->second;
}

std::string ProcessHost::variable(std::string_view name) const {
  const auto found = environment_.find(name);
  return found == environment_.end() ? std::string() : found->second;
}

}  // namespace gatehouse::sdk::runtime
