// The Host of a function that is a process of its own: every call blocks and is complete when it returns.
#pragma once

#include <map>
#include <string>

#include "gatehouse/sdk/host.hpp"
#include "http_client.hpp"

namespace gatehouse::sdk::runtime {

class ProcessHost final : public Host {
 public:
  // `environment` is the process's own.
  explicit ProcessHost(char** environment);

  // The deadline and trace id of the invocation that runs now: bounds calls and travels with them.
  void begin(const Invocation& invocation);

  void fetch(HttpRequest request, std::chrono::milliseconds timeout, Completion<Result<HttpResponse>>& done) override;
  // Signed with AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY and AWS_SESSION_TOKEN, sent to AWS_ENDPOINT_URL_<SERVICE>,
  // AWS_ENDPOINT_URL or AWS itself.
  void call_aws(AwsRequest request, Completion<Result<std::string>>& done) override;
  void log(std::string_view text) override;
  std::chrono::system_clock::time_point now() override { return std::chrono::system_clock::now(); }
  void fill_random(std::span<std::uint8_t> out) override;
  const std::string* environment(std::string_view name) override;

 private:
  Result<std::string> call(const AwsRequest& request);
  std::string variable(std::string_view name) const;

  std::map<std::string, std::string, std::less<>> environment_;
  HttpClient client_;
  Deadline deadline_ = Deadline::max();
  std::string trace_id_;
};

}  // namespace gatehouse::sdk::runtime
