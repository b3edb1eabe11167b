// Brings the running services to what a template says, in dependency order, and remembers it.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "app/stack/addresses.hpp"
#include "app/stack/state.hpp"
#include "base/result.hpp"
#include "base/task.hpp"
#include "protocol/template/template.hpp"

namespace gatehouse::app {

class Services;

struct Deployed {
  std::shared_ptr<const StackDescription> description;
  std::vector<std::string> user_pools;  // ids, for the users whose temporary passwords are shown
};

// `definition` is checked already (plan/check.hpp). An error names the resource and why it could not be made.
Task<Result<Deployed>> deploy(const templates::Template& definition, Services& services, const Addresses& addresses);

}  // namespace gatehouse::app
