// One call of an AWS JSON API through the Host.
#pragma once

#include "gatehouse/sdk/host.hpp"
#include "gatehouse/sdk/json.hpp"

namespace gatehouse::sdk {

Task<Result<json::object>> call_aws(Host& host, AwsRequest request);

}  // namespace gatehouse::sdk
