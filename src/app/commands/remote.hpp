// Signed calls to a running Gatehouse, for the commands beside it.
#pragma once

#include <string>
#include <string_view>

#include "app/commands/commands.hpp"
#include "base/json.hpp"
#include "protocol/aws/credentials.hpp"

namespace gatehouse::app {

// A run that commands can talk to. Blocking: one call at a time, from the command line's thread.
class Remote {
 public:
  // The errors say what to do: start a run, name its folder, name its endpoint.
  static Result<Remote> connect(const EnvOptions& options);

  const std::string& endpoint() const { return endpoint_; }
  const aws::Credential& credential() const { return credential_; }

  // One operation of a JSON service: call("logs", "Logs_20140328.FilterLogEvents", {...}).
  Result<json::object> call(std::string_view service, std::string_view target, const json::object& input) const;

 private:
  Remote(std::string endpoint, std::string region, aws::Credential credential)
      : endpoint_(std::move(endpoint)), region_(std::move(region)), credential_(std::move(credential)) {}

  std::string endpoint_;
  std::string region_;
  aws::Credential credential_;
};

}  // namespace gatehouse::app
