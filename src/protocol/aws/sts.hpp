// The Security Token Service, as far as it only says who is calling: `aws sts get-caller-identity`.
#pragma once

#include <string>
#include <vector>

#include "protocol/aws/query_service.hpp"

namespace gatehouse::aws {

QueryServiceConfig sts_config(std::string region);
std::vector<QueryOperation> sts_operations();

}  // namespace gatehouse::aws
