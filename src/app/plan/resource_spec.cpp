#include "app/plan/resource_spec.hpp"

#include <algorithm>

namespace gatehouse::plan {

std::span<const ResourceSpec> all_specs() {
  static const std::vector<ResourceSpec> specs = [] {
    std::vector<ResourceSpec> all;
    for (auto* part : {table_specs, identity_specs, gateway_specs, function_specs, storage_specs}) {
      for (ResourceSpec& spec : part()) all.push_back(std::move(spec));
    }
    return all;
  }();
  return specs;
}

const ResourceSpec* find_spec(std::string_view type) {
  const auto found = std::ranges::find(all_specs(), type, &ResourceSpec::type);
  return found == all_specs().end() ? nullptr : &*found;
}

}  // namespace gatehouse::plan
