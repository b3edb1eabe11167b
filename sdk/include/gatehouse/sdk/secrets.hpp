// Secrets Manager.
#pragma once

#include <map>
#include <mutex>
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

// Secrets that were read once, for all invocations of this process. Thread-safe; make it a static object.
//
// A secret may be rotated at any time: who is refused with a cached value calls changed() and, when that is true, tries
// again with get().
class SecretCache {
 public:
  Task<Result<std::string>> get(Context& context, std::string id);
  // Reads the secret again. True when it is not `refused` any more.
  Task<Result<bool>> changed(Context& context, std::string id, std::string refused);

 private:
  Task<Result<std::string>> read(Context& context, std::string id);

  std::mutex mutex_;
  std::map<std::string, std::string, std::less<>> values_;
};

}  // namespace gatehouse::sdk
