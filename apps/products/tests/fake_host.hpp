// A host for the tests of handlers: answers HTTP and AWS calls from functions of the test.
#pragma once

#include <functional>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "gatehouse/sdk/function.hpp"

namespace products::testing {

namespace sdk = gatehouse::sdk;

class FakeHost final : public sdk::Host {
 public:
  void fetch(sdk::HttpRequest request, std::chrono::milliseconds,
             sdk::Completion<sdk::Result<sdk::HttpResponse>>& done) override {
    fetched.push_back(request);
    done.complete(on_fetch ? on_fetch(request) : std::unexpected(sdk::Error{"Unreachable", "nobody there"}));
  }
  void call_aws(sdk::AwsRequest request, sdk::Completion<sdk::Result<std::string>>& done) override {
    called.push_back(request);
    done.complete(on_aws ? on_aws(request) : std::unexpected(sdk::Error{"AccessDeniedException", "no"}));
  }
  void log(std::string_view text) override { logged += std::string(text) + "\n"; }
  std::chrono::system_clock::time_point now() override { return {}; }
  void fill_random(std::span<std::uint8_t>) override {}
  const std::string* environment(std::string_view name) override {
    const auto found = variables.find(name);
    return found == variables.end() ? nullptr : &found->second;
  }

  std::map<std::string, std::string, std::less<>> variables;
  std::function<sdk::Result<sdk::HttpResponse>(const sdk::HttpRequest&)> on_fetch;
  std::function<sdk::Result<std::string>(const sdk::AwsRequest&)> on_aws;
  std::vector<sdk::HttpRequest> fetched;
  std::vector<sdk::AwsRequest> called;
  std::string logged;
};

inline sdk::Invocation invocation() {
  sdk::Invocation told;
  told.request_id = "id";
  told.deadline = std::chrono::system_clock::time_point{std::chrono::seconds{10}};
  return told;
}

template <typename T>
T finish(sdk::Task<T> task) {
  task.start();
  return task.take();
}

}  // namespace products::testing
