// gatehouse env: the variables that point the AWS CLI and the SDKs at a run.
#include <cstdio>

#include "app/commands/commands.hpp"
#include "app/commands/remote.hpp"

namespace gatehouse::app {

int env_command(const EnvOptions& options) {
  const Result<Remote> remote = Remote::connect(options);
  if (!remote) {
    std::fprintf(stderr, "error: %s\n", remote.error().message.c_str());
    return 1;
  }
  const std::pair<const char*, const std::string&> variables[] = {
      {"AWS_ENDPOINT_URL", remote->endpoint()},
      {"AWS_ACCESS_KEY_ID", remote->credential().access_key_id},
      {"AWS_SECRET_ACCESS_KEY", remote->credential().secret_access_key},
      {"AWS_REGION", options.region},
      {"AWS_DEFAULT_REGION", options.region},
  };
  if (options.json) {
    json::object object;
    for (const auto& [name, value] : variables) object[name] = value;
    std::printf("%s\n", json::serialize(object).c_str());
  } else {
    for (const auto& [name, value] : variables) std::printf("export %s='%s'\n", name, value.c_str());
    std::printf("unset AWS_SESSION_TOKEN AWS_PROFILE\n");
  }
  return 0;
}

}  // namespace gatehouse::app
