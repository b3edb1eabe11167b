#include "app/commands/remote.hpp"

#include "app/data_folder.hpp"
#include "base/run_task.hpp"
#include "platform/http/client.hpp"
#include "platform/http/url.hpp"
#include "protocol/aws/signature.hpp"

namespace gatehouse::app {
namespace {

constexpr std::chrono::seconds kTimeout{30};

std::string host_of(const http::Url& url) {
  std::string origin = url.origin();
  return origin.substr(origin.find("://") + 3);
}

}  // namespace

Result<Remote> Remote::connect(const EnvOptions& options) {
  std::string endpoint = options.endpoint;
  if (endpoint.empty()) {
    Result<std::string> last = read_endpoint(options.data);
    if (!last) return std::unexpected(last.error());
    endpoint = std::move(*last);
  }
  if (!http::Url::parse(endpoint))
    return fail(Error::Kind::kInvalid, "", fmt::format("--endpoint {} is not an http URL", endpoint));
  Result<aws::Credential> credential = read_root_credential(options.data, "000000000000");
  if (!credential) return std::unexpected(credential.error());
  return Remote(std::move(endpoint), options.region, std::move(*credential));
}

Result<json::object> Remote::call(std::string_view service, std::string_view target, const json::object& input) const {
  http::Request request;
  request.method = "POST";
  request.target = "/";
  request.body = json::serialize(input);
  request.headers.add("host", host_of(*http::Url::parse(endpoint_)));
  request.headers.add("content-type", "application/x-amz-json-1.1");
  request.headers.add("x-amz-target", std::string(target));
  aws::sign_request(request, credential_, {region_, std::string(service)}, SystemClock{}.now());

  http::Client client;
  Result<http::Response> response = run_task(client.fetch(endpoint_ + "/", std::move(request), kTimeout));
  if (!response) {
    return fail(
        Error::Kind::kUnavailable, "",
        fmt::format("nothing answers at {}: is `gatehouse run` running? ({})", endpoint_, response.error().message));
  }
  const Result<json::value> body = parse_json(response->content());
  const json::object* object = body ? body->if_object() : nullptr;
  if (object == nullptr)
    return fail(Error::Kind::kUnavailable, "", fmt::format("{} answered something that is not AWS's JSON", endpoint_));
  if (response->status == 200) return *object;
  return fail(Error::Kind::kInvalid, std::string(string_member(*object, "__type").value_or("")),
              std::string(string_member(*object, "message").value_or("the call failed")));
}

}  // namespace gatehouse::app
