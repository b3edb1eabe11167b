// Secrets Manager.
#pragma once

#include <string>

#include "gatehouse/sdk/host.hpp"

namespace gatehouse::sdk {

class Secrets {
 public:
  explicit Secrets(Host& host) : host_(&host) {}
  // The SecretString of the current version. `id` is a name or an ARN. Not cached: see SecretCache.
  Task<Result<std::string>> get(std::string id);

 private:
  Host* host_;
};

}  // namespace gatehouse::sdk
