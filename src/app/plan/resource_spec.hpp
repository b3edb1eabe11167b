// The resource types that Gatehouse knows: their properties, attributes, and what stands under Metadata.Gatehouse.
#pragma once

#include <span>
#include <string_view>
#include <vector>

#include "protocol/template/spec.hpp"

namespace gatehouse::plan {

struct ResourceSpec {
  std::string_view type;
  templates::ObjectSpec properties;
  std::vector<std::string_view> attributes = {};    // of Fn::GetAtt
  const templates::ObjectSpec* metadata = nullptr;  // of Metadata.Gatehouse
  std::string_view instead = {};                    // made by the SAM transform only: what a template writes
};

std::vector<ResourceSpec> table_specs();
std::vector<ResourceSpec> identity_specs();
std::vector<ResourceSpec> gateway_specs();
std::vector<ResourceSpec> function_specs();
std::vector<ResourceSpec> storage_specs();  // buckets, secrets, log groups

// All of them; made once.
std::span<const ResourceSpec> all_specs();
const ResourceSpec* find_spec(std::string_view type);

}  // namespace gatehouse::plan
